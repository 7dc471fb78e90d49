import Agents
import TurnTaking

/// Passes the caller's words on to the client, the record and the model.
extension CallSession {
    /// What is known of the open utterance, or of the last one.
    struct CallerWords {
        var isOpen = false
        /// The id that the turn and its answer share.
        var eventID = 0
        /// When the utterance began.
        var start: CallTime = .zero
        /// The last final transcript.
        var final = ""
        /// The last transcript of either kind.
        var latest = ""
        /// The words that the client has been told.
        var told = ""
        /// The value of `latest` when the client was told.
        var latestTold = ""
        /// The place of its turn in the record, once it has one.
        var place: Int?
    }

    /// Words of a partial transcript from which on it is kept in the record: fewer may be a cough.
    private static let worthKeeping = 3

    /// Sends the caller's words to the client when the turn is over, whether or not an answer is ready.
    func tell(_ words: String) {
        guard let caller = running?.caller, !words.isEmpty else { return }
        // A pending answer is to these words; one that is being heard is about to be interrupted by them.
        if let active = response, !active.machine.isReleased, case .speech = active.cause {
            running?.caller.eventID = active.eventID
        }
        if caller.eventID <= lastInterruption { running?.caller.eventID = nextEventID() }
        // The caller may have gone on while the answer was made: only the new words are sent, as a turn of their own.
        let new = Self.addition(of: words, to: caller.told)
        running?.caller.told = words
        running?.caller.latestTold = caller.latest
        keepTurn(words)
        if !new.isEmpty { send(.userTranscript(new, eventID: running?.caller.eventID ?? 0)) }
    }

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

    /// Writes the caller's turn into the record, or updates it.
    private func keepTurn(_ words: String) {
        guard let running, !words.isEmpty else { return }
        let turn = TranscriptTurn(
            role: .user, message: words, timeInCall: running.caller.start.seconds, sourceMedium: "audio",
            sourceEventID: running.caller.eventID, asrProvider: running.transcriberID)
        self.running?.caller.place = record(turn, at: running.caller.place)
    }

    /// Writes the words of an open utterance into the record, so that a crash loses little of them.
    func saveWordsSoFar() {
        guard let caller = running?.caller, caller.isOpen, caller.told.isEmpty, response?.machine.isReleased != true,
            caller.latest.split(separator: " ").count >= Self.worthKeeping
        else { return }
        keepTurn(caller.latest)
    }

    /// Keeps the words of a caller who was speaking, or had no answer yet, when the call ended.
    func settleLastWords() {
        guard let caller = running?.caller, caller.isOpen, caller.latest != caller.latestTold else { return }
        keepTurn(caller.latest)
    }

    /// Keeps the caller's words when their response failed or was overtaken by a typed turn.
    func keepUnanswered() {
        guard let words = running?.caller.final, !words.isEmpty else { return }
        running?.history.addUser(words)
        if running?.caller.told.isEmpty == true { tell(words) }
    }

    /// Adds words that were spoken over the agent as a turn of their own, which is being answered.
    func keepOverheard(_ words: String, eventID: Int) {
        running?.history.addUser(words)
        send(.userTranscript(words, eventID: eventID))
        record(
            TranscriptTurn(
                role: .user, message: words, timeInCall: running?.caller.start.seconds ?? 0, sourceMedium: "audio",
                sourceEventID: eventID, asrProvider: running?.transcriberID))
    }

    /// Records a backchannel: it stands in the record, and the model does not answer it.
    func noteBackchannel() {
        environment.instruments.heardBackchannel()
        guard let running, !running.caller.final.isEmpty else { return }
        var turn = TranscriptTurn(
            role: .user, message: running.caller.final, timeInCall: running.caller.start.seconds, sourceMedium: "audio",
            sourceEventID: running.caller.eventID, asrProvider: running.transcriberID)
        turn.isIgnoredAsBackchannel = true
        // The agent's turn, which goes on, comes first in the record.
        saveSpokenSoFar()
        record(turn)
    }
}
