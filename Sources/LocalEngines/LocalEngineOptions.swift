/// Options of the embedded engines.
public struct LocalEngineOptions: Sendable, Hashable {
    /// The inference pool that all speech engines of the process share.
    public var inference = Inference()
    /// Options of the turn detector.
    public var turnDetection = TurnDetection()
    /// Options of noise suppression.
    public var noiseSuppression = NoiseSuppression()
    /// Options of the recognisers.
    public var transcription = Transcription()
    /// Options of the voices.
    public var synthesis = Synthesis()
    /// Options for loading models other than the default ones.
    public var models = Models()
    /// Options of the embedded language model's server.
    public var languageModel = LanguageModel()

    /// Creates the defaults, for two cores and up.
    public init() {}

    /// Limits of the inference pool.
    public struct Inference: Sendable, Hashable {
        /// Threads for everything but voice activity; nil is the number of cores.
        public var threads: Int?
        /// Jobs that may wait, for all calls together. At 0.1 s a job and 2 threads, more would be hopelessly late.
        public var maximumWaiting = 256

        /// Creates the values above.
        public init() {}
    }

    /// Options of the turn detector.
    public struct TurnDetection: Sendable, Hashable {
        /// Threads of one judgement; see `Transcription.threadsPerDecoding`.
        public var threadsPerJudgement = 1

        /// Creates the values above.
        public init() {}
    }

    /// Options of noise suppression.
    public struct NoiseSuppression: Sendable, Hashable {
        /// The most that noise is attenuated, in dB. The remaining noise hides the damage to the words: with 12 dB the
        /// recogniser made 30 % fewer errors at 10 dB of noise, and with the network's full attenuation twice as many.
        public var attenuation: Float = 12

        /// Creates the values above.
        public init() {}
    }

    /// Options of the recognisers.
    public struct Transcription: Sendable, Hashable {
        /// Threads of one decoding. One, because a second gains little on clips of some seconds, and slows both down
        /// when the language model uses the cores (3 times slower on 2 busy cores).
        public var threadsPerDecoding = 1
        /// Silence appended to the audio, in seconds. Without it the model repeats itself on clips that end with a word
        /// ("No. No."); 0.3 s cures that.
        public var tailPadding = 0.3
        /// Silence appended for streaming recognisers, in seconds: they work in chunks of some 0.3 s with a look-ahead,
        /// and the last word comes out once its chunk is full.
        public var streamTailPadding = 0.6
        /// Length of pending audio from which on it is settled at a pause, in seconds, which shortens later decodings.
        public var settleAfter = 8.0
        /// The longest audio of one decoding, in seconds; without a pause it is cut at its quietest place. The model
        /// was trained on clips of up to 30 s and gets worse before that.
        public var longestPiece = 20.0
        /// Silence that counts as a pause, in seconds.
        public var pause = 0.25
        /// How much less energy a pause has than the piece, as a ratio (−20 dB).
        public var pauseEnergy: Float = 0.01
        /// Audio that may wait to be decoded, in seconds. More means that nobody asks for transcripts.
        public var maximumPending = 300.0

        /// Creates the values above.
        public init() {}
    }

    /// Options of the voices.
    public struct Synthesis: Sendable, Hashable {
        /// Threads of one synthesis; see `Transcription.threadsPerDecoding`.
        public var threadsPerClause = 1
        /// Words from which on a clause is synthesized in parts, split at its punctuation, so that the first part is
        /// heard sooner. Ten words take some 200 ms, and their 3 s of speech cover the work on the rest.
        public var splitAfterWords = 10
        /// The same for Hibari's voices, which take some 60 ms for that many words and sound better in whole sentences.
        public var hibariSplitAfterWords = 24
        /// The most phonemes that Hibari's model speaks at once: work and memory grow with their square, and its own
        /// library divides sentences there.
        public var hibariMaximumPhonemes = 400
        /// Silence that is kept before Hibari's first phoneme, in seconds: some begin to sound that much earlier. The
        /// model puts 0.35 s there.
        public var hibariHead = 0.05
        /// How much the voice varies between takes: 1 as it was trained, 0 for the same audio every time.
        public var variation: Float = 1
        /// The most characters of one request: far more than a clause, but still a bounded piece of work.
        public var maximumCharacters = 2000
        /// Time-out for an answer of espeak-ng, in seconds. A clause takes 1 to 3 ms, so this ends only a hang, and not
        /// the wait for a core on a busy machine.
        public var phonemeTimeout = 5.0
        /// Time-out for espeak-ng to speak a clause, in seconds; it takes some 50 ms.
        public var espeakTimeout = 10.0

        /// Creates the values above.
        public init() {}
    }

    /// Options for loading models other than the default ones.
    public struct Models: Sendable, Hashable {
        /// Memory for all of them, in MiB by the manifest. The least recently used model makes room for another.
        public var memory = 4096
        /// Memory assumed for a model whose entry does not state it, in MiB.
        public var memoryOfUnknown = 500
        /// Time-out for the first loading of a user's model, in seconds: a gigabyte from a slow disk.
        public var trialTimeout = 120.0
        /// How long a model that failed is not tried again, in seconds: otherwise every call would wait for its
        /// failure.
        public var retryAfter = 60.0

        /// Creates the values above.
        public init() {}
    }

    /// Options of the embedded language model's server.
    public struct LanguageModel: Sendable, Hashable {
        /// Calls that can have a prompt cache of their own at the same time.
        public var slots = 4
        /// Whether a further slot is kept for judging the ends of utterances.
        public var judgesEnds = true
        /// Tokens of context of each slot.
        public var contextPerSlot = 4096
        /// Tokens of a prompt that are evaluated in one step, which cannot be stopped: some 2 s of work on two slow
        /// cores.
        public var batchSize = 256
        /// Threads for generation; nil is the number of cores.
        public var threads: Int?
        /// The shortest run of tokens that is reused from the cache when the prompt before it has changed.
        public var cacheReuse = 256
        /// Memory for the prompts of slots that were given to other calls, in MiB; a full context of the default model
        /// is 48 MiB. llama-server's own default is 8192.
        public var promptCacheSize = 256
        /// Time-out for loading the model, in seconds, after which the server is restarted.
        public var startTimeout = 120.0
        /// Time-out from SIGTERM to SIGKILL, in seconds.
        public var stopTimeout = 3.0

        /// Creates the values above.
        public init() {}

        /// The values for a model that does nothing but choose tools.
        public static var toolDecision: Self {
            var options = Self()
            (options.slots, options.judgesEnds) = (0, false)
            return options
        }
    }
}
