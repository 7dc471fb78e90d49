import Egress
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import Tasks

/// Listens for changes of a server's list of tools, on a stream that stays open.
///
/// A stream that ends, as many do when nothing is said for a while, is opened again. Streams that hold too shortly, several
/// in a row, and a server that cannot be reached end it: the list's lifetime is the safety net, and a dead server is not
/// asked without need.
struct ChangeListener: Sendable {
    /// How listening has ended.
    enum End: Sendable, Hashable {
        /// The server does not offer it, or has ended it.
        case refused
        /// The stream cannot be held at present.
        case broken
    }

    /// The server has ended the subscription.
    private struct Ended: Error {}

    let http: HTTPEndpoint
    let session: MCPSession
    let sessionID: String?
    /// For the request that opens the stream.
    let id: Int
    let client: MCPImplementation
    let changed: @Sendable () -> Void

    func run() async -> End {
        let stream = Mutex(ReplyStream(for: id, options: http.options))
        var eventID: String?
        var shortStreams = 0
        while true {
            let limit = http.options.connectTimeout
            let start = http.clock.elapsed()
            do {
                try await http.events(request(after: eventID, limit), within: limit) { piece in
                    for step in stream.withLock({ $0.take(piece.readableBytesView) }) { try self.follow(step) }
                }
            } catch MCPError.lost {
                // The stream broke, or never began.
            } catch MCPError.unreachable, MCPError.timedOut {
                return .broken
            } catch MCPError.refused(let status, _) where status >= 500 {
                return .broken
            } catch {
                return .refused
            }
            let isShort = http.clock.elapsed() - start < http.options.longestReconnectDelay
            shortStreams = isShort ? shortStreams + 1 : 0
            guard shortStreams <= http.options.mostReconnects else { return .broken }
            let (delay, last) = stream.withLock { $0.restarted() }
            eventID = last
            do { try await http.clock.sleep(delay) } catch { return .broken }
            // Without an event to go on from, nobody tells what has changed meanwhile.
            if eventID == nil { changed() }
        }
    }

    private func follow(_ step: ReplyStream.Step) throws {
        switch step {
        case .notice("notifications/tools/list_changed"): changed()
        // One event that is none is no reason not to hear the others.
        case .notice, .resume, .reply(.failure(.notMCP)): break
        case .send(let message):
            http.reply(
                HTTPEndpoint.Message(
                    json: message, headers: [(Envelope.versionHeader, session.version)], session: sessionID))
        case .reply: throw Ended()
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
