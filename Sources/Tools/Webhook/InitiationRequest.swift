import Agents
import ConvAI
import Egress
import Foundation
import JSON
import NIOHTTP1

/// The request to the owner's server that asks what is special about a call, and what its answer says.
public struct InitiationRequest: Sendable {
    private let request: EgressRequest

    /// The longest answer, in bytes: the hosted service's limit.
    static let longestAnswer = 262_144

    /// - Parameters:
    ///   - webhook: what is asked.
    ///   - facts: what is known of the call, by the names of the request's members.
    ///   - variables: all that have a value.
    ///   - callersVariables: those of them whose value the caller has chosen.
    ///   - key: the same for every attempt to ask about the same call.
    ///   - timeout: for all of it.
    ///   - warnings: told of what the request goes without.
    /// - Throws: `InitiationFailure`.
    public init(
        _ webhook: InitiationWebhook, about facts: [String: String], variables: [String: JSONValue],
        callersVariables: Set<String> = [], key: String, timeout: Duration, _ warnings: inout [String]
    ) throws(InitiationFailure) {
        let settings = webhook.request(about: facts, &warnings)
        do throws(ToolMistake) {
            var request = try WebhookRequest(
                settings: settings, variables: variables, callersVariables: callersVariables
            )
            .request(.object(facts.mapValues(JSONValue.string)), key: key, timeout: timeout)
            request.longestAnswer = Self.longestAnswer
            // It asks, and changes nothing.
            request.isRepeatable = true
            self.request = request
        } catch {
            throw InitiationFailure(error.message)
        }
    }

    /// Asks. Redirects are not followed.
    ///
    /// - Parameter send: sends a request, through the guard.
    /// - Throws: `InitiationFailure` for anything but a usable answer, or `CancellationError`.
    public func answer(
        _ send: @Sendable (EgressRequest) async throws -> EgressAnswer
    ) async throws -> InitiationAnswer {
        let answer: EgressAnswer
        do {
            answer = try await send(request)
        } catch let error as EgressError {
            throw InitiationFailure(error.description)
        }
        return try InitiationAnswer(answer)
    }
}

/// What the owner's server says of a call.
public struct InitiationAnswer: Sendable, Hashable {
    /// What is to be different in the call.
    public var initiation: CallInitiation
    /// What of the answer cannot be used, as sentences for the record.
    public var warnings: [String] = []

    /// - Throws: `InitiationFailure`.
    init(_ answer: EgressAnswer) throws(InitiationFailure) {
        let status = answer.head.status
        guard (200..<300).contains(status.code) else {
            throw InitiationFailure("the server answered \(status.code)")
        }
        guard status.code != 204 else {
            initiation = CallInitiation()
            return
        }
        guard answer.head.mediaType != "text/html" else {
            throw InitiationFailure("the answer is a web page, not data")
        }
        guard let value = try? JSONValue(parsing: answer.body, limits: .client) else {
            throw InitiationFailure("the answer is not complete JSON")
        }
        let message: ConversationInitiation
        do throws(ClientMessageError) { message = try ConversationInitiation(json: value) } catch {
            throw InitiationFailure("the answer is not conversation_initiation_client_data: \(error.description)")
        }
        // What a client says of itself is nothing that a server can know better.
        initiation = CallInitiation(
            configOverride: message.configOverride, customLLMExtraBody: message.customLLMExtraBody,
            userID: message.userID, environment: message.environment, unfollowed: message.unfollowed)
        for (name, value) in message.dynamicVariables.sorted(by: { $0.key < $1.key }) {
            if CallVariables.text(value) != nil {
                initiation.dynamicVariables[name] = value
            } else if !value.isNull {
                warnings.append(
                    "dynamic_variables.\(name.prefix(64)): expected a string, a number or a boolean; it was left out.")
            }
        }
    }
}

/// Why the owner's server said nothing of a call.
public struct InitiationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason, as the end of a sentence, without anything secret.
    public var description: String

    /// A failure for this reason.
    public init(_ description: String) { self.description = description }
}
