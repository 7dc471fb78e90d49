import TurnTaking

/// A person who has taken the agent's place: what they type is said in its voice, and the model is not asked.
struct HumanTakeover: Sendable {
    /// Whether a person is answering.
    private(set) var isOn = false
    /// When the person's connection was lost, on the call's clock; nil while it is there.
    private var forsakenSince: Duration?
    /// What they have typed and what was not said yet.
    private var words: [String] = []
    /// What the response that is being made will say of them; it may still be discarded.
    private var lent: [String] = []

    /// Texts that may wait; more would be said long after they were meant.
    private static let most = 20

    var hasWords: Bool { !words.isEmpty }

    /// Begins, or goes on after the person's connection was lost.
    mutating func begin() {
        isOn = true
        forsakenSince = nil
    }

    mutating func end() { self = HumanTakeover() }

    /// The person's connection is lost; they may come back.
    mutating func forsake(at time: Duration) {
        if isOn { forsakenSince = time }
    }

    /// Whether the connection has been lost for so long.
    func isForsaken(for grace: Duration, at time: Duration) -> Bool {
        forsakenSince.map { time - $0 >= grace } ?? false
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
