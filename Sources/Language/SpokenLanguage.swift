/// What turn taking has to know about the language that is spoken in a call.
///
/// A language is a folder with one value that answers these questions. Where nothing is known of a language,
/// `NeutralLanguage` answers them from marks and digits alone.
public protocol SpokenLanguage: Sendable {
    /// What the agent's last words ask the caller for.
    func expectedAnswer(to agentText: String) -> ExpectedAnswer

    /// Whether the caller has finished, as far as the words tell.
    ///
    /// - Parameters:
    ///   - transcript: What the caller has said so far, as the recogniser wrote it.
    ///   - expected: What the agent's last words ask for.
    ///   - ending: The probability, by a language model, that nothing follows; nil when unknown.
    func completeness(of transcript: String, expecting expected: ExpectedAnswer, ending: Float?) -> Completeness

    /// The transcript as people write it, with what was spelled letter by letter in one piece.
    func written(_ transcript: String, expecting expected: ExpectedAnswer) -> String

    /// What words spoken over the agent mean.
    ///
    /// - Parameters:
    ///   - isFinal: whether no more words of this overlap will come.
    ///   - ignored: terms of the configuration that are never a barge-in, normalised by `SpokenLanguages.normalized`.
    func meaning(ofOverlap text: String, isFinal: Bool, ignoring ignored: Set<String>) -> OverlapMeaning

    /// Whether the answer to `earlier` answers `text` too, because all that it adds is impatience ("Hello? Are you
    /// there?").
    func adds(_ text: String, nothingTo earlier: String) -> Bool
}

/// The languages that are known here.
public enum SpokenLanguages {
    /// The language of an ISO 639-1 code; the neutral one where nothing is known of it.
    public static func language(_ code: String) -> any SpokenLanguage {
        code == "en" ? English() : NeutralLanguage()
    }

    /// A term in the form in which spoken words are compared: lower case, without punctuation.
    public static func normalized(_ term: String) -> String { SpokenWords(term).joined }
}
