import Agents
import Credentials
import Egress
import NIOHTTP1

/// Tools that are requests to a server of the agent's owner.
struct WebhookTools: ToolRunner {
    /// Sends requests, through the guard.
    let authorizer: Authorizer

    /// Characters of a secret that a text has hardly by chance.
    private static let shortestSecret = 8

    func canRun(_ tool: ToolSettings) -> Bool { true }

    func begin(_ use: ToolUse) -> ToolBeginning {
        guard case .webhook(let settings) = use.tool.kind else { return .over(.unavailable(use.tool)) }
        var request: EgressRequest
        do throws(ToolMistake) {
            request = try WebhookRequest(
                settings: settings, variables: use.variables, callersVariables: use.callersVariables
            )
            .request(use.given, key: use.key, timeout: .seconds(use.tool.responseTimeout))
        } catch {
            return .over(.failure("invalid_arguments", message: error.message, isCalled: false))
        }
        request.isRepeatable = use.tool.isReadOnly
        let carried =
            settings.secretHeaders.compactMap { request.headers.first(name: $0) }
            + Array((settings.credential?.fixedHeaders ?? [:]).values)
        // With and without the scheme before it.
        let secrets = (carried + carried.flatMap { $0.split(separator: " ").map(String.init) })
            .filter { $0.count >= Self.shortestSecret }.sorted { $0.count > $1.count }
        let answer = WebhookAnswer(tool: use.tool, settings: settings, secrets: secrets)
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
