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
        func best(among count: Int) -> (text: String, score: Float) {
            var (text, sum) = ("", Float(0))
            for place in scores {
                let index = (0..<count).max { place[$0] < place[$1] } ?? 0
                text.append(symbols[index])
                sum += place[index]
            }
            return (text, sum)
        }
        let length = Float(scores.count)
        let code = best(among: symbols.count)
        var likeliest = (text: code.text, score: code.score + log(1 - nameShare) + length * log(codeSymbol))
        func offer(_ text: @autoclosure () -> String, _ score: Float) {
            if score > likeliest.score { likeliest = (text(), score) }
        }
        let unlisted = best(among: letters)
        offer(
            unlisted.text,
            unlisted.score + log(nameShare * Float(SpelledName.unlistedShare))
                + length * log(Float(SpelledName.unlistedLetter)))
        guard scores.count > 2 else { return likeliest.text }
        let listed = log(nameShare * Float(1 - SpelledName.unlistedShare))
        SpelledName.names.each(of: scores.count) { name, share in
            var score = listed + log(Float(share))
            for (place, letter) in zip(scores, name) { score += place[Int(letter)] }
            offer(String(name.map { symbols[Int($0)] }), score)
        }
        return likeliest.text
    }
}
