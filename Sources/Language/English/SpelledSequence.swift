import Foundation

/// What somebody has most likely spelled, given how likely each letter and digit is at each place: a listed name, another one,
/// or a code.
package enum SpelledSequence {
    /// What can be spelled, in the order of the scores.
    package static let symbols = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    /// How much more the scores of independent places say than they are sure of: the names and codes of one speaker were
    /// decoded best with this.
    private static let weight: Float = 2
    /// Half of what is spelled are names.
    private static let nameShare: Float = 0.5
    /// Of a code every letter and digit is as likely.
    private static let codeSymbol: Float = 1.0 / 36

    /// - Parameter scores: logarithms of probabilities of `symbols`, for each place; they are few enough for a name or a code.
    package static func likeliest(_ scores: [[Float]]) -> String {
        let scores = scores.map { $0.map { $0 * weight } }
        let letters = 26
        func text(_ symbols: some Sequence<UInt8>) -> String { String(symbols.map { Self.symbols[Int($0)] }) }
        func best(among count: Int) -> (letters: [UInt8], score: Float) {
            let letters = scores.map { place in (0..<count).max { place[$0] < place[$1] } ?? 0 }
            return (letters.map(UInt8.init), zip(scores, letters).reduce(0) { $0 + $1.0[$1.1] })
        }
        let length = Float(scores.count)
        let code = best(among: symbols.count)
        var likeliest = (text: text(code.letters), score: code.score + log(1 - nameShare) + length * log(codeSymbol))
        func offer(_ letters: some Sequence<UInt8>, _ score: Float) {
            if score > likeliest.score { likeliest = (text(letters), score) }
        }
        let unlisted = best(among: letters)
        offer(
            unlisted.letters,
            unlisted.score + log(nameShare * Float(SpelledName.unlistedShare))
                + length * log(Float(SpelledName.unlistedLetter)))
        guard scores.count > 2 else { return likeliest.text }
        let listed = log(nameShare * Float(1 - SpelledName.unlistedShare))
        SpelledName.names.each(of: scores.count) { name, share in
            // Kowalska is not a misheard Kowalski; see `SpelledName`.
            guard !SpelledName.isOfOtherSex(unlisted.letters, than: name) else { return }
            var score = listed + log(Float(share))
            for (place, letter) in zip(scores, name) { score += place[Int(letter)] }
            offer(name, score)
        }
        return likeliest.text
    }
}
