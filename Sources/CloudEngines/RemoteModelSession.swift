import Engines
import Synchronization
import Tasks

/// The use of a model by one call.
final class RemoteModelSession: LanguageModelSession {
    private struct State {
        var slot: Int?
        var prefill: Task<Void, any Error>?
    }

    /// How long an answer waits for a server that is being restarted.
    private static let restart = Duration.seconds(10)

    private let exchange: ModelExchange
    private let slots: (any SlotProvider)?
    private let state: Mutex<State>

    init(exchange: ModelExchange, slots: (any SlotProvider)?, slot: Int?) {
        self.exchange = exchange
        self.slots = slots
        state = Mutex(State(slot: slot))
    }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        // A running prefill would hold the slot. What it has evaluated stays in the slot's cache, so stopping it loses
        // nothing for the same prompt, and saves its rest for another one.
        replacePrefill(by: nil)
        let slot = state.withLock(\.slot)
        return AsyncThrowingStream(fedBy: { [exchange, slots] output in
            let answer = await slots?.load.beginAnswer()
            defer { answer?.end() }
            try await slots?.waitUntilReady(atMost: Self.restart)
            try await withTaskCancellationHandler {
                try await exchange.run(request, slot: slot) { event in
                    answer?.hasBegun()
                    if case .finished = event { answer?.end() }
                    output.yield(event)
                    // The consumer does not wait for the end of the response.
                    if case .finished = event { output.finish() }
                }
            } onCancel: {
                // The next prompt does not wait until the connection is closed.
                answer?.hasBegun()
            }
        })
    }

    func prefill(_ request: GenerationRequest) async throws {
        guard exchange.options.supportsPrefill else { return await exchange.connect() }
        var request = request
        // llama-server accepts 0 as well, at the same cost; other servers refuse it.
        request.maxTokens = 1
        let (slot, prompt) = (state.withLock(\.slot), request)
        let task = Task { [exchange] in
            try await exchange.run(prompt, slot: slot) { _ in }
        }
        replacePrefill(by: task)
        do {
            try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch is CancellationError {
            // Replaced by a generation or a newer prefill, unless the caller's own task was cancelled.
            try Task.checkCancellation()
        }
    }

    func close() async {
        replacePrefill(by: nil)
        let slot = state.withLock { state in
            defer { state.slot = nil }
            return state.slot
        }
        if let slot { await slots?.release(slot: slot) }
    }

    private func replacePrefill(by task: Task<Void, any Error>?) {
        let old = state.withLock { state in
            defer { state.prefill = task }
            return state.prefill
        }
        old?.cancel()
    }
}
