import Audio
import Foundation

/// Edits recordings for a scripted caller, and generates sounds. Samples are mono, −1 to 1, at the given rate.
public enum CallerSounds {
    /// A recording with a pause in mid-sentence: digital silence of the given length at its quietest place between a
    /// quarter and three quarters of the speech, with fades of 5 ms before and after.
    ///
    /// - Parameter pause: the length of the pause, in seconds.
    /// - Returns: nil for less than 1.2 s of speech, which has no place in mid-sentence.
    public static func paused(_ recording: [Float], sampleRate: Int, pause: Double) -> [Float]? {
        let rate = Double(sampleRate)
        guard let speech = Audibility.speech(in: recording, sampleRate: sampleRate),
            Double(speech.end - speech.start) / rate >= 1.2
        else { return nil }
        let length = speech.end - speech.start
        let window = Int(0.030 * rate)
        let places = stride(from: speech.start + length / 4, to: speech.end - length / 4 - window, by: window / 6)
        let quietest = places.min { energy(recording, $0, window) < energy(recording, $1, window) }
        guard let place = quietest.map({ $0 + window / 2 }) else { return nil }
        var before = Array(recording[..<place])
        var after = Array(recording[place...])
        let fade = Int(0.005 * rate)
        Fade.fadeOut(&before, over: fade)
        Fade.fadeIn(&after, over: fade)
        return before + [Float](repeating: 0, count: Int(pause * rate)) + after
    }

    /// The longest stretch within a recording's speech that is 30 dB below its loudest part, in seconds.
    public static func longestPause(in recording: [Float], sampleRate: Int) -> Double {
        guard let speech = Audibility.speech(in: recording, sampleRate: sampleRate) else { return 0 }
        let window = sampleRate / 50
        let energies = stride(from: speech.start, to: speech.end - window, by: window).map {
            energy(recording, $0, window)
        }
        let limit = (energies.max() ?? 0) / 1000
        var (longest, length) = (0, 0)
        for energy in energies {
            length = energy < limit ? length + 1 : 0
            longest = max(longest, length)
        }
        return Double(longest * window) / Double(sampleRate)
    }

    /// Recordings in a row, as in spelling: each is cut to its speech, with silence between them, and scaled to −23
    /// dBFS, so that no letter is lost because it was recorded softly.
    ///
    /// - Parameter gap: the silence between two recordings, in seconds.
    public static func strung(_ recordings: [[Float]], sampleRate: Int, gap: Double) -> [Float] {
        var result: [Float] = []
        for recording in recordings {
            guard let speech = Audibility.speech(in: recording, sampleRate: sampleRate) else { continue }
            // Keeps a margin around the speech, which the thresholds cut tightly.
            let margin = sampleRate / 50
            var piece = Array(recording[max(0, speech.start - margin)..<min(recording.count, speech.end + margin)])
            scale(&piece, to: -23)
            Fade.fadeIn(&piece, over: sampleRate / 200)
            Fade.fadeOut(&piece, over: sampleRate / 200)
            if !result.isEmpty { result += [Float](repeating: 0, count: Int(gap * Double(sampleRate))) }
            result += piece
        }
        return result
    }

    /// Noises in a row as the background of a call, each scaled to the same ratio to the speech.
    ///
    /// - Parameters:
    ///   - speech: root mean square of the caller's speech, in dBFS.
    ///   - ratio: signal-to-noise ratio, in dB.
    public static func background(_ noises: [[Float]], speech: Double, ratio: Double) -> [Float] {
        noises.flatMap { noise in
            var noise = noise
            scale(&noise, to: speech - ratio)
            return noise
        }
    }

    /// The root mean square of the speech in recordings, in dBFS; nil without speech.
    public static func level(of recordings: [[Float]], sampleRate: Int) -> Double? {
        let spoken = recordings.flatMap { recording in
            Audibility.speech(in: recording, sampleRate: sampleRate).map { recording[$0.start..<$0.end] } ?? []
        }
        return spoken.isEmpty ? nil : Double(Level.decibels(Level.rms(spoken)))
    }

    /// A cough: two bursts of noise, as the glottis opens and closes, around the resonances of an open mouth.
    public static func cough(sampleRate: Int, seed: UInt64 = 1) -> [Float] {
        var noise = Noise(seed: seed)
        return [(length: 0.14, rise: 0.006, decay: 0.045), (length: 0.22, rise: 0.020, decay: 0.080)].flatMap { burst in
            var low = Resonance(frequency: 600, bandwidth: 350, sampleRate: sampleRate)
            var high = Resonance(frequency: 1700, bandwidth: 700, sampleRate: sampleRate)
            var samples = (0..<Int(burst.length * Double(sampleRate))).map { index in
                let time = Double(index) / Double(sampleRate)
                let shape = min(1, time / burst.rise) * exp(-max(0, time - burst.rise) / burst.decay)
                let input = noise.next()
                return Float(shape) * (low.next(input) + 0.6 * high.next(input))
            }
            scale(&samples, to: -24)
            Fade.fadeOut(&samples, over: sampleRate / 100)
            return samples
        }
    }

    /// Three taps of a finger on a table: clicks of a few milliseconds that ring at the wood's resonance.
    public static func taps(sampleRate: Int, seed: UInt64 = 1) -> [Float] {
        var noise = Noise(seed: seed)
        return (0..<3).flatMap { _ in
            var table = Resonance(frequency: 230, bandwidth: 60, sampleRate: sampleRate)
            var knock = (0..<sampleRate * 18 / 100).map { index in
                let time = Double(index) / Double(sampleRate)
                return table.next(time < 0.004 ? noise.next() : 0) * Float(exp(-time / 0.03))
            }
            let peak = Level.peak(knock)
            if peak > 0 { for index in knock.indices { knock[index] *= 0.4 / peak } }
            return knock
        }
    }

    private static func energy(_ samples: [Float], _ start: Int, _ count: Int) -> Float {
        samples[start..<start + count].reduce(0) { $0 + $1 * $1 }
    }

    /// Scales samples to a root mean square in dBFS; peaks above full scale are clipped by the encoder.
    private static func scale(_ samples: inout [Float], to decibels: Double) {
        let level = Level.rms(samples)
        guard level > 0 else { return }
        let gain = Level.amplitude(decibels: Float(decibels)) / level
        for index in samples.indices { samples[index] *= gain }
    }

    /// A resonance of two poles, with about unit gain at its centre.
    private struct Resonance {
        private let feedback: (Float, Float)
        private let gain: Float
        private var past: (Float, Float) = (0, 0)

        init(frequency: Double, bandwidth: Double, sampleRate: Int) {
            let radius = exp(-.pi * bandwidth / Double(sampleRate))
            feedback = (Float(2 * radius * cos(2 * .pi * frequency / Double(sampleRate))), Float(-radius * radius))
            gain = Float(1 - radius)
        }

        mutating func next(_ input: Float) -> Float {
            let output = gain * input + feedback.0 * past.0 + feedback.1 * past.1
            past = (output, past.0)
            return output
        }
    }
}

/// White noise that is the same in every run: xorshift64 (G. Marsaglia, 2003), uniform from −1 to 1.
struct Noise: Sendable {
    private var state: UInt64

    /// The state zero would give zeros for ever.
    init(seed: UInt64) { state = max(seed, 1) }

    mutating func next() -> Float {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Float(state >> 40) / Float(1 << 23) - 1
    }
}
