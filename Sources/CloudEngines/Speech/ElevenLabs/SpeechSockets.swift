import Engines
import Foundation
import Synchronization

/// The open connections to a service, and the clauses that wait for a place on one.
final class ElevenLabsSpeechSockets: Sendable {
    private struct State {
        var sockets: [(order: ElevenLabsSynthesizer.SpeechOrder.Socket, socket: ElevenLabsSpeechSocket)] = []
        var backoff: ConnectionBackoff
        var waiting: [(id: Int, wake: CheckedContinuation<Void, Never>)] = []
        var newest = 0
    }

    /// How often a waiting clause checks again, for places that become free with time.
    private static let longestWait = Duration.seconds(1)

    private let options: ElevenLabsSynthesizer.Options
    private let errors: ServiceErrors
    private let state: Mutex<State>

    init(options: ElevenLabsSynthesizer.Options, errors: ServiceErrors) {
        self.options = options
        self.errors = errors
        state = Mutex(State(backoff: ConnectionBackoff(first: options.firstBackoff, longest: options.longestBackoff)))
    }

    deinit {
        for entry in state.withLock(\.sockets) { entry.socket.cancel() }
    }

    /// Opens a connection, unless there is one.
    func warmUp(_ order: ElevenLabsSynthesizer.SpeechOrder.Socket) {
        let socket = state.withLock { state -> ElevenLabsSpeechSocket? in
            guard !state.sockets.contains(where: { $0.order == order }),
                state.sockets.count < options.maximumSockets, state.backoff.refusal(at: .now) == nil
            else { return nil }
            return add(order, to: &state)
        }
        socket?.start()
    }

    /// Speaks one clause.
    func speak(
        _ order: ElevenLabsSynthesizer.SpeechOrder, watch: ProgressWatch, yield: @Sendable (SpeechChunk) -> Void
    ) async throws {
        var isSecondTry = false
        while true {
            var clause = ElevenLabsClause(
                text: order.text, format: order.format, origin: .message, limit: options.maximumClause)
            do {
                try await read(try await place(for: order), into: &clause, watch: watch, yield: yield)
                return
            } catch let broken as ElevenLabsSpeechSocket.Broken {
                // No audio of the clause has been played, so asking again is safe.
                guard broken.isStale, clause.length == 0, !isSecondTry else { throw broken.error }
                isSecondTry = true
            }
        }
    }

    private func read(
        _ context: ElevenLabsSpeechSocket.Context, into clause: inout ElevenLabsClause, watch: ProgressWatch,
        yield: @Sendable (SpeechChunk) -> Void
    ) async throws {
        defer { context.end() }
        for try await reply in context.replies {
            guard let chunk = try clause.chunk(audio: reply.audio, characters: reply.characters) else { continue }
            if !chunk.samples.isEmpty { watch.progressed(next: options.stallTimeout) }
            yield(chunk)
        }
        try Task.checkCancellation()
        if let rest = clause.rest() { yield(rest) }
        guard clause.length > 0 else { throw errors.malformed("no audio") }
    }

    // MARK: Places

    private enum Place {
        case found(ElevenLabsSpeechSocket.Context)
        case opened(ElevenLabsSpeechSocket)
        case wait
    }

    private func place(for order: ElevenLabsSynthesizer.SpeechOrder) async throws -> ElevenLabsSpeechSocket.Context {
        while true {
            try Task.checkCancellation()
            switch try find(order) {
            case .found(let context): return context
            case .opened(let socket): socket.start()
            case .wait: try await wait()
            }
        }
    }

    private func find(_ order: ElevenLabsSynthesizer.SpeechOrder) throws -> Place {
        let own = state.withLock(\.sockets).filter { $0.order == order.socket }
        for entry in own {
            if let context = entry.socket.begin(order) { return .found(context) }
        }
        return try state.withLock { state in
            if state.sockets.count >= options.maximumSockets {
                // An idle connection for another voice makes room, once it has closed.
                state.sockets.first { $0.order != order.socket && $0.socket.isIdle }?.socket.cancel()
                guard state.waiting.count < options.maximumWaiting else {
                    throw errors.error(
                        .rateLimited, "more than \(options.maximumWaiting) clauses are waiting for a place")
                }
                return .wait
            }
            if let refusal = state.backoff.refusal(at: .now) { throw refusal }
            return .opened(add(order.socket, to: &state))
        }
    }

    private func add(
        _ order: ElevenLabsSynthesizer.SpeechOrder.Socket, to state: inout State
    ) -> ElevenLabsSpeechSocket {
        let socket = ElevenLabsSpeechSocket(
            order, options: options, errors: errors,
            reports: .init(
                opened: { [weak self] in self?.state.withLock { $0.backoff.succeeded() } },
                placeFreed: { [weak self] in self?.wake(1) },
                ended: { [weak self] in self?.ended($0, error: $1) }))
        state.sockets.append((order, socket))
        return socket
    }

    private func ended(_ socket: ElevenLabsSpeechSocket, error: EngineError?) {
        state.withLock { state in
            state.sockets.removeAll { $0.socket === socket }
            if let error { state.backoff.failed(error, at: .now) }
        }
        wake(ElevenLabsSpeechSocket.clausesAtOnce)
    }

    private func wake(_ count: Int) {
        let woken = state.withLock { state in
            let woken = state.waiting.prefix(count).map(\.wake)
            state.waiting.removeFirst(woken.count)
            return woken
        }
        for wake in woken { wake.resume() }
    }

    private func wait() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForPlace() }
            group.addTask { try await Task.sleep(for: Self.longestWait) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func waitForPlace() async {
        let id = state.withLock { state in
            state.newest += 1
            return state.newest
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !Task.isCancelled else { return true }
                    state.waiting.append((id, continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let wake = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).wake }
            }
            wake?.resume()
        }
    }
}
