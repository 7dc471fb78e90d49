/// When a response may begin to be heard: as soon as its first clause will not run out before the next one is there.
///
/// It knows how fast the model writes and the voice is made from what it has seen of both, this response included.
struct SpeechStart: Sendable, Hashable {
    /// What is known about the engines' speed.
    struct Pace: Sendable, Hashable {
        /// Of the model; a small one on two cores, until it was seen.
        private var writing = Estimate(secondsPerCharacter: 0.016)
        /// Of the voice.
        private var voicing = Estimate(secondsPerCharacter: 0.008)

        mutating func note(writing characters: Int, in duration: Duration) {
            let seconds = duration / .seconds(1)
            guard characters >= 20, seconds > 0.05 else { return }
            writing.note(seconds / Double(characters))
        }

        mutating func note(voicing characters: Int, in duration: Duration) {
            let seconds = duration / .seconds(1)
            // What comes at once was kept from an earlier time and says nothing.
            guard characters >= 8, seconds > 0.01 else { return }
            voicing.note(seconds / Double(characters))
        }

        /// Seconds that so much text and speech will take, if this time is no better than the usual.
        func seconds(writing written: Int, voicing voiced: Int) -> Double {
            Double(written) * writing.bound + Double(voiced) * voicing.bound
        }
    }

    /// A mean and how far single values lie from it, both forgetting slowly.
    private struct Estimate: Sendable, Hashable {
        private var mean: Double
        private var deviation: Double
        /// Weight of the newest value.
        private static let weight = 0.3

        init(secondsPerCharacter: Double) {
            mean = secondsPerCharacter
            deviation = secondsPerCharacter / 4
        }

        mutating func note(_ value: Double) {
            deviation += Self.weight * (abs(value - mean) - deviation)
            mean += Self.weight * (value - mean)
        }

        /// Few values lie above it.
        var bound: Double { mean + 1.5 * deviation }
    }

    /// Characters of a clause that is yet to come: the second clauses of answers are cut at six words.
    private static let clause = 30
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
        return queued >= pace.seconds(writing: isWritten ? 0 : max(0, clause - unspoken), voicing: clause)
    }
}
