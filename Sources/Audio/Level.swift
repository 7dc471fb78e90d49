import Foundation

/// Measures the level of audio.
public enum Level {
    /// The largest magnitude, 0 to 1 for audio that does not clip.
    public static func peak(_ samples: some Collection<Float>) -> Float {
        samples.reduce(0) { max($0, abs($1)) }
    }

    /// The root mean square, 0 to 1; 0 for no samples.
    public static func rms(_ samples: some Collection<Float>) -> Float {
        guard !samples.isEmpty else { return 0 }
        let energy = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        return Float((energy / Double(samples.count)).squareRoot())
    }

    /// An amplitude in dB relative to full scale: 0 dBFS for 1, −∞ for 0.
    public static func decibels(_ amplitude: Float) -> Float {
        20 * log10(amplitude)
    }

    /// The amplitude of a level in dBFS.
    public static func amplitude(decibels: Float) -> Float {
        pow(10, decibels / 20)
    }

    /// The peak in dBFS.
    public static func peakDecibels(_ samples: some Collection<Float>) -> Float {
        decibels(peak(samples))
    }
}
