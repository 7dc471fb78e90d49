import Foundation
import JSON

/// One entry of a conversation's transcript.
public struct TranscriptTurn: Sendable, Hashable, Codable {
    /// Whose turn it is.
    public enum Role: String, Sendable, Hashable, Codable {
        case user
        case agent
    }

    /// Who wrote an agent's turn, where that is not its model.
    public enum Author: String, Sendable, Hashable, Codable {
        /// A person who had taken the agent's place.
        case human
    }

    /// One tool call that the model made.
    public struct ToolCall: Sendable, Hashable, Codable {
        /// `client`, `system`, `webhook` or `mcp`.
        public var type: String
        /// The id that links the call to its result.
        public var requestID: String
        /// The tool's name, as the model called it.
        public var name: String
        /// The arguments as JSON text.
        public var arguments: String
        /// Whether the tool was really run.
        public var hasBeenCalled: Bool
        /// The id of the stored tool; nil for others.
        public var toolID: String?
        /// What there is to say of a tool of an MCP server; nil for others.
        public var details: JSONValue?

        enum CodingKeys: String, CodingKey {
            case type
            case requestID = "request_id"
            case name = "tool_name"
            case arguments = "params_as_json"
            case hasBeenCalled = "tool_has_been_called"
            case toolID = "tool_id"
            case details = "tool_details"
        }

        /// Creates a call, with `arguments` as JSON text.
        public init(
            type: String, requestID: String, name: String, arguments: String, hasBeenCalled: Bool = true,
            toolID: String? = nil, details: JSONValue? = nil
        ) {
            self.type = type
            self.requestID = requestID
            self.name = name
            self.arguments = arguments
            self.hasBeenCalled = hasBeenCalled
            self.toolID = toolID
            self.details = details
        }
    }

    /// The result of a tool call.
    public struct ToolResult: Sendable, Hashable, Codable {
        /// `client`, `system` or `webhook`.
        public var type: String
        /// The id that links the result to its call.
        public var requestID: String
        /// The tool's name, as the model called it.
        public var name: String
        /// The result that the model was given.
        public var value: String
        /// Whether the tool failed.
        public var isError: Bool
        /// Whether the tool was really run.
        public var hasBeenCalled: Bool
        /// Seconds from the call to the result.
        public var latency: Double
        /// The kind of error, such as `client_timeout`; nil without an error.
        public var errorType: String?
        /// What went wrong in full; nil when `value` says it all.
        public var rawError: String?
        /// The variables that the result has set; nil for none.
        public var updates: [VariableUpdate]?
        /// The id of the stored tool; nil for others.
        public var toolID: String?
        /// The result of a system tool in the shape of its `result_type`; nil where it has none.
        public var details: JSONValue?

        enum CodingKeys: String, CodingKey {
            case type
            case requestID = "request_id"
            case name = "tool_name"
            case value = "result_value"
            case isError = "is_error"
            case hasBeenCalled = "tool_has_been_called"
            case latency = "tool_latency_secs"
            case errorType = "error_type"
            case rawError = "raw_error_message"
            case updates = "dynamic_variable_updates"
            case toolID = "tool_id"
            case details = "result"
        }

        /// Creates a result; `latency` is in seconds.
        public init(
            type: String, requestID: String, name: String, value: String, isError: Bool = false,
            hasBeenCalled: Bool = true, latency: Double = 0, errorType: String? = nil, rawError: String? = nil,
            updates: [VariableUpdate]? = nil, toolID: String? = nil, details: JSONValue? = nil
        ) {
            self.type = type
            self.requestID = requestID
            self.name = name
            self.value = value
            self.isError = isError
            self.hasBeenCalled = hasBeenCalled
            self.latency = latency
            self.errorType = errorType
            self.rawError = rawError
            self.updates = updates
            self.toolID = toolID
            self.details = details
        }
    }

    /// A variable that a tool's result has set.
    public struct VariableUpdate: Sendable, Hashable, Codable {
        /// The variable's name.
        public var name: String
        /// Its value before, as text; nil when it had none.
        public var before: String?
        /// Its value since, as text.
        public var value: String
        /// Unix time in seconds.
        public var time: Double

        enum CodingKeys: String, CodingKey {
            case name = "variable_name"
            case before = "old_value"
            case value = "new_value"
            case time = "updated_at"
        }

        /// Creates an update.
        public init(name: String, before: String?, value: String, time: Double) {
            self.name = name
            self.before = before
            self.value = value
            self.time = time
        }
    }

    /// The user's feedback on a turn.
    public struct Feedback: Sendable, Hashable, Codable {
        /// `like` or `dislike`.
        public var score: String
        /// When it was given, in seconds since the start of the call.
        public var time: Double

        enum CodingKeys: String, CodingKey {
            case score
            case time = "time_in_call_secs"
        }

        /// Creates feedback given `time` seconds into the call.
        public init(score: String, time: Double) {
            self.score = score
            self.time = time
        }
    }

    /// Whose turn it is.
    public var role: Role
    /// What was said, as far as it was heard; nil for a turn of tool calls only.
    public var message: String?
    /// When the turn began, in seconds since the start of the call.
    public var timeInCall: Double
    /// Whether the caller interrupted the turn.
    public var isInterrupted: Bool
    /// The whole text of an agent's turn that was interrupted; nil for other turns.
    public var originalMessage: String?
    /// The tool calls that the model made in this turn.
    public var toolCalls: [ToolCall]
    /// The results of those calls.
    public var toolResults: [ToolResult]
    /// Measured times in seconds by name, such as `convai_llm_service_ttfb`.
    public var metrics: [String: Double]
    /// Whether the turn was a backchannel such as "mm-hm", which did not interrupt the agent.
    public var isIgnoredAsBackchannel: Bool
    /// The medium: `audio` or `text`.
    public var sourceMedium: String?
    /// The `event_id` of the turn's messages to the client.
    public var sourceEventID: Int?
    /// The user's feedback; nil when none was given.
    public var feedback: Feedback?
    /// Context that the client added with this turn.
    public var contextualUpdate: String?
    /// Tokens by model, in the shape of `llm_usage.model_usage`.
    public var llmUsage: JSONValue?
    /// The model that wrote the turn.
    public var producingLLM: String?
    /// Who wrote the turn; nil for the agent itself, and for the caller's turns.
    public var author: Author?
    /// The recogniser that transcribed the turn.
    public var asrProvider: String?
    /// The voice that spoke the turn.
    public var ttsModel: String?
    /// The agent that spoke, when it is not the one that the call began with.
    public var agentID: String?
    /// The files that the caller has sent with the turn; nil for none.
    public var files: [FileInput]?
    /// Who said which part of the message; nil when all of it is in the agent's own voice.
    public var voices: [VoicePart]?

    /// A part of a turn in one voice.
    public struct VoicePart: Sendable, Hashable, Codable {
        /// What was said.
        public var text: String
        /// The voice's label; nil for the agent's own.
        public var label: String?

        enum CodingKeys: String, CodingKey {
            case text
            case label = "voice_label"
        }

        /// A part in the voice with this label.
        public init(text: String, label: String?) {
            self.text = text
            self.label = label
        }
    }

    enum CodingKeys: String, CodingKey {
        case role, message, metrics, feedback
        case timeInCall = "time_in_call_secs"
        case isInterrupted = "interrupted"
        case originalMessage = "original_message"
        case toolCalls = "tool_calls"
        case toolResults = "tool_results"
        case isIgnoredAsBackchannel = "ignored_as_backchannel"
        case sourceMedium = "source_medium"
        case sourceEventID = "source_event_id"
        case contextualUpdate = "contextual_update_info"
        case llmUsage = "llm_usage"
        case producingLLM = "producing_llm"
        case author = "parley_by"
        case asrProvider = "convai_asr_provider"
        case ttsModel = "convai_tts_model"
        case agentID = "agent_id"
        case files = "file_input"
        case voices = "multivoice_message"
    }

    /// Creates a turn that began `timeInCall` seconds into the call.
    public init(
        role: Role, message: String?, timeInCall: Double, isInterrupted: Bool = false, originalMessage: String? = nil,
        toolCalls: [ToolCall] = [], toolResults: [ToolResult] = [], metrics: [String: Double] = [:],
        isIgnoredAsBackchannel: Bool = false, sourceMedium: String? = nil, sourceEventID: Int? = nil,
        feedback: Feedback? = nil, contextualUpdate: String? = nil, llmUsage: JSONValue? = nil,
        producingLLM: String? = nil, asrProvider: String? = nil, ttsModel: String? = nil, agentID: String? = nil,
        files: [FileInput]? = nil
    ) {
        self.role = role
        self.message = message
        self.timeInCall = timeInCall
        self.isInterrupted = isInterrupted
        self.originalMessage = originalMessage
        self.toolCalls = toolCalls
        self.toolResults = toolResults
        self.metrics = metrics
        self.isIgnoredAsBackchannel = isIgnoredAsBackchannel
        self.sourceMedium = sourceMedium
        self.sourceEventID = sourceEventID
        self.feedback = feedback
        self.contextualUpdate = contextualUpdate
        self.llmUsage = llmUsage
        self.producingLLM = producingLLM
        self.asrProvider = asrProvider
        self.ttsModel = ttsModel
        self.agentID = agentID
        self.files = files
    }
}
