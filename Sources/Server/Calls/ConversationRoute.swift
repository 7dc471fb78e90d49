import Agents
import ConvAI
import Conversation
import Foundation
import JSON
import Logging

/// `GET /v1/convai/conversation`: a WebSocket that is one call.
struct ConversationRoute: Sendable {
    static let path = "/v1/convai/conversation"

    let access: AccessControl
    let agents: AgentStore
    let calls: LiveCalls
    let handler: any CallHandler

    var webSocketRoute: WebSocketRoute {
        WebSocketRoute(path: Self.path, subprotocol: "convai") { await serve($0, logger: $1) }
    }

    private func serve(_ connection: WebSocketConnection, logger: Logger) async {
        var logger = logger
        if let address = connection.request.remoteAddress { logger[metadataKey: "client"] = "\(address)" }
        let log = logger
        do {
            try await connection.run(decode: ClientMessage.init(frame:)) { messages, send in
                await call(connection.request, messages: ClientMessages(channel: messages), logger: log) {
                    try await send($0.json.data)
                }
            }
        } catch {
            log.debug("A WebSocket broke.", metadata: ["error": "\(error)"])
        }
    }

    /// Official clients show a close reason and nothing else, so a call that cannot be had is refused after the
    /// upgrade and not before.
    private func call(
        _ request: WebSocketRequest, messages: ClientMessages, logger: Logger,
        send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        var logger = logger
        do {
            let admitted = try await admit(request)
            logger[metadataKey: "agent_id"] = "\(admitted.agent.id)"
            logger[metadataKey: "conversation_id"] = "\(admitted.conversationID)"
            guard await calls.begin(admitted.agent.id, agentLimit: admitted.agent.concurrencyLimit) else {
                throw Refusal("All lines are busy: too many calls at the same time. Try again later.")
            }
            logger.info("A call begins.", metadata: ["authorization": "\(admitted.authorization)"])
            let ending = await handler.run(admitted, messages: messages, send: send)
            await calls.end(admitted.agent.id)
            logger.info("A call ended.", metadata: ["code": "\(ending.code)", "reason": "\(ending.reason)"])
            return ending
        } catch let refusal as Refusal {
            logger.info("A call was refused.", metadata: ["reason": "\(refusal.reason)"])
            return await refuse(1008, refusal.errorType, refusal.reason, send)
        } catch {
            logger.error("A call could not begin.", metadata: ["error": "\(error)"])
            return await refuse(
                1011, "unknown_websocket_crash", "The call could not begin: an internal error. Try again later.", send)
        }
    }

    private func admit(_ request: WebSocketRequest) async throws -> CallRequest {
        guard let id = request.query["agent_id"] else {
            throw Refusal("The URL has no agent_id.", errorType: "missing_fields")
        }
        guard let agent = try await agents.get(id) else {
            throw Refusal("There is no agent \(id.prefix(64)) here.")
        }
        let admission = try await access.admit(CallerCredentials(request), to: agent)
        return CallRequest(
            agent: agent, conversationID: admission.conversationID ?? Identifier.make("conv"),
            authorization: admission.method)
    }

    private func refuse(
        _ code: Int, _ type: String, _ reason: String, _ send: @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        let message = ErrorMessage(code: code, type: type, message: reason)
        // Some clients know the one, some the other, and all ignore what they do not know.
        try? await send(.error(message))
        try? await send(.clientError(message))
        return CallEnding(code: code, reason: reason)
    }
}

extension Agent {
    /// How many calls it may have at once: `platform_settings.call_limits.agent_concurrency_limit`.
    var concurrencyLimit: Int? {
        platformSettings.value(at: "call_limits", "agent_concurrency_limit")?.intValue.flatMap { $0 >= 0 ? $0 : nil }
    }
}
