import Foundation

/// The input of Whisper's encoder and of models made from it: the logarithm of the power in 80 mel bands, every 10 ms.
///
/// Steps and constants are those of Whisper's published feature extractor: audio with mean 0 and variance 1, mirrored
/// at both ends; periodic Hann windows of 400 samples every 160; Slaney's mel filters from 0 to 8 kHz; a dynamic range
/// of eight decades below the loudest value. It takes 1 to 2 ms for 8 s, so nothing is cached.
struct LogMelSpectrogram: Sendable {
    static let sampleRate = 16_000
    /// Rows of the result.
    static let bands = 80
    /// Columns of the result, 10 ms each.
    static let frames = 800
    /// The length of the audio that is used: 8 s, in samples.
    static let samples = frames * hop

    private static let hop = 160
    private static let window = 400
    /// The lowest power that is distinguished from zero.
    private static let floor: Float = 1e-10
    /// Decades between the loudest and the quietest value that is kept.
    private static let range: Float = 8
    /// Avoids a division by zero for silence.
    private static let varianceFloor = 1e-7
    private static let lanes = FourierTransform.Lanes.scalarCount

    /// One triangular filter of the filter bank.
    private struct Filter {
        var firstBin: Int
        var weights: [Float]
    }

    private let transform = FourierTransform(radices: [.four, .four, .five, .five])
    private let hann = (0..<window).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(window))) }
    private let filters = makeFilters()

    /// The spectrogram of the last 8 s of `audio`; shorter audio is preceded by silence.
    ///
    /// - Parameter audio: Mono at 16 kHz, of any length and level.
    /// - Returns: `bands` rows of `frames` values, the lowest band first; the smallest value is the largest minus 2.
    func values(of audio: ArraySlice<Float>) -> [Float] {
        let signal = prepared(audio.suffix(Self.samples))
        var values = [Float](unsafeUninitializedCapacity: Self.bands * Self.frames) { values, count in
            signal.withUnsafeBufferPointer { writePowers(of: $0, to: values) }
            count = Self.bands * Self.frames
        }
        var peak = -Float.infinity
        for index in values.indices {
            let logarithm = log10(max(values[index], Self.floor))
            peak = max(peak, logarithm)
            values[index] = logarithm
        }
        for index in values.indices { values[index] = (max(values[index], peak - Self.range) + 4) / 4 }
        return values
    }

    /// `audio` after silence, normalised to mean 0 and variance 1, with half a window of its mirror image at each end.
    private func prepared(_ audio: ArraySlice<Float>) -> [Float] {
        let (margin, silence) = (Self.window / 2, Self.samples - audio.count)
        let mean = audio.reduce(0.0) { $0 + Double($1) } / Double(Self.samples)
        let squares = audio.reduce(Double(silence) * mean * mean) {
            $0 + (Double($1) - mean) * (Double($1) - mean)
        }
        let gain = Float(1 / (squares / Double(Self.samples) + Self.varianceFloor).squareRoot())
        let offset = Float(mean)

        var signal = [Float](repeating: -offset * gain, count: Self.samples + 2 * margin)
        for (index, sample) in zip((margin + silence)..., audio) { signal[index] = (sample - offset) * gain }
        let (first, last) = (margin, margin + Self.samples - 1)
        for distance in 1...margin {
            signal[first - distance] = signal[first + distance]
            signal[last + distance] = signal[last - distance]
        }
        return signal
    }

    /// Writes the power in each band of each frame.
    ///
    /// A transform takes two frames in each lane, as the real and the imaginary part of its signal; the symmetry of
    /// real signals' spectra separates them again.
    private func writePowers(of signal: UnsafeBufferPointer<Float>, to values: UnsafeMutableBufferPointer<Float>) {
        let (lanes, window, frames) = (Self.lanes, Self.window, Self.frames)
        withUnsafeTemporaryAllocation(of: FourierTransform.Complex.self, capacity: 2 * window) { memory in
            let spectrum = UnsafeMutableBufferPointer(rebasing: memory[..<window])
            let powers = UnsafeMutableBufferPointer(rebasing: memory[window...])
            for frame in stride(from: 0, to: frames, by: 2 * lanes) {
                load(signal, from: frame * Self.hop, to: spectrum)
                transform.transform(spectrum, scratch: powers)
                Self.separate(spectrum, to: powers)
                for (band, filter) in filters.enumerated() {
                    var sum = FourierTransform.Complex(real: .zero, imaginary: .zero)
                    for (offset, weight) in filter.weights.enumerated() {
                        sum = sum + weight * powers[filter.firstBin + offset]
                    }
                    let index = band * frames + frame
                    for lane in 0..<lanes {
                        values[index + lane] = sum.real[lane]
                        values[index + lanes + lane] = sum.imaginary[lane]
                    }
                }
            }
        }
    }

    /// Loads as many windows as a transform takes into `points`; the first one starts at `start`.
    private func load(
        _ signal: UnsafeBufferPointer<Float>, from start: Int,
        to points: UnsafeMutableBufferPointer<FourierTransform.Complex>
    ) {
        for index in 0..<Self.window {
            var (real, imaginary) = (FourierTransform.Lanes.zero, FourierTransform.Lanes.zero)
            for lane in 0..<Self.lanes {
                real[lane] = signal[start + index + lane * Self.hop]
                imaginary[lane] = signal[start + index + (lane + Self.lanes) * Self.hop]
            }
            points[index] = FourierTransform.Complex(real: hann[index] * real, imaginary: hann[index] * imaginary)
        }
    }

    /// Separates the power spectra of the signals in the real and the imaginary parts.
    private static func separate(
        _ spectrum: UnsafeMutableBufferPointer<FourierTransform.Complex>,
        to powers: UnsafeMutableBufferPointer<FourierTransform.Complex>
    ) {
        for bin in 0...window / 2 {
            let (point, mirror) = (spectrum[bin], spectrum[bin == 0 ? 0 : window - bin])
            let (sum, difference) = (point + mirror, point - mirror)
            powers[bin] = FourierTransform.Complex(
                real: 0.25 * (sum.real * sum.real + difference.imaginary * difference.imaginary),
                imaginary: 0.25 * (sum.imaginary * sum.imaginary + difference.real * difference.real))
        }
    }

    /// The triangular filters, with corners at equal distances in mels and with equal areas.
    private static func makeFilters() -> [Filter] {
        let top = mels(fromHertz: Double(sampleRate) / 2)
        let corners = (0..<bands + 2).map { hertz(fromMels: top * Double($0) / Double(bands + 1)) }
        return (0..<bands).map { band in
            let (low, centre, high) = (corners[band], corners[band + 1], corners[band + 2])
            let weights = (0...window / 2).map { bin in
                let frequency = Double(bin * sampleRate) / Double(window)
                let height = min((frequency - low) / (centre - low), (high - frequency) / (high - centre))
                return max(0, height) * 2 / (high - low)
            }
            let inside = weights.indices.filter { weights[$0] > 0 }
            return Filter(firstBin: inside.first ?? 0, weights: inside.map { Float(weights[$0]) })
        }
    }

    // Slaney's scale: 3 mels for 200 Hz up to 1 kHz, and from there 27 mels for a factor of 6.4.
    private static let (breakHertz, breakMels, melsPerE) = (1000.0, 15.0, 27 / log(6.4))

    private static func mels(fromHertz hertz: Double) -> Double {
        hertz < breakHertz ? hertz * 3 / 200 : breakMels + log(hertz / breakHertz) * melsPerE
    }

    private static func hertz(fromMels mels: Double) -> Double {
        mels < breakMels ? mels * 200 / 3 : breakHertz * exp((mels - breakMels) / melsPerE)
    }
}
