/// What English words tell about whether the caller has finished.
enum EnglishCompleteness {
    // MARK: What the caller announces

    private static let announcements: [(String, ExpectedAnswer)] = [
        ("email is", .email), ("e mail is", .email), ("email address is", .email), ("mail address is", .email),
        ("order number is", .code(length: nil)), ("account number is", .code(length: nil)),
        ("reference number is", .code(length: nil)), ("confirmation number is", .code(length: nil)),
        ("code is", .code(length: nil)), ("phone number is", .phoneNumber), ("my number is", .phoneNumber),
        ("reach me at", .phoneNumber), ("call me at", .phoneNumber), ("is spelled", .spelling), ("is spelt", .spelling),
    ]

    /// The kind of value that the caller begins unasked ("my number is…").
    static func announced(in transcript: String) -> ExpectedAnswer? {
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
        "that's all", "not really", "maybe", "fine", "great", "perfect", "none", "neither", "both",
    ]

    /// Complete answers after which language models expect more.
    private static let closedAnswers: Set<String> = [
        "i don't know", "i do not know", "i'm not sure", "i am not sure", "not sure", "no idea", "not yet", "hello",
        "thank you", "thanks", "that's all", "that's it", "goodbye", "bye", "never mind",
    ]

    private static func words(_ text: String) -> [String] {
        TranscriptWord.split(text).words.map { $0.plain.replacing("’", with: "'") }
    }

    static func ofProse(_ text: String, expecting: ExpectedAnswer, ending: Float?) -> Completeness {
        guard let (byMark, mark) = Completeness.ofMarks(text) else { return .neutral }
        if byMark == .open { return .open }
        let words = words(text)
        let end = " " + words.joined(separator: " ")
        let last = words.last ?? ""
        if mark == "?" || mark == "!" {
            if brokenOff.contains(last) || (words.count < 3 && endsIn(openPhrases, end)) { return .open }
            return asks(words) ? Completeness.known(ending) : Completeness.weighed(ending, otherwise: .complete)
        }
        if closedAnswers.contains(words.joined(separator: " ")) { return Completeness.known(ending) }
        if expecting != .nothing, shortAnswers.contains(words.joined(separator: " ")) {
            return Completeness.known(ending)
        }
        if endsIn(openPhrases, end) { return .open }
        if openEndings.contains(last) {
            // "Yes, I am." is finished, "I am" is not.
            let isAnswer = mark == "." && endsIn(closedPhrases, end) && (words.count > 2 || expecting != .nothing)
            return isAnswer ? .complete : .open
        }
        if case .choice = expecting, words.count <= 4 {
            // "Could you tell me more, or…?" is no choice: "I'd like to check." then goes on.
            return Completeness.weighed(ending, otherwise: .complete) == .open ? .unlikely : .complete
        }
        return Completeness.weighed(ending, otherwise: mark == "." || asks(words) ? .complete : .neutral)
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
