/// Options for deciding whether the embedded language model calls a tool.
///
/// The values were tuned on Examples/tool-check-practice.yaml, not on the list whose results are published.
public struct ToolDecisionOptions: Sendable, Hashable {
    /// Share of a tool's prior likelihood that is subtracted, 0 to 1: some names look more likely than others
    /// whatever is said.
    public var calibration = 0.8
    /// Prior advantage of talking over calling a tool, as a natural logarithm.
    public var talkBias = 0.5
    /// How much more likely the dialogue has to make an option that nobody named, as a natural logarithm.
    public var choiceEvidence = 0.15
    /// Tokens whose probabilities are read; others count as unlikely as the last of them.
    public var candidates = 300
    /// Entries of the dialogue that are used, from its end.
    public var messages = 10
    /// Characters of each entry that are used, from its end.
    public var messageLength = 400
    /// Lists of tools whose prior likelihoods are remembered.
    public var rememberedLists = 64
    /// Time-out for one question to the model, in seconds: the first one evaluates all the tools, on a busy
    /// machine.
    public var timeout = 20.0

    /// Creates the values above.
    public init() {}
}
