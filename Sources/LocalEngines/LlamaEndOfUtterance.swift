import AsyncHTTPClient
import Engines
import Foundation
import Synchronization

/// Judges whether a caller's words are complete, by how likely a language model expects a punctuation mark or a new
/// line after them.
///
/// The dialogue is given as plain text, so that any model works, instruction-tuned or not. One of `llama-server`'s
/// slots is reserved for it, so that the words of a growing utterance are evaluated only once.
public final class LlamaEndOfUtterance: EndOfUtteranceModel {
    private let client: LlamaClient
    private let isBusy = Mutex(false)

    /// Number of words up to which a comma counts as an end too: short answers ("At five,") rarely get a full stop.
    private static let shortAnswer = 3
    /// Characters of the agent's words that are used, from their end, where the question stands.
    private static let context = 120
    /// Characters of the caller's words that are used, from their end.
    private static let utterance = 400
    /// Tokens whose probabilities are read: the marks are among the most likely ones, if they are likely at all.
    private static let tokens = 40

    /// - Parameters:
    ///   - client: The HTTP client for requests to `server`.
    ///   - timeout: Time-out for a judgement; a later one is of no use, because the turn is over by then.
    public init(server: LlamaServer, client: HTTPClient, timeout: Duration = .milliseconds(1500)) {
        self.client = LlamaClient(server: server, http: client, timeout: timeout)
    }

    /// Evaluates the agent's words ahead of the caller's.
    public func prepare(for agentWords: String) async {
        _ = try? await ask(Self.dialogue(after: agentWords))
    }

    /// The sum of the probabilities of all tokens that end a sentence or a line, 0 to 1. Nil without words, while the
    /// server is not ready, and while another question is being answered.
    public func endProbability(of words: String, after agentWords: String) async throws -> Float? {
        guard let prompt = Self.prompt(words, after: agentWords), let candidates = try await ask(prompt.text),
            !candidates.isEmpty
        else { return nil }
        return Self.endProbability(candidates, countingCommas: prompt.isShort)
    }

    /// The most likely next tokens; nil when the model is busy or not ready.
    private func ask(_ prompt: String) async throws -> [LlamaClient.Candidate]? {
        // One question at a time: under load the rules decide alone.
        guard client.server.isReady,
            isBusy.withLock({ isBusy in
                defer { isBusy = true }
                return !isBusy
            })
        else { return nil }
        defer { isBusy.withLock { $0 = false } }
        return try await client.candidates(after: prompt, count: Self.tokens, slot: client.server.judgingSlot)
    }

    /// The dialogue up to the caller's last word; nil without words.
    static func prompt(_ words: String, after agentWords: String) -> (text: String, isShort: Bool)? {
        var said = line(words.suffix(utterance))
        while let last = said.last, !last.isLetter, !last.isNumber { said.removeLast() }
        guard !said.isEmpty else { return nil }
        return ("\(dialogue(after: agentWords)) \(said)", said.split(separator: " ").count <= shortAnswer)
    }

    /// The dialogue up to the beginning of the caller's words.
    private static func dialogue(after agentWords: String) -> String {
        let agent = line(agentWords.suffix(context))
        return "Agent: \(agent.isEmpty ? "Hello?" : agent)\nCaller:"
    }

    private static func line(_ text: Substring) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The probability of all tokens that end a sentence, a line or the text.
    static func endProbability(_ candidates: [LlamaClient.Candidate], countingCommas: Bool) -> Float {
        let sum = candidates.reduce(0.0) { sum, candidate in
            // Tokens that end the text have no characters.
            let first = candidate.token.first { $0 != " " } ?? "\n"
            let isEnd = ".?!…。？！\"".contains(first) || first.isNewline || (countingCommas && first == ",")
            return isEnd ? sum + exp(candidate.logprob) : sum
        }
        return Float(min(1, sum))
    }
}
