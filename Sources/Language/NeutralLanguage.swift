/// Every language of which little is known: punctuation, digits, sounds that are the same everywhere, and words said over the
/// agent where `OverlapWords` has them, and what voices read wrongly where `ReadingRules` have it.
package struct NeutralLanguage: SpokenLanguage {
    /// What recognisers of many languages write for hums, coughs, laughter and short agreement.
    private static let sounds: Set<String> = [
        "ah", "aha", "ahem", "eh", "er", "erm", "ha", "haha", "hm", "hmm", "hmmm", "huh", "m", "mhm", "mm", "mmhm",
        "mmhmm", "mmm", "oh", "ok", "okay", "uh", "uhhuh", "uhuh", "um",
    ]

    private let groupsDigits: Bool
    private let overlapWords: OverlapWords
    private let rules: ReadingRules?

    /// - Parameters:
    ///   - language: its ISO 639-1 code.
    ///   - groupsDigits: whether phone numbers and the like are spelled, and numbers in groups joined.
    package init(_ language: String = "", groupsDigits: Bool = true) {
        self.groupsDigits = groupsDigits
        overlapWords = OverlapWords.of(language)
        rules = ReadingRules.of(language)
    }

    package func expectedAnswer(to agentText: String) -> ExpectedAnswer {
        AgentSentence.lastRequest(in: agentText) { _ in false } == nil ? .nothing : .anything
    }

    package func judgement(
        of transcript: String, expecting expected: ExpectedAnswer, after agentWords: String, ending: Float?
    ) -> WordsJudgement {
        guard let byMark = Completeness.ofMarks(transcript) else { return WordsJudgement(.neutral) }
        guard byMark != .open, let ending else { return WordsJudgement(byMark, isClear: byMark == .open) }
        return WordsJudgement(odds: Self.bias + Self.modelWeight * LogOdds.of(ending))
    }

    /// Fitted to English turns, like the weights of `EnglishEnding`; nothing was measured in other languages.
    private static let (bias, modelWeight): (Float, Float) = (0.74, 0.49)

    package func written(_ transcript: String, expecting expected: ExpectedAnswer) -> String {
        SpelledRun.joined(transcript)
    }

    package func meaning(ofOverlap text: String, isFinal: Bool, ignoring ignored: Set<String>) -> OverlapMeaning {
        OverlapMeaning(
            of: text, isFinal: isFinal, agreement: overlapWords.agreement.union(Self.sounds),
            urgent: overlapWords.urgent, ignoring: ignored)
    }

    package func adds(_ text: String, nothingTo earlier: String) -> Bool {
        guard let addition = SpokenWords(text).addition(to: SpokenWords(earlier)) else { return false }
        return addition.allSatisfy { Self.sounds.contains($0) || overlapWords.impatience.contains($0) }
    }

    package func claim(
        in sentence: String, isWhole: Bool, from place: Int, answering question: String
    ) -> ClaimReading { .unknown }

    package func effects(of words: String) -> Set<EffectKind> { [] }

    package func looksUp(_ toolName: String) -> Bool { false }

    package func tellsOfFailure(_ result: String) -> Bool { false }

    package func isUndecided(_ status: String) -> Bool { false }

    package func effects(askedForIn words: String) -> Set<EffectKind> { [] }

    package func namesAnother(_ words: String) -> Bool { false }

    package func values(in words: String) -> Set<String> { [] }

    package func read(_ text: Glyphs) -> SpeechBuilder {
        let text = rules.map { RuleReader.apply($0, to: text) } ?? text
        var reader = PlainReader(text, groupsDigits: groupsDigits)
        reader.read()
        return reader.speech
    }
}
