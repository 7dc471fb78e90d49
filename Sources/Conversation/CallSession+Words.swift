import Agents
import ConvAI
import TurnTaking

/// What becomes of the caller's words: the client, the record and the model learn of them.
extension CallSession {
    /// What is known of the utterance that is open, or was open last.
    struct CallerWords {
        var isOpen = false
        /// The id that the turn and its answer share.
        var eventID = 0
        /// When it began.
        var start: CallTime = .zero
        /// The last final transcript.
        var final = ""
        /// The last transcript of either kind.
        var latest = ""
        /// What the client has been told of it.
        var told = ""
        /// `latest` at that time.
        var latestTold = ""
        /// Its turn in the record, once it has one.
        var place: Int?
    }

    /// Words in an unfinished transcript from which on they are worth keeping: fewer may be a cough.
    private static let worthKeeping = 3

    /// The turn is over, whether or not there is an answer to it yet.
    func tell(_ words: String) {
        guard let caller = running?.caller, !words.isEmpty else { return }
        // The answer in the making is to these words; one that is being heard is about to be interrupted by them.
        if let active = response, !active.isReleased, case .speech = active.cause {
            running?.caller.eventID = active.eventID
        }
        if caller.eventID <= lastInterruption { running?.caller.eventID = nextEventID() }
        // The caller may have gone on after all, while the answer was made: what is new is told as a turn of its own.
        let new = Self.addition(of: words, to: caller.told)
        running?.caller.told = words
        running?.caller.latestTold = caller.latest
        keepTurn(words)
        if !new.isEmpty { send(.userTranscript(new, eventID: running?.caller.eventID ?? 0)) }
    }

    /// What `words` say beyond `told`; all of them when they say it in another way.
    static func addition(of words: String, to told: String) -> String {
        let isWord = { (character: Character) in character.isLetter || character.isNumber }
        guard let end = told.lastIndex(where: isWord) else { return words }
        let stem = told[...end]
        guard words.lowercased().hasPrefix(stem.lowercased()) else { return words }
        let rest = words.dropFirst(stem.count)
        // "I want" and "I wanted".
        if let next = rest.first, isWord(next) { return words }
        return rest.firstIndex(where: isWord).map { String(rest[$0...]) } ?? ""
    }

    /// Writes the caller's turn into the record, or writes it anew.
    private func keepTurn(_ words: String) {
        guard let running, !words.isEmpty else { return }
        let turn = TranscriptTurn(
            role: .user, message: words, timeInCall: running.caller.start.seconds, sourceMedium: "audio",
            sourceEventID: running.caller.eventID, asrProvider: running.transcriberID)
        self.running?.caller.place = record(turn, at: running.caller.place)
    }

    /// Writes down what an utterance that goes on has come to, so that a crash loses little of it.
    func saveWordsSoFar() {
        guard let caller = running?.caller, caller.isOpen, caller.told.isEmpty, response?.isReleased != true,
            caller.latest.split(separator: " ").count >= Self.worthKeeping
        else { return }
        keepTurn(caller.latest)
    }

    /// The call ends while the caller speaks, or before an answer: the words stay.
    func settleLastWords() {
        guard let caller = running?.caller, caller.isOpen, caller.latest != caller.latestTold else { return }
        keepTurn(caller.latest)
    }

    /// The response to the caller's words failed, or was overtaken by a typed turn: they count all the same.
    func keepUnanswered() {
        guard let words = running?.caller.final, !words.isEmpty else { return }
        running?.history.addUser(words)
        if running?.caller.told.isEmpty == true { tell(words) }
    }

    /// Words that were spoken over the agent are answered: they are a turn of their own.
    func keepOverheard(_ words: String, eventID: Int) {
        running?.history.addUser(words)
        send(.userTranscript(words, eventID: eventID))
        record(
            TranscriptTurn(
                role: .user, message: words, timeInCall: running?.caller.start.seconds ?? 0, sourceMedium: "audio",
                sourceEventID: eventID, asrProvider: running?.transcriberID))
    }

    /// The caller agreed while the agent spoke: the record has it, the model need not answer it.
    func noteBackchannel() {
        guard let running, !running.caller.final.isEmpty else { return }
        var turn = TranscriptTurn(
            role: .user, message: running.caller.final, timeInCall: running.caller.start.seconds, sourceMedium: "audio",
            sourceEventID: running.caller.eventID, asrProvider: running.transcriberID)
        turn.isIgnoredAsBackchannel = true
        // The agent's turn, which goes on, comes first.
        saveSpokenSoFar()
        record(turn)
    }
}
