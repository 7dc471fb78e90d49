import JSON

/// The progress of a conversation.
public enum ConversationStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case initiated
    case inProgress = "in-progress"
    case processing
    case done
    case failed
}

/// What is known of a call when it begins.
public struct ConversationStart: Sendable, Hashable {
    /// The conversation's id, `conv_…`.
    public var id: String
    /// The agent that is called.
    public var agentID: String
    /// The agent's name when the call begins: the record outlives the agent.
    public var agentName: String
    /// When the call begins, Unix time in seconds.
    public var startTime: Int
    /// How the client was authorised: `public`, `signed_url` or `authorization_header`.
    public var authorization: String
    /// Rate of the clock of `CallEvent.time`, in samples a second.
    public var sampleRate: Int
    /// Further details, many of which are known only after the client's first message.
    public var details: ConversationDetails

    /// A call that begins at `startTime`, Unix seconds.
    public init(
        id: String, agentID: String, agentName: String, startTime: Int, authorization: String = "public",
        sampleRate: Int = 16_000, details: ConversationDetails = ConversationDetails()
    ) {
        self.id = id
        self.agentID = agentID
        self.agentName = agentName
        self.startTime = startTime
        self.authorization = authorization
        self.sampleRate = sampleRate
        self.details = details
    }
}

/// Details that become known in the course of a conversation. In an update, nil leaves a member as it is.
public struct ConversationDetails: Sendable, Hashable {
    /// `conversation_initiation_client_data` as recorded, without secrets; see `CallInitiation.record`.
    public var initiation: JSONValue?
    /// The client's id for its user.
    public var userID: String?
    /// The client's name, such as `python_sdk`.
    public var source: String?
    /// The client's version.
    public var sourceVersion: String?
    /// The call's language.
    public var language: String?
    /// The agent's time zone.
    public var timezone: String?
    /// Whether the conversation has no audio.
    public var isTextOnly: Bool?
    /// Sentences that are added to `metadata.warnings`.
    public var warnings: [String]
    /// Members that are merged into `metadata`, objects member by member.
    public var metadata: JSONValue
    /// The analysis of a finished call.
    public var analysis: JSONValue?

    /// Creates details; nil for what is unknown.
    public init(
        initiation: JSONValue? = nil, userID: String? = nil, source: String? = nil,
        sourceVersion: String? = nil, language: String? = nil, timezone: String? = nil, isTextOnly: Bool? = nil,
        warnings: [String] = [], metadata: JSONValue = [:], analysis: JSONValue? = nil
    ) {
        self.initiation = initiation
        self.userID = userID
        self.source = source
        self.sourceVersion = sourceVersion
        self.language = language
        self.timezone = timezone
        self.isTextOnly = isTextOnly
        self.warnings = warnings
        self.metadata = metadata
        self.analysis = analysis
    }

    /// These details with `change` laid over them: given members replace, metadata is merged, warnings are appended.
    public func merging(_ change: ConversationDetails) -> ConversationDetails {
        ConversationDetails(
            initiation: change.initiation ?? initiation, userID: change.userID ?? userID,
            source: change.source ?? source, sourceVersion: change.sourceVersion ?? sourceVersion,
            language: change.language ?? language, timezone: change.timezone ?? timezone,
            isTextOnly: change.isTextOnly ?? isTextOnly, warnings: warnings + change.warnings,
            metadata: metadata.merging(change.metadata), analysis: change.analysis ?? analysis)
    }
}

/// How a call ended.
public struct ConversationOutcome: Sendable, Hashable {
    /// What went wrong.
    public struct Failure: Sendable, Hashable, Codable {
        /// The close code of the WebSocket.
        public var code: Int
        /// A description of the failure for a person.
        public var reason: String

        /// A failure that closed the call with `code`.
        public init(code: Int, reason: String) {
            self.code = code
            self.reason = reason
        }
    }

    /// `done` or `failed`.
    public var status: ConversationStatus
    /// The duration in seconds.
    public var duration: Double
    /// Why the call ended, such as `Client disconnected` or `end_call tool was called`.
    public var terminationReason: String
    /// What went wrong; nil for a call that ended as it should.
    public var failure: Failure?
    /// Whether the recording holds the user's voice.
    public var hasUserAudio: Bool
    /// Whether the recording holds the agent's voice.
    public var hasResponseAudio: Bool

    /// Creates the outcome of a call that lasted `duration` seconds.
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

/// One line of a call's log, from which the call can be replayed.
public struct CallEvent: Sendable, Hashable {
    /// Samples since the start of the call.
    public var time: Int
    /// The kind of event, as the call names it.
    public var kind: String
    /// The data of the event.
    public var detail: JSONValue

    /// Reads a line as the API writes it, `time`, `kind` and `detail`; nil for anything else.
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

/// Everything that is stored of a conversation, except the event log.
public struct ConversationRecord: Sendable, Hashable {
    /// The conversation's id, `conv_…`.
    public var id: String
    /// The agent that was called.
    public var agentID: String
    /// The agent's name at the time of the call.
    public var agentName: String
    /// The progress of the conversation.
    public var status: ConversationStatus
    /// When the call began, Unix time in seconds.
    public var startTime: Int
    /// The duration in seconds; zero while the call runs.
    public var duration: Double
    /// How the client was authorised.
    public var authorization: String
    /// Why the call ended; empty while it runs.
    public var terminationReason: String
    /// What went wrong; nil when nothing did.
    public var failure: ConversationOutcome.Failure?
    /// Initiation data, client, language and other details.
    public var details: ConversationDetails
    /// Whether the recording holds the user's voice.
    public var hasUserAudio: Bool
    /// Whether the recording holds the agent's voice.
    public var hasResponseAudio: Bool
    /// The user's feedback on the whole conversation.
    public var feedback: ConversationFeedback
    /// The turns in order; empty in list items.
    public var transcript: [TranscriptTurn]
    /// The number of turns.
    public var messageCount: Int
    /// The number of turns in which the user said something.
    public var userMessageCount: Int
    /// The number of turns in which the agent said something.
    public var agentMessageCount: Int
    /// Names of the tools that were called, each once, in alphabetical order.
    public var toolNames: [String]

    /// Whether there is a recording that holds anything.
    public var hasAudio: Bool { hasUserAudio || hasResponseAudio }

    /// A record that a store has read.
    package init(
        id: String, agentID: String, agentName: String, status: ConversationStatus, startTime: Int, duration: Double,
        authorization: String, terminationReason: String, failure: ConversationOutcome.Failure?,
        details: ConversationDetails, hasUserAudio: Bool, hasResponseAudio: Bool, feedback: ConversationFeedback,
        transcript: [TranscriptTurn], messageCount: Int, userMessageCount: Int, agentMessageCount: Int,
        toolNames: [String]
    ) {
        self.id = id
        self.agentID = agentID
        self.agentName = agentName
        self.status = status
        self.startTime = startTime
        self.duration = duration
        self.authorization = authorization
        self.terminationReason = terminationReason
        self.failure = failure
        self.details = details
        self.hasUserAudio = hasUserAudio
        self.hasResponseAudio = hasResponseAudio
        self.feedback = feedback
        self.transcript = transcript
        self.messageCount = messageCount
        self.userMessageCount = userMessageCount
        self.agentMessageCount = agentMessageCount
        self.toolNames = toolNames
    }
}

/// Thumbs up or down.
public enum FeedbackScore: String, Sendable, Hashable, Codable {
    case like
    case dislike
}

/// The user's feedback on a whole conversation.
public struct ConversationFeedback: Sendable, Hashable, Codable {
    /// Thumbs up or down; nil when none was given, or it was withdrawn.
    public var score: FeedbackScore?
    /// Stars, 1 to 5; nil when none were given.
    public var rating: Int?
    /// The user's comment; nil when none was given.
    public var comment: String?

    /// Creates feedback; nil for what was not given.
    public init(score: FeedbackScore? = nil, rating: Int? = nil, comment: String? = nil) {
        self.score = score
        self.rating = rating
        self.comment = comment
    }
}

extension CallInitiation {
    /// The initiation data in the form of the record, without secrets.
    ///
    /// - Parameter variables: `CallSettings.dynamicVariables`; nil when the call did not get as far as that.
    public func record(variables: [String: JSONValue]? = nil) -> JSONValue {
        let given = dynamicVariables.filter { !$0.key.hasPrefix(CallVariables.secretPrefix) }
        return [
            "conversation_config_override": Redaction.hidden(configOverride),
            "custom_llm_extra_body": .object(customLLMExtraBody),
            "user_id": userID.map(JSONValue.string) ?? .null,
            "source_info": [
                "source": source.map(JSONValue.string) ?? .null,
                "version": sourceVersion.map(JSONValue.string) ?? .null,
            ],
            "branch_id": nil, "environment": environment.map(JSONValue.string) ?? .null,
            "dynamic_variables": .object(variables ?? given),
        ]
    }
}
