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
    /// Most entries of the dialogue that are used, from its end; at least half as many are.
    public var messages = 10
    /// Characters of each entry that are used, from its end.
    public var messageLength = 400
    /// What chooses among the cases of a tool.
    public var routing = Routing()
    /// When a larger model chooses among the tools, where one is installed.
    public var larger = Larger()
    /// Lists of tools whose prior likelihoods are remembered.
    public var rememberedLists = 64
    /// Time-out for one question to the model, in seconds: the first one evaluates all the tools, on a busy
    /// machine.
    public var timeout = 20.0

    /// Creates the values above.
    public init() {}

    /// When a larger model chooses, which takes four times as long. Its numbers, too, were tuned on the practice list.
    public struct Larger: Sendable, Hashable {
        /// How much likelier than talking the small model finds a tool from which on the larger one is asked, as a natural
        /// logarithm.
        public var gate = -1.0
        /// Its further advantage of talking over calling a tool: it calls them sooner.
        public var talkBias = 2.0
        /// How long a caller may wait for its choice before the small model makes it.
        public var patience = Duration.seconds(2)

        /// Creates the values above.
        public init() {}
    }

    /// When a case of a tool applies: the logarithm of the odds is a line in how much nearer to the caller's words its
    /// condition is than anything that the agent answers or does itself. `bias` and `slope` were fitted to 200 cases of 22
    /// trades, for the share and the weight below (docs/models.md).
    public struct Routing: Sendable, Hashable {
        /// The logarithm of the odds where both are as near.
        public var bias: Float = 1.15
        /// How fast it rises with the difference.
        public var slope: Float = 70
        /// Share of a text's nearness to words that want nothing which is taken off its nearness to others.
        public var idleShare: Float = 0.5
        /// Weight of what was said before the caller's last words.
        public var before: Float = 0.5
        /// From this product on a sentence of the prompt says the same as a condition, and not what the agent answers.
        public var sameMeaning: Float = 0.89
        /// The same for a sentence with a word for handing over.
        public var handOverMeaning: Float = 0.84
        /// Words from which on a sentence says something.
        public var shortestSentence = 3
        /// How long a caller may wait for the choice, before the model makes it: reading a long prompt takes seconds, and is
        /// begun with the first message.
        public var patience = Duration.seconds(2)
        /// Texts whose vectors are remembered, of 1.5 KB each.
        public var rememberedTexts = 4_096
        /// Sentences of the prompt that are compared, from its beginning.
        public var sentences = 64

        /// Creates the values above.
        public init() {}
    }
}
