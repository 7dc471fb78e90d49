import Agents
import AsyncAlgorithms
import ConvAI
import Conversation
import Foundation
import JSON
import Logging

/// `GET /v1/convai/conversations/{conversation_id}/monitor`: a WebSocket by which an owner follows a call.
struct MonitorRoute: Sendable {
    let access: AccessControl
    let agents: any AgentStore
    let calls: CallRegistry

    var webSocketRoute: WebSocketRoute {
        WebSocketRoute(path: "/v1/convai/conversations/{conversation_id}/monitor") { try await serve($0, logger: $1) }
    }

    private func serve(_ connection: WebSocketConnection, logger: Logger) async throws {
        let request = connection.request
        let id = request.path.split(separator: "/").dropLast().last.map(String.init) ?? ""
        try await connection.run(decode: MonitorCommand.init(frame:)) { [logger] commands, send in
            do {
                let name = id.removingPercentEncoding ?? id
                let monitor = try await admit(request, to: name)
                guard let (watcher, messages) = monitor.watch() else { throw Refusal("The call is over.") }
                logger.info("An owner follows a call.", metadata: ["conversation_id": "\(id)"])
                defer { monitor.leave(watcher) }
                return await withTaskGroup(of: CallEnding.self) { group in
                    group.addTask { await show(messages, of: monitor, send) }
                    group.addTask {
                        await obey(commands, send) { command in
                            logger.info(
                                "An order to a call.",
                                metadata: ["conversation_id": "\(id)", "order": "\(command.name)"])
                            // A key may have been revoked, and the agent changed, since the socket was opened.
                            _ = try await admit(request, to: name)
                            return monitor.follow(command, of: watcher)
                        }
                    }
                    defer { group.cancelAll() }
                    return await group.next() ?? CallEnding(code: 1011, reason: "The monitor ended unexpectedly.")
                }
            } catch let refusal as Refusal {
                return CallEnding(code: 1008, reason: refusal.reason)
            } catch let error as APIError {
                return CallEnding(code: 1008, reason: error.message)
            } catch {
                logger.error("A call could not be followed.", metadata: ["error": "\(error)"])
                return CallEnding(code: 1011, reason: "The call cannot be followed because of an internal error.")
            }
        }
    }

    /// - Throws: `Refusal`, `APIError` 401, or the database's error.
    private func admit(_ request: WebSocketRequest, to id: String) async throws -> CallMonitor {
        let credentials = CallerCredentials(request)
        try await access.requireOwner(credentials)
        guard let (agentID, monitor) = await calls.monitored(id) else {
            throw Refusal("There is no call \(id.prefix(64)) in progress here.")
        }
        // The dashboard shows the owner the record of a running call anyway.
        let isDashboard = credentials.browser.isOwnPage(of: access.configuration)
        let agent = try await agents.get(agentID)
        guard isDashboard || agent?.allowsMonitoring == true else {
            throw Refusal("The agent's conversation.monitoring_enabled is false.")
        }
        return monitor
    }

    private func show(
        _ messages: AsyncStream<Data>, of monitor: CallMonitor, _ send: @escaping WebSocketConnection.Send
    ) async -> CallEnding {
        for await message in messages {
            do { try await send(message) } catch { return CallEnding(code: 1000, reason: "The client has gone.") }
        }
        return monitor.isOver
            ? CallEnding(code: 1000, reason: "The call is over.")
            : CallEnding(code: 1008, reason: "The messages were not read in time.")
    }

    private func obey(
        _ commands: AsyncThrowingChannel<MonitorCommand, any Error>, _ send: @escaping WebSocketConnection.Send,
        _ follow: (MonitorCommand) async throws -> String?
    ) async -> CallEnding {
        do {
            for try await command in commands {
                guard let refusal = try await follow(command) else { continue }
                let error = ErrorMessage(code: 1008, type: "invalid_message", message: refusal)
                try await send(ServerMessage.error(error).json.data)
            }
        } catch let error as ClientMessageError {
            return CallEnding(code: 1008, reason: error.description)
        } catch let refusal as Refusal {
            return CallEnding(code: 1008, reason: refusal.reason)
        } catch let error as APIError {
            return CallEnding(code: 1008, reason: error.message)
        } catch {
            // The connection broke.
        }
        return CallEnding(code: 1000, reason: "The client has gone.")
    }
}

extension MonitorCommand {
    /// What it is, without what it says.
    fileprivate var name: String {
        switch self {
        case .endCall: "end_call"
        case .contextualUpdate: "contextual_update"
        case .enableTakeover: "enable_human_takeover"
        case .humanMessage: "send_human_message"
        case .disableTakeover: "disable_human_takeover"
        case .unknown: "unknown"
        }
    }
}

extension Agent {
    /// `conversation.monitoring_enabled`.
    fileprivate var allowsMonitoring: Bool {
        conversationConfig.value(at: "conversation", "monitoring_enabled")?.boolValue ?? false
    }
}
