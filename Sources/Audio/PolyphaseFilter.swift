import Foundation
import Synchronization

/// A windowed-sinc low-pass filter, sampled at every phase that an output sample can have between two input samples.
final class PolyphaseFilter: Sendable {
    /// The number of output positions between two input samples: the output rate divided by the common divisor.
    let phases: Int
    /// The distance between output samples in phases: the input rate divided by the common divisor.
    let step: Int
    /// The number of input samples on either side of an output sample, which is the filter's delay.
    let reach: Int
    /// The number of input samples for one output sample; a multiple of 8.
    var taps: Int { 2 * reach }
    /// The `taps` weights of each phase, for input in the order of time.
    let coefficients: [Float]

    /// The largest filter bank, in weights (16 MB).
    private static let largestBank = 4 << 20
    /// Filters that are kept for the next stream with the same rates, of which a server has few pairs.
    private static let cache = Mutex<[Key: PolyphaseFilter]>([:])
    private static let cacheLimit = 64

    private struct Key: Hashable {
        var inputRate: Int
        var outputRate: Int
        var quality: Resampler.Quality
    }

    /// The filter for a pair of rates in Hz, nil when they are equal.
    static func shared(from inputRate: Int, to outputRate: Int, quality: Resampler.Quality) throws -> PolyphaseFilter? {
        for rate in [inputRate, outputRate] where !Resampler.supportedRates.contains(rate) {
            throw ResamplerError.unsupportedRate(rate)
        }
        if inputRate == outputRate { return nil }
        let key = Key(inputRate: inputRate, outputRate: outputRate, quality: quality)
        if let filter = cache.withLock({ $0[key] }) { return filter }
        let filter = try PolyphaseFilter(from: inputRate, to: outputRate, quality: quality)
        cache.withLock { cache in
            if cache.count < cacheLimit { cache[key] = filter }
        }
        return filter
    }

    private init(from inputRate: Int, to outputRate: Int, quality: Resampler.Quality) throws {
        let divisor = Self.greatestCommonDivisor(inputRate, outputRate)
        phases = outputRate / divisor
        step = inputRate / divisor
        let design = FilterDesign(quality)
        // Input samples for each sample of the lower rate; the filter passes the lower rate's band.
        let ratio = max(1, Double(inputRate) / Double(outputRate))
        // Vectors of eight need a reach that is a multiple of four.
        let reach = (Int((Double(design.halfLength) * ratio).rounded(.up)) + 3) / 4 * 4
        let taps = 2 * reach
        self.reach = reach
        guard phases * taps <= Self.largestBank else {
            throw ResamplerError.unsupportedRatio(from: inputRate, to: outputRate)
        }
        let cutoff = design.cutoff / ratio
        let scale = Self.bessel(design.beta)
        var coefficients: [Float] = []
        coefficients.reserveCapacity(phases * taps)
        for phase in 0..<phases {
            let fraction = Double(phase) / Double(phases)
            let weights = (0..<taps).map { tap -> Double in
                let distance = Double(tap - reach + 1) - fraction
                let place = distance / Double(reach)
                let window = Self.bessel(design.beta * max(0, 1 - place * place).squareRoot()) / scale
                let angle = Double.pi * cutoff * distance
                return (angle == 0 ? 1 : sin(angle) / angle) * window
            }
            // Every phase has a gain of exactly one for a constant; otherwise differences between phases would be
            // audible.
            let sum = weights.reduce(0, +)
            coefficients.append(contentsOf: weights.lazy.map { Float($0 / sum) })
        }
        self.coefficients = coefficients
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }

    /// The modified Bessel function of the first kind and order zero.
    private static func bessel(_ x: Double) -> Double {
        var (term, sum, index) = (1.0, 1.0, 1.0)
        while term > sum * 1e-12 {
            term *= (x / (2 * index)) * (x / (2 * index))
            sum += term
            index += 1
        }
        return sum
    }
}

/// Kaiser's design formulas (A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, 7.5.3).
private struct FilterDesign {
    /// The number of samples of the lower rate on either side.
    var halfLength: Int
    /// The shape parameter of the Kaiser window.
    var beta: Double
    /// The half-power point as a fraction of the lower rate's band; the stop band begins at 1.
    var cutoff: Double

    init(_ quality: Resampler.Quality) {
        let attenuation: Double
        switch quality {
        // 39, because `reach` is rounded up to a multiple of four: 40 would exceed 5 ms for some pairs of rates.
        case .realtime: (halfLength, attenuation) = (39, 70)
        case .offline: (halfLength, attenuation) = (192, 80)
        }
        beta = 0.1102 * (attenuation - 8.7)
        let transition = (attenuation - 8) / (2.285 * Double(2 * halfLength)) / Double.pi
        cutoff = 1 - transition / 2
    }
}
