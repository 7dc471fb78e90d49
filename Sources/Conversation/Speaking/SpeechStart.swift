/// When a response may begin to be heard: as soon as its first clause will not run out before the next one is there.
///
/// It knows how fast the model writes, the voice is made and second clauses follow first ones from what it has seen of
/// the call.
struct SpeechStart: Sendable, Hashable {
    /// What is known about the engines' speed.
    struct Pace: Sendable, Hashable {
        /// Of the model; a small one on two cores, until it was seen.
        private var writing = Estimate(mean: 0.016, deviation: 0.004)
        /// Of the voice.
        private var voicing = Estimate(mean: 0.008, deviation: 0.002)
        /// From the first clause's audio to the second's, in seconds: measured with the default engines on two cores,
        /// 160 to 480 ms.
        private var joining = Estimate(mean: 0.32, deviation: 0.1)

        /// - Parameter crowd: how much slower than alone it was, as `SpeechStart.crowd(of:)` has it.
        mutating func note(writing characters: Int, in duration: Duration, crowd: Double = 1) {
            let seconds = duration / .seconds(1) / crowd
            guard characters >= 20, seconds > 0.05 else { return }
            writing.note(seconds / Double(characters))
        }

        mutating func note(voicing characters: Int, in duration: Duration, crowd: Double = 1) {
            let seconds = duration / .seconds(1) / crowd
            // What comes at once was kept from an earlier time and says nothing.
            guard characters >= 8, seconds > 0.01 else { return }
            voicing.note(seconds / Double(characters))
        }

        mutating func note(joining duration: Duration, crowd: Double = 1) {
            joining.note(min(duration / .seconds(1), 5) / crowd)
        }

        /// Seconds from the first clause's audio to the second's, if this time is no better than the usual.
        var secondsToSecondClause: Double { joining.bound + Self.margin }
        /// For what else the machine may be doing.
        private static let margin = 0.06

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

        init(mean: Double, deviation: Double) {
            self.mean = mean
            self.deviation = deviation
        }

        mutating func note(_ value: Double) {
            deviation += Self.weight * (abs(value - mean) - deviation)
            mean += Self.weight * (value - mean)
        }

        /// Few values lie above it.
        var bound: Double { mean + 1.5 * deviation }
    }

    /// How much slower everything is with so many answers in the making than with one: llama-server takes 34, 45, 55 and
    /// 62 ms for a token of 1 to 4 answers on two cores.
    static func crowd(of answers: Int) -> Double { 1 + 0.28 * Double(max(0, min(answers, 8) - 1)) }

    /// Characters of a clause that is yet to come: the second clauses of answers are cut at six words.
    private static let clause = 30
    /// A response waits no longer than this after its first audio: a gap in it is then the lesser evil.
    static let patience = Duration.milliseconds(700)

    /// Seconds of audio that must wait to be heard before the response may begin.
    ///
    /// - Parameters:
    ///   - unspoken: characters written that are not yet in that audio.
    ///   - isWritten: no more text comes.
    ///   - waited: seconds since the first clause's audio was there.
    ///   - crowd: how much slower than alone everything is.
    static func needed(
        unspoken: Int, isWritten: Bool, waited: Double = 0, pace: Pace, crowd: Double = 1
    ) -> Double {
        if isWritten, unspoken == 0 { return 0 }
        let byText = crowd * pace.seconds(writing: isWritten ? 0 : max(0, clause - unspoken), voicing: clause)
        // A second clause that is later than ever says nothing about when it will come.
        let rest = crowd * pace.secondsToSecondClause - waited
        return rest > 0 ? min(byText, rest) : byText
    }
}
