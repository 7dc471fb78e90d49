import Engines
import Foundation
import Speech
import Synchronization
import Tasks
import Tracing

/// Several models as one: when one fails, or says nothing in time, the next continues the same answer. A single model
/// is asked a second time. All of them share one budget of time for the first word, because the caller waits for the
/// answer whatever the cause.
///
/// Nothing is said twice: a model that takes over is shown what has been said. Reasoning is filtered out.
struct ModelCascade: LanguageModel {
    /// The models in the order in which they are asked; never empty. The first gives the cascade its id.
    let models: [any LanguageModel]
    /// The longest wait for a model's first content, and between two pieces of it, while there is another model.
    let timeout: Duration
    /// The longest wait for the first content of all models together, and between two pieces of the last model's.
    let budget: Duration
    let clock: TaskClock
    /// Called before the next model is asked.
    let report: @Sendable (EngineFallback) async -> Void

    /// A server whose `retryAfter` is longer is not asked again: the caller waits.
    static let longestPause = Duration.seconds(3)
    /// Pause before a model, such as an overloaded one, is asked again.
    static let shortestPause = Duration.milliseconds(250)

    /// The part of the budget that is kept for the next model when one says nothing: a small model on two cores needs
    /// half of it.
    static let reserve = Duration.seconds(3)

    var id: String { models[0].id }
    var contextLength: Int? { models.compactMap(\.contextLength).min() }
    var seesImages: Bool { models[0].seesImages }

    func openSession() async -> any LanguageModelSession {
        CascadeSession(cascade: self, first: await models[0].openSession())
    }
}

private final class CascadeSession: LanguageModelSession {
    private struct State {
        var sessions: [Int: any LanguageModelSession]
        var isClosed = false
        /// The ids of images that a model's server has refused.
        var refusedImages: Set<String> = []
    }

    /// What one model has said of an answer.
    private final class Progress: Sendable {
        private struct State {
            var filter = ReasoningFilter()
            var text = ""
            var hasCalledTools = false
            var pieces = 0
        }

        private let state = Mutex(State())

        var text: String { state.withLock { $0.text } }
        var hasCalledTools: Bool { state.withLock { $0.hasCalledTools } }
        /// Increases with each piece of content.
        var pieces: Int { state.withLock { $0.pieces } }

        /// The events to pass on: text without the model's reasoning.
        func take(_ event: GenerationEvent) -> [GenerationEvent] {
            state.withLock { state in
                state.pieces += 1
                switch event {
                case .text(let text):
                    let heard = state.filter.append(text)
                    state.text += heard
                    return heard.isEmpty ? [] : [.text(heard)]
                case .toolCall:
                    state.hasCalledTools = true
                    return [event]
                case .finished:
                    let rest = state.filter.finish()
                    state.text += rest
                    return rest.isEmpty ? [event] : [.text(rest), event]
                }
            }
        }
    }

    private let cascade: ModelCascade
    private let state: Mutex<State>

    /// The instruction for a model that continues where another broke off.
    private static let continuation = """
        Your last message was cut off there. Go on from exactly that point, without repeating anything of it.
        """

    init(cascade: ModelCascade, first: any LanguageModelSession) {
        self.cascade = cascade
        state = Mutex(State(sessions: [0: first]))
    }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream(fedBy: { try await self.answer(request, $0) })
    }

    private func answer(
        _ request: GenerationRequest, _ continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    ) async throws {
        var request = request
        let isAlone = cascade.models.count == 1
        let start = cascade.clock.elapsed()
        let attempts = isAlone ? [0, 0] : Array(cascade.models.indices)
        var hasContent = false
        for (attempt, index) in attempts.enumerated() {
            guard let session = await session(index) else { throw CancellationError() }
            let progress = Progress()
            let model = cascade.models[index].id
            let next = attempts.dropFirst(attempt + 1).first
            // A slow model is not made faster by being asked twice.
            let isLast = next == nil || isAlone
            let gap = isLast ? cascade.budget : cascade.timeout
            let rest = cascade.budget - (cascade.clock.elapsed() - start)
            let first = hasContent ? gap : isLast ? rest : min(gap, max(rest - ModelCascade.reserve, .zero))
            do {
                return try await withSpan("model", ofKind: .client) { span in
                    span.attributes["gen_ai.request.model"] = model
                    let shown = shown(request, to: index)
                    do {
                        try await generate(
                            shown, with: session, as: model, within: (first, gap), progress, continuation)
                    } catch let refusal as EngineError
                        where refusal.mayBeOfAnImage(isLast: next == nil) && shown.hasImages && progress.pieces == 0
                    {
                        // An image that the server cannot read costs the caller neither this answer nor all later ones.
                        await cascade.report(.init(task: .generation, failure: refusal, next: model))
                        try await generate(
                            shown.hidingImages(), with: session, as: model, within: (first, gap), progress, continuation
                        )
                        state.withLock { $0.refusedImages.formUnion(shown.images.map(\.id)) }
                    }
                }
            } catch let failure as EngineError {
                hasContent = hasContent || progress.pieces > 0
                let pause = next == index ? max(failure.retryAfter ?? .zero, ModelCascade.shortestPause) : .zero
                let isInTime = hasContent || cascade.clock.elapsed() - start + pause < cascade.budget
                // A tool call must not be repeated by another model.
                guard let next, !progress.hasCalledTools, isInTime, next != index || failure.isWorthAskingAgain else {
                    throw index == 0
                        ? failure
                        : EngineError(failure.kind, engine: cascade.id, "\(failure.engine): \(failure.message)")
                }
                await cascade.report(.init(task: .generation, failure: failure, next: cascade.models[next].id))
                if pause > .zero { try await cascade.clock.sleep(pause) }
                let said = progress.text
                if said.contains(where: { !$0.isWhitespace }) {
                    request.messages += [.assistant(said), .system(Self.continuation)]
                }
            }
        }
    }

    /// Runs one model's part of an answer.
    ///
    /// - Parameter limits: the longest waits for its first piece, and between two pieces.
    /// - Throws: `EngineError` when the model fails or stalls, or `CancellationError`.
    private func generate(
        _ request: GenerationRequest, with session: any LanguageModelSession, as model: String,
        within limits: (first: Duration, gap: Duration), _ progress: Progress,
        _ continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { [cascade] group in
            group.addTask {
                for try await event in session.generate(request) {
                    for event in progress.take(event) {
                        if case .finished(var summary) = event {
                            summary.model = model
                            continuation.yield(.finished(summary))
                        } else {
                            continuation.yield(event)
                        }
                    }
                }
            }
            group.addTask {
                var pieces = 0
                var limit = limits.first
                repeat {
                    pieces = progress.pieces
                    try await cascade.clock.sleep(limit)
                    if progress.pieces > pieces { limit = limits.gap }
                } while progress.pieces > pieces
                throw EngineError(.timeout, engine: model, "no content within \(limit.inSeconds)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    /// What a model is sent of a request.
    private func shown(_ request: GenerationRequest, to index: Int) -> GenerationRequest {
        guard cascade.models[index].seesImages else { return request.hidingImages() }
        return request.hidingImages(state.withLock(\.refusedImages))
    }

    /// The session with a model, opened when first needed; nil once the cascade's session is closed.
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
        try await state.withLock { $0.sessions[0] }?.prefill(shown(request, to: 0))
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

extension Duration {
    /// Seconds for messages, such as `7 s`.
    fileprivate var inSeconds: String {
        "\((self / .seconds(1)).formatted(.number.precision(.fractionLength(0...1)))) s"
    }
}

extension EngineError {
    /// Whether the same request may succeed if it is made again now.
    fileprivate var isWorthAskingAgain: Bool {
        kind != .rejected && (retryAfter ?? .zero) <= ModelCascade.longestPause
    }
}

extension EngineError {
    /// Whether an image may be why a model failed. Some servers do not refuse what they cannot read, but break; others
    /// break now and then, and are asked once more with the image.
    fileprivate func mayBeOfAnImage(isLast: Bool) -> Bool {
        switch kind {
        case .rejected: true
        case .failed, .malformedAnswer: isLast
        case .unavailable, .timeout, .rateLimited: false
        }
    }
}
