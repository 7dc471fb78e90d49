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
    public var conversationID: String
    /// Such as `pcm_16000`.
    public var agentOutputAudioFormat: String
    public var userInputAudioFormat: String

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
    public var eventID: Int
    /// Present only as a whole: clients fail on null.
    public var alignment: Alignment?

    public init(bytes: Data, eventID: Int, alignment: Alignment? = nil) {
        self.bytes = bytes
        self.eventID = eventID
        self.alignment = alignment
    }
}

/// Which characters are spoken when within one chunk; three arrays of the same length, times in milliseconds.
public struct Alignment: Sendable, Hashable {
    public var characters: [String]
    public var startTimes: [Int]
    public var durations: [Int]

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
    public var name: String
    public var callID: String
    /// Always an object.
    public var parameters: JSONValue
    public var eventID: Int
    public var expectsResponse: Bool

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
    public var name: String
    public var callID: String
    /// `client`, `system`, `webhook` or `mcp`.
    public var toolType: String
    public var eventID: Int

    public init(name: String, callID: String, toolType: String, eventID: Int) {
        self.name = name
        self.callID = callID
        self.toolType = toolType
        self.eventID = eventID
    }
}

/// A tool call that has ended. For `end_call` it goes out after the last audio was heard: clients hang up on it.
public struct AgentToolResponse: Sendable, Hashable {
    public var name: String
    public var callID: String
    public var toolType: String
    public var isError: Bool
    public var isBlocked: Bool
    public var isCalled: Bool
    public var eventID: Int

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
    public var message: String

    public init(code: Int, type: String, message: String) {
        self.code = code
        self.type = type
        self.message = message
    }
}
