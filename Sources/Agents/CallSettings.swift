import ConvAI
import JSON

/// What one call runs with: the agent's configuration, its language preset, the client's permitted overrides and the
/// dynamic variables, put together and typed. Members are named after the configuration.
public struct CallSettings: Sendable {
    // MARK: agent

    /// The system prompt, variables filled in.
    public var prompt: String
    /// What the agent says first, variables filled in; empty: it waits for the user.
    public var firstMessage: String
    /// A language code such as `en`.
    public var language: String
    /// The model's id, which need not be one that this server has.
    public var llm: String
    /// Sampling temperature; nil leaves it to the engine.
    public var temperature: Double?
    /// Upper bound of an answer in tokens; nil for none.
    public var maxTokens: Int?
    /// Passed on to models that reason.
    public var reasoningEffort: String?
    /// The agent's own model server; nil unless `llm` is `custom-llm`.
    public var customLLM: CustomLLM?
    /// The client's word for its user, which model servers get too.
    public var userID: String?
    /// Members for the `elevenlabs_extra_body` of requests to a custom model server.
    public var customLLMExtraBody: [String: JSONValue]
    /// Whether the server's default style instructions are left out of the prompt.
    public var ignoreDefaultPersonality: Bool
    /// A time zone's name, such as `Europe/Vienna`.
    public var timezone: String?
    /// Seconds until the first content of an answer before another model is tried.
    public var cascadeTimeout: Double
    /// Which models answer when the first one fails.
    public var backupModels: BackupModels
    /// Whether the model may call several tools at once.
    public var allowsParallelTools: Bool
    /// Whether the first message is said to its end whatever the caller does.
    public var disableFirstMessageInterruptions: Bool
    /// What the agent says when the call reaches its maximum duration; empty: nothing.
    public var maxDurationMessage: String
    /// What the model may call, in the order of the configuration.
    public var tools: [ToolSettings]

    // MARK: The other sections

    /// `tts`
    public var voice: Voice
    /// `asr`
    public var asr: ASR
    /// `turn`
    public var turn: Turn
    /// `conversation`
    public var conversation: Conversation

    // MARK: For the record

    /// Whether the call's audio may be kept.
    public var recordsVoice: Bool
    /// Every variable and its value, secrets excepted.
    public var dynamicVariables: [String: JSONValue]
    /// Variables named `secret__…`: for headers of tool requests, never for the model, the record or the log.
    public var secretVariables: [String: String]
    /// What was left out or could not be followed, in sentences for the record.
    public var warnings: [String]

    /// `prompt.backup_llm_config`.
    public enum BackupModels: Sendable, Hashable {
        /// As the server sees fit.
        case standard
        /// None: a failure is one.
        case none
        /// These, in this order, as far as they are here.
        case order([String])
    }

    /// `prompt.custom_llm`: a server that speaks one of OpenAI's APIs.
    public struct CustomLLM: Sendable, Hashable {
        /// `api_type`, as far as it is supported.
        public enum API: String, Sendable, Hashable {
            case chatCompletions = "chat_completions"
            case responses
        }

        /// The API's base, `api-version` in its query when the configuration has one; `/chat/completions` or
        /// `/responses` is appended to its path.
        public var url: String
        /// What the server speaks.
        public var api: API
        /// The `model` member of requests.
        public var modelID: String?
        /// The API key, looked up when the configuration only names it.
        public var apiKey: String?
        /// Headers of requests, variables filled in and secrets looked up.
        public var headers: [String: String]
    }

    /// How the agent sounds.
    public struct Voice: Sendable, Hashable {
        /// Need not be one that this server has.
        public var voiceID: String
        /// Need not be one that this server has.
        public var modelID: String
        /// 0.7 to 1.2; 1 is the voice's own.
        public var speed: Double
        /// 0 to 1; nil at the hosted API's default, which leaves it to the voice.
        public var stability: Double?
        /// 0 to 1; nil at the hosted API's default, which leaves it to the voice.
        public var similarityBoost: Double?
        /// One of the seven audio formats, such as `pcm_16000`.
        public var outputFormat: String
    }

    /// How the agent hears.
    public struct ASR: Sendable, Hashable {
        /// One of the seven audio formats, such as `pcm_16000`.
        public var inputFormat: String
        /// Words to expect.
        public var keywords: [String]
        /// `asr.provider`, and `stt.model_id` before it: need not be ones that this server has.
        public var transcribers: [String]
    }

    /// Who speaks when.
    public struct Turn: Sendable, Hashable {
        /// How soon the agent takes the floor.
        public enum Eagerness: String, Sendable, Hashable {
            case patient
            case normal
            case eager
        }

        /// Whether spelling a name or number out earns the caller patience.
        public enum SpellingPatience: String, Sendable, Hashable {
            case auto
            case off
        }

        /// Seconds of the user's silence before the agent speaks again; nil: never.
        public var timeout: Double?
        /// Seconds to wait for the user at the start of the call; nil: as long as `timeout`.
        public var initialWait: Double?
        /// Seconds of the user's silence before the call ends; nil: never.
        public var silenceEndCallTimeout: Double?
        /// How soon the agent takes the floor.
        public var eagerness: Eagerness
        /// Whether spelling earns patience.
        public var spellingPatience: SpellingPatience
        /// Whether answers are begun before the turn is over.
        public var isSpeculative: Bool
        /// Whether the turn timeout transcribes what was heard once more.
        public var retranscribeOnTimeout: Bool
        /// Words that do not interrupt the agent.
        public var ignoreTerms: [String]
        /// Languages whose stock of such words is added.
        public var ignoreTermLanguages: [String]
        /// Whether the call language's stock of such words is added.
        public var mergesDefaultIgnoreTerms: Bool
        /// Whether speech over an uninterruptible message is transcribed all the same.
        public var transcribesOnDisabledInterruptions: Bool
        /// What fills the wait for a slow model.
        public var softTimeout: SoftTimeout
    }

    /// `turn.soft_timeout_config`: what the agent says while its model is still silent.
    public struct SoftTimeout: Sendable, Hashable {
        /// Seconds until the message; nil: never.
        public var timeout: Double?
        /// The message, variables filled in.
        public var message: String
        /// Others to follow or to choose from.
        public var additionalMessages: [String]
        /// Whether the model is asked for the message.
        public var usesLLMGeneratedMessage: Bool
        /// Whether messages come in random order.
        public var randomizesFillers: Bool
        /// How many messages one answer may be preceded by, 1 to 8.
        public var maxPerGeneration: Int
        /// What the model is asked with, in place of the stock prompt.
        public var llmPromptOverride: String?
        /// Whether there are none before the user has spoken.
        public var isDisabledUntilFirstUserMessage: Bool
    }

    /// The call as a whole.
    public struct Conversation: Sendable, Hashable {
        /// Whether nothing is spoken either way.
        public var isTextOnly: Bool
        /// Seconds.
        public var maxDuration: Double
        /// Which messages the client gets.
        public var clientEvents: ClientEvents
    }
}

/// Why a call cannot start as asked; it ends with close code 1008.
public struct CallSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The words of the protocol.
    public enum Kind: String, Sendable, Hashable {
        case override = "override_error"
        case missingDynamicVariable = "missing_dynamic_variable"
        case value = "value_error"
    }

    /// What kind of fault it is.
    public var kind: Kind
    /// Names the field or variable; meant for the client.
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
