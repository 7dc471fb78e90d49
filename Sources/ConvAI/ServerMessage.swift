import Foundation
import JSON

/// What the server sends on the conversation WebSocket, one JSON object a frame.
public enum ServerMessage: Sendable, Hashable {
    /// Always first, and once.
    case initiationMetadata(ConversationMetadata)
    case audio(AudioMessage)
    case userTranscript(String, eventID: Int)
    case tentativeUserTranscript(String, eventID: Int)
    case agentResponse(String, eventID: Int)
    /// What was really heard of an interrupted response.
    case agentResponseCorrection(original: String, corrected: String, eventID: Int)
    case agentResponseMetadata(JSONValue, eventID: Int)
    case agentChatResponsePart(text: String, kind: ResponsePartKind, eventID: Int)
    case agentResponseComplete(eventID: Int)
    case interruption(eventID: Int)
    /// `roundTrip` is the last measured round trip in milliseconds.
    case ping(eventID: Int, roundTrip: Int?)
    case clientToolCall(ClientToolCall)
    case agentToolRequest(AgentToolRequest)
    case agentToolResponse(AgentToolResponse)
    /// The response with its result, at most as long as the sender allows.
    case agentToolResponseFullPayload(AgentToolResponse, result: String, isTruncated: Bool)
    /// The probability of speech in the last window, 0 to 1.
    case vadScore(Double)
    case contextUsage(eventID: Int, model: String, tokens: Int, limit: Int)
    /// The probability that the caller has finished, 0 to 1.
    case turnProbability(Double)
    case tentativeAgentResponse(String)
    case asrInitiationMetadata(JSONValue)
    /// `error`, which JavaScript and Android clients read; it may end their session.
    case error(ErrorMessage)
    /// `client_error`, the same for Swift clients.
    case clientError(ErrorMessage)
    /// Something that this version does not know; only ever received.
    case unknown(type: String, JSONValue)
}

/// The first message's contents.
public struct ConversationMetadata: Sendable, Hashable {
    /// Names the call's record in the REST API.
    public var conversationID: String
    /// Such as `pcm_16000`.
    public var agentOutputAudioFormat: String
    /// What the client's audio chunks must be in; `pcm_16000` when a server does not say.
    public var userInputAudioFormat: String

    /// Formats are names of the protocol, a coding and a rate in Hz such as `ulaw_8000`.
    public init(conversationID: String, agentOutputAudioFormat: String, userInputAudioFormat: String) {
        self.conversationID = conversationID
        self.agentOutputAudioFormat = agentOutputAudioFormat
        self.userInputAudioFormat = userInputAudioFormat
    }
}

/// A chunk of the agent's voice.
public struct AudioMessage: Sendable, Hashable {
    /// Bytes in the call's output format, whole samples.
    public var bytes: Data
    /// That of the turn; all chunks of one response share it.
    public var eventID: Int
    /// Present only as a whole: clients fail on null.
    public var alignment: Alignment?

    /// One chunk; without `alignment` the member is left out.
    public init(bytes: Data, eventID: Int, alignment: Alignment? = nil) {
        self.bytes = bytes
        self.eventID = eventID
        self.alignment = alignment
    }
}

/// Which characters are spoken when within one chunk; three arrays of the same length, times in milliseconds.
public struct Alignment: Sendable, Hashable {
    /// One character of the spoken text an element.
    public var characters: [String]
    /// From the start of the chunk, not of the response.
    public var startTimes: [Int]
    /// How long each character lasts.
    public var durations: [Int]

    /// The arrays are sent as given; that their lengths agree is the caller's to see to.
    public init(characters: [String], startTimes: [Int], durations: [Int]) {
        self.characters = characters
        self.startTimes = startTimes
        self.durations = durations
    }
}

/// Where a chat response part stands in its response; text is empty for `start` and `stop`.
public enum ResponsePartKind: String, Sendable, Hashable {
    case start
    case delta
    case stop
}

/// A tool that the client is to run.
public struct ClientToolCall: Sendable, Hashable {
    /// As in the agent's configuration; the client looks its code up by it.
    public var name: String
    /// What the client's `ClientToolResult` must name.
    public var callID: String
    /// Always an object.
    public var parameters: JSONValue
    /// That of the response that needs the tool; 0 when a server sends none.
    public var eventID: Int
    /// Whether the agent waits for a `ClientToolResult`; false when the tool only has effects.
    public var expectsResponse: Bool

    /// `parameters` that are no object are sent as an empty one.
    public init(name: String, callID: String, parameters: JSONValue, eventID: Int, expectsResponse: Bool) {
        self.name = name
        self.callID = callID
        self.parameters = parameters
        self.eventID = eventID
        self.expectsResponse = expectsResponse
    }
}

/// A tool call that has started.
public struct AgentToolRequest: Sendable, Hashable {
    /// As in the agent's configuration.
    public var name: String
    /// The same in the `AgentToolResponse` that follows.
    public var callID: String
    /// `client`, `system`, `webhook` or `mcp`.
    public var toolType: String
    /// That of the response that needs the tool; 0 when a server sends none.
    public var eventID: Int

    /// Sent once the turn is certain, before the tool has any effect.
    public init(name: String, callID: String, toolType: String, eventID: Int) {
        self.name = name
        self.callID = callID
        self.toolType = toolType
        self.eventID = eventID
    }
}

/// A tool call that has ended. For `end_call` it goes out after the last audio was heard: clients hang up on it.
public struct AgentToolResponse: Sendable, Hashable {
    /// As in the agent's configuration, or as the model wrote it when there is no such tool.
    public var name: String
    /// The same as in its `AgentToolRequest`, which is not sent for an unknown tool.
    public var callID: String
    /// `client`, `system`, `webhook` or `mcp`.
    public var toolType: String
    /// Whether the tool failed, timed out or could not be run.
    public var isError: Bool
    /// Whether the tool was kept from running by a rule; this server has no such rules.
    public var isBlocked: Bool
    /// False when the tool never ran, as when there is none of that name.
    public var isCalled: Bool
    /// That of the response that needed the tool; 0 when a server sends none.
    public var eventID: Int

    /// A tool that ran unless told otherwise; its result goes in `agentToolResponseFullPayload`.
    public init(
        name: String, callID: String, toolType: String, isError: Bool, isBlocked: Bool = false, isCalled: Bool = true,
        eventID: Int
    ) {
        self.name = name
        self.callID = callID
        self.toolType = toolType
        self.isError = isError
        self.isBlocked = isBlocked
        self.isCalled = isCalled
        self.eventID = eventID
    }
}

/// Why the call is about to end, or what of the client's was refused.
public struct ErrorMessage: Sendable, Hashable {
    /// A close code of the protocol: 1000, 1002, 1008 or 1011.
    public var code: Int
    /// One of the protocol's error types, such as `missing_dynamic_variable`.
    public var type: String
    /// A sentence for people; clients should decide by `type`.
    public var message: String

    /// Does not check `code` and `type` against the protocol.
    public init(code: Int, type: String, message: String) {
        self.code = code
        self.type = type
        self.message = message
    }
}
