import Agents
import Foundation

/// The sounds that are played while a tool runs, made here and kept for all calls.
actor WaitingSounds {
    static let shared = WaitingSounds()

    private struct Key: Hashable {
        var sound: ToolSettings.Sound
        var rate: Int
    }

    private var made: [Key: [Float]] = [:]

    /// The samples of a sound, whose end goes over into its beginning.
    ///
    /// - Parameter rate: samples a second.
    func samples(_ sound: ToolSettings.Sound, rate: Int) -> [Float] {
        let key = Key(sound: sound, rate: rate)
        if let samples = made[key] { return samples }
        let samples =
            switch sound {
            case .typing: Typing(rate: rate).samples()
            case .elevator1: Tune.bossa.samples(rate: rate)
            case .elevator2: Tune.waltz.samples(rate: rate)
            case .elevator3: Tune.ballad.samples(rate: rate)
            case .elevator4: Tune.march.samples(rate: rate)
            }
        made[key] = samples
        return samples
    }
}

/// Samples that sounds are added to; what goes beyond the end goes on at the beginning.
private struct Loop {
    let rate: Double
    private(set) var samples: [Float]

    init(seconds: Double, rate: Int) {
        self.rate = Double(rate)
        samples = [Float](repeating: 0, count: max(1, Int(seconds * Double(rate))))
    }

    mutating func add(at time: Double, seconds: Double, _ value: (Double) -> Double) {
        let start = Int(time * rate)
        for index in 0..<Int(seconds * rate) {
            samples[(start + index) % samples.count] += Float(value(Double(index) / rate))
        }
    }

    /// The samples at this level: a root mean square, or the loudest one.
    func leveled(rms: Float? = nil, peak: Float? = nil) -> [Float] {
        let loudest = samples.reduce(0) { max($0, abs($1)) }
        let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
        let gain = rms.map { $0 / max(power.squareRoot(), .leastNormalMagnitude) }
        let limit = (peak ?? 0.5) / max(loudest, .leastNormalMagnitude)
        return samples.map { $0 * min(gain ?? limit, limit) }
    }
}

/// Somebody who types: words of strokes, each of them a click with a dull thump, and a softer one when the key comes up.
private struct Typing {
    let rate: Int

    private static let seconds = 8.0

    func samples() -> [Float] {
        var loop = Loop(seconds: Self.seconds, rate: rate)
        var random = Noise(state: 2026)
        var time = 0.1
        while time < Self.seconds - 0.5 {
            for _ in 0..<Int(random.value(in: 3...9)) where time < Self.seconds - 0.2 {
                stroke(at: time, loudness: random.value(in: 0.6...1), &loop, &random)
                stroke(at: time + random.value(in: 0.06...0.09), loudness: random.value(in: 0.15...0.3), &loop, &random)
                time += random.value(in: 0.09...0.2)
            }
            time += random.value(in: 0.2...0.55)
        }
        // As loud as a keyboard beside the telephone: some 12 dB below the voice's peaks.
        return loop.leveled(peak: 0.12)
    }

    private func stroke(at time: Double, loudness: Double, _ loop: inout Loop, _ random: inout Noise) {
        let pitch = random.value(in: 170...260)
        loop.add(at: time, seconds: 0.05) { moment in
            let click = random.value(in: -1...1) * exp(-moment / 0.003)
            let thump = 0.5 * sin(2 * .pi * pitch * moment) * exp(-moment / 0.009)
            return loudness * (click + thump)
        }
    }
}

/// Numbers that are the same each time: SplitMix64.
private struct Noise {
    var state: UInt64

    mutating func value(in range: ClosedRange<Double>) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        let unit = Double((word ^ (word >> 31)) >> 11) / Double(1 << 53)
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }
}

/// Quiet music for a wait: a bass and broken chords.
private struct Tune {
    /// Beats a minute.
    var tempo: Double
    /// The chords, lowest note first, as MIDI numbers; each lasts one bar.
    var chords: [[Int]]
    /// Beats of a bar.
    var beats: Int
    /// The order in which the notes of a chord follow each other, two to a beat; nil is a rest.
    var pattern: [Int?]
    /// The strengths of a note's overtones.
    var overtones: [Double]

    static let bossa = Tune(
        tempo: 96,
        chords: [[48, 60, 64, 67, 71], [45, 57, 60, 64, 67], [50, 62, 65, 69, 72], [43, 59, 62, 65, 69]],
        beats: 4, pattern: [1, nil, 2, 4, nil, 3, 2, nil], overtones: [1, 0.3, 0.1])
    static let waltz = Tune(
        tempo: 112, chords: [[53, 65, 69, 72], [50, 62, 65, 69], [46, 62, 65, 70], [48, 64, 67, 70]],
        beats: 3, pattern: [nil, nil, 1, 2, 3, 2], overtones: [1, 0.15, 0.25, 0.05])
    static let ballad = Tune(
        tempo: 72, chords: [[43, 59, 62, 67], [52, 59, 64, 67], [48, 60, 64, 67], [50, 57, 62, 66]],
        beats: 4, pattern: [1, 2, 3, 2, 1, 2, 3, 2], overtones: [1, 0.5, 0.2, 0.1])
    static let march = Tune(
        tempo: 120, chords: [[48, 64, 67, 72], [41, 65, 69, 72], [43, 62, 67, 71], [48, 64, 67, 72]],
        beats: 4, pattern: [3, nil, 1, 2, 3, 2, 1, nil], overtones: [1, 0.1, 0.05])

    func samples(rate: Int) -> [Float] {
        let beat = 60 / tempo
        var loop = Loop(seconds: Double(chords.count * beats) * beat, rate: rate)
        for (bar, chord) in chords.enumerated() {
            let start = Double(bar * beats) * beat
            for strong in stride(from: 0, to: beats, by: beats == 3 ? 3 : 2) {
                note(chord[0], at: start + Double(strong) * beat, strength: 1, decay: 0.5, &loop)
            }
            for (place, voice) in pattern.enumerated() {
                guard let voice, chord.indices.contains(voice) else { continue }
                note(chord[voice], at: start + Double(place) * beat / 2, strength: 0.6, decay: 0.7, &loop)
            }
        }
        // Well below the voice, which follows it without a start.
        return loop.leveled(rms: 0.03)
    }

    private func note(_ number: Int, at time: Double, strength: Double, decay: Double, _ loop: inout Loop) {
        let pitch = 440 * pow(2, Double(number - 69) / 12)
        loop.add(at: time, seconds: 5 * decay) { moment in
            let tone = overtones.enumerated().reduce(0.0) {
                // Overtones die away sooner, as those of a string do.
                $0 + $1.element * sin(2 * .pi * pitch * Double($1.offset + 1) * moment)
                    * exp(-moment * Double($1.offset + 1) / decay)
            }
            return strength * min(1, moment / 0.006) * tone
        }
    }
}
