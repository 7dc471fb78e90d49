/// What English words tell about whether the caller has finished.
enum EnglishEnding {
    // MARK: What the caller announces

    private static let announcements: [(String, ExpectedAnswer)] = [
        ("email is", .email), ("e mail is", .email), ("email address is", .email), ("mail address is", .email),
        ("order number is", .code(length: nil)), ("account number is", .code(length: nil)),
        ("reference number is", .code(length: nil)), ("confirmation number is", .code(length: nil)),
        ("code is", .code(length: nil)), ("phone number is", .phoneNumber), ("my number is", .phoneNumber),
        ("reach me at", .phoneNumber), ("call me at", .phoneNumber), ("is spelled", .spelling), ("is spelt", .spelling),
    ]

    /// The kind of value that the caller begins unasked ("my number is…").
    static func announced(in transcript: String) -> ExpectedAnswer? {
        let words =
            " "
            + TranscriptWord.split(transcript).words.map { $0.plain.replacing("’", with: "'") }.joined(separator: " ")
            + " "
        return announcements.first { words.contains(" \($0.0) ") }?.1
    }

    // MARK: Prose

    private static let regression = HashedRegression(PackageResources.endings_weights)

    /// How the regression over the words and a language model's probability are put together, fitted to turns of trades of
    /// which none is measured. docs/training.md has the data, the command and the figures.
    private static let alone: (bias: Float, words: Float) = (0.07, 0.69)
    private static let together: (bias: Float, words: Float, model: Float) = (0.39, 0.55, 0.32)

    /// Words up to which a model is asked however clear they seem: "What time" is a question or the beginning of one.
    private static let mostShort = 3

    /// - Parameters:
    ///   - text: what the caller has said.
    ///   - agentWords: what the agent has said before.
    ///   - ending: the probability, by a language model, that nothing follows; nil when unknown.
    static func judgement(of text: String, after agentWords: String, ending: Float?) -> WordsJudgement {
        guard let byMark = Completeness.ofMarks(text) else { return WordsJudgement(.neutral) }
        if byMark == .open { return WordsJudgement(.open) }
        let odds = regression.logOdds(of: EndingFeatures.features(of: text, after: agentWords))
        guard let ending else {
            let isShort = SpokenWords(text).words.count <= mostShort
            return WordsJudgement(odds: alone.bias + alone.words * odds, isShort: isShort)
        }
        return WordsJudgement(odds: together.bias + together.words * odds + together.model * LogOdds.of(ending))
    }
}
