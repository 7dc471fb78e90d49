import Agents
import Engines
import Foundation
import Language
import Speech
import Tasks
import TurnTaking

/// A sentence that bridges the wait for a slow model: one of the agent's, or one that another model writes.
struct Filler: Sendable {
    private let text: String
    /// Who writes it instead, and what is asked of it; nil when `text` is said.
    private let writer: (model: any LanguageModel, request: GenerationRequest)?
    /// How the writer's text is cut.
    private let phrases: ClausePhrases
    /// The language in which the writer must claim nothing; nil where it may.
    private let claimless: (any SpokenLanguage)?
    /// The longest that the writer may take.
    private let timeout: Duration

    /// Nil when there is nothing to say.
    ///
    /// - Parameters:
    ///   - stock: the agent's fillers.
    ///   - number: how many fillers came before it in the same answer.
    ///   - lastWords: the caller's latest turn, which a typed answer refers to.
    ///   - language: of the agent, BCP 47.
    ///   - claimless: the language in which nothing may be claimed; nil where anything may.
    ///   - writer: a model other than the one that is waited for; nil when there is none.
    init?(
        _ settings: CallSettings.SoftTimeout, stock: [String], number: Int, cause: ResponseCause, lastWords: String,
        language: String, claimless: (any SpokenLanguage)?, writer model: (any LanguageModel)?, options: CallOptions,
        random: (UInt64) -> UInt64
    ) {
        let count = UInt64(max(1, stock.count))
        let place = settings.randomizesFillers ? random(count) : UInt64(number)
        text = stock.isEmpty ? "" : stock[Int(place % count)].trimmingCharacters(in: .whitespacesAndNewlines)
        timeout = options.fillerTimeout
        self.claimless = claimless
        phrases = ClausePhrases.of(language)
        let words =
            switch cause {
            case .speech(let words), .overheard(let words): words
            case .typed: lastWords
            case .greeting, .takeover, .silence, .farewell: ""
            }
        if settings.usesLLMGeneratedMessage, settings.timeout != nil, let model, !words.isEmpty {
            writer = (
                model,
                GenerationRequest(
                    messages: [.system(settings.llmPromptOverride ?? ChatHistory.fillerNote), .user(words)],
                    temperature: 0.3, maxTokens: options.fillerTokens)
            )
        } else {
            writer = nil
        }
        if text.isEmpty, writer == nil { return nil }
    }

    /// The filler's audio; empty when it cannot be spoken, and is left out.
    ///
    /// - Parameter needsSpace: whether it follows words. What the model writes after it then begins with a space.
    func speak(with speaker: Speaker, after needsSpace: Bool = false, clock: TaskClock) async -> [SpeechPiece] {
        let filler = await words(clock)
        guard !filler.isEmpty else { return [] }
        let clause = Clause(written: needsSpace ? " " + filler : filler + " ", isFirst: true, endsSentence: true)
        var pieces: [SpeechPiece] = []
        do {
            try await speaker.speak(clause, priority: .firstAudio) { pieces.append($0) }
            return pieces
        } catch {
            return []
        }
    }

    /// The filler's text; empty when there is none.
    func words(_ clock: TaskClock) async -> String { await written(clock) ?? text }

    /// The first sentence that the writer writes; nil when there is no writer, or it fails or takes too long.
    private func written(_ clock: TaskClock) async -> String? {
        guard let (model, request) = writer else { return nil }
        return await clock.first(within: timeout) {
            let session = await model.openSession()
            var filter = ReasoningFilter()
            var text = ""
            do {
                for try await case .text(let delta) in session.generate(request) { text += filter.append(delta) }
                text += filter.finish()
            } catch {
                text = ""
            }
            await session.close()
            var cutter = ClauseCutter(phrases: phrases)
            var sentence = ""
            for clause in cutter.append(text) + cutter.finish() {
                sentence += clause.written
                if clause.endsSentence { break }
            }
            sentence = sentence.trimmingCharacters(in: .whitespacesAndNewlines)
            if case .claim = claimless?.claim(in: sentence, isWhole: true, from: 0) { return nil }
            return sentence.isEmpty ? nil : sentence
        }
    }
}
