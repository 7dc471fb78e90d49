/// Finds the silence that voices put before and after their speech.
public enum SpeechTrim {
    /// What counts as audible.
    public struct Options: Sendable, Hashable {
        /// How far below the clause's peak silence begins, in dB. Room noise of recorded voices is 45 to 60 dB below
        /// their peak, weak onsets such as [f] and [h] less than 40.
        public var belowPeak: Float = 40
        /// The level below which audio is silence whatever the peak, in dBFS: the noise of 16 bits is lower.
        public var floor: Float = -60
        /// Silence kept before the first and after the last audible moment, in milliseconds, so that soft onsets stay
        /// complete.
        public var keptMilliseconds = 10
        /// The length over which energy is averaged, in milliseconds: a single loud sample is a click, not speech.
        public var windowMilliseconds = 2

        /// Creates values for synthesised and recorded voices.
        public init() {}
    }

    /// The number of samples before the first audible one that can be cut; all of them when nothing is audible.
    public static func leadingSilence(
        of samples: some RandomAccessCollection<Float>, sampleRate: Int, options: Options = Options()
    ) -> Int {
        silence(before: samples, sampleRate: sampleRate, options: options)
    }

    /// The number of samples after the last audible one that can be cut; all of them when nothing is audible.
    public static func trailingSilence(
        of samples: some RandomAccessCollection<Float>, sampleRate: Int, options: Options = Options()
    ) -> Int {
        silence(before: samples.reversed(), sampleRate: sampleRate, options: options)
    }

    private static func silence(
        before samples: some RandomAccessCollection<Float>, sampleRate: Int, options: Options
    ) -> Int {
        let window = max(1, sampleRate * options.windowMilliseconds / 1000)
        let threshold = max(
            Level.amplitude(decibels: Level.peakDecibels(samples) - options.belowPeak),
            Level.amplitude(decibels: options.floor))
        var rest = samples[...]
        while !rest.isEmpty {
            let piece = rest.prefix(window)
            if Level.rms(piece) >= threshold {
                let kept = sampleRate * options.keptMilliseconds / 1000
                return max(0, samples.count - rest.count - kept)
            }
            rest = rest.dropFirst(window)
        }
        return samples.count
    }
}
