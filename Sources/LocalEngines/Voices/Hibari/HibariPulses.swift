import Foundation

/// Pulses at the pitch of a voice: cosines of amplitude 1 at all its harmonics up to 11 kHz.
enum HibariPulses {
    /// The pitch in Hz up to which there is no voice.
    private static let unvoiced: Float = 40
    /// The frequency in Hz above which there are no harmonics.
    private static let highest: Float = 11_000
    /// Where the sine in the divisor is this small, the sum is taken to be its limit.
    private static let smallest = 2e-3

    /// `HibariWaveform.hop` samples for each of the frames, between whose middles the pitch changes evenly.
    ///
    /// - Parameter pitch: The pitch of each frame, in Hz.
    static func samples(pitch: [Float]) -> [Float] {
        guard let last = pitch.indices.last else { return [] }
        let (hop, rate) = (HibariWaveform.hop, Double(HibariWaveform.sampleRate))
        var samples = [Float](repeating: 0, count: pitch.count * hop)
        // The part of the period that is over.
        var phase = 0.0
        for frame in pitch.indices {
            let (before, after) = (pitch[max(0, frame - 1)], pitch[min(last, frame + 1)])
            for index in 0..<hop {
                let place = (Float(index) + 0.5) / Float(hop) - 0.5
                let neighbour = place < 0 ? before : after
                let frequency = pitch[frame] * (1 - abs(place)) + neighbour * abs(place)
                phase += Double(max(frequency, unvoiced)) / rate
                phase -= phase.rounded(.down)
                guard frequency > unvoiced else { continue }
                samples[frame * hop + index] = sample(phase: phase, frequency: frequency)
            }
        }
        return samples
    }

    /// cos x + cos 2x + … up to the highest harmonic, in closed form.
    private static func sample(phase: Double, frequency: Float) -> Float {
        let harmonics = Double((highest / frequency).rounded(.down)) + 0.5
        let divisor = 2 * sin(.pi * phase)
        let sum = abs(divisor) <= smallest ? harmonics : sin(harmonics * 2 * .pi * phase) / divisor
        return Float(sum - 0.5)
    }
}
