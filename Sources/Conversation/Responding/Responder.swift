import Engines
import Speech
import Tasks
import Tracing
import TurnTaking

/// Where a response's text comes from.
enum ResponseSource: Sendable {
    /// A fixed text.
    case text(String)
    /// Written by a model, whose id comes first, once the context is there.
    case model(String, any LanguageModelSession, GenerationRequest, ContextLookup?)
}

/// The outcome of one round of tool calls.
struct ToolRound: Sendable {
    /// The calls with the results that the model continues from.
    var results: [(call: ToolCall, result: String)]
    /// Whether the answer ends here, as after `end_call`.
    var isLast: Bool
    /// What is said before the answer ends; nil for nothing.
    var farewell: String?
}

/// Something that a tool has the agent say while it runs.
struct ToolWords: Sendable {
    let text: String
    /// Fired when the caller has heard it, or will not.
    let heard = Signal()
}

/// Takes in a response while it is made. Everything for a response that has been discarded is ignored.
protocol ResponseSink: Actor {
    func begin(_ id: ResponseID, metric: ResponseMetric)
    /// Context was looked up before the model was asked.
    func found(_ findings: [ContextLookup.Finding], in duration: Duration, for id: ResponseID)
    func write(_ text: String, for id: ResponseID)
    func play(_ piece: SpeechPiece, for id: ResponseID)
    /// The pause after a clause, in case another follows.
    func pause(_ duration: Duration, for id: ResponseID)
    /// How fast the model wrote and the voice was made, to predict how long the next clause takes.
    func measured(writing characters: Int, in duration: Duration)
    func measured(voicing characters: Int, in duration: Duration)
    /// Whether enough speech is waiting to be heard.
    func isFarAhead(_ id: ResponseID) -> Bool
    /// What is said before tools run when the model has said nothing; nil for nothing.
    func announcement(of calls: [ToolCall], for id: ResponseID) -> String?
    /// Whether the caller has heard all that was voiced so far, or will hear no more.
    func isHeard(_ id: ResponseID) -> Bool
    /// Begins a round of tools once the response has been released. What they have to say ends when the round is complete.
    /// Nil when nobody wants the response any more.
    func begin(_ calls: [ToolCall], for id: ResponseID) async -> (round: Int, words: AsyncStream<ToolWords>)?
    /// The results of a round, which is over with this; nil when nobody wants them any more.
    func end(_ round: Int, for id: ResponseID) -> ToolRound?
    func used(_ summary: GenerationSummary, for id: ResponseID)
    func completeText(of id: ResponseID)
    func complete(_ id: ResponseID)
    func fail(_ id: ResponseID, _ error: EngineError)
}

/// The moments of a response that are measured.
enum ResponseMetric: String, Sendable, Hashable, CaseIterable {
    case firstToken = "convai_llm_service_ttfb"
    case firstClause = "convai_llm_service_ttf_sentence"
    case firstSpeech = "convai_tts_service_ttfb"

    /// The name of the same moment in the call's log.
    var milestone: CallLog.Milestone.Name {
        switch self {
        case .firstToken: .firstToken
        case .firstClause: .firstClause
        case .firstSpeech: .firstAudio
        }
    }
}

/// Makes one response, from model and tools through clauses to voice; each stage starts as soon as it has input.
struct Responder: Sendable {
    let id: ResponseID
    let source: ResponseSource
    /// Nil when nothing is spoken.
    let speaker: Speaker?
    let options: CallOptions
    let clock: TaskClock

    func run(into sink: some ResponseSink) async {
        // Unbounded buffer: `maximumAnswer` bounds the answer, and with it the clauses.
        let (clauses, continuation) = AsyncStream<Voiced>.makeStream()
        do {
            async let speaking: Void = speak(clauses, into: sink)
            let failure = try await write(to: continuation, sink)
            if failure == nil { await sink.completeText(of: id) }
            // What was written before a failure is still said.
            try await speaking
            if let failure { throw failure }
            await sink.complete(id)
        } catch let error as EngineError {
            await sink.fail(id, error)
        } catch {
            // Cancelled: the response is no longer wanted.
        }
    }

    /// What the voice is given.
    private enum Voiced: Sendable {
        case clause(Clause)
        /// Fired when everything before it has been voiced.
        case mark(Signal)
    }

    // MARK: Text

    /// Writes the whole response; returns the failure that ended it, or nil.
    private func write(
        to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async throws -> EngineError? {
        defer { clauses.finish() }
        do {
            try await writeRounds(to: clauses, sink)
            return nil
        } catch let error as EngineError {
            return error
        }
    }

    private func writeRounds(to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink) async throws {
        switch source {
        case .text(let text):
            await say(text, to: clauses, sink)
        case .model(let model, let session, var request, let lookup):
            if let lookup {
                let start = clock.elapsed()
                let findings = await lookup.findings()
                try Task.checkCancellation()
                await sink.found(findings, in: clock.elapsed() - start, for: id)
                // At the end: what was read ahead is the beginning of this prompt.
                request.messages += findings.compactMap(\.text).map { .system(ChatHistory.contextNote + $0) }
            }
            // Models begin each round without a space; the rounds together make one text.
            var needsSpace = false
            for round in 0...options.maximumToolRounds {
                // The last round gets no tools, so that the caller gets an answer.
                if round == options.maximumToolRounds { request.tools = [] }
                var (text, calls) = try await generate(
                    request, session, after: needsSpace ? " " : "", to: clauses, sink)
                if let last = text.last { needsSpace = !last.isWhitespace }
                guard !calls.isEmpty else {
                    guard round > 0 || !text.isEmpty else {
                        throw EngineError(.malformedAnswer, engine: model, "The model's answer was empty.")
                    }
                    return
                }
                guard !request.tools.isEmpty else {
                    throw EngineError(
                        .malformedAnswer, engine: model, "The model called tools although none were offered any more.")
                }
                if round == 0, text.isEmpty, let words = await sink.announcement(of: calls, for: id) {
                    text = words
                    needsSpace = true
                    await say(words, to: clauses, sink)
                }
                let outcome = try await withSpan("tools") { _ in
                    try await run(calls, after: &needsSpace, to: clauses, sink)
                }
                if let words = outcome.farewell, text.isEmpty {
                    await say((needsSpace ? " " : "") + words, to: clauses, sink)
                }
                if outcome.isLast { return }
                request.messages.append(.assistant(text, toolCalls: outcome.results.map(\.call)))
                for result in outcome.results {
                    request.messages.append(.tool(callID: result.call.id, result: result.result))
                }
            }
        }
    }

    /// Writes a text that no model has made.
    private func say(
        _ text: String, to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async {
        var cutter = ClauseCutter(options: ClauseOptions())
        await sink.write(text, for: id)
        for clause in cutter.append(text) + cutter.finish() { clauses.yield(.clause(clause)) }
    }

    /// Runs one round of tools, and says what they have to say meanwhile.
    private func run(
        _ calls: [ToolCall], after needsSpace: inout Bool, to clauses: AsyncStream<Voiced>.Continuation,
        _ sink: some ResponseSink
    ) async throws -> ToolRound {
        guard let (round, words) = await sink.begin(calls, for: id) else { throw CancellationError() }
        for await words in words {
            if let last = words.text.last {
                await say((needsSpace ? " " : "") + words.text, to: clauses, sink)
                needsSpace = !last.isWhitespace
            }
            let voiced = Signal()
            clauses.yield(.mark(voiced))
            await voiced.wait()
            // The pause flushes what is left of the last word.
            await sink.pause(options.speech.sentencePause, for: id)
            while !Task.isCancelled, await !sink.isHeard(id) { try? await clock.sleep(.milliseconds(10)) }
            words.heard.fire()
        }
        let outcome = await sink.end(round, for: id)
        try Task.checkCancellation()
        return outcome ?? ToolRound(results: [], isLast: true)
    }

    /// Runs one round of the model; its text, preceded by `space`, goes out clause by clause.
    private func generate(
        _ request: GenerationRequest, _ session: any LanguageModelSession, after space: String,
        to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async throws -> (text: String, calls: [ToolCall]) {
        var cutter = ClauseCutter(options: ClauseOptions())
        var text = ""
        var calls: [ToolCall] = []
        var firstToken: (at: Duration, characters: Int)?
        do {
            for try await event in session.generate(request) {
                switch event {
                case .text(let delta):
                    if text.isEmpty { await sink.begin(id, metric: .firstToken) }
                    if firstToken == nil { firstToken = (clock.elapsed(), delta.count) }
                    let isFirst = text.isEmpty && delta.first?.isWhitespace == false
                    let written = isFirst ? space + delta : delta
                    text += written
                    await sink.write(written, for: id)
                    for clause in cutter.append(written) { await yield(clause, to: clauses, sink) }
                case .toolCall(let call):
                    calls.append(call)
                case .finished(let summary):
                    await sink.used(summary, for: id)
                }
                if text.count > options.maximumAnswer { break }
            }
        } catch let error as EngineError {
            for clause in cutter.finish() { await yield(clause, to: clauses, sink) }
            throw error
        }
        try Task.checkCancellation()
        if let firstToken {
            await sink.measured(
                writing: text.count - firstToken.characters, in: clock.elapsed() - firstToken.at)
        }
        for clause in cutter.finish() { await yield(clause, to: clauses, sink) }
        return (text, calls)
    }

    private func yield(
        _ clause: Clause, to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async {
        if clause.isFirst { await sink.begin(id, metric: .firstClause) }
        clauses.yield(.clause(clause))
    }

    // MARK: Voice

    /// Voices the clauses. A failure is thrown at their end: until then something may wait for a mark among them.
    private func speak(_ clauses: AsyncStream<Voiced>, into sink: some ResponseSink) async throws {
        var (isFirst, isHeard) = (true, false)
        var failure: (any Error)?
        for await voiced in clauses {
            switch voiced {
            case .mark(let signal):
                signal.fire()
            case .clause(let clause):
                guard let speaker, failure == nil else { continue }
                do {
                    try await speak(clause, with: speaker, isFirst: isFirst, isHeard: &isHeard, into: sink)
                } catch {
                    failure = error
                }
                isFirst = false
            }
        }
        if let failure { throw failure }
        try Task.checkCancellation()
    }

    private func speak(
        _ clause: Clause, with speaker: Speaker, isFirst: Bool, isHeard: inout Bool, into sink: some ResponseSink
    ) async throws {
        while await sink.isFarAhead(id) { try await clock.sleep(.milliseconds(50)) }
        let start = clock.elapsed()
        var isSilent = true
        try await speaker.speak(clause, priority: isFirst ? .firstAudio : .laterClause) { piece in
            if isSilent {
                isSilent = false
                await sink.measured(voicing: clause.written.count, in: clock.elapsed() - start)
            }
            if !isHeard, !piece.samples.isEmpty {
                isHeard = true
                await sink.begin(id, metric: .firstSpeech)
            }
            await sink.play(piece, for: id)
        }
        if clause.pausesAfter {
            await sink.pause(
                clause.endsSentence ? options.speech.sentencePause : options.speech.clausePause, for: id)
        }
    }
}
