/// The numbers that tune the embedded engines.
public struct LocalEngineOptions: Sendable, Hashable {
    /// The pool that all speech inference of the process shares.
    public var inference = Inference()
    /// How the sound of a pause is judged.
    public var turnDetection = TurnDetection()
    /// How much noise is taken out of speech.
    public var noiseSuppression = NoiseSuppression()
    /// How audio is turned into text.
    public var transcription = Transcription()
    /// How text is turned into speech.
    public var synthesis = Synthesis()
    /// How the models beside the default ones are kept.
    public var models = Models()
    /// How the embedded language model is served.
    public var languageModel = LanguageModel()
    /// How it is decided whether a tool is to be called.
    public var toolDecision = ToolDecision()

    /// The defaults, for two cores and up.
    public init() {}

    /// How much inference runs and waits at once.
    public struct Inference: Sendable, Hashable {
        /// Threads for everything but voice activity; nil is the number of cores.
        public var threads: Int?
        /// Jobs that may wait, all calls together. At 0.1 s a job and 2 threads, more than this is hopelessly late.
        public var maximumWaiting = 256

        /// The defaults.
        public init() {}
    }

    /// How the sound of a pause is judged.
    public struct TurnDetection: Sendable, Hashable {
        /// Threads inside one judgement; see `Transcription.threadsPerDecoding`.
        public var threadsPerJudgement = 1

        /// The defaults.
        public init() {}
    }

    /// How much noise is taken out of speech.
    public struct NoiseSuppression: Sendable, Hashable {
        /// The most that noise is lowered by, in dB. What is left of it hides the damage to the words: with 12 dB the
        /// recogniser made 30 % fewer errors at 10 dB of noise, with all that the network can do twice as many.
        public var attenuation: Float = 12

        /// The defaults.
        public init() {}
    }

    /// How audio is turned into text.
    public struct Transcription: Sendable, Hashable {
        /// Threads inside one decoding. One: a second gains little on clips of some seconds, and while the language
        /// model has the cores the two wait for each other (3 times slower on 2 busy cores).
        public var threadsPerDecoding = 1
        /// Silence put after the audio, in seconds. Without it the model repeats itself on clips that end with the
        /// word ("No. No."); 0.3 s cures that.
        public var tailPadding = 0.3
        /// The same for recognisers that stream, in seconds: those work in chunks of some 0.3 s with a look ahead, and
        /// the last word comes out once its chunk is full.
        public var streamTailPadding = 0.6
        /// Audio from which on a pause settles what came before it, in seconds: shorter decodings, at no pause lost.
        public var settleAfter = 8.0
        /// The most audio of one decoding, in seconds; without a pause it is cut at its quietest place.
        /// The model was trained on clips of up to 30 s and grows inattentive before that.
        public var longestPiece = 20.0
        /// Silence that counts as a pause, in seconds.
        public var pause = 0.25
        /// How much quieter than the piece a pause is, as a ratio of energies (−20 dB).
        public var pauseEnergy: Float = 0.01
        /// Audio that may be waiting to be decoded, in seconds. More means that nobody asks for transcripts.
        public var maximumPending = 300.0

        /// The defaults.
        public init() {}
    }

    /// How text is turned into speech.
    public struct Synthesis: Sendable, Hashable {
        /// Threads inside one synthesis; see `Transcription.threadsPerDecoding`.
        public var threadsPerClause = 1
        /// Words from which on a clause is spoken in parts, split at its punctuation, so that the first is heard
        /// sooner. Ten words are some 200 ms of work, and 3 s of speech that hide the work on the rest.
        public var splitAfterWords = 10
        /// How much the voice varies from take to take: 1 is as it was trained, 0 says the same text the same way.
        public var variation: Float = 1
        /// The most characters of one request: far beyond a clause, and still a bounded piece of work.
        public var maximumCharacters = 2000
        /// How long espeak-ng may be silent while an answer is due, in seconds; a clause takes it 1 to 3 ms,
        /// so this only ends a hang, not the wait for a core on a crowded machine.
        public var phonemeTimeout = 5.0
        /// How long espeak-ng may take to speak a clause, in seconds; it takes some 50 ms.
        public var espeakTimeout = 10.0

        /// The defaults.
        public init() {}
    }

    /// How the recognisers and voices beside the default ones are kept.
    public struct Models: Sendable, Hashable {
        /// Memory for all of them, in MiB as the manifest states it. The one that was not used for longest makes room.
        public var memory = 4096
        /// What a model takes whose entry does not say, in MiB.
        public var memoryOfUnknown = 500
        /// How long the first loading of a user's model may take, in seconds: a gigabyte from a slow disk.
        public var trialTimeout = 120.0
        /// How long a model that failed is left alone, in seconds: every call would wait for it to fail again.
        public var retryAfter = 60.0

        /// The defaults.
        public init() {}
    }

    /// How the embedded language model is served.
    public struct LanguageModel: Sendable, Hashable {
        /// Calls that hold a prompt cache of their own at once.
        public var slots = 4
        /// Tokens of context for each slot.
        public var contextPerSlot = 4096
        /// Tokens of a prompt that are read in one go, which nothing can stop: some 2 s of work on two slow cores.
        public var batchSize = 256
        /// Threads of generation; nil is the number of cores.
        public var threads: Int?
        /// The shortest run of tokens that is reused from the cache after the prompt has changed before it.
        public var cacheReuse = 256
        /// Memory for prompts of slots that have gone to other calls, in MiB; a full context is 48 MiB of the default
        /// model, and llama-server's own default is 8192.
        public var promptCacheSize = 256
        /// How long the server may take to load the model, in seconds, before it is started again.
        public var startTimeout = 120.0
        /// How long the server may take to end after SIGTERM, in seconds, before SIGKILL.
        public var stopTimeout = 3.0

        /// The defaults.
        public init() {}
    }

    /// How the embedded language model decides whether a tool is to be called.
    ///
    /// The numbers were chosen on Examples/tool-check-practice.yaml, and not on the list that is quoted.
    public struct ToolDecision: Sendable, Hashable {
        /// How much of what the model would choose without any reason to is taken off, 0 to 1: some names look likelier
        /// than others whatever is said.
        public var calibration = 0.8
        /// How much likelier than a tool talking is to begin with, as a natural logarithm.
        public var talkBias = 0.5
        /// How much likelier what was said has to make an option that nobody named, as a natural logarithm.
        public var choiceEvidence = 0.15
        /// Tokens whose probabilities are read; what is not among them counts as unlikely as the last.
        public var candidates = 300
        /// Entries of the dialogue that are read, from its end.
        public var messages = 10
        /// Characters of each that are read, from its end.
        public var messageLength = 400
        /// Lists of tools that are remembered with what the model thinks of them by themselves.
        public var rememberedLists = 64
        /// How long one question to the model may take, in seconds: the first reads all the tools, on a busy machine.
        public var timeout = 20.0

        /// The defaults.
        public init() {}
    }
}
