import Foundation

/// The spectra that Hibari's network predicts: a row of `frames` values for each bin, the lowest bin first. Levels are
/// natural logarithms.
struct HibariSpectra: Sendable {
    /// What the pulses are amplified by.
    var harmonicLevels: [Float]
    /// What the pulses are turned by: their hyperbolic tangents are parts of half a circle.
    var harmonicPhases: [Float]
    /// Standard deviations of the noise's real and imaginary parts.
    var noiseLevels: [Float]
    /// Levels of the part that is predicted as it is.
    var freeLevels: [Float]
    /// Its phases, in radians.
    var freePhases: [Float]
    /// The pitch of each frame, in Hz.
    var pitch: [Float]

    /// The number of spectra, one every 12.5 ms.
    var frames: Int { pitch.count }

    /// Whether every part has its values.
    var isComplete: Bool {
        [harmonicLevels, harmonicPhases, noiseLevels, freeLevels, freePhases].allSatisfy {
            $0.count == HibariWaveform.bins * frames
        }
    }

    /// The memory of the spectra.
    struct Rows {
        fileprivate var harmonicLevels: UnsafeBufferPointer<Float>
        fileprivate var harmonicPhases: UnsafeBufferPointer<Float>
        fileprivate var noiseLevels: UnsafeBufferPointer<Float>
        fileprivate var freeLevels: UnsafeBufferPointer<Float>
        fileprivate var freePhases: UnsafeBufferPointer<Float>
        fileprivate var frames: Int
    }

    /// Calls `body` with the memory of the spectra.
    func withRows(_ body: (Rows) -> Void) {
        harmonicLevels.withUnsafeBufferPointer { harmonicLevels in
            harmonicPhases.withUnsafeBufferPointer { harmonicPhases in
                noiseLevels.withUnsafeBufferPointer { noiseLevels in
                    freeLevels.withUnsafeBufferPointer { freeLevels in
                        freePhases.withUnsafeBufferPointer { freePhases in
                            body(
                                Rows(
                                    harmonicLevels: harmonicLevels, harmonicPhases: harmonicPhases,
                                    noiseLevels: noiseLevels, freeLevels: freeLevels, freePhases: freePhases,
                                    frames: frames))
                        }
                    }
                }
            }
        }
    }
}

extension HibariSpectra.Rows {
    private typealias Lanes = FourierTransform.Lanes

    /// The largest level that is used, so that no prediction overflows.
    private static let loudest: Float = 7

    /// A bin of as many frames as there are lanes, the first of which is `frame`, made of the same of the pulses.
    func speech(_ pulses: FourierTransform.Complex, bin: Int, frame: Int) -> FourierTransform.Complex {
        let phase = .pi * Self.map(lanes(harmonicPhases, bin, frame)) { tanh($0) }
        let level = Self.exponential(lanes(harmonicLevels, bin, frame))
        let (cosine, sine) = (level * Self.map(phase) { cos($0) }, level * Self.map(phase) { sin($0) })
        let free = lanes(freePhases, bin, frame)
        let freeLevel = Self.exponential(lanes(freeLevels, bin, frame))
        let noise = SpectralNoise.values(bin: bin, frame: frame)
        let noiseLevel = Self.exponential(lanes(noiseLevels, bin, frame))
        let real = pulses.real * cosine - pulses.imaginary * sine
        let imaginary = pulses.real * sine + pulses.imaginary * cosine
        return FourierTransform.Complex(
            real: real + noiseLevel * noise.real + freeLevel * Self.map(free) { cos($0) },
            imaginary: imaginary + noiseLevel * noise.imaginary + freeLevel * Self.map(free) { sin($0) })
    }

    /// The values of frames from `frame` on; zeros after the last.
    private func lanes(_ rows: UnsafeBufferPointer<Float>, _ bin: Int, _ frame: Int) -> Lanes {
        let start = bin * frames + frame
        if frame + Lanes.scalarCount <= frames {
            return Lanes(rows[start], rows[start + 1], rows[start + 2], rows[start + 3])
        }
        var values = Lanes.zero
        for lane in 0..<max(0, frames - frame) { values[lane] = rows[start + lane] }
        return values
    }

    private static func exponential(_ levels: Lanes) -> Lanes {
        map(pointwiseMin(levels, Lanes(repeating: loudest))) { exp($0) }
    }

    private static func map(_ values: Lanes, _ function: (Float) -> Float) -> Lanes {
        Lanes(function(values[0]), function(values[1]), function(values[2]), function(values[3]))
    }
}

/// White noise in a spectrum: numbers of mean 0 and variance 1 that depend only on their place, so that the same words
/// always sound the same.
private enum SpectralNoise {
    /// The sum of two numbers between 0 and 65 535 has this multiple of a standard deviation of 1.
    private static let scale = Float(6).squareRoot() / 65_536

    static func values(bin: Int, frame: Int) -> FourierTransform.Complex {
        var noise = FourierTransform.Complex(real: .zero, imaginary: .zero)
        for lane in 0..<FourierTransform.Lanes.scalarCount {
            let bits = mixed(UInt64((frame + lane) * HibariWaveform.bins + bin))
            noise.real[lane] = triangular(bits)
            noise.imaginary[lane] = triangular(bits >> 32)
        }
        return noise
    }

    /// Of the lowest 32 bits: the sum of both halves.
    private static func triangular(_ bits: UInt64) -> Float {
        Float(Int(bits & 0xffff) + Int(bits >> 16 & 0xffff) - 65_535) * scale
    }

    /// SplitMix64's bits at a place in its sequence.
    private static func mixed(_ place: UInt64) -> UInt64 {
        var bits = (place &+ 1) &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }
}
