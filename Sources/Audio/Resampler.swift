/// Why audio could not be resampled.
public enum ResamplerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The rate is outside of `Resampler.supportedRates`.
    case unsupportedRate(Int)
    /// The common divisor of the rates is so small that the filter bank would be too large.
    case unsupportedRatio(from: Int, to: Int)

    /// A message for the operator.
    public var description: String {
        switch self {
        case .unsupportedRate(let rate):
            "a sample rate of \(rate) Hz is not between \(Resampler.supportedRates.lowerBound) and "
                + "\(Resampler.supportedRates.upperBound) Hz"
        case .unsupportedRatio(let from, let to): "\(from) Hz cannot be converted to \(to) Hz"
        }
    }
}

/// Converts a stream of samples from one rate to another.
///
/// It is a polyphase FIR filter of linear phase with a known, small delay; block-based (FFT) resamplers delay 8 kHz
/// audio by 13 to 54 ms. Output depends on the input alone, not on how it was divided into calls. When both rates are
/// equal, samples pass unchanged.
public struct Resampler: Sendable {
    /// The steepness of the filter, at the price of delay.
    public enum Quality: Sendable, Hashable {
        /// For calls: flat to 89 % of the lower rate's band, 70 dB beyond it; delay of some 40 samples of the lower
        /// rate (at most 5 ms at 8 kHz, 2.6 ms at 16 kHz).
        case realtime
        /// For files: flat to 97 % of the lower rate's band, 80 dB beyond it; delay of 192 samples of the lower rate.
        case offline
    }

    /// The sample rates that are supported, in Hz.
    public static let supportedRates = 4000...192_000

    /// The sample rate of the input, in Hz.
    public let inputRate: Int
    /// The sample rate of the output, in Hz.
    public let outputRate: Int
    private let filter: PolyphaseFilter?
    /// The input that later output needs; it begins `filter.reach` − 1 samples before the next output sample.
    private var history: [Float] = []
    /// The position in `history` at which the filter of the next output sample starts, and its phase.
    private var start = 0
    private var phase = 0
    private var inputCount = 0
    private var outputCount = 0

    /// - Throws: `ResamplerError`.
    public init(from inputRate: Int, to outputRate: Int, quality: Quality = .realtime) throws {
        self.inputRate = inputRate
        self.outputRate = outputRate
        filter = try PolyphaseFilter.shared(from: inputRate, to: outputRate, quality: quality)
        reset()
    }

    /// The delay in samples of the input rate: how many must follow a moment before its output is complete.
    public var delay: Int { filter?.reach ?? 0 }

    /// The output that `samples`, which directly follow the previous ones, complete.
    public mutating func process(_ samples: [Float]) -> [Float] {
        guard let filter else { return samples }
        inputCount += samples.count
        history.append(contentsOf: samples)
        return drain(filter, limit: .max)
    }

    /// The remaining output, as if silence followed; the next sample begins a new stream.
    ///
    /// The output since the start then has one sample for each moment within the input: input count × output rate ÷
    /// input rate, rounded up.
    public mutating func flush() -> [Float] {
        guard let filter else { return [] }
        let total = (inputCount * outputRate + inputRate - 1) / inputRate
        history.append(contentsOf: repeatElement(0, count: filter.reach))
        let rest = drain(filter, limit: total - outputCount)
        reset()
        return rest
    }

    /// Converts a whole buffer without delay; sample n of the result is at n ÷ `to` seconds of the input.
    ///
    /// - Throws: `ResamplerError`.
    public static func resample(
        _ samples: [Float], from inputRate: Int, to outputRate: Int, quality: Quality = .offline
    ) throws -> [Float] {
        var resampler = try Resampler(from: inputRate, to: outputRate, quality: quality)
        return resampler.process(samples) + resampler.flush()
    }

    private mutating func reset() {
        history = Array(repeating: 0, count: max(delay - 1, 0))
        (start, phase, inputCount, outputCount) = (0, 0, 0, 0)
    }

    private mutating func drain(_ filter: PolyphaseFilter, limit: Int) -> [Float] {
        var output: [Float] = []
        output.reserveCapacity(min(limit, history.count * filter.phases / filter.step + 1))
        history.withUnsafeBytes { history in
            filter.coefficients.withUnsafeBytes { coefficients in
                while start + filter.taps <= history.count / MemoryLayout<Float>.stride, output.count < limit {
                    var sum = SIMD8<Float>.zero
                    for tap in stride(from: 0, to: filter.taps, by: 8) {
                        let input = history.loadUnaligned(fromByteOffset: 4 * (start + tap), as: SIMD8<Float>.self)
                        let weight = coefficients.loadUnaligned(
                            fromByteOffset: 4 * (phase * filter.taps + tap), as: SIMD8<Float>.self)
                        sum += input * weight
                    }
                    output.append(sum.sum())
                    phase += filter.step
                    start += phase / filter.phases
                    phase %= filter.phases
                }
            }
        }
        let used = min(start, history.count)
        history.removeFirst(used)
        start -= used
        outputCount += output.count
        return output
    }
}
