import ConvAI
import Foundation
import JSON

/// Where a conversation stands.
public enum ConversationStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case initiated
    case inProgress = "in-progress"
    case processing
    case done
    case failed
}

/// What is known of a call when it begins.
public struct ConversationStart: Sendable, Hashable {
    /// `conv_…`
    public var id: String
    /// Who is called.
    public var agentID: String
    /// The agent's name at this time: the record outlives the agent.
    public var agentName: String
    /// Unix time in seconds.
    public var startTime: Int
    /// How the client was let in: `public`, `signed_url`, `authorization_header`.
    public var authorization: String
    /// Samples a second of the clock that stamps `CallEvent.time`.
    public var sampleRate: Int
    /// Where the recording is written; nil when the call is not recorded.
    public var recording: URL?
    /// The rest is often known only after the client's first message; see `ConversationDetails`.
    public var details: ConversationDetails

    /// A call that begins at `startTime`, Unix seconds.
    public init(
        id: String, agentID: String, agentName: String, startTime: Int, authorization: String = "public",
        sampleRate: Int = 16_000, recording: URL? = nil, details: ConversationDetails = ConversationDetails()
    ) {
        self.id = id
        self.agentID = agentID
        self.agentName = agentName
        self.startTime = startTime
        self.authorization = authorization
        self.sampleRate = sampleRate
        self.recording = recording
        self.details = details
    }
}

/// What is learned of a conversation as it goes. As a change, what is nil stays as it is.
public struct ConversationDetails: Sendable, Hashable {
    /// `conversation_initiation_client_data` as recorded, without secrets; see `ConversationInitiation.record`.
    public var initiation: JSONValue?
    /// The client's word for its user.
    public var userID: String?
    /// Such as `python_sdk`.
    public var source: String?
    /// The client's version.
    public var sourceVersion: String?
    /// The call's language.
    public var language: String?
    /// The agent's time zone.
    public var timezone: String?
    /// Whether nothing was spoken.
    public var isTextOnly: Bool?
    /// Where the recording is written.
    public var recording: URL?
    /// Sentences added to `metadata.warnings`.
    public var warnings: [String]
    /// Merged into `metadata`, objects member by member.
    public var metadata: JSONValue
    /// The analysis of a finished call.
    public var analysis: JSONValue?

    /// Details of which those are known that are given.
    public init(
        initiation: JSONValue? = nil, userID: String? = nil, source: String? = nil,
        sourceVersion: String? = nil, language: String? = nil, timezone: String? = nil, isTextOnly: Bool? = nil,
        recording: URL? = nil, warnings: [String] = [], metadata: JSONValue = [:], analysis: JSONValue? = nil
    ) {
        self.initiation = initiation
        self.userID = userID
        self.source = source
        self.sourceVersion = sourceVersion
        self.language = language
        self.timezone = timezone
        self.isTextOnly = isTextOnly
        self.recording = recording
        self.warnings = warnings
        self.metadata = metadata
        self.analysis = analysis
    }
}

/// How a call ended.
public struct ConversationOutcome: Sendable, Hashable {
    /// What went wrong.
    public struct Failure: Sendable, Hashable, Codable {
        /// The close code of the WebSocket.
        public var code: Int
        /// For a person.
        public var reason: String

        /// A failure that closed the call with `code`.
        public init(code: Int, reason: String) {
            self.code = code
            self.reason = reason
        }
    }

    /// `done` or `failed`.
    public var status: ConversationStatus
    /// Seconds.
    public var duration: Double
    /// Such as `Client disconnected` or `end_call tool was called`.
    public var terminationReason: String
    /// What went wrong; nil for a call that ended as it should.
    public var failure: Failure?
    /// Whether the recording holds the user's voice.
    public var hasUserAudio: Bool
    /// Whether the recording holds the agent's voice.
    public var hasResponseAudio: Bool

    /// The end of a call that lasted `duration` seconds.
    public init(
        status: ConversationStatus = .done, duration: Double, terminationReason: String, failure: Failure? = nil,
        hasUserAudio: Bool = false, hasResponseAudio: Bool = false
    ) {
        self.status = status
        self.duration = duration
        self.terminationReason = terminationReason
        self.failure = failure
        self.hasUserAudio = hasUserAudio
        self.hasResponseAudio = hasResponseAudio
    }
}

/// One line of the log that a call can be replayed from.
public struct CallEvent: Sendable, Hashable {
    /// Samples since the start of the call.
    public var time: Int
    /// What happened, as the call names it.
    public var kind: String
    /// The event's inputs.
    public var detail: JSONValue

    /// Reads a line as the API writes it: `time`, `kind` and `detail`; nil for anything else.
    public init?(json: JSONValue) {
        guard let time = json["time"]?.intValue, let kind = json["kind"]?.stringValue else { return nil }
        self.init(time: time, kind: kind, detail: json["detail"] ?? [:])
    }

    /// The line as the API writes it.
    public var json: JSONValue { ["time": .integer(time), "kind": .string(kind), "detail": detail] }

    /// An event at `time`, in samples.
    public init(time: Int, kind: String, detail: JSONValue = [:]) {
        self.time = time
        self.kind = kind
        self.detail = detail
    }
}

/// Everything that is kept of a conversation, the event log excepted.
public struct ConversationRecord: Sendable, Hashable {
    /// `conv_…`
    public var id: String
    /// Who was called.
    public var agentID: String
    /// The agent's name at the time of the call.
    public var agentName: String
    /// Where the conversation stands.
    public var status: ConversationStatus
    /// Unix time in seconds.
    public var startTime: Int
    /// Seconds; zero while the call runs.
    public var duration: Double
    /// How the client was let in.
    public var authorization: String
    /// How the call ended; empty while it runs.
    public var terminationReason: String
    /// What went wrong.
    public var failure: ConversationOutcome.Failure?
    /// Initiation data, client, language and so on.
    public var details: ConversationDetails
    /// Whether the recording holds the user's voice.
    public var hasUserAudio: Bool
    /// Whether the recording holds the agent's voice.
    public var hasResponseAudio: Bool
    /// The listener's judgement of the whole conversation.
    public var feedback: ConversationFeedback
    /// In order; empty in list items.
    public var transcript: [TranscriptTurn]
    /// Entries of the transcript.
    public var messageCount: Int
    /// Those in which the user said something.
    public var userMessageCount: Int
    /// Those in which the agent said something.
    public var agentMessageCount: Int
    /// Names of the tools that were called, each once, in alphabetical order.
    public var toolNames: [String]

    /// The recording's place; nil when there is none or it holds nothing.
    public var recording: URL? { hasUserAudio || hasResponseAudio ? details.recording : nil }
}

/// The listener's judgement of a whole conversation.
public struct ConversationFeedback: Sendable, Hashable, Codable {
    /// Thumbs up or down; nil: none, or withdrawn.
    public var score: FeedbackScore?
    /// Stars, 1 to 5.
    public var rating: Int?
    /// The listener's words.
    public var comment: String?

    /// Feedback of any of its three kinds.
    public init(score: FeedbackScore? = nil, rating: Int? = nil, comment: String? = nil) {
        self.score = score
        self.rating = rating
        self.comment = comment
    }
}

extension ConversationInitiation {
    /// The data as the record keeps it.
    ///
    /// - Parameter variables: `CallSettings.dynamicVariables`; nil when the call did not come that far.
    public func record(variables: [String: JSONValue]? = nil) -> JSONValue {
        let given = dynamicVariables.filter { !$0.key.hasPrefix(DynamicVariables.secretPrefix) }
        return [
            "conversation_config_override": Redaction.hidden(configOverride),
            "custom_llm_extra_body": .object(customLLMExtraBody),
            "user_id": userID.map(JSONValue.string) ?? .null,
            "source_info": [
                "source": source.map(JSONValue.string) ?? .null,
                "version": sourceVersion.map(JSONValue.string) ?? .null,
            ],
            "branch_id": nil, "environment": nil, "dynamic_variables": .object(variables ?? given),
        ]
    }
}
