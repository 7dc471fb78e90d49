import Foundation

/// Sine waves, and how much of one is in a signal.
enum Tone {
    static func samples(_ frequency: Double, rate: Int, count: Int, amplitude: Double = 0.5) -> [Float] {
        (0..<count).map { Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate))) }
    }

    /// The amplitude of `frequency` in `samples`, under a Hann window so that other frequencies do not leak in.
    static func amplitude(of frequency: Double, in samples: ArraySlice<Float>, rate: Int) -> Double {
        var (real, imaginary, weight) = (0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let window = 0.5 - 0.5 * cos(2 * .pi * Double(index) / Double(samples.count))
            let angle = 2 * .pi * frequency * Double(index) / Double(rate)
            real += window * Double(sample) * cos(angle)
            imaginary += window * Double(sample) * sin(angle)
            weight += window
        }
        return 2 * (real * real + imaginary * imaginary).squareRoot() / weight
    }

    static func decibels(_ ratio: Double) -> Double { 20 * log10(ratio) }
}

/// Deterministic noise: SplitMix64.
struct Noise: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func samples(_ count: Int, amplitude: Float = 1) -> [Float] {
        (0..<count).map { _ in Float.random(in: -amplitude...amplitude, using: &self) }
    }
}
