import Agents
import TurnTaking

/// What the caller has said in the open utterance, or in the last one, and how much of it the client has been told.
struct CallerWords: Sendable {
    /// Words of a partial transcript from which on it is kept in the record: fewer may be a cough.
    private static let worthKeeping = 3

    var isOpen: Bool
    /// The id that the turn and its answer share.
    var eventID: Int
    /// When the utterance began.
    var start: CallTime
    /// The last partial transcript.
    private(set) var partial = ""
    /// The last final transcript.
    private(set) var final = ""
    /// The last transcript of either kind.
    private(set) var latest = ""
    /// The words that the client has been told.
    private(set) var told = ""
    /// The value of `latest` when the client was told.
    private var latestTold = ""
    /// The place of its turn in the record, once it has one.
    var place: Int?

    init(isOpen: Bool = false, eventID: Int = 0, start: CallTime = .zero) {
        self.isOpen = isOpen
        self.eventID = eventID
        self.start = start
    }

    /// Takes a partial transcript; false when it says nothing new.
    mutating func hear(partial words: String) -> Bool {
        guard words != partial else { return false }
        partial = words
        latest = words
        return true
    }

    /// Takes a final transcript.
    mutating func hear(final words: String) {
        final = words
        if !words.isEmpty { latest = words }
    }

    /// Takes the words of a turn that is over, and returns those of them that the client has not been told.
    ///
    /// The caller may have gone on while the answer was made: only the new words are sent, as a turn of their own.
    mutating func tell(_ words: String) -> String {
        let new = Self.addition(of: words, to: told)
        told = words
        latestTold = latest
        return new
    }

    /// Whether the words of the open utterance belong into the record already, so that a crash loses little of them.
    var isWorthKeeping: Bool {
        isOpen && told.isEmpty && latest.split(separator: " ").count >= Self.worthKeeping
    }

    /// Whether the caller had no answer yet, or was speaking.
    var isUntold: Bool { isOpen && latest != latestTold }

    /// What `words` add to `told`; all of them when they do not continue it.
    static func addition(of words: String, to told: String) -> String {
        let isWord = { (character: Character) in character.isLetter || character.isNumber }
        guard let end = told.lastIndex(where: isWord) else { return words }
        let stem = told[...end]
        guard words.lowercased().hasPrefix(stem.lowercased()) else { return words }
        let rest = words.dropFirst(stem.count)
        // "I wanted" does not continue "I want".
        if let next = rest.first, isWord(next) { return words }
        return rest.firstIndex(where: isWord).map { String(rest[$0...]) } ?? ""
    }

    /// A turn of the record with these words, as `transcriber` understood them.
    func turn(_ words: String, transcriber: String?) -> TranscriptTurn {
        TranscriptTurn(
            role: .user, message: words, timeInCall: start.seconds, sourceMedium: "audio", sourceEventID: eventID,
            asrProvider: transcriber)
    }
}
