import Engines
import Foundation
import JSON
import Synchronization
import WebSockets

/// One WebSocket to a voice, with up to five clauses at the same time.
final class ElevenLabsSpeechSocket: Sendable {
    /// Why a clause ends early.
    struct Broken: Error {
        var error: EngineError
        /// Whether the connection is older than the clause, so that it may have been dead, and a new one may work.
        var isStale: Bool
    }

    /// What the socket reports to its pool.
    struct Reports: Sendable {
        var opened: @Sendable () -> Void
        /// A clause has freed its place.
        var placeFreed: @Sendable () -> Void
        /// The socket has ended; the error is that of a connection that could not be opened.
        var ended: @Sendable (ElevenLabsSpeechSocket, EngineError?) -> Void
    }

    /// A clause's place on the socket.
    struct Context: Sendable {
        let replies: AsyncThrowingStream<ElevenLabsSpeechReply, any Error>
        fileprivate let id: String
        fileprivate let socket: ElevenLabsSpeechSocket

        /// Ends the clause. Its place is free once the service has sent the last of it.
        func end() { socket.abandon(id) }
    }

    private struct Clause {
        var replies: AsyncThrowingStream<ElevenLabsSpeechReply, any Error>.Continuation
        var isStale: Bool
        var abandoned: ContinuousClock.Instant?
    }

    private struct State {
        var clauses: [String: Clause] = [:]
        var newest = 0
        var isOpen = false
        var isOver = false
        var idleSince = ContinuousClock.now
        var task: Task<Void, Never>?
    }

    /// Most clauses at the same time; the service refuses more.
    static let clausesAtOnce = 5
    /// Messages of one clause that may wait for its reader.
    private static let replyBuffer = 1024
    /// Messages that may wait to be sent: three for each of more clauses than can be opened and closed in a round trip.
    private static let outgoingBuffer = 256

    private let order: ElevenLabsSynthesizer.SpeechOrder.Socket
    private let options: ElevenLabsSynthesizer.Options
    private let errors: ServiceErrors
    private let reports: Reports
    private let state = Mutex(State())
    private let (outgoing, send) = AsyncStream.makeStream(
        of: JSONValue.self, bufferingPolicy: .bufferingOldest(ElevenLabsSpeechSocket.outgoingBuffer))

    init(
        _ order: ElevenLabsSynthesizer.SpeechOrder.Socket, options: ElevenLabsSynthesizer.Options,
        errors: ServiceErrors, reports: Reports
    ) {
        self.order = order
        self.options = options
        self.errors = errors
        self.reports = reports
    }

    /// Connects; clauses can be begun meanwhile, and wait.
    func start() {
        let task = Task { await run() }
        state.withLock { $0.task = task }
    }

    func cancel() { state.withLock(\.task)?.cancel() }

    /// Whether no clause is being spoken.
    var isIdle: Bool { state.withLock { $0.clauses.isEmpty } }

    /// - Returns: The clause's place; nil when all places are taken, or the socket is closing.
    func begin(_ clause: ElevenLabsSynthesizer.SpeechOrder) -> Context? {
        let (replies, continuation) = AsyncThrowingStream.makeStream(
            of: ElevenLabsSpeechReply.self, bufferingPolicy: .bufferingOldest(Self.replyBuffer))
        let id = state.withLock { state -> String? in
            forgetAbandoned(&state)
            guard !state.isOver, state.clauses.count < Self.clausesAtOnce else { return nil }
            state.newest += 1
            let id = "clause-\(state.newest)"
            state.clauses[id] = Clause(replies: continuation, isStale: state.isOpen)
            for message in clause.messages(context: id) {
                guard case .enqueued = send.yield(message) else {
                    state.isOver = true
                    state.clauses[id] = nil
                    return nil
                }
            }
            return id
        }
        guard let id else {
            // When nothing can be sent any more, the other clauses move to a new connection too.
            if state.withLock(\.isOver) { cancel() }
            return nil
        }
        return Context(replies: replies, id: id, socket: self)
    }

    /// Frees places of abandoned clauses whose end the service has not reported in time.
    private func forgetAbandoned(_ state: inout State) {
        let latest = ContinuousClock.now - options.abandonedTimeout
        state.clauses = state.clauses.filter { $0.value.abandoned.map { $0 > latest } ?? true }
    }

    private func abandon(_ id: String) {
        state.withLock { state in
            guard state.clauses[id] != nil else { return }
            state.clauses[id]?.abandoned = .now
        }
    }

    // MARK: The connection

    private func run() async {
        var limits = WebSocket.Options()
        limits.connectTimeout = options.connectTimeout
        limits.maximumMessageSize = options.maximumMessageSize
        limits.trustedCertificates = options.trustedCertificates
        do {
            try await WebSocket.run(
                order.url, headers: order.headers.map { ($0.name, $0.value) }, options: limits
            ) { inbound, outbound in
                state.withLock { $0.isOpen = true }
                reports.opened()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await message in self.outgoing { try await outbound.send(WebSocketMessage(message.data)) }
                    }
                    group.addTask { try await self.waitUntilIdle() }
                    group.addTask {
                        for try await message in inbound { try self.take(message) }
                        throw self.errors.closed(inbound.close)
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
            end(errors.closed(nil))
        } catch {
            end(errors.engineError(for: error))
        }
    }

    private func waitUntilIdle() async throws {
        while true {
            let wake = state.withLock { state -> ContinuousClock.Instant? in
                forgetAbandoned(&state)
                guard state.clauses.isEmpty else { return .now + options.idleTimeout }
                let end = state.idleSince + options.idleTimeout
                guard end <= .now else { return end }
                state.isOver = true
                return nil
            }
            guard let wake else { return }
            try await Task.sleep(until: wake, clock: .continuous)
        }
    }

    private func take(_ message: WebSocketMessage) throws {
        guard let reply = ElevenLabsSpeechReply(message.data) else {
            throw errors.malformed("a message that is not a piece of speech")
        }
        if let failure = reply.failure {
            let error = errors.refusal(word: failure.word, message: failure.message)
            guard let id = reply.contextID else { throw error }
            finish(id, throwing: Broken(error: error, isStale: false))
            return
        }
        guard let id = reply.contextID else { return }
        let replies = state.withLock { $0.clauses[id].flatMap { $0.abandoned == nil ? $0.replies : nil } }
        if let replies, case .dropped = replies.yield(reply) {
            finish(
                id,
                throwing: Broken(error: errors.error(.failed, "a clause's audio was not read in time"), isStale: false)
            )
        } else if reply.isFinal {
            finish(id, throwing: nil)
        }
    }

    private func finish(_ id: String, throwing error: Broken?) {
        let clause = state.withLock { state in
            defer { if state.clauses.isEmpty { state.idleSince = .now } }
            return state.clauses.removeValue(forKey: id)
        }
        guard let clause else { return }
        clause.replies.finish(throwing: error)
        reports.placeFreed()
    }

    private func end(_ error: EngineError) {
        let (clauses, wasOpen) = state.withLock { state in
            defer { (state.clauses, state.isOver) = ([:], true) }
            return (state.clauses, state.isOpen)
        }
        for clause in clauses.values {
            clause.replies.finish(
                throwing: Broken(error: error, isStale: clause.isStale && error.kind == .unavailable))
        }
        reports.ended(self, wasOpen ? nil : error)
    }
}
