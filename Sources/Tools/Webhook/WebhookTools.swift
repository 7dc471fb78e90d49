import Agents
import Credentials
import Egress

/// Tools that are requests to a server of the agent's owner.
struct WebhookTools: ToolRunner {
    /// Sends requests, through the guard.
    let authorizer: Authorizer

    func canRun(_ tool: ToolSettings) -> Bool { true }

    func begin(_ use: ToolUse) -> ToolBeginning {
        guard case .webhook(let settings) = use.tool.kind else { return .over(.unavailable(use.tool)) }
        var request: EgressRequest
        do throws(ToolMistake) {
            request = try WebhookRequest(settings: settings, variables: use.variables)
                .request(use.given, key: use.key, timeout: .seconds(use.tool.responseTimeout))
        } catch {
            return .over(.failure("invalid_arguments", message: error.message, isCalled: false))
        }
        request.isRepeatable = use.tool.isReadOnly
        let answer = WebhookAnswer(tool: use.tool, settings: settings)
        return .running { [authorizer, request] _ in
            do {
                return answer.outcome(try await authorizer.send(request, as: settings.credential))
            } catch let error as AuthorizationError {
                return answer.outcome(error)
            } catch {
                return answer.outcome(error as? EgressError ?? .interrupted(host: "the server"))
            }
        }
    }
}
