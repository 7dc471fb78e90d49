import Engines
import Foundation
import JSON
import Synchronization
import WebSockets

/// An open WebSocket to a transcription service, for one utterance.
final class RealtimeSession: Sendable {
    enum Event: Sendable {
        /// The connection is open, and audio can be sent.
        case open(WebSocketOutbound)
        case message(WebSocketMessage)
        /// The service has closed the connection; always the last event.
        case closed(WebSocketClose?)
    }

    /// Events that may wait, more than the reader of an utterance ever leaves waiting.
    private static let eventBuffer = 256

    /// The events of the connection. Throws `WebSocketError` when it cannot be opened or breaks.
    let events: AsyncThrowingStream<Event, any Error>
    private let isEnded: Flag
    private let task: Task<Void, Never>

    private final class Flag: Sendable {
        let value = Mutex(false)
    }

    /// More events came than the buffer holds.
    struct Overflow: Error {}

    /// Begins to connect.
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

    /// Whether the session can no longer be used.
    var isOver: Bool { isEnded.value.withLock(\.self) }

    /// Closes the connection.
    func close() { task.cancel() }
}

/// Opens sessions. The next one is opened when an utterance ends: connecting while the caller speaks would take a tenth
/// to a third of a second.
///
/// A session serves one utterance only, so that the words of one caller do not influence the transcript of another.
final class RealtimeSessions: Sendable {
    private struct Spare {
        var connection: RealtimeConnection
        var session: RealtimeSession
    }

    private let options: RealtimeTranscriptionOptions
    private let spares = Mutex<[Spare]>([])

    init(_ options: RealtimeTranscriptionOptions) { self.options = options }

    /// Opens an utterance, which fails when the configuration is unusable.
    func openUtterance(
        _ api: any RealtimeTranscriptionAPI, _ hints: TranscriptionHints
    ) -> any UtteranceTranscription {
        do {
            return try RealtimeUtterance(
                api: api, connection: api.connection(hints), sessions: self, options: options)
        } catch {
            return UnavailableUtterance(api.errors.engineError(for: error))
        }
    }

    /// Returns a session for an utterance that begins.
    func take(_ connection: RealtimeConnection) -> RealtimeSession {
        let spare = spares.withLock { spares -> RealtimeSession? in
            spares.removeAll { $0.session.isOver }
            return spares.firstIndex { $0.connection == connection }.map { spares.remove(at: $0).session }
        }
        return spare ?? RealtimeSession(connection, options: options.webSocket)
    }

    /// Opens a session for the first utterance, which serves it unless it has hints of its own.
    func prepare(_ api: any RealtimeTranscriptionAPI) {
        if let connection = try? api.connection(TranscriptionHints()) { prepare(connection) }
    }

    /// Opens a session for the next utterance, unless one is waiting.
    func prepare(_ connection: RealtimeConnection) {
        guard options.maximumSpares > 0 else { return }
        spares.withLock { spares in
            spares.removeAll { $0.session.isOver }
            guard !spares.contains(where: { $0.connection == connection }) else { return }
            if spares.count >= options.maximumSpares { spares.removeFirst() }
            let session = RealtimeSession(connection, options: options.webSocket)
            spares.append(Spare(connection: connection, session: session))
            Task { [weak self, weak session, options] in
                try? await Task.sleep(for: options.idleTimeout)
                if let session { self?.drop(session) }
            }
        }
    }

    private func drop(_ session: RealtimeSession) { spares.withLock { $0.removeAll { $0.session === session } } }
}
