import Engines
import Synchronization

/// Several models as one: when one fails, or says nothing in time, the next goes on with the same answer. One that is
/// alone is asked a second time.
///
/// Nothing is said twice: whoever takes over from one that broke off is told what has been said.
struct ModelCascade: LanguageModel {
    /// One model gave up, and another, or itself once more, has taken over.
    struct Fallback: Sendable, Hashable {
        var failure: EngineError
        var next: String
    }

    /// In the order in which they are asked; never empty. The first has the record's name.
    let models: [any LanguageModel]
    /// How long a model may go without content, from the request and between its pieces of text, while there is another.
    /// The last has as long as its engine allows.
    let timeout: Duration
    let clock: CallClock
    /// Called before the next model is asked.
    let report: @Sendable (Fallback) async -> Void

    /// A server that wants to be left alone for longer is not waited for: the caller is.
    static let longestPause = Duration.seconds(3)
    /// Before a model is asked again at once, as one that was overloaded.
    static let shortestPause = Duration.milliseconds(250)

    /// A model that is alone and has taken longer than this to fail is not asked again: the caller has waited enough.
    static let longestFirstTry = Duration.seconds(10)

    var id: String { models[0].id }
    var contextLength: Int? { models.compactMap(\.contextLength).min() }

    func openSession() async -> any LanguageModelSession {
        CascadeSession(cascade: self, first: await models[0].openSession())
    }
}

private final class CascadeSession: LanguageModelSession {
    private struct State {
        var sessions: [Int: any LanguageModelSession]
        var isClosed = false
    }

    /// What one model has said of an answer.
    private final class Progress: Sendable {
        private struct State {
            var text = ""
            var hasCalledTools = false
            var pieces = 0
        }

        private let state = Mutex(State())

        var text: String { state.withLock { $0.text } }
        var hasCalledTools: Bool { state.withLock { $0.hasCalledTools } }
        /// Grows while there is content.
        var pieces: Int { state.withLock { $0.pieces } }

        func note(_ event: GenerationEvent) {
            state.withLock { state in
                state.pieces += 1
                switch event {
                case .text(let text): state.text += text
                case .toolCall: state.hasCalledTools = true
                case .finished: break
                }
            }
        }
    }

    private let cascade: ModelCascade
    private let state: Mutex<State>

    /// What the model is told that goes on where another broke off.
    private static let continuation = """
        Your last message was cut off there. Go on from exactly that point, without repeating anything of it.
        """

    init(cascade: ModelCascade, first: any LanguageModelSession) {
        self.cascade = cascade
        state = Mutex(State(sessions: [0: first]))
    }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await self.answer(request, continuation)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { reason in
                if case .cancelled = reason { task.cancel() }
            }
        }
    }

    private func answer(
        _ request: GenerationRequest, _ continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    ) async throws {
        var request = request
        let isAlone = cascade.models.count == 1
        let start = cascade.clock.elapsed()
        let attempts = isAlone ? [0, 0] : Array(cascade.models.indices)
        for (attempt, index) in attempts.enumerated() {
            guard let session = await session(index) else { throw CancellationError() }
            let progress = Progress()
            let model = cascade.models[index].id
            let next = attempts.dropFirst(attempt + 1).first
            // A model that is alone and slow is not made faster by being asked twice.
            let timeout = next == nil || isAlone ? nil : cascade.timeout
            do {
                return try await generate(
                    request, with: session, as: model, within: timeout, progress, continuation)
            } catch let failure as EngineError {
                // A tool that was called must not be called again by another model.
                guard let next, !progress.hasCalledTools,
                    next != index
                        || failure.isWorthAskingAgain && cascade.clock.elapsed() - start < ModelCascade.longestFirstTry
                else {
                    throw index == 0
                        ? failure
                        : EngineError(failure.kind, engine: cascade.id, "\(failure.engine): \(failure.message)")
                }
                await cascade.report(.init(failure: failure, next: cascade.models[next].id))
                if next == index {
                    try await cascade.clock.sleep(max(failure.retryAfter ?? .zero, ModelCascade.shortestPause))
                }
                let said = progress.text
                if said.contains(where: { !$0.isWhitespace }) {
                    request.messages += [.assistant(said), .system(Self.continuation)]
                }
            }
        }
    }

    /// One model's part of an answer.
    ///
    /// - Throws: `EngineError` when it fails or stands still, or `CancellationError`.
    private func generate(
        _ request: GenerationRequest, with session: any LanguageModelSession, as model: String,
        within timeout: Duration?, _ progress: Progress,
        _ continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { [cascade] group in
            group.addTask {
                for try await event in session.generate(request) {
                    progress.note(event)
                    if case .finished(var summary) = event {
                        summary.model = model
                        continuation.yield(.finished(summary))
                    } else {
                        continuation.yield(event)
                    }
                }
            }
            if let timeout {
                group.addTask {
                    var pieces = 0
                    repeat {
                        pieces = progress.pieces
                        try await cascade.clock.sleep(timeout)
                    } while progress.pieces > pieces
                    throw EngineError(.timeout, engine: model, "no content within \(timeout)")
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    /// The session with a model, opened when it is first needed; nil once all is closed.
    private func session(_ index: Int) async -> (any LanguageModelSession)? {
        if let open = state.withLock({ $0.sessions[index] }) { return open }
        let opened = await cascade.models[index].openSession()
        let isClosed = state.withLock { state in
            if !state.isClosed { state.sessions[index] = opened }
            return state.isClosed
        }
        if isClosed { await opened.close() }
        return isClosed ? nil : opened
    }

    func prefill(_ request: GenerationRequest) async throws {
        try await state.withLock { $0.sessions[0] }?.prefill(request)
    }

    func close() async {
        let sessions = state.withLock { state in
            state.isClosed = true
            defer { state.sessions = [:] }
            return state.sessions.values.map(\.self)
        }
        for session in sessions { await session.close() }
    }
}

extension EngineError {
    /// The same request may well be answered now.
    fileprivate var isWorthAskingAgain: Bool {
        kind != .rejected && (retryAfter ?? .zero) <= ModelCascade.longestPause
    }
}
