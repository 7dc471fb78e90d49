/// Finds the silence that voices put around what they say.
public enum SpeechTrim {
    /// What counts as audible.
    public struct Options: Sendable, Hashable {
        /// Quieter than the clause's peak by this is silence, in dB. Room noise of recorded voices lies 45 to 60 dB
        /// under their peak, weak onsets such as [f] and [h] above 40.
        public var belowPeak: Float = 40
        /// Whatever the peak, what is quieter than this is silence, in dBFS: below it lies the noise of 16 bits.
        public var floor: Float = -60
        /// Kept before the first and after the last audible moment, in milliseconds, so that soft onsets stay whole.
        public var keptMilliseconds = 10
        /// How long the energy is averaged, in milliseconds: a single loud sample is a click, not speech.
        public var windowMilliseconds = 2

        /// Values that suit synthesised and recorded voices alike.
        public init() {}
    }

    /// Samples before the first audible one, less what is kept; all of them when nothing is audible.
    public static func leadingSilence(
        of samples: some RandomAccessCollection<Float>, sampleRate: Int, options: Options = Options()
    ) -> Int {
        silence(before: samples, sampleRate: sampleRate, options: options)
    }

    /// Samples after the last audible one, less what is kept; all of them when nothing is audible.
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
