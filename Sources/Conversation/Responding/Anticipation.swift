/// What the models do while the caller still speaks: read the words ahead, and judge whether they are all.
///
/// One thing of each kind at a time, because they share the processors with the answer.
struct Anticipation: Sendable {
    /// Whether a model reads its prompt ahead.
    private(set) var isReading = false
    /// The words that are to be judged; empty when there are none.
    private var words = ""
    private var isJudged = false
    private var isJudging = false

    /// An utterance begins, of which nothing is known.
    mutating func forgetWords() { words = "" }

    /// Begins to read; false while that is going on already.
    mutating func beginReading() -> Bool {
        guard !isReading else { return false }
        isReading = true
        return true
    }

    mutating func endReading() { isReading = false }

    /// Takes the words that are to be judged from now on; false when they are the same as before.
    mutating func judge(_ words: String) -> Bool {
        guard words != self.words else { return false }
        self.words = words
        isJudged = false
        return true
    }

    /// The words to be judged now; nil while others are, and when these have been.
    mutating func beginJudging() -> String? {
        guard !isJudged, !isJudging, !words.isEmpty else { return nil }
        (isJudged, isJudging) = (true, true)
        return words
    }

    /// The judgement of `words` is there, or failed because the model was busy: they are then judged again.
    mutating func endJudging(_ words: String, hasFailed: Bool) {
        isJudging = false
        if hasFailed, words == self.words { isJudged = false }
    }
}
