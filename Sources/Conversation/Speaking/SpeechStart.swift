/// Decides when a response may start to play: once its first clause will last until the next one is there.
///
/// It estimates the speed of model and voice, and the delay of second clauses, from what it has measured in the call.
struct SpeechStart: Sendable, Hashable {
    /// Estimates of the engines' speed.
    struct Pace: Sendable, Hashable {
        /// Seconds a character of the model; at first those of a small model on two cores.
        private var writing = Estimate(mean: 0.016, deviation: 0.004)
        /// Seconds a character of the voice.
        private var voicing = Estimate(mean: 0.008, deviation: 0.002)
        /// From the first clause's audio to the second's, in seconds: measured with the default engines on two cores,
        /// 160 to 480 ms.
        private var joining = Estimate(mean: 0.32, deviation: 0.1)

        /// - Parameter crowd: how many times slower than for a single answer the engines were, see
        ///   `SpeechStart.crowd(of:)`.
        mutating func note(writing characters: Int, in duration: Duration, crowd: Double = 1) {
            let seconds = duration / .seconds(1) / crowd
            guard characters >= 20, seconds > 0.05 else { return }
            writing.note(seconds / Double(characters))
        }

        mutating func note(voicing characters: Int, in duration: Duration, crowd: Double = 1) {
            let seconds = duration / .seconds(1) / crowd
            // Audio that comes at once was remembered by the cache, and says nothing about speed.
            guard characters >= 8, seconds > 0.01 else { return }
            voicing.note(seconds / Double(characters))
        }

        mutating func note(joining duration: Duration, crowd: Double = 1) {
            joining.note(min(duration / .seconds(1), 5) / crowd)
        }

        /// Seconds from the first clause's audio to the second's, estimated cautiously.
        var secondsToSecondClause: Double { joining.bound + Self.margin }
        /// Allowance, in seconds, for other work of the machine.
        private static let margin = 0.06

        /// Seconds that so many characters of text and speech will take, estimated cautiously.
        func seconds(writing written: Int, voicing voiced: Int) -> Double {
            Double(written) * writing.bound + Double(voiced) * voicing.bound
        }
    }

    /// A mean and the mean deviation from it; old values lose weight slowly.
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

        /// A bound that few values exceed.
        var bound: Double { mean + 1.5 * deviation }
    }

    /// How many times slower the engines are with that many answers at once than with one: on two cores llama-server
    /// takes 34, 45, 55 and 62 ms a token for 1 to 4 answers.
    static func crowd(of answers: Int) -> Double { 1 + 0.28 * Double(max(0, min(answers, 8) - 1)) }

    /// Characters of a clause that is yet to come: the second clauses of answers are cut at six words.
    private static let clause = 30
    /// A response waits no longer than this after its first audio: a gap in it is then the lesser evil.
    static let patience = Duration.milliseconds(700)

    /// Seconds of audio that must wait to be heard before the response may begin.
    ///
    /// - Parameters:
    ///   - unspoken: characters written that are not yet in that audio.
    ///   - isWritten: whether the text is complete.
    ///   - waited: seconds since the first clause's audio was there.
    ///   - crowd: how many times slower than for a single answer the engines are.
    static func needed(
        unspoken: Int, isWritten: Bool, waited: Double = 0, pace: Pace, crowd: Double = 1
    ) -> Double {
        if isWritten, unspoken == 0 { return 0 }
        let byText = crowd * pace.seconds(writing: isWritten ? 0 : max(0, clause - unspoken), voicing: clause)
        // A second clause that is already late beyond the estimate says nothing about when it will come.
        let rest = crowd * pace.secondsToSecondClause - waited
        return rest > 0 ? min(byText, rest) : byText
    }
}
