import Foundation

/// Makes speech at 24 kHz of the spectra that Hibari's network predicts, one every 12.5 ms.
///
/// Each spectrum is the sum of three: pulses at the voice's pitch, shaped in level and phase; noise, shaped in level;
/// and a part that is predicted as it is. One inverse transform makes sound of the sum: windows of 1200 samples (Hann),
/// one every 300. Constants and steps are those of `dsp.py` in hibari-tts 0.2.1.
struct HibariWaveform: Sendable {
    static let sampleRate = 24_000
    /// Samples from one spectrum to the next.
    static let hop = 300
    /// Bins of a spectrum.
    static let bins = window / 2 + 1

    private static let window = 1200
    private static let overlap = window / hop
    private static let lanes = FourierTransform.Lanes.scalarCount
    /// Frames of one transform: two in each lane, as the real and the imaginary part.
    private static let batch = 2 * lanes
    /// The pulses' window, by which a cosine of amplitude 1 has a spectrum of height 1.
    private static let scale = 4 / Float(window)

    private typealias Lanes = FourierTransform.Lanes
    private typealias Complex = FourierTransform.Complex

    private let transform = FourierTransform(radices: [.four, .four, .five, .five, .three])
    private let hann = (0..<window).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(window))) }

    /// The waveform, `hop` samples for each spectrum.
    func samples(of spectra: HibariSpectra) -> [Float] {
        let frames = spectra.frames
        guard frames > 0, spectra.isComplete else { return [] }
        let batches = (frames + Self.batch - 1) / Self.batch
        let source = Self.mirrored(HibariPulses.samples(pitch: spectra.pitch), count: batches * Self.batch)
        var sum = [Float](repeating: 0, count: (frames + Self.overlap - 1) * Self.hop)
        spectra.withRows { rows in
            source.withUnsafeBufferPointer { source in
                sum.withUnsafeMutableBufferPointer { sum in
                    withUnsafeTemporaryAllocation(of: Complex.self, capacity: 2 * Self.window) { memory in
                        let spectrum = UnsafeMutableBufferPointer(rebasing: memory[..<Self.window])
                        let scratch = UnsafeMutableBufferPointer(rebasing: memory[Self.window...])
                        for batch in 0..<batches {
                            let first = batch * Self.batch
                            load(source, from: first, to: spectrum)
                            transform.transform(spectrum, scratch: scratch)
                            Self.shape(spectrum, by: rows, from: first)
                            transform.transform(spectrum, scratch: scratch)
                            add(spectrum, to: sum, from: first, frames: frames)
                        }
                    }
                }
            }
        }
        return normalised(sum, frames: frames)
    }

    /// `samples` with half a window of their mirror image at each end, and silence up to the last of `count` windows.
    private static func mirrored(_ samples: [Float], count: Int) -> [Float] {
        let margin = window / 2
        var padded = [Float](repeating: 0, count: (count - 1) * hop + window)
        for (index, sample) in samples.enumerated() { padded[margin + index] = sample }
        let last = margin + samples.count - 1
        for distance in 1...margin where distance < samples.count {
            padded[margin - distance] = padded[margin + distance]
            if last + distance < padded.count { padded[last + distance] = padded[last - distance] }
        }
        return padded
    }

    /// Loads the windows of frames from `first` on.
    private func load(
        _ source: UnsafeBufferPointer<Float>, from first: Int, to points: UnsafeMutableBufferPointer<Complex>
    ) {
        let start = first * Self.hop
        for index in 0..<Self.window {
            var (real, imaginary) = (Lanes.zero, Lanes.zero)
            for lane in 0..<Self.lanes {
                real[lane] = source[start + index + lane * Self.hop]
                imaginary[lane] = source[start + index + (lane + Self.lanes) * Self.hop]
            }
            let weight = hann[index] * Self.scale
            points[index] = Complex(real: weight * real, imaginary: weight * imaginary)
        }
    }

    /// Makes the pulses' spectra those of speech, in the form in which the transform is its own inverse: with real and
    /// imaginary parts exchanged.
    private static func shape(
        _ spectrum: UnsafeMutableBufferPointer<Complex>, by rows: HibariSpectra.Rows, from first: Int
    ) {
        for bin in 0..<bins {
            let opposite = bin == 0 ? 0 : window - bin
            let (point, mirror) = (spectrum[bin], spectrum[opposite])
            // The symmetry of real signals' spectra separates the two of each lane.
            var early =
                0.5
                * Complex(
                    real: point.real + mirror.real, imaginary: point.imaginary - mirror.imaginary)
            var late =
                0.5
                * Complex(
                    real: point.imaginary + mirror.imaginary, imaginary: mirror.real - point.real)
            early = rows.speech(early, bin: bin, frame: first)
            late = rows.speech(late, bin: bin, frame: first + lanes)
            if bin == opposite { (early.imaginary, late.imaginary) = (.zero, .zero) }
            spectrum[bin] = Complex(
                real: early.imaginary + late.real, imaginary: early.real - late.imaginary)
            spectrum[opposite] = Complex(
                real: late.real - early.imaginary, imaginary: early.real + late.imaginary)
        }
    }

    /// Adds the windows of frames from `first` on to the waveform.
    private func add(
        _ points: UnsafeMutableBufferPointer<Complex>, to sum: UnsafeMutableBufferPointer<Float>, from first: Int,
        frames: Int
    ) {
        for lane in 0..<Self.batch where first + lane < frames {
            let start = (first + lane) * Self.hop
            for index in 0..<Self.window {
                let sample =
                    lane < Self.lanes
                    ? points[index].imaginary[lane] : points[index].real[lane - Self.lanes]
                sum[start + index] += hann[index] / Float(Self.window) * sample
            }
        }
    }

    /// The middle of `sum`, divided by the squares of the windows that were added at each sample.
    private func normalised(_ sum: [Float], frames: Int) -> [Float] {
        var samples = [Float](repeating: 0, count: frames * Self.hop)
        let everywhere = weights(of: 0..<Self.overlap)
        for block in 0..<frames {
            // The block of `sum`, over which lie the windows that begin in it and in the three before.
            let place = block + Self.overlap / 2
            let parts = max(0, place - frames + 1)..<min(Self.overlap, place + 1)
            let weights = parts.count == Self.overlap ? everywhere : weights(of: parts)
            for index in 0..<Self.hop {
                let sample = sum[place * Self.hop + index] / max(weights[index], 1e-11)
                samples[block * Self.hop + index] = min(1, max(-1, sample))
            }
        }
        return samples
    }

    /// The sum of the squares of these quarters of the window.
    private func weights(of quarters: Range<Int>) -> [Float] {
        (0..<Self.hop).map { index in
            quarters.reduce(0) { $0 + hann[$1 * Self.hop + index] * hann[$1 * Self.hop + index] }
        }
    }
}
