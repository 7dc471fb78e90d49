import Foundation

/// Tells what a stretch of speech is, linearly from frames of Moonshine's encoder.
struct LetterClassifier: Sendable {
    private let classes: Int
    /// Row by row, each padded with zeros.
    private let weights: [SIMD8<Float>]
    private let biases: [Float]
    private let scales: [Float]
    private let stride: Int

    /// Reads a classifier of `classes` from the beginning of `bytes`, and removes it there.
    init(_ classes: Int, features: Int, from bytes: inout ArraySlice<UInt8>) {
        func halves(_ count: Int) -> [Float] {
            let taken = bytes.prefix(2 * count)
            bytes = bytes.dropFirst(2 * count)
            return taken.withUnsafeBytes { raw in
                (0..<taken.count / 2).map { place in
                    let bits = raw.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)
                    return Float(Float16(bitPattern: UInt16(littleEndian: bits)))
                }
            }
        }
        self.classes = classes
        scales = halves(features)
        stride = (features + 7) / 8
        var weights = [SIMD8<Float>](repeating: .zero, count: classes * stride)
        let taken = Array(bytes.prefix(classes * features))
        bytes = bytes.dropFirst(classes * features)
        for (place, byte) in taken.enumerated() {
            let (row, column) = place.quotientAndRemainder(dividingBy: features)
            weights[row * stride + column / 8][column % 8] = Float(Int8(bitPattern: byte))
        }
        self.weights = weights
        biases = halves(classes)
    }

    /// The logarithm of the probability of each class.
    func logProbabilities(_ features: [Float]) -> [Float] {
        var scaled = [SIMD8<Float>](repeating: .zero, count: stride)
        for (place, value) in features.enumerated() { scaled[place / 8][place % 8] = value * scales[place] }
        var logits = [Float](repeating: 0, count: classes)
        for row in 0..<classes {
            var sum = SIMD8<Float>.zero
            for place in 0..<stride { sum += weights[row * stride + place] * scaled[place] }
            logits[row] = biases[row] + sum.sum()
        }
        let highest = logits.max() ?? 0
        let total = logits.reduce(0.0) { $0 + exp(Double($1 - highest)) }
        return logits.map { $0 - highest - Float(log(total)) }
    }
}

/// The frames of an utterance, as Moonshine's encoder makes them.
struct EncodedSpeech {
    /// Samples between two frames, and before the middle of the first.
    private static let (hop, offset) = (384.0, 447.0)
    /// Equal parts of a stretch of speech, each of which has its mean; one of `beside` frames stands before, and one after.
    private static let (parts, beside) = (8, 2.5)

    private let width: Int
    private let count: Int
    /// The sums of the frames before each.
    private let sums: [Double]

    init(_ values: [Float], width: Int) {
        self.width = width
        count = values.count / width
        var sums = [Double](repeating: 0, count: (count + 1) * width)
        for place in 0..<count * width { sums[place + width] = sums[place] + Double(values[place]) }
        self.sums = sums
    }

    /// What tells the letters of a stretch of samples apart: means of frames, part by part, and its length.
    func features(of range: Range<Int>) -> [Float] {
        let first = (Double(range.lowerBound) - Self.offset) / Self.hop
        let last = max((Double(range.upperBound) - Self.offset) / Self.hop, first + 1.5)
        let edges = (0...Self.parts).map { first + (last - first) * Double($0) / Double(Self.parts) }
        let all = [first - Self.beside] + edges + [last + Self.beside]
        var features: [Float] = []
        for (start, end) in zip(all, all.dropFirst()) {
            let from = min(max(start + 0.5, 0), Double(count) - 0.5)
            let to = min(max(end + 0.5, from + 0.5), Double(count))
            for column in 0..<width {
                features.append(Float((sum(to, column) - sum(from, column)) / (to - from)))
            }
        }
        features.append(Float(3 * log(Double(range.count) / 16_000)))
        return features
    }

    /// The sum of a column up to a place between two frames.
    private func sum(_ place: Double, _ column: Int) -> Double {
        let place = min(max(place, 0), Double(count))
        let whole = Int(place)
        let before = sums[whole * width + column]
        return before + (place - Double(whole)) * (sums[min(whole + 1, count) * width + column] - before)
    }
}
