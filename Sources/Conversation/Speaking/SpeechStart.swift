/// When a response may begin to be heard: as soon as its first clause will not run out before the next one is there.
///
/// It knows how fast the model writes and the voice is made from what it has seen of both, this response included.
struct SpeechStart: Sendable, Hashable {
    /// What is known about the engines' speed.
    struct Pace: Sendable, Hashable {
        /// Characters that the model writes in a second; a small model on two cores, until one was seen.
        var writing = 60.0
        /// Seconds that one character of a clause takes to become audio.
        var voicing = 0.008
        /// Weight of the newest observation.
        private static let weight = 0.3

        mutating func note(writing characters: Int, in duration: Duration) {
            let seconds = duration / .seconds(1)
            guard characters >= 20, seconds > 0.05 else { return }
            writing += Self.weight * (Double(characters) / seconds - writing)
        }

        mutating func note(voicing characters: Int, in duration: Duration) {
            let seconds = duration / .seconds(1)
            // What comes at once was kept from an earlier time and says nothing.
            guard characters >= 8, seconds > 0.01 else { return }
            voicing += Self.weight * (seconds / Double(characters) - voicing)
        }
    }

    /// Characters of a clause that is yet to come: the second clauses of answers are cut at six words.
    private static let clause = 30
    /// The engines are as fast as expected give or take this factor.
    private static let margin = 1.3
    /// A response waits no longer than this after its first audio: a gap in it is then the lesser evil.
    static let patience = Duration.milliseconds(700)

    /// Whether the response may begin.
    ///
    /// - Parameters:
    ///   - queued: seconds of audio that wait to be heard.
    ///   - unspoken: characters written that are not yet in that audio.
    ///   - isWritten: no more text comes.
    static func isSafe(queued: Double, unspoken: Int, isWritten: Bool, pace: Pace) -> Bool {
        if isWritten, unspoken == 0 { return true }
        let writing = isWritten ? 0 : Double(max(0, clause - unspoken)) / max(pace.writing, 1)
        return queued >= margin * (writing + Double(clause) * pace.voicing)
    }
}
