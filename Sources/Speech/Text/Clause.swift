/// The numbers that decide where streamed text is cut into clauses.
package struct ClauseOptions: Sendable, Hashable {
    /// Words before a comma or dash ends the first clause. Two words are too little audio to cover the synthesis of
    /// what follows; an opening such as "Sure," is excepted.
    var firstCommaWords = 3
    /// Words after which the first clause may end before a conjunction or preposition, with no punctuation.
    var firstPhraseWords = 4
    /// Words after which the first clause ends in any case: some two seconds of speech, and on an embedded model no
    /// more than 0.3 s of waiting.
    var firstMaximumWords = 6
    /// Words before a sentence end cuts a later clause; shorter ones are joined, for prosody.
    var sentenceWords = 2
    /// Words before a comma cuts a later clause: each cut costs a little prosody, and audio is already queued.
    var commaWords = 8
    /// Words after which a later clause ends in any case: some seven seconds, the most that a stop throws away.
    var maximumWords = 20
    /// Characters after which a clause ends whatever it holds, so that text without spaces stays bounded. Also the
    /// longest link, tag or code that is kept whole.
    var maximumCharacters = 400

    package init() {}
}

/// A piece of a model's answer that is spoken in one go.
package struct Clause: Sendable, Hashable {
    /// Exactly the model's characters; all clauses together are the whole text.
    package var written: String
    /// Whether it is the answer's first.
    package var isFirst: Bool
    /// Whether a sentence, line or the whole answer ends with it.
    package var endsSentence: Bool
    /// The label of the voice that speaks it; nil for the agent's own.
    package var voice: String?

    package init(written: String, isFirst: Bool, endsSentence: Bool) {
        self.written = written
        self.isFirst = isFirst
        self.endsSentence = endsSentence
    }

    /// Whether the clause ends at punctuation, not in the middle of the flow of words.
    package var pausesAfter: Bool {
        guard let last = written.last(where: { !$0.isWhitespace }) else { return false }
        return !last.isLetter && !last.isNumber
    }
}
