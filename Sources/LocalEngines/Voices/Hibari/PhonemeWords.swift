/// Tells which word each phoneme of a phrase belongs to.
///
/// espeak-ng lets small words run together and says numbers in several, so that a phrase's spaces are not those of its
/// text. What it makes of each word alone is nearly what it makes of the phrase, and the least edits from the one to the
/// other show where the words begin.
enum PhonemeWords {
    /// Steps of the comparison above which words are told by their lengths alone: some 700 phonemes, of which a phrase
    /// of 24 usual words has 150.
    private static let most = 500_000

    /// The number of the word of each phoneme, not decreasing.
    ///
    /// - Parameters:
    ///   - phonemes: The phrase's, without spaces.
    ///   - words: Those of each word alone.
    static func numbers(of phonemes: [Unicode.Scalar], among words: [[Unicode.Scalar]]) -> [Int] {
        let spoken = words.enumerated().flatMap { number, word in word.map { (phoneme: $0, word: number) } }
        guard let last = spoken.last else { return phonemes.map { _ in 0 } }
        guard (phonemes.count + 1) * (spoken.count + 1) <= most else {
            return phonemes.indices.map { spoken[$0 * spoken.count / phonemes.count].word }
        }
        // edits[i * width + j] are the least edits that make the first j of the words' phonemes the phrase's first i.
        let width = spoken.count + 1
        var edits = [Int](repeating: 0, count: (phonemes.count + 1) * width)
        func exchange(_ row: Int, _ column: Int) -> Int {
            edits[(row - 1) * width + column - 1] + (phonemes[row - 1] == spoken[column - 1].phoneme ? 0 : 1)
        }
        for column in 0..<width { edits[column] = column }
        for row in 1..<phonemes.count + 1 {
            edits[row * width] = row
            for column in 1..<width {
                edits[row * width + column] = min(
                    exchange(row, column), edits[(row - 1) * width + column] + 1, edits[row * width + column - 1] + 1)
            }
        }
        var numbers = [Int](repeating: 0, count: phonemes.count)
        var (row, column, word) = (phonemes.count, spoken.count, last.word)
        while row > 0 {
            let least = edits[row * width + column]
            if column > 0, least == exchange(row, column) {
                (row, column) = (row - 1, column - 1)
                word = spoken[column].word
                numbers[row] = word
            } else if column > 0, least == edits[row * width + column - 1] + 1 {
                column -= 1
            } else {
                row -= 1
                numbers[row] = word
            }
        }
        return numbers
    }
}
