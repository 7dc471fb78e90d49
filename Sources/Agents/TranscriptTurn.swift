import Foundation
import JSON

/// One entry of a conversation's transcript.
public struct TranscriptTurn: Sendable, Hashable, Codable {
    /// Whose turn it is.
    public enum Role: String, Sendable, Hashable, Codable {
        case user
        case agent
    }

    /// One tool call that the model made.
    public struct ToolCall: Sendable, Hashable, Codable {
        /// `client`, `system` or `webhook`.
        public var type: String
        /// Ties the call to its result.
        public var requestID: String
        /// As the model called it.
        public var name: String
        /// The arguments as JSON text.
        public var arguments: String
        /// Whether the tool was really run.
        public var hasBeenCalled: Bool

        enum CodingKeys: String, CodingKey {
            case type
            case requestID = "request_id"
            case name = "tool_name"
            case arguments = "params_as_json"
            case hasBeenCalled = "tool_has_been_called"
        }

        /// A call with `arguments` as JSON text.
        public init(type: String, requestID: String, name: String, arguments: String, hasBeenCalled: Bool = true) {
            self.type = type
            self.requestID = requestID
            self.name = name
            self.arguments = arguments
            self.hasBeenCalled = hasBeenCalled
        }
    }

    /// What a tool answered.
    public struct ToolResult: Sendable, Hashable, Codable {
        /// `client`, `system` or `webhook`.
        public var type: String
        /// Ties the result to its call.
        public var requestID: String
        /// As the model called it.
        public var name: String
        /// As the model got it.
        public var value: String
        /// Whether the tool failed.
        public var isError: Bool
        /// Whether the tool was really run.
        public var hasBeenCalled: Bool
        /// Seconds from the call to the result.
        public var latency: Double
        /// Such as `client_timeout`.
        public var errorType: String?

        enum CodingKeys: String, CodingKey {
            case type
            case requestID = "request_id"
            case name = "tool_name"
            case value = "result_value"
            case isError = "is_error"
            case hasBeenCalled = "tool_has_been_called"
            case latency = "tool_latency_secs"
            case errorType = "error_type"
        }

        /// A result; `latency` is in seconds.
        public init(
            type: String, requestID: String, name: String, value: String, isError: Bool = false,
            hasBeenCalled: Bool = true, latency: Double = 0, errorType: String? = nil
        ) {
            self.type = type
            self.requestID = requestID
            self.name = name
            self.value = value
            self.isError = isError
            self.hasBeenCalled = hasBeenCalled
            self.latency = latency
            self.errorType = errorType
        }
    }

    /// How the listener liked the turn, and when in the call he said so.
    public struct Feedback: Sendable, Hashable, Codable {
        /// `like` or `dislike`.
        public var score: String
        /// Seconds since the start of the call.
        public var time: Double

        enum CodingKeys: String, CodingKey {
            case score
            case time = "time_in_call_secs"
        }

        /// Feedback given `time` seconds into the call.
        public init(score: String, time: Double) {
            self.score = score
            self.time = time
        }
    }

    /// Whose turn it is.
    public var role: Role
    /// What was said, as far as it was heard; nil for a turn of nothing but tool calls.
    public var message: String?
    /// Seconds since the start of the call at which the turn began.
    public var timeInCall: Double
    /// Whether the caller cut the turn short.
    public var isInterrupted: Bool
    /// What the agent would have said, had it not been interrupted.
    public var originalMessage: String?
    /// Calls that the model made in this turn.
    public var toolCalls: [ToolCall]
    /// Their answers.
    public var toolResults: [ToolResult]
    /// Seconds by name, such as `convai_llm_service_ttfb`.
    public var metrics: [String: Double]
    /// Whether this was an "mm-hm" that did not take the floor.
    public var isIgnoredAsBackchannel: Bool
    /// `audio` or `text`.
    public var sourceMedium: String?
    /// The `event_id` that the client saw.
    public var sourceEventID: Int?
    /// How the listener liked it.
    public var feedback: Feedback?
    /// Context that the client added with this turn.
    public var contextualUpdate: String?
    /// Tokens by model, in the shape of `llm_usage.model_usage`.
    public var llmUsage: JSONValue?
    /// The model that wrote the turn.
    public var producingLLM: String?
    /// What transcribed the turn.
    public var asrProvider: String?
    /// What spoke the turn.
    public var ttsModel: String?

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
        case asrProvider = "convai_asr_provider"
        case ttsModel = "convai_tts_model"
    }

    /// A turn that began `timeInCall` seconds into the call.
    public init(
        role: Role, message: String?, timeInCall: Double, isInterrupted: Bool = false, originalMessage: String? = nil,
        toolCalls: [ToolCall] = [], toolResults: [ToolResult] = [], metrics: [String: Double] = [:],
        isIgnoredAsBackchannel: Bool = false, sourceMedium: String? = nil, sourceEventID: Int? = nil,
        feedback: Feedback? = nil, contextualUpdate: String? = nil, llmUsage: JSONValue? = nil,
        producingLLM: String? = nil, asrProvider: String? = nil, ttsModel: String? = nil
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
    }
}
