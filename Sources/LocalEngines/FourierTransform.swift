import Foundation

/// The discrete Fourier transform of several complex signals at once, one in each lane.
///
/// Stockham's algorithm: every stage reads one buffer and writes the other, so no bit reversal is needed.
struct FourierTransform: Sendable {
    /// As many floats as one instruction of any 64-bit processor processes.
    typealias Lanes = SIMD4<Float>

    /// One complex number in each lane.
    struct Complex {
        var real: Lanes
        var imaginary: Lanes

        static func + (left: Self, right: Self) -> Self {
            Self(real: left.real + right.real, imaginary: left.imaginary + right.imaginary)
        }

        static func - (left: Self, right: Self) -> Self {
            Self(real: left.real - right.real, imaginary: left.imaginary - right.imaginary)
        }

        static func * (left: Float, right: Self) -> Self {
            Self(real: left * right.real, imaginary: left * right.imaginary)
        }

        /// The number multiplied by −i.
        var turned: Self { Self(real: imaginary, imaginary: -real) }

        /// The number multiplied by a twiddle factor.
        func turned(by twiddle: SIMD2<Float>) -> Self {
            Self(
                real: real * twiddle.x - imaginary * twiddle.y, imaginary: real * twiddle.y + imaginary * twiddle.x)
        }
    }

    /// The number of points that one butterfly combines.
    enum Radix: Int {
        case three = 3
        case four = 4
        case five = 5
    }

    /// Splits `stride` interleaved pieces of `length` points into `radix` times as many shorter ones.
    private struct Stage {
        var radix: Radix
        var length: Int
        var stride: Int
        /// e^(−2πi·j·p/length) for each p below length/radix and each j from 1 to radix − 1.
        var twiddles: [SIMD2<Float>]
    }

    /// The number of points of a signal.
    let count: Int
    private let stages: [Stage]

    /// - Parameter radices: The factors of the number of points.
    init(radices: [Radix]) {
        count = radices.reduce(1) { $0 * $1.rawValue }
        var stride = 1
        stages = radices.map { [count] radix in
            let length = count / stride
            let twiddles = (0..<length / radix.rawValue).flatMap { point in
                (1..<radix.rawValue).map { output in
                    let angle = -2 * Double.pi * Double(output * point) / Double(length)
                    return SIMD2(Float(cos(angle)), Float(sin(angle)))
                }
            }
            defer { stride *= radix.rawValue }
            return Stage(radix: radix, length: length, stride: stride, twiddles: twiddles)
        }
    }

    /// Transforms `signal` in place: X[k] = Σ x[n]·e^(−2πi·k·n/count).
    ///
    /// - Parameters:
    ///   - signal: `count` points.
    ///   - scratch: A buffer of `count` points, whose content is overwritten.
    func transform(
        _ signal: UnsafeMutableBufferPointer<Complex>, scratch: UnsafeMutableBufferPointer<Complex>
    ) {
        precondition(signal.count == count && scratch.count == count, "buffers must have the transform's size")
        var (input, output) = (signal, scratch)
        for stage in stages {
            switch stage.radix {
            case .three: Self.threes(stage, from: input, to: output)
            case .four: Self.fours(stage, from: input, to: output)
            case .five: Self.fives(stage, from: input, to: output)
            }
            swap(&input, &output)
        }
        if !stages.count.isMultiple(of: 2) { _ = signal.update(from: scratch) }
    }

    private static let sin120 = Float(sin(2 * Double.pi / 3))

    private static func threes(
        _ stage: Stage, from input: UnsafeMutableBufferPointer<Complex>,
        to output: UnsafeMutableBufferPointer<Complex>
    ) {
        let (stride, points) = (stage.stride, stage.length / 3)
        let sin120 = sin120
        stage.twiddles.withUnsafeBufferPointer { twiddles in
            for point in 0..<points {
                let (first, second) = (twiddles[2 * point], twiddles[2 * point + 1])
                for lane in 0..<stride {
                    let source = lane + stride * point
                    let (a, b) = (input[source], input[source + stride * points])
                    let c = input[source + 2 * stride * points]
                    let sum = b + c
                    let even = a - 0.5 * sum
                    let odd = (sin120 * (b - c)).turned
                    let target = lane + stride * 3 * point
                    output[target] = a + sum
                    output[target + stride] = (even + odd).turned(by: first)
                    output[target + 2 * stride] = (even - odd).turned(by: second)
                }
            }
        }
    }

    private static func fours(
        _ stage: Stage, from input: UnsafeMutableBufferPointer<Complex>,
        to output: UnsafeMutableBufferPointer<Complex>
    ) {
        let (stride, points) = (stage.stride, stage.length / 4)
        stage.twiddles.withUnsafeBufferPointer { twiddles in
            for point in 0..<points {
                let (first, second, third) = (
                    twiddles[3 * point], twiddles[3 * point + 1], twiddles[3 * point + 2]
                )
                for lane in 0..<stride {
                    let source = lane + stride * point
                    let (a, b) = (input[source], input[source + stride * points])
                    let (c, d) = (input[source + 2 * stride * points], input[source + 3 * stride * points])
                    let (even, evenDifference, odd) = (a + c, a - c, b + d)
                    let oddDifference = (b - d).turned
                    let target = lane + stride * 4 * point
                    output[target] = even + odd
                    output[target + stride] = (evenDifference + oddDifference).turned(by: first)
                    output[target + 2 * stride] = (even - odd).turned(by: second)
                    output[target + 3 * stride] = (evenDifference - oddDifference).turned(by: third)
                }
            }
        }
    }

    private static let (cos72, cos144) = (Float(cos(0.4 * Double.pi)), Float(cos(0.8 * Double.pi)))
    private static let (sin72, sin144) = (Float(sin(0.4 * Double.pi)), Float(sin(0.8 * Double.pi)))

    private static func fives(
        _ stage: Stage, from input: UnsafeMutableBufferPointer<Complex>,
        to output: UnsafeMutableBufferPointer<Complex>
    ) {
        let (stride, points) = (stage.stride, stage.length / 5)
        let (cos72, cos144, sin72, sin144) = (cos72, cos144, sin72, sin144)
        stage.twiddles.withUnsafeBufferPointer { twiddles in
            for point in 0..<points {
                let (first, second) = (twiddles[4 * point], twiddles[4 * point + 1])
                let (third, fourth) = (twiddles[4 * point + 2], twiddles[4 * point + 3])
                for lane in 0..<stride {
                    let source = lane + stride * point
                    let a = input[source]
                    let (b, e) = (input[source + stride * points], input[source + 4 * stride * points])
                    let (c, d) = (input[source + 2 * stride * points], input[source + 3 * stride * points])
                    // Points that mirror each other have equal cosines and opposite sines.
                    let (outer, inner) = (b + e, c + d)
                    let (outerDifference, innerDifference) = (b - e, c - d)
                    let even1 = a + cos72 * outer + cos144 * inner
                    let even2 = a + cos144 * outer + cos72 * inner
                    let odd1 = (sin72 * outerDifference + sin144 * innerDifference).turned
                    let odd2 = (sin144 * outerDifference - sin72 * innerDifference).turned
                    let target = lane + stride * 5 * point
                    output[target] = a + outer + inner
                    output[target + stride] = (even1 + odd1).turned(by: first)
                    output[target + 2 * stride] = (even2 + odd2).turned(by: second)
                    output[target + 3 * stride] = (even2 - odd2).turned(by: third)
                    output[target + 4 * stride] = (even1 - odd1).turned(by: fourth)
                }
            }
        }
    }
}
