import Foundation

/// Changes the gain of samples without clicks, in place.
public enum Fade {
    /// Fades the first `count` samples in from silence; all of them when there are fewer.
    public static func fadeIn(_ samples: inout [Float], over count: Int) {
        apply(to: &samples, in: 0..<min(max(count, 0), samples.count), from: 0, to: 1)
    }

    /// Fades the last `count` samples out to silence; all of them when there are fewer.
    public static func fadeOut(_ samples: inout [Float], over count: Int) {
        let count = min(max(count, 0), samples.count)
        apply(to: &samples, in: samples.count - count..<samples.count, from: 1, to: 0)
    }

    /// Multiplies the samples of `range`, as far as it lies inside the buffer, by a gain that moves from `first`, just
    /// before the range, to `last`, just after it: by half a cosine, which has no corner at either end.
    public static func apply(to samples: inout [Float], in range: Range<Int>, from first: Float, to last: Float) {
        for index in range.clamped(to: samples.indices) {
            let place = (Float(index - range.lowerBound) + 1) / Float(range.count + 1)
            let weight = (1 - cos(.pi * place)) / 2
            samples[index] *= first + (last - first) * weight
        }
    }
}
