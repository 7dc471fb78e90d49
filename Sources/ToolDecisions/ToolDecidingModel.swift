import Engines
import Language
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

    /// Does now what a call does during its first message: loads what chooses tools, and has it read the request's.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public func waitUntilPrepared(for request: GenerationRequest) async throws {
        try await decider.waitUntilPrepared(for: request.withoutAutomaticTools)
    }

    /// Opens a session of the model.
    public func openSession() async -> any LanguageModelSession {
        ToolDecidingSession(session: await model.openSession(), decider: decider)
    }
}

private struct ToolDecidingSession: LanguageModelSession {
    let session: any LanguageModelSession
    let decider: LlamaToolDecider

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let request = request.withoutSettled.withoutAutomaticTools
        if let answer = request.plainAnswer {
            return AsyncThrowingStream(fedBy: { output in
                output.yield(.text(answer))
                output.yield(.finished(GenerationSummary(reason: "stop")))
            })
        }
        let news = request.news
        guard !request.tools.isEmpty || !news.isEmpty else { return session.generate(request.forSmallModel) }
        return AsyncThrowingStream(fedBy: { output in
            func say(_ text: String) {
                output.yield(.text(text))
                output.yield(.finished(GenerationSummary(reason: "stop")))
            }
            // Where the caller has said nothing since, they wait for nothing else.
            if !news.isEmpty, !request.asksForAnswer {
                return say(try await decider.report(on: news, in: request))
            }
            let decision = try await decider.decide(request)
            if case .call(let call) = decision {
                // What there is to be told is told with the result of this call.
                output.yield(.toolCall(call))
                output.yield(.finished(GenerationSummary(reason: "tool_calls")))
                return
            }
            if case .repeats(let finding) = decision {
                let findings = news.filter { $0.callID != finding.callID } + [finding]
                return say(try await decider.report(on: findings, in: request))
            }
            if !news.isEmpty {
                output.yield(.text(try await decider.report(on: news, in: request) + " "))
            }
            if case .ask(let question) = decision { return say(question) }
            // Who only asks what became of it has been told.
            if !news.isEmpty, request.asksOnlyForNews {
                output.yield(.finished(GenerationSummary(reason: "stop")))
                return
            }
            try await speak(request.forSmallModel, into: output)
        })
    }

    /// Has the model answer. When it writes as the notes on tools are written, it is asked once more without them: no tool
    /// has done what it then says.
    private func speak(
        _ request: GenerationRequest, into output: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    ) async throws {
        var opening = ""
        var isOpen = true
        for try await event in session.generate(request) {
            guard isOpen else {
                output.yield(event)
                continue
            }
            switch event {
            case .text(let text):
                opening += text
                switch ToolFinding.isNote(opening) {
                case nil: continue
                case true?: return try await answerWithoutNotes(request, into: output)
                case false?: break
                }
                output.yield(.text(opening))
            case .toolCall, .finished:
                if !opening.isEmpty { output.yield(.text(opening)) }
                output.yield(event)
            }
            isOpen = false
        }
    }

    private func answerWithoutNotes(
        _ request: GenerationRequest, into output: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    ) async throws {
        var request = request
        request.messages.removeAll { message in
            if case .system(let text) = message { ToolFinding.isNote(text) == true } else { false }
        }
        for try await event in session.generate(request) { output.yield(event) }
    }

    func prefill(_ request: GenerationRequest) async throws {
        let request = request.withoutSettled.withoutAutomaticTools
        decider.prepare(request)
        try await session.prefill(request.forSmallModel)
    }

    func close() async { await session.close() }
}

extension GenerationRequest {
    /// The request for a model that is not shown tools. Calls in the context would teach it to write calls, so their
    /// results are given in words.
    var withoutTools: GenerationRequest {
        var request = self
        request.tools = []
        let findings = Dictionary(messages.findings.map { ($0.callID, $0.note) }) { $1 }
        request.messages = messages.compactMap { message in
            switch message {
            case .assistant(let text, let calls): text.isEmpty && !calls.isEmpty ? nil : .assistant(text)
            case .tool(let id, _, _): findings[id].map(ChatMessage.system)
            case .system, .user: message
            }
        }
        return request
    }

    /// The request without the tools that nobody needs to choose.
    var withoutAutomaticTools: GenerationRequest {
        var request = self
        request.tools.removeAll { automaticTools.contains($0.name) }
        return request
    }

    /// The request for a model that is shown no tools and no other language.
    var forSmallModel: GenerationRequest { withoutTools.inOneLanguage }

    /// The request in which what was said in another language is a note, and the agent has opened the conversation in the
    /// present one. Whatever their prompt says, small models answer in the language of what stands before.
    var inOneLanguage: GenerationRequest {
        guard let former = formerLanguage else { return self }
        var request = self
        var (before, after): ([ChatMessage], [ChatMessage]) = ([], [])
        var said: [String] = []
        var turns = 0
        for message in messages {
            if case .user = message { turns += 1 }
            guard turns <= former.userMessages, after.isEmpty else {
                after.append(message)
                continue
            }
            switch message {
            case .system, .tool: before.append(message)
            case .user(let text, _): said.append("Caller: " + text)
            case .assistant(let text, _): said.append("You: " + text)
            }
        }
        // A greeting alone is worth no note: the opening says the same.
        if former.userMessages > 0 { before.append(.system(Self.formerNote + said.joined(separator: "\n"))) }
        // Nothing may come to stand behind it that would have it gone on with.
        if !former.opening.isEmpty, !after.isEmpty { before.append(.assistant(former.opening)) }
        request.messages = before + after
        return request
    }

    /// What stands before the words of another language.
    private static let formerNote = "Said so far:\n"

    /// Whether the caller's last words want nothing but what tools have brought: "Hello? Is it booked now?"
    var asksOnlyForNews: Bool {
        let words = messages.compactMap { if case .user(let text, _) = $0 { text } else { String?.none } }
        guard let last = words.last else { return false }
        let english = English()
        return (last.contains("?") && !english.effects(doneIn: last).isEmpty) || english.adds(last, nothingTo: "")
    }

    /// The request without the tools of which callers are told nothing: the caller's words before them are still to be
    /// answered.
    var withoutSettled: GenerationRequest {
        let settled = Set(
            messages.compactMap { message in
                if case .tool(let id, _, .settled) = message { id } else { nil }
            })
        guard !settled.isEmpty else { return self }
        var request = self
        request.messages = messages.compactMap { message in
            switch message {
            case .tool(let id, _, _): return settled.contains(id) ? nil : message
            case .assistant(let text, let calls):
                let rest = calls.filter { !settled.contains($0.id) }
                return text.isEmpty && rest.isEmpty && !calls.isEmpty ? nil : .assistant(text, toolCalls: rest)
            case .system, .user: return message
            }
        }
        return request
    }

    /// Whether the caller has the last word, so that they expect an answer to it.
    var asksForAnswer: Bool {
        let last = messages.last { if case .system = $0 { false } else { true } }
        return if case .user = last { true } else { false }
    }

    /// The results that the caller is to be told: those at the end, and those that came when they had gone on to
    /// something else.
    var news: [ToolFinding] {
        var told = untold
        for message in messages.reversed() {
            guard case .tool(let id, _, _) = message else { break }
            told.insert(id)
        }
        return told.isEmpty ? [] : messages.findings.filter { told.contains($0.callID) }
    }
}

extension [ChatMessage] {
    /// What tools have brought, oldest first.
    var findings: [ToolFinding] {
        var names: [String: String] = [:]
        var findings: [ToolFinding] = []
        for message in self {
            switch message {
            case .assistant(_, let calls): for call in calls { names[call.id] = call.name }
            case .tool(let id, let result, let kind):
                findings.append(
                    ToolFinding(callID: id, tool: names[id] ?? "the tool", result: result, kind: kind))
            case .system, .user: break
            }
        }
        return findings
    }
}
