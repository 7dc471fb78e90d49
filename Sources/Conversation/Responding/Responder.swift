import Engines
import Foundation
import Language
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
    var results: [(call: ToolCall, result: String, kind: ToolResultKind)]
    /// Whether the answer ends here, as after `end_call`.
    var isLast: Bool
    /// What is said before the answer ends; nil for nothing.
    var farewell: String?
}

/// Something that a tool has the agent say while it runs.
struct ToolWords: Sendable {
    let text: String
    /// Whether a model has written it, rather than the agent's owner.
    let isModels: Bool
    /// Fired when the caller has heard it, or will not.
    let heard = Signal()
}

/// What takes the place of a sentence that was held back.
struct Correction: Sendable, Hashable {
    /// The fact, for the model that is asked once more.
    var note: String
    /// What is said when the model does not keep to the fact.
    var words: String
}

/// Takes in a response while it is made. Everything for a response that has been discarded is ignored.
protocol ResponseSink: Actor {
    func begin(_ id: ResponseID, metric: ResponseMetric)
    /// Context was looked up before the model was asked.
    func found(_ findings: [ContextLookup.Finding], in duration: Duration, for id: ResponseID)
    func write(_ text: String, for id: ResponseID)
    /// So many characters wait to be written, of which it is not certain yet that they will be said.
    func draft(_ characters: Int, for id: ResponseID)
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
    /// Whether the ledger of the call's tools has what a sentence says was done.
    func isFounded(_ claim: ClaimGate.Question, for id: ResponseID) -> Bool
    /// A sentence was held back because the ledger has nothing for it; returns what there is to say of that.
    func withhold(_ claim: ClaimGate.Question, for id: ResponseID) -> Correction
    /// Whether the caller has heard all that was voiced so far, or will hear no more.
    func isHeard(_ id: ResponseID) -> Bool
    /// Begins a round of tools once the response has been released. What they have to say ends when the round is complete.
    /// Nil when nobody wants the response any more.
    func begin(_ calls: [ToolCall], for id: ResponseID) async -> (round: Int, words: AsyncStream<ToolWords>)?
    /// The model wants a tool; what only reads may begin before the response has been released.
    func prefetch(_ call: ToolCall, for id: ResponseID)
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
    /// The voices besides that one, by their labels.
    let voices: [String: Speaker]
    /// All labels, also those that nobody speaks for.
    let labels: [String]
    /// How text is cut in the language that is spoken.
    let phrases: ClausePhrases
    /// Holds back what the ledger of the tools does not bear out; nil when nothing is held back.
    let gate: ClaimGate?
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
    enum Voiced: Sendable {
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
            await say(text, after: false, to: clauses, sink)
        case .model(let model, let session, var request, let lookup):
            if let lookup {
                let start = clock.elapsed()
                let findings = await lookup.findings()
                try Task.checkCancellation()
                await sink.found(findings, in: clock.elapsed() - start, for: id)
                // At the end: what was read ahead is the beginning of this prompt.
                request.messages += findings.compactMap(\.text).map { .system(ChatHistory.contextNote + $0) }
            }
            try await writeRounds(of: model, session, request, to: clauses, sink)
        }
    }

    private func writeRounds(
        of model: String, _ session: any LanguageModelSession, _ request: GenerationRequest,
        to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async throws {
        var request = request
        // Models begin each round without a space; the rounds together make one text.
        var needsSpace = false
        var round = 0
        /// A claim before tools were called, which they may have made true.
        var early: Round.Claim?
        /// What the model was asked once more with, and what is said if that does not help.
        var correction: Correction?
        /// What was heard of an attempt that is made once more.
        var heard = ""
        while true {
            // The last round gets no tools, so that the caller gets an answer.
            if round == options.maximumToolRounds { request.tools = [] }
            let written = try await generate(
                request, session, after: needsSpace ? " " : "", repeating: heard, isCorrected: correction != nil,
                to: clauses, sink)
            heard = ""
            if let last = written.text.last { needsSpace = !last.isWhitespace }
            guard !written.calls.isEmpty else {
                if let claim = written.withheld {
                    let fact = await sink.withhold(claim.question, for: id)
                    try Task.checkCancellation()
                    // Once: a model that insists would keep the caller waiting.
                    guard correction == nil else { return await say(fact.words, after: needsSpace, to: clauses, sink) }
                    correction = fact
                    heard = written.text
                    if !written.text.isEmpty { request.messages.append(.assistant(written.text)) }
                    request.messages.append(.system(fact.note))
                    request.plainAnswer = fact.words
                    continue
                }
                guard written.text.isEmpty else { return }
                if let words = early?.text ?? correction?.words {
                    return await sayFounded(words, after: needsSpace, to: clauses, sink)
                }
                guard round > 0 else {
                    throw EngineError(.malformedAnswer, engine: model, "The model's answer was empty.")
                }
                return
            }
            // A tool that is gone meanwhile has its own answer, once.
            guard !request.tools.isEmpty || round == 0 else {
                throw EngineError(
                    .malformedAnswer, engine: model, "The model called tools although none were offered any more.")
            }
            var text = written.text
            if round == 0, text.isEmpty, let words = await sink.announcement(of: written.calls, for: id) {
                text = words
                await say(words, after: needsSpace, to: clauses, sink)
                needsSpace = true
            }
            let outcome = try await withSpan("tools") { _ in
                try await run(written.calls, after: &needsSpace, to: clauses, sink)
            }
            if let claim = written.withheld {
                early = claim
                _ = await sink.withhold(claim.question, for: id)
            }
            if let words = outcome.farewell, text.isEmpty, early == nil {
                await sayFounded(words, after: needsSpace, to: clauses, sink)
            } else if outcome.isLast, let early {
                await sayFounded(early.text, after: needsSpace, to: clauses, sink)
            }
            if outcome.isLast { return }
            request.messages.append(.assistant(text, toolCalls: outcome.results.map(\.call)))
            for result in outcome.results {
                request.messages.append(
                    .tool(callID: result.call.id, result: result.result, kind: result.kind))
            }
            round += 1
        }
    }

    /// Writes a text that no model has made.
    func say(
        _ text: String, after needsSpace: Bool, to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async {
        guard !text.isEmpty else { return }
        var script = VoiceScript(labels: labels, phrases: phrases)
        let text = script.read((needsSpace ? " " : "") + text) + script.endReading()
        await say(text, of: &script, to: clauses, sink)
    }

    func say(
        _ text: String, of script: inout VoiceScript, to clauses: AsyncStream<Voiced>.Continuation,
        _ sink: some ResponseSink
    ) async {
        guard !text.isEmpty else { return }
        await sink.write(text, for: id)
        for clause in script.append(text) + script.finish() { clauses.yield(.clause(clause)) }
    }

    /// Runs one round of tools, and says what they have to say meanwhile.
    private func run(
        _ calls: [ToolCall], after needsSpace: inout Bool, to clauses: AsyncStream<Voiced>.Continuation,
        _ sink: some ResponseSink
    ) async throws -> ToolRound {
        guard let (round, words) = await sink.begin(calls, for: id) else { throw CancellationError() }
        for await words in words {
            if let last = words.text.last {
                if words.isModels {
                    await sayFounded(words.text, after: needsSpace, to: clauses, sink)
                } else {
                    await say(words.text, after: needsSpace, to: clauses, sink)
                }
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

    // MARK: One round

    /// What a model has written in one round.
    private struct Round {
        /// What was said of it, which the model is shown too.
        var text = ""
        var calls: [ToolCall] = []
        var withheld: Claim?

        /// A claim that was held back, with the text from there on and what of its sentence nobody has heard.
        struct Claim {
            var question: ClaimGate.Question
            var text: String
        }
    }

    /// Runs one round of the model; its text, preceded by `space`, goes out clause by clause as far as the gate lets it, but
    /// for a beginning that was heard already.
    private func generate(
        _ request: GenerationRequest, _ session: any LanguageModelSession, after space: String, repeating heard: String,
        isCorrected: Bool, to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async throws -> Round {
        var script = VoiceScript(labels: labels, phrases: phrases)
        var gate = gate
        gate?.isCorrected = isCorrected
        var opening = RepeatedOpening(heard)
        var round = Round()
        var characters = 0
        var firstToken: (at: Duration, characters: Int)?
        func write(_ text: String) async {
            guard !text.isEmpty else { return }
            round.text += text
            await sink.write(text, for: id)
        }
        func release(_ text: String) async {
            guard !text.isEmpty else { return }
            if gate == nil { await write(text) }
            for clause in script.append(text) { await voice(clause) }
            if gate != nil { await sink.draft(script.pending, for: id) }
        }
        /// What a gate lets through is written as it is voiced: the beginning of a sentence may still be taken back.
        func voice(_ clause: Clause) async {
            if gate != nil { await write(clause.written) }
            await yield(clause, to: clauses, sink)
        }
        /// What is undecided at the end is said, unless it is a claim that nothing bears out.
        func finish() async {
            let rest = script.read(opening.finish()) + script.endReading()
            if var open = gate {
                await release(await pass(open.append(rest), &open, sink))
                await release(await pass(open.finish(), &open, sink))
                if let question = open.withheld {
                    let unheard = script.takeBack(open.fragment)
                    round.withheld = Round.Claim(question: question, text: unheard + open.held)
                }
            } else {
                await release(rest)
            }
            for clause in script.finish() { await voice(clause) }
            if gate != nil { await sink.draft(0, for: id) }
        }
        do {
            for try await event in session.generate(request) {
                switch event {
                case .text(let delta):
                    if characters == 0 { await sink.begin(id, metric: .firstToken) }
                    if firstToken == nil { firstToken = (clock.elapsed(), delta.count) }
                    let isFirst = characters == 0 && delta.first?.isWhitespace == false
                    let written = isFirst ? space + delta : delta
                    characters += written.count
                    let read = script.read(opening.append(written))
                    if gate == nil {
                        await release(read)
                    } else if var open = gate {
                        let passed = await pass(open.append(read), &open, sink)
                        gate = open
                        await release(passed)
                    }
                case .toolCall(let call):
                    round.calls.append(call)
                    await sink.prefetch(call, for: id)
                case .finished(let summary):
                    await sink.used(summary, for: id)
                }
                if characters > options.maximumAnswer { break }
            }
        } catch let error as EngineError {
            await finish()
            throw error
        }
        try Task.checkCancellation()
        if let firstToken {
            await sink.measured(writing: characters - firstToken.characters, in: clock.elapsed() - firstToken.at)
        }
        await finish()
        return round
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
                guard let speaker = clause.voice.flatMap({ voices[$0] }) ?? speaker, failure == nil else { continue }
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
