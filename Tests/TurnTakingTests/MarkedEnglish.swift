import Language

/// English whose recogniser can be trusted: a sentence with its mark is whole, and nobody stops after "and" or "is".
///
/// Scenes are told with it, so that they do not depend on the weights that say how likely a turn is over.
struct MarkedEnglish: SpokenLanguage {
    private static let brokenOff: Set<String> = ["and", "is", "my", "for", "to", "a", "the", "i'd", "like"]
    private let english = English()

    func judgement(
        of transcript: String, expecting expected: ExpectedAnswer, after agentWords: String, ending: Float?
    ) -> WordsJudgement {
        let judged = english.judgement(of: transcript, expecting: expected, after: agentWords, ending: ending)
        guard judged.odds != nil else { return judged }
        if let ending { return WordsJudgement(odds: LogOdds.of(ending)) }
        if let last = SpokenWords(transcript).words.last, Self.brokenOff.contains(last) { return WordsJudgement(.open) }
        let isWhole = transcript.last.map { ".?!\"".contains($0) } ?? false
        return WordsJudgement(isWhole ? .complete : .neutral, isClear: false)
    }

    func expectedAnswer(to agentText: String) -> ExpectedAnswer { english.expectedAnswer(to: agentText) }
    func written(_ transcript: String, expecting expected: ExpectedAnswer) -> String {
        english.written(transcript, expecting: expected)
    }
    func meaning(ofOverlap text: String, isFinal: Bool, ignoring ignored: Set<String>) -> OverlapMeaning {
        english.meaning(ofOverlap: text, isFinal: isFinal, ignoring: ignored)
    }
    func adds(_ text: String, nothingTo earlier: String) -> Bool { english.adds(text, nothingTo: earlier) }
    func claim(
        in sentence: String, isWhole: Bool, from place: Int, answering question: String
    ) -> ClaimReading { .unknown }
    func effects(of words: String) -> Set<EffectKind> { [] }
    func looksUp(_ toolName: String) -> Bool { false }
    func tellsOfFailure(_ result: String) -> Bool { false }
    func isUndecided(_ status: String) -> Bool { false }
    func effects(askedForIn words: String) -> Set<EffectKind> { [] }
    func namesAnother(_ words: String) -> Bool { false }
    func values(in words: String) -> Set<String> { [] }
    func read(_ text: Glyphs) -> SpeechBuilder { english.read(text) }
}
