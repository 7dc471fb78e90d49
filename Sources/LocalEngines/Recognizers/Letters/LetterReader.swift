import Engines
import Letters
import Synchronization

/// Hears letters and digits that are said one by one: recognisers learn from sentences, and take "B, D, P" for each other.
///
/// An utterance is cut at its quiet places. Which of the pieces are letters, alone or joined, is found by dynamic programming
/// over a classifier that also knows what is no letter; a second one is surer of which letter it is.
final class LetterReader: Sendable {
    /// How likely each letter and digit is at one place: logarithms, a to z and then 0 to 9.
    typealias Scores = [Float]

    private let id: String
    private let path: String
    private let finder: LetterClassifier
    private let classifier: LetterClassifier
    private let session = Mutex<OnnxSession?>(nil)

    /// Values of one frame of the encoder.
    private static let width = 288
    private static let symbols = 36
    /// The longest letter ("W", said slowly), and the longest pause within one, in samples.
    private static let (longest, longestPause) = (15_200, 2_240)
    /// Pieces that one letter may consist of.
    private static let mostPieces = 7
    /// What it costs to take a piece for a noise, which is likelier where it is short, in logarithms of probabilities.
    private static let (noiseCost, shortNoiseCost, shortNoise) = (Float(13.5), Float(4.5), 1600)
    /// The mean logarithm of the probability of letters below which an utterance is taken for words. All of some 700 that were
    /// spelled are above it, and the likeliest of 71 sentences has −1.79.
    private static let leastLikely: Float = -1.4
    /// The longest utterance that is read, in samples: 20 s.
    static let longestUtterance = 320_000

    /// - Parameters:
    ///   - id: the model whose encoder it is, for errors.
    ///   - encoder: Moonshine tiny's, from whose frames the classifiers have learnt; it is loaded when it is first used.
    init(_ id: String, encoder path: String) {
        self.id = id
        self.path = path
        var bytes = LetterWeights.bytes[...]
        finder = LetterClassifier(Self.symbols + 1, features: LetterWeights.features, from: &bytes)
        classifier = LetterClassifier(Self.symbols, features: LetterWeights.features, from: &bytes)
    }

    /// The letters and digits of an utterance, in order; nil where it is not spelled. It blocks, so call it on the pool.
    ///
    /// - Parameter samples: mono at 16 kHz.
    /// - Throws: `EngineError` when the encoder fails.
    func letters(in samples: [Float]) throws -> [Scores]? {
        guard samples.count <= Self.longestUtterance else { return nil }
        let pieces = LetterCutter(samples).pieces
        guard !pieces.isEmpty else { return nil }
        let speech = EncodedSpeech(try frames(of: samples), width: Self.width)
        let found = segments(pieces) { Array(finder.logProbabilities(speech.features(of: $0)).prefix(Self.symbols)) }
        // One letter is as likely a word.
        guard found.count > 1 else { return nil }
        let certainty = found.reduce(0) { $0 + $1.certainty } / Float(found.count)
        guard certainty >= Self.leastLikely else { return nil }
        return found.map { classifier.logProbabilities(speech.features(of: $0.range)) }
    }

    /// Loads the encoder, if that has not been done.
    func prepare() throws {
        try session.withLock { session in
            if session == nil { session = try OnnxSession(engine: id, path: path, threads: 1) }
        }
    }

    private func frames(of samples: [Float]) throws -> [Float] {
        try prepare()
        guard let session = session.withLock({ $0 }) else { return [] }
        let shape = [1, Int64(samples.count)]
        return try session.run(
            [
                ("input_values", .float(samples, shape: shape)),
                ("attention_mask", .int64([Int64](repeating: 1, count: samples.count), shape: shape)),
            ], outputs: [("last_hidden_state", nil)])[0]
    }

    // MARK: Which pieces are letters

    /// A stretch that is a letter, and the logarithm of the probability of the likeliest one.
    struct Segment: Hashable {
        var range: Range<Int>
        var certainty: Float
    }

    /// The likeliest way to take all pieces for letters or noises.
    func segments(_ pieces: [Range<Int>], _ logProbabilities: (Range<Int>) -> [Float]) -> [Segment] {
        /// The best way to explain the pieces before each place: its score, where its last step began, and what that is.
        var best: [(score: Float, from: Int, segment: Segment?)?] = Array(repeating: nil, count: pieces.count + 1)
        best[0] = (0, 0, nil)
        for start in pieces.indices {
            guard let score = best[start]?.score else { continue }
            func offer(_ end: Int, _ gain: Float, _ segment: Segment?) {
                guard score + gain > best[end]?.score ?? -.infinity else { return }
                best[end] = (score + gain, start, segment)
            }
            offer(start + 1, -(pieces[start].count < Self.shortNoise ? Self.shortNoiseCost : Self.noiseCost), nil)
            for end in start..<min(pieces.count, start + Self.mostPieces) {
                if end > start, pieces[end].lowerBound - pieces[end - 1].upperBound > Self.longestPause { break }
                let range = pieces[start].lowerBound..<pieces[end].upperBound
                if range.count > Self.longest { break }
                let certainty = logProbabilities(range).max() ?? -.infinity
                offer(end + 1, certainty, Segment(range: range, certainty: certainty))
            }
        }
        var segments: [Segment] = []
        var place = pieces.count
        while place > 0, let step = best[place] {
            if let segment = step.segment { segments.append(segment) }
            place = step.from
        }
        return segments.reversed()
    }
}
