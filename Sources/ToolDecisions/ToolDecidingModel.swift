import Engines
import Tasks

/// A small model whose tool calls are made by `LlamaToolDecider` instead of being written by the model.
public struct ToolDecidingModel: LanguageModel {
    private let model: any LanguageModel
    private let decider: LlamaToolDecider

    /// - Parameter model: The model that answers; it is shown no tools.
    public init(_ model: any LanguageModel, decider: LlamaToolDecider) {
        self.model = model
        self.decider = decider
    }

    /// The id of the model that answers.
    public var id: String { model.id }
    /// The context of the model that answers, in tokens.
    public var contextLength: Int? { model.contextLength }

    /// Opens a session of the model.
    public func openSession() async -> any LanguageModelSession {
        ToolDecidingSession(session: await model.openSession(), decider: decider)
    }
}

private struct ToolDecidingSession: LanguageModelSession {
    let session: any LanguageModelSession
    let decider: LlamaToolDecider

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        if let answer = request.plainAnswer {
            return AsyncThrowingStream(fedBy: { output in
                output.yield(.text(answer))
                output.yield(.finished(GenerationSummary(reason: "stop")))
            })
        }
        guard !request.tools.isEmpty else { return session.generate(request) }
        return AsyncThrowingStream(fedBy: { output in
            // After a tool's result the caller expects an answer.
            if case .tool = request.messages.last {
                output.yield(.text(try await decider.report(on: request.messages)))
                output.yield(.finished(GenerationSummary(reason: "stop")))
                return
            }
            switch try await decider.decide(request) {
            case .call(let call):
                output.yield(.toolCall(call))
                output.yield(.finished(GenerationSummary(reason: "tool_calls")))
            case .ask(let question):
                output.yield(.text(question))
                output.yield(.finished(GenerationSummary(reason: "stop")))
            case .talk:
                for try await event in session.generate(request.withoutTools) { output.yield(event) }
            }
        })
    }

    func prefill(_ request: GenerationRequest) async throws {
        decider.prepare(request.tools)
        try await session.prefill(request.withoutTools)
    }

    func close() async { await session.close() }
}

extension GenerationRequest {
    /// The request for a model that is not shown tools. Calls in the context would teach it to write calls, so their
    /// results are given in words.
    var withoutTools: GenerationRequest {
        var request = self
        request.tools = []
        var names: [String: String] = [:]
        request.messages = messages.compactMap { message in
            switch message {
            case .assistant(let text, let calls):
                for call in calls { names[call.id] = call.name }
                return text.isEmpty && !calls.isEmpty ? nil : .assistant(text)
            case .tool(let id, let result):
                return .system("\(names[id] ?? "The tool") was called. Its result: \(ToolReport.words(result))")
            case .system, .user: return message
            }
        }
        return request
    }
}
