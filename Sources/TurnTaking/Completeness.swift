/// What the words alone say about whether the caller has finished.
public enum Completeness: String, Sendable, Hashable, Codable {
    /// Finished: after such words callers hardly ever go on.
    case conclusive
    /// Finished, as far as the words tell: nothing is missing.
    case complete
    /// Perhaps finished.
    case neutral
    /// Perhaps finished, but a language model expects more.
    case unlikely
    /// Unfinished: something is missing.
    case open

    /// - Parameters:
    ///   - transcript: What the caller has said so far, as the recogniser wrote it.
    ///   - expected: What the agent's last words ask for.
    /// - language: The language of the transcript, an ISO 639-1 code. In languages other than English only punctuation,
    ///   digits and written addresses count.
    /// - ending: The probability, by a language model, that nothing follows; nil when unknown.
    init(
        of transcript: String, expecting expected: ExpectedAnswer = .nothing, language: String = "en",
        ending: Float? = nil
    ) {
        let prose = Self.ofProse(transcript, expecting: expected, isEnglish: language == "en", ending: ending)
        let expected = Self.announced(in: transcript, isEnglish: language == "en") ?? expected
        let value = SpokenValue(transcript, expecting: expected, language: language)
        switch value.completeness(endsOpen: prose == .open) {
        // The full length of such a value is unknown, but the sentence around it is over.
        case .neutral? where prose == .conclusive: self = .complete
        case let known?: self = known
        case nil: self = prose
        }
    }

    // MARK: What the caller announces

    private static let announcements: [(String, ExpectedAnswer)] = [
        ("email is", .email), ("e mail is", .email), ("email address is", .email), ("mail address is", .email),
        ("order number is", .code(length: nil)), ("account number is", .code(length: nil)),
        ("reference number is", .code(length: nil)), ("confirmation number is", .code(length: nil)),
        ("code is", .code(length: nil)), ("phone number is", .phoneNumber), ("my number is", .phoneNumber),
        ("reach me at", .phoneNumber), ("call me at", .phoneNumber), ("is spelled", .spelling), ("is spelt", .spelling),
    ]

    /// The kind of value that the caller begins unasked ("my number is…").
    private static func announced(in transcript: String, isEnglish: Bool) -> ExpectedAnswer? {
        guard isEnglish else { return nil }
        let words = " " + Self.words(transcript).joined(separator: " ") + " "
        return announcements.first { words.contains(" \($0.0) ") }?.1
    }

    // MARK: Prose

    /// Words that nobody ends a turn with.
    private static let openEndings: Set<String> = [
        "and", "or", "but", "because", "so", "if", "when", "while", "that", "which", "who", "the", "a", "an", "my",
        "your", "our", "their", "his", "her", "its", "to", "of", "for", "with", "from", "in", "on", "at", "by",
        "about", "is", "are", "was", "were", "am", "i'm", "it's", "um", "uh", "er", "erm", "like", "than", "as",
        "i", "we", "they", "he", "she", "would", "could", "should", "can", "will", "want", "need", "that's", "i'd",
        "i'll", "we'd", "hmm", "well", "also", "plus", "whether", "until", "between", "every", "into", "without",
    ]
    /// The last words of a thought that has only begun.
    private static let openPhrases = [
        "let me see", "let me think", "let me check", "let me look", "hold on", "one moment", "one second",
        "just a second", "just a moment", "hang on", "can you", "could you", "would you", "do you", "will you",
        "i'd like", "you know", "i mean", "how about", "what about", "the thing is",
    ]
    /// Answers that end in a word that no other sentence ends in.
    private static let closedPhrases = [
        "i am", "i can", "i will", "i could", "i would", "i was", "i think so", "i guess so", "i hope so", "it is",
        "that is", "we are", "they are", "we can", "we will", "of course", "think so", "very well", "as well", "i want",
        "i need", "who is it", "that", "about that", "like that", "for that", "do that",
    ]
    /// Words that no question ends in, whatever mark the recogniser writes.
    private static let brokenOff: Set<String> = [
        "and", "or", "but", "because", "so", "the", "a", "an", "my", "um", "uh",
    ]
    private static let shortAnswers: Set<String> = [
        "yes", "no", "yeah", "yep", "yup", "nope", "nah", "sure", "okay", "ok", "thanks", "thank you", "hello", "hi",
        "hey", "bye", "goodbye", "right", "correct", "exactly", "absolutely", "definitely", "of course", "never mind",
        "please", "yes please", "no thanks", "no thank you", "that's right", "that's correct", "that's it",
        "that's all",
        "not really", "maybe", "fine", "great", "perfect", "none", "neither", "both",
    ]

    /// Complete answers after which language models expect more.
    private static let closedAnswers: Set<String> = [
        "i don't know", "i do not know", "i'm not sure", "i am not sure", "not sure", "no idea", "not yet", "hello",
        "thank you", "thanks", "that's all", "that's it", "goodbye", "bye", "never mind",
    ]

    private static func words(_ text: String) -> [String] {
        TranscriptWord.split(text).words.map { $0.plain.replacing("’", with: "'") }
    }

    /// Below this probability of an end the words are open. A 0.5 B model put 2 of 40 finished utterances below it, and
    /// 33 of 40 unfinished ones.
    private static let openEnding: Float = 0.01
    /// From this probability of an end on the words are conclusive. Of 40 other finished utterances 30 lie above it,
    /// and half of the rest are questions or answers that the rules know; of 40 unfinished ones 1 does, and of 15
    /// sentences that could be continued 2.
    static let conclusiveEnding: Float = 0.25

    /// Recognisers put a full stop after everything, so where a model has judged the words, its judgement counts.
    private static func weighed(_ ending: Float?, otherwise completeness: Completeness) -> Completeness {
        guard let ending else { return completeness }
        if ending < openEnding { return .open }
        return ending < conclusiveEnding ? .unlikely : .conclusive
    }

    /// The completeness of words that the rules know to be a whole question or answer; a model only adds certainty.
    private static func known(_ ending: Float?) -> Completeness {
        guard let ending, ending >= conclusiveEnding else { return .complete }
        return .conclusive
    }

    private static func ofProse(
        _ text: String, expecting: ExpectedAnswer, isEnglish: Bool, ending: Float?
    ) -> Completeness {
        let trimmed = text.reversed().drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        guard let mark = trimmed.first else { return .neutral }
        if mark == "," || mark == "-" || mark == "…" || text.hasSuffix("...") { return .open }
        guard isEnglish else {
            return weighed(ending, otherwise: ".?!。？！".contains(mark) ? .complete : .neutral)
        }
        let words = words(text)
        let end = " " + words.joined(separator: " ")
        let last = words.last ?? ""
        if mark == "?" || mark == "!" {
            if brokenOff.contains(last) || (words.count < 3 && endsIn(openPhrases, end)) { return .open }
            return asks(words) ? known(ending) : weighed(ending, otherwise: .complete)
        }
        if closedAnswers.contains(words.joined(separator: " ")) { return known(ending) }
        if expecting != .nothing, shortAnswers.contains(words.joined(separator: " ")) { return known(ending) }
        if endsIn(openPhrases, end) { return .open }
        if openEndings.contains(last) {
            // "Yes, I am." is finished, "I am" is not.
            let isAnswer = mark == "." && endsIn(closedPhrases, end) && (words.count > 2 || expecting != .nothing)
            return isAnswer ? .complete : .open
        }
        if case .choice = expecting, words.count <= 4 { return .complete }
        return weighed(ending, otherwise: mark == "." || asks(words) ? .complete : .neutral)
    }

    private static func endsIn(_ phrases: [String], _ end: String) -> Bool {
        phrases.contains { end.hasSuffix(" \($0)") }
    }

    /// Whether the words form a question, for recognisers that write no marks.
    private static func asks(_ words: [String]) -> Bool {
        guard words.count >= 4, let first = words.first, let second = words.dropFirst().first else { return false }
        let verbs: Set<String> = [
            "is", "are", "do", "does", "did", "can", "could", "will", "would", "was", "were", "have",
        ]
        let askers: Set<String> = [
            "what", "where", "when", "who", "why", "how", "what's", "where's", "when's", "who's",
        ]
        let persons: Set<String> = [
            "you", "i", "we", "they", "he", "she", "it", "there", "the", "your", "my", "this", "that",
        ]
        return askers.contains(first) || (verbs.contains(first) && persons.contains(second))
    }
}
