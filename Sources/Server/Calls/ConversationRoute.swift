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
    let agents: any AgentStore
    let calls: CallRegistry
    let instruments: CallInstruments
    let handler: any CallHandler

    var webSocketRoute: WebSocketRoute {
        WebSocketRoute(path: Self.path, subprotocol: "convai") { try await serve($0, logger: $1) }
    }

    private func serve(_ connection: WebSocketConnection, logger: Logger) async throws {
        var logger = logger
        if let address = connection.request.remoteAddress { logger[metadataKey: "client"] = "\(address)" }
        let monitor = CallMonitor()
        try await connection.run { frame in
            let message = try ClientMessage(frame: frame)
            monitor.note(message)
            return message
        } _: { [logger] messages, send in
            await call(
                connection.request, messages: ClientMessages(channel: messages), monitor: monitor, logger: logger
            ) { message in
                monitor.note(message)
                try await send(message.json.data)
            }
        }
    }

    /// Runs the call. A call that is refused is refused after the upgrade, because official clients show only the
    /// reason of the close frame.
    private func call(
        _ request: WebSocketRequest, messages: ClientMessages, monitor: CallMonitor, logger: Logger,
        send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        var logger = logger
        do {
            let (agent, admission) = try await admit(request)
            var call = CallRequest(
                agent: agent, conversationID: admission.signature?.conversationID ?? Identifier.make("conv"),
                authorization: admission.method)
            // Whoever signed the URL decides, if they said anything.
            call.environment = admission.signature?.environment ?? request.query["environment"]
            if request.query["branch_id"]?.isEmpty == false { call.unfollowed = ["branch_id"] }
            logger[metadataKey: "agent_id"] = "\(agent.id)"
            logger[metadataKey: "conversation_id"] = "\(call.conversationID)"
            let entry = CallRegistry.Entry(
                conversationID: call.conversationID, agentID: agent.id, agentName: agent.name,
                address: request.remoteAddress, start: Date())
            call.orders = monitor.orders
            // What the agent's `client_events` leave out for its client.
            call.observe = { output in output.messages.forEach(monitor.note) }
            guard
                await calls.begin(
                    entry, inlet: call.inlet, monitor: monitor, agentLimit: agent.concurrencyLimit)
            else {
                throw Refusal("All lines are busy: too many calls at the same time. Try again later.", as: .busy)
            }
            do {
                // Used up only now: a caller who was refused may try again with the same URL.
                if let signature = admission.signature { try await access.signedURLs.use(signature) }
            } catch {
                await calls.end(call.conversationID)
                throw error
            }
            logger.info("A call begins.", metadata: ["authorization": "\(call.authorization)"])
            let ending = await handler.run(call, messages: messages, send: send)
            await calls.end(call.conversationID)
            logger.info("A call ended.", metadata: ["code": "\(ending.code)", "reason": "\(ending.reason)"])
            return ending
        } catch let error where error is Refusal || error is SignatureError {
            let refusal = error as? Refusal ?? Refusal("\(error)")
            instruments.refused(refusal.kind)
            logger.info("A call was refused.", metadata: ["reason": "\(refusal.reason)"])
            return await refuse(1008, refusal.errorType, refusal.reason, send)
        } catch {
            instruments.refused(.internalError)
            logger.error("A call could not be started.", metadata: ["error": "\(error)"])
            return await refuse(
                1011, "unknown_websocket_crash",
                "The call could not be started because of an internal error. Try again later.", send)
        }
    }

    private func admit(_ request: WebSocketRequest) async throws -> (Agent, AccessControl.Admission) {
        guard let id = request.query["agent_id"] else {
            throw Refusal("The URL has no agent_id.", as: .badRequest, errorType: "missing_fields")
        }
        guard let agent = try await agents.get(id) else {
            throw Refusal("There is no agent \(id.prefix(64)) here.", as: .unknownAgent)
        }
        return (agent, try await access.admit(CallerCredentials(request), to: agent))
    }

    private func refuse(
        _ code: Int, _ type: String, _ reason: String, _ send: @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        let message = ErrorMessage(code: code, type: type, message: reason)
        // Clients know one of these messages or the other, and ignore the one they do not know.
        try? await send(.error(message))
        try? await send(.clientError(message))
        return CallEnding(code: code, reason: reason)
    }
}

extension Agent {
    /// The most concurrent calls of the agent: `platform_settings.call_limits.agent_concurrency_limit`; nil for no
    /// limit.
    var concurrencyLimit: Int? {
        platformSettings.value(at: "call_limits", "agent_concurrency_limit")?.intValue.flatMap { $0 >= 0 ? $0 : nil }
    }
}
