import Egress
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import Tasks

/// Listens for changes of a server's list of tools, on a stream that stays open.
///
/// It ends when the server does not offer that, or cannot be reached several times in a row: the list's lifetime is the
/// safety net, and a dead server is not asked without need.
struct ChangeListener: Sendable {
    let http: HTTPEndpoint
    let session: MCPSession
    let sessionID: String?
    /// For the request that opens the stream.
    let id: Int
    let client: MCPImplementation
    let changed: @Sendable () -> Void

    func run() async {
        let stream = Mutex(ReplyStream(for: id, options: http.options))
        var eventID: String?
        while !Task.isCancelled {
            let limit = http.options.connectTimeout
            do {
                try await http.events(request(after: eventID, limit), within: limit) { piece in
                    for step in stream.withLock({ $0.take(piece.readableBytesView) }) { try await self.follow(step) }
                }
            } catch let error as MCPError {
                // What a server does not offer, it refuses.
                guard case .lost = error else { return }
            } catch {
                return
            }
            // A stream whose events have no ids cannot be taken up where it broke; it is opened again, once.
            guard case .resume(let delay, let id) = stream.withLock({ $0.ended("") }) else { return }
            eventID = id
            do { try await http.clock.sleep(delay) } catch { return }
        }
    }

    private func follow(_ step: ReplyStream.Step) async throws {
        switch step {
        case .notice("notifications/tools/list_changed", _): changed()
        case .notice, .resume: break
        case .send(let message):
            try? await http.post(
                HTTPEndpoint.Message(
                    json: message, headers: [(Envelope.versionHeader, session.version)], session: sessionID))
        // The server closes the stream in good order.
        case .reply: throw CancellationError()
        }
    }

    private func request(after eventID: String?, _ limit: Duration) -> EgressRequest {
        let envelope = Envelope(era: session.era, version: session.version, client: client)
        let method = "subscriptions/listen"
        guard session.era == .stateless else {
            return http.request(
                .GET, http.server.url,
                [(Envelope.versionHeader, session.version)] + (eventID.map { [("Last-Event-ID", $0)] } ?? []),
                session: sessionID, accept: "text/event-stream", within: limit, longest: .max)
        }
        let message = RPCMessage.request(
            id: id, method, envelope.params(["notifications": ["toolsListChanged": true]]))
        return http.request(
            .POST, http.server.url, envelope.headers(method, [:]), body: message.data, within: limit, longest: .max)
    }
}
