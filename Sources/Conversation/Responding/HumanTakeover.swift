import TurnTaking

/// A person who has taken the agent's place: what they type is said in its voice, and the model is not asked.
struct HumanTakeover: Sendable {
    /// Whether a person is answering.
    private(set) var isOn = false
    /// What they have typed and what was not said yet.
    private var words: [String] = []
    /// What the response that is being made will say of them; it may still be discarded.
    private var lent: [String] = []

    /// Texts that may wait; more would be said long after they were meant.
    private static let most = 20

    var hasWords: Bool { !words.isEmpty }

    mutating func begin() { isOn = true }

    mutating func end() {
        isOn = false
        words = []
        lent = []
    }

    /// Keeps a text until it can be said; false when there are too many.
    mutating func type(_ text: String) -> Bool {
        guard isOn, words.count < Self.most else { return false }
        words.append(text)
        return true
    }

    /// The response with their words is heard.
    mutating func said() { lent = [] }

    /// It is not: the words wait for the next one.
    mutating func takeBack() {
        words = lent + words
        lent = []
    }

    /// What is said in place of a response: all that was typed, or nothing. Nil when the response is made as ever.
    mutating func words(for cause: ResponseCause) -> String? {
        switch cause {
        case .speech, .overheard, .typed, .silence, .takeover:
            guard isOn else { return nil }
            lent = words
            words = []
            return lent.joined(separator: " ")
        // What is configured word for word.
        case .greeting, .farewell: return nil
        }
    }
}
