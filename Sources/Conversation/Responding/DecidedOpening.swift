import Engines

/// A model whose answer begins with a tool's call that was decided without it. What follows the result it writes itself.
struct DecidedOpening: LanguageModelSession {
    let call: ToolCall
    let model: any LanguageModelSession

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let isMade = request.messages.contains {
            if case .assistant(_, let calls) = $0 { calls.contains { $0.id == call.id } } else { false }
        }
        guard !isMade else { return model.generate(request) }
        return AsyncThrowingStream { events in
            // No summary: no model was asked, and no token used.
            events.yield(.toolCall(call))
            events.finish()
        }
    }

    func prefill(_ request: GenerationRequest) async throws { try await model.prefill(request) }

    /// Does nothing: the model is the agent's.
    func close() async {}
}
