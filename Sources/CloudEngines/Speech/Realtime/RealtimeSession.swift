import Foundation
import JSON
import Synchronization
import WebSockets

/// An open WebSocket to a transcription service, for one utterance.
final class RealtimeSession: Sendable {
    enum Event: Sendable {
        /// From now on audio can be sent.
        case open(WebSocketOutbound)
        case message(WebSocketMessage)
        /// The service has closed it; always the last.
        case closed(WebSocketClose?)
    }

    /// More events than an utterance's reader would ever leave waiting.
    private static let eventBuffer = 256

    /// What happens. Throws `WebSocketError` when the connection cannot be opened or breaks.
    let events: AsyncThrowingStream<Event, any Error>
    private let isEnded: Flag
    private let task: Task<Void, Never>

    private final class Flag: Sendable {
        let value = Mutex(false)
    }

    /// More came than was read.
    struct Overflow: Error {}

    /// Connects.
    init(_ connection: RealtimeConnection, options: WebSocket.Options) {
        let (events, continuation) = AsyncThrowingStream.makeStream(
            of: Event.self, bufferingPolicy: .bufferingOldest(Self.eventBuffer))
        let isEnded = Flag()
        self.events = events
        self.isEnded = isEnded
        task = Task {
            do {
                try await WebSocket.run(
                    connection.url, headers: connection.headers.map { ($0.name, $0.value) }, options: options
                ) { inbound, outbound in
                    for message in connection.opening { try await outbound.send(WebSocketMessage(message.data)) }
                    continuation.yield(.open(outbound))
                    for try await message in inbound {
                        guard case .enqueued = continuation.yield(.message(message)) else { throw Overflow() }
                    }
                    continuation.yield(.closed(inbound.close))
                }
                isEnded.value.withLock { $0 = true }
                continuation.finish()
            } catch {
                isEnded.value.withLock { $0 = true }
                continuation.finish(throwing: error)
            }
        }
    }

    deinit { task.cancel() }

    /// Whether it is of no use any more.
    var isOver: Bool { isEnded.value.withLock(\.self) }

    /// Closes the connection.
    func close() { task.cancel() }
}

/// Opens sessions, the next one when an utterance ends: connecting while the caller speaks would take a tenth to a third
/// of a second.
///
/// A session serves one utterance only, so that nothing one caller has said colours what another is understood to say.
final class RealtimeSessions: Sendable {
    private struct Spare {
        var connection: RealtimeConnection
        var session: RealtimeSession
    }

    private let options: WebSocket.Options
    private let idleTimeout: Duration
    private let limit: Int
    private let spares = Mutex<[Spare]>([])

    /// - Parameters:
    ///   - idleTimeout: How long a session waits for an utterance.
    ///   - limit: How many wait at most.
    init(options: WebSocket.Options, idleTimeout: Duration, limit: Int) {
        self.options = options
        self.idleTimeout = idleTimeout
        self.limit = limit
    }

    /// A session for an utterance that begins.
    func take(_ connection: RealtimeConnection) -> RealtimeSession {
        let spare = spares.withLock { spares -> RealtimeSession? in
            spares.removeAll { $0.session.isOver }
            return spares.firstIndex { $0.connection == connection }.map { spares.remove(at: $0).session }
        }
        return spare ?? RealtimeSession(connection, options: options)
    }

    /// Opens a session for the next utterance, unless one waits.
    func prepare(_ connection: RealtimeConnection) {
        guard limit > 0 else { return }
        spares.withLock { spares in
            spares.removeAll { $0.session.isOver }
            guard !spares.contains(where: { $0.connection == connection }) else { return }
            if spares.count >= limit { spares.removeFirst() }
            let session = RealtimeSession(connection, options: options)
            spares.append(Spare(connection: connection, session: session))
            Task { [weak self, weak session, idleTimeout] in
                try? await Task.sleep(for: idleTimeout)
                if let session { self?.drop(session) }
            }
        }
    }

    private func drop(_ session: RealtimeSession) { spares.withLock { $0.removeAll { $0.session === session } } }
}
