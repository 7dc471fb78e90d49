import JSON

/// The settings of one call: the agent's configuration, its language preset, the client's permitted overrides and the
/// dynamic variables, merged and typed. Members are named after the configuration.
public struct CallSettings: Sendable {
    // MARK: agent

    /// The system prompt, with variables filled in.
    public var prompt: String
    /// What the agent says first, with variables filled in; empty when it waits for the user.
    public var firstMessage: String
    /// The language's code, such as `en`.
    public var language: String
    /// The model's id, which this server may not have.
    public var llm: String
    /// Sampling temperature; nil leaves it to the engine.
    public var temperature: Double?
    /// Upper bound of an answer in tokens; nil for none.
    public var maxTokens: Int?
    /// The reasoning effort for models that reason; nil leaves it to the engine.
    public var reasoningEffort: String?
    /// The agent's own model server; nil unless `llm` is `custom-llm`.
    public var customLLM: CustomLLM?
    /// The client's id for its user, which model servers get too; nil when it gives none.
    public var userID: String?
    /// Which tools are not really run.
    public var toolMocking: ToolMocking
    /// Members of `elevenlabs_extra_body` in requests to a custom model server.
    public var customLLMExtraBody: [String: JSONValue]
    /// Whether the server's default style instructions are left out of the prompt.
    public var ignoreDefaultPersonality: Bool
    /// A time zone's name, such as `Europe/Vienna`; nil for UTC.
    public var timezone: String?
    /// Seconds to wait for the first content of an answer before another model is tried.
    public var cascadeTimeout: Double
    /// The models that answer when the first one fails.
    public var backupModels: BackupModels
    /// Whether the model may call several tools at once.
    public var allowsParallelTools: Bool
    /// Whether a sentence that says something was done is said only when a tool has done it; Parley's own setting.
    public var requiresReceipts: Bool
    /// Whether the first message cannot be interrupted.
    public var disableFirstMessageInterruptions: Bool
    /// What the agent says when the call reaches its maximum duration; empty for nothing.
    public var maxDurationMessage: String
    /// The tools that the model may call, in the order of the configuration.
    public var tools: [ToolSettings]
    /// The MCP servers whose tools the model may call too.
    public var mcpServers: [MCPServerSettings]

    // MARK: The other sections

    /// The voice, from `tts`.
    public var voice: Voice
    /// Voices besides it, each with a label of its own.
    public var voices: [LabelledVoice]
    /// The members of `tts` that a voice is made of, for an agent that takes over and keeps it.
    public var voiceSettings: CallInheritance.Voice
    /// The recogniser, from `asr`.
    public var asr: ASR
    /// Turn taking, from `turn`.
    public var turn: Turn
    /// The call as a whole, from `conversation`.
    public var conversation: Conversation

    // MARK: For the record

    /// Whether the call's audio may be kept.
    public var recordsVoice: Bool
    /// The dynamic variables with their values, without secrets.
    public var dynamicVariables: [String: JSONValue]
    /// Settings that were left out or could not be followed, as sentences for the record.
    public var warnings: [String]

    /// The fallback models, from `prompt.backup_llm_config`.
    public enum BackupModels: Sendable, Hashable {
        /// The server's choice.
        case standard
        /// No fallback: when the model fails, so does the answer.
        case none
        /// These ids in this order; those that the server does not have are left out.
        case order([String])
    }

    /// `prompt.custom_llm`: a model server that speaks one of OpenAI's APIs.
    public struct CustomLLM: Sendable, Hashable {
        /// The supported values of `api_type`.
        public enum API: String, Sendable, Hashable {
            case chatCompletions = "chat_completions"
            case responses
        }

        /// The API's base URL, with `api-version` in its query when the configuration has one; `/chat/completions` or
        /// `/responses` is appended to its path.
        public var url: String
        /// The API that the server speaks.
        public var api: API
        /// The `model` member of requests.
        public var modelID: String?
        /// The API key, looked up when the configuration only names it; nil for none.
        public var apiKey: String?
        /// Headers of requests, with variables filled in and secrets looked up.
        public var headers: [String: String]
        /// Whether the model takes images: `supports_image_input`, which is Parley's own.
        public var seesImages: Bool
    }

    /// How the agent speaks.
    public struct Voice: Sendable, Hashable {
        /// The voice's id, which this server may not have.
        public var voiceID: String
        /// The id of the voice's model, which this server may not have.
        public var modelID: String
        /// Rate of speech, 0.7 to 1.2; 1 is the voice's own.
        public var speed: Double
        /// Stability, 0 to 1; nil at the hosted API's default, which leaves it to the voice.
        public var stability: Double?
        /// Similarity boost, 0 to 1; nil at the hosted API's default, which leaves it to the voice.
        public var similarityBoost: Double?
        /// The format of the agent's audio, one of seven such as `pcm_16000`.
        public var outputFormat: String
        /// How words are said that the voice would say otherwise, in the order in which the rules are tried.
        public var pronunciations: [PronunciationRule] = []
    }

    /// How the caller's speech is transcribed.
    public struct ASR: Sendable, Hashable {
        /// The format of the caller's audio, one of seven such as `pcm_16000`.
        public var inputFormat: String
        /// Keywords that the recogniser should expect.
        public var keywords: [String]
        /// The ids of `stt.model_id` and `asr.provider`, in this order of preference; this server may not have them.
        public var transcribers: [String]
    }

    /// Settings of turn taking.
    public struct Turn: Sendable, Hashable {
        /// How soon the agent takes the floor.
        public enum Eagerness: String, Sendable, Hashable {
            case patient
            case normal
            case eager
        }

        /// Whether the agent waits longer while the caller spells a name or number.
        public enum SpellingPatience: String, Sendable, Hashable {
            case auto
            case off
        }

        /// Seconds of the user's silence before the agent speaks again; nil for never.
        public var timeout: Double?
        /// Seconds to wait for the user at the start of the call; nil for the same as `timeout`.
        public var initialWait: Double?
        /// Seconds of the user's silence before the call ends; nil for never.
        public var silenceEndCallTimeout: Double?
        /// How soon the agent takes the floor.
        public var eagerness: Eagerness
        /// Whether the agent waits longer for spelling.
        public var spellingPatience: SpellingPatience
        /// Whether answers are prepared before the turn is certainly over.
        public var isSpeculative: Bool
        /// Whether the silence is transcribed again at the turn time-out.
        public var retranscribeOnTimeout: Bool
        /// Words that do not interrupt the agent.
        public var ignoreTerms: [String]
        /// Whether speech over an uninterruptible message is transcribed and kept.
        public var transcribesOnDisabledInterruptions: Bool
        /// Fillers while the model is slow.
        public var softTimeout: SoftTimeout
    }

    /// `turn.soft_timeout_config`: the fillers that the agent says while its model has not answered.
    public struct SoftTimeout: Sendable, Hashable {
        /// Seconds until the filler; nil for never.
        public var timeout: Double?
        /// The filler, with variables filled in.
        public var message: String
        /// The message that the hosted service has for every agent, whatever its language.
        public static let standardMessage = "Hhmmmm...yeah."
        /// Further fillers, to follow or to choose from.
        public var additionalMessages: [String]
        /// Whether a model writes the filler.
        public var usesLLMGeneratedMessage: Bool
        /// Whether the fillers come in random order.
        public var randomizesFillers: Bool
        /// Most fillers before one answer, 1 to 8.
        public var maxPerGeneration: Int
        /// The prompt for a model that writes the filler; nil for the built-in one.
        public var llmPromptOverride: String?
    }

    /// The call as a whole.
    public struct Conversation: Sendable, Hashable {
        /// Whether the conversation has no audio in either direction.
        public var isTextOnly: Bool
        /// The maximum duration of the call, in seconds.
        public var maxDuration: Double
        /// The kinds of messages that a client of the conversation protocol gets, by their wire names; nil for the
        /// protocol's defaults.
        public var clientEvents: [String]?
        /// The files that the caller may send.
        public var fileInput: FileInput

        /// Whether the caller can interrupt the agent, which a client has to be told of.
        public var allowsInterruption: Bool { clientEvents?.contains("interruption") ?? true }
    }
}

/// One of `tts.supported_voices`: a voice besides the agent's own, for what its model puts between tags of its label.
public struct LabelledVoice: Sendable, Hashable {
    /// The label, whose upper and lower case are the same.
    public var label: String
    /// The voice's id, which this server may not have.
    public var voiceID: String
    /// When the voice is to be used, for the model; empty for nothing.
    public var description: String
    /// The language that it speaks, BCP-47; nil for the call's.
    public var language: String?
    /// Rate of speech, 0.7 to 1.2; nil for the agent's.
    public var speed: Double?
    /// Stability, 0 to 1; nil for the agent's.
    public var stability: Double?
    /// Similarity boost, 0 to 1; nil for the agent's.
    public var similarityBoost: Double?
}

/// `conversation.file_input`: the files that a caller may send.
public struct FileInput: Sendable, Hashable {
    /// Whether any are taken.
    public var isEnabled: Bool
    /// How many of the latest ones the model is shown, 1 to 30.
    public var shown: Int
    /// The most files of a conversation; nil for no limit of the agent's.
    public var maximum: Int?

    /// Creates settings.
    public init(isEnabled: Bool, shown: Int, maximum: Int?) {
        self.isEnabled = isEnabled
        self.shown = shown
        self.maximum = maximum
    }
}

/// Why a call cannot start as asked; it ends with close code 1008.
public struct CallSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of error, named as in the protocol.
    public enum Kind: String, Sendable, Hashable {
        case override = "override_error"
        case missingDynamicVariable = "missing_dynamic_variable"
        case value = "value_error"
    }

    /// The kind of the error.
    public var kind: Kind
    /// A message for the client that names the field or variable.
    public var message: String
    /// The protocol's `error_type`.
    public var type: String { kind.rawValue }
    /// The close code of the WebSocket.
    public var code: Int { 1008 }

    /// An error of `kind`.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
