/// A logistic regression over the words of a text: the sum of a weight for each feature, which is found by the feature's hash.
///
/// Weights are one byte each; two features may share one. Training and the file are described in docs/training.md.
struct HashedRegression: Sendable {
    private let weights: ArraySlice<UInt8>
    private let bias: Float
    private let scale: Float

    /// - Parameter file: the bias and the size of one step of a weight, both as big-endian Float32, then the weights as
    ///   signed bytes. Their number is a power of two.
    init(_ file: [UInt8]) {
        func number(at place: Int) -> Float {
            Float(bitPattern: file[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) })
        }
        precondition(file.count > 8 && (file.count - 8).nonzeroBitCount == 1, "a power of two of weights")
        bias = number(at: 0)
        scale = number(at: 4)
        weights = file[8...]
    }

    /// The logarithm of the odds: above 0 yes is likelier than no. A feature counts once.
    func logOdds(of features: some Sequence<String>) -> Float {
        let places = Set(features.map(place))
        let sum = places.reduce(0) { $0 + Int(Int8(bitPattern: weights[weights.startIndex + $1])) }
        return bias + scale * Float(sum)
    }

    /// FNV-1a with 32 bits, whose upper half is folded in.
    private func place(of feature: String) -> Int {
        let hash = feature.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return Int((hash ^ (hash >> 16)) & UInt32(weights.count - 1))
    }
}
