/// A claim in words that the grammar does not know, by how often such words claim something.
///
/// What the regression was trained with, how, and how well it tells them from others is in docs/training.md.
enum LikelyClaim {
    private static let regression = HashedRegression(PackageResources.claims_weights)
    /// Words wait for the end of their sentence from these odds on, as a logarithm (0.2): claims mostly end in what makes them one.
    private static let openOdds: Float = -1.4

    /// From these odds on, as a logarithm (0.73), what follows a claim that stands is another one: it mostly goes on about it.
    static let laterOdds: Float = 1

    /// Words of a sentence's end among which the beginning of what looks like a claim is searched.
    private static let longestSearch = 24
    /// Characters of the caller's words that are read, from their end.
    private static let longestQuestion = 200

    /// - Parameter least: the odds, as a logarithm, from which on a whole sentence is one.
    /// - Returns: nil when a whole sentence is no likely claim.
    static func reading(
        of sentence: String, isWhole: Bool, answering question: String, from least: Float = 0
    ) -> ClaimReading? {
        let asked = ClaimFeatures.features(ofQuestion: String(question.suffix(longestQuestion)))
        func odds(_ part: some StringProtocol, isWhole: Bool = false) -> Float {
            regression.logOdds(of: ClaimFeatures.features(of: String(part), isWhole: isWhole, answering: asked))
        }
        func place(_ index: String.Index) -> Int { sentence.distance(from: sentence.startIndex, to: index) }
        var ends = sentence.indices.dropFirst().filter { sentence[$0] == " " }
        if !isWhole, let last = sentence.last, ",;:—".contains(last) { ends.append(sentence.endIndex) }
        // What was said before the words began to look like a claim stands. A word of which more may follow waits.
        func start() -> Int {
            ends.suffix(longestSearch).last { odds(sentence[..<$0]) < openOdds }.map(place) ?? 0
        }
        if isWhole {
            let whole = odds(sentence, isWhole: true)
            return whole < least ? nil : .claim(EffectClaim(kinds: [], manner: .likely(logOdds: whole)), from: start())
        }
        return .open(from: start())
    }
}
