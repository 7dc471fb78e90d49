import Foundation
import JSON

/// A message of the server on the conversation WebSocket, one JSON object a frame.
public enum ServerMessage: Sendable, Hashable {
    /// The first message, sent once.
    case initiationMetadata(ConversationMetadata)
    case audio(AudioMessage)
    case userTranscript(String, eventID: Int)
    case tentativeUserTranscript(String, eventID: Int)
    case agentResponse(String, eventID: Int)
    /// The part of an interrupted response that was heard.
    case agentResponseCorrection(original: String, corrected: String, eventID: Int)
    case agentResponseMetadata(JSONValue, eventID: Int)
    case agentChatResponsePart(text: String, kind: ResponsePartKind, eventID: Int)
    case agentResponseComplete(eventID: Int)
    case interruption(eventID: Int)
    /// A ping; `roundTrip` is the last measured round-trip time in milliseconds, nil before the first.
    case ping(eventID: Int, roundTrip: Int?)
    case clientToolCall(ClientToolCall)
    case agentToolRequest(AgentToolRequest)
    case agentToolResponse(AgentToolResponse)
    /// The response of a tool with its result, which the sender may have truncated.
    case agentToolResponseFullPayload(AgentToolResponse, result: String, isTruncated: Bool)
    /// How a call of an MCP tool stands; several for each call.
    case mcpToolCall(MCPToolCall)
    /// How things stand with the agent's MCP servers.
    case mcpConnectionStatus([MCPIntegration])
    /// A person has taken the agent's place, or the agent answers again.
    case humanTakeover(isOn: Bool)
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
    /// A message that this version does not know; only received, never sent.
    case unknown(type: String, JSONValue)
}

/// The contents of the first message.
public struct ConversationMetadata: Sendable, Hashable {
    /// The conversation's id, also in the REST API.
    public var conversationID: String
    /// The format of the agent's audio, such as `pcm_16000`.
    public var agentOutputAudioFormat: String
    /// The format of the client's audio; `pcm_16000` when a server does not name it.
    public var userInputAudioFormat: String

    /// Creates metadata; formats are named as in the protocol, with encoding and rate in Hz, such as `ulaw_8000`.
    public init(conversationID: String, agentOutputAudioFormat: String, userInputAudioFormat: String) {
        self.conversationID = conversationID
        self.agentOutputAudioFormat = agentOutputAudioFormat
        self.userInputAudioFormat = userInputAudioFormat
    }
}

/// A chunk of the agent's voice.
public struct AudioMessage: Sendable, Hashable {
    /// Whole samples in the call's output format.
    public var bytes: Data
    /// The event id of the turn, which all chunks of a response share.
    public var eventID: Int
    /// The timing of characters; nil to leave the member out, since clients fail on null.
    public var alignment: Alignment?

    /// Creates a chunk.
    public init(bytes: Data, eventID: Int, alignment: Alignment? = nil) {
        self.bytes = bytes
        self.eventID = eventID
        self.alignment = alignment
    }
}

/// When each character is spoken within one chunk: three arrays of the same length, with times in milliseconds.
public struct Alignment: Sendable, Hashable {
    /// The characters of the spoken text, one an element.
    public var characters: [String]
    /// When each character begins, in milliseconds from the start of the chunk, not of the response.
    public var startTimes: [Int]
    /// The duration of each character, in milliseconds.
    public var durations: [Int]

    /// Creates an alignment; the caller must make the arrays equally long.
    public init(characters: [String], startTimes: [Int], durations: [Int]) {
        self.characters = characters
        self.startTimes = startTimes
        self.durations = durations
    }
}

/// The position of a chat response part in its response; the text is empty for `start` and `stop`.
public enum ResponsePartKind: String, Sendable, Hashable {
    case start
    case delta
    case stop
}

/// A call of a client tool.
public struct ClientToolCall: Sendable, Hashable {
    /// The tool's name in the agent's configuration, by which the client finds its code.
    public var name: String
    /// The id that the client's `ClientToolResult` must have.
    public var callID: String
    /// The arguments; always an object.
    public var parameters: JSONValue
    /// The event id of the response that calls the tool; 0 when a server sends none.
    public var eventID: Int
    /// Whether the agent waits for a `ClientToolResult`; false for a tool that only has effects.
    public var expectsResponse: Bool

    /// Creates a call; `parameters` that are not an object are sent as an empty one.
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
    /// The tool's name in the agent's configuration.
    public var name: String
    /// The id of the call, which the following `AgentToolResponse` has too.
    public var callID: String
    /// `client`, `system`, `webhook` or `mcp`.
    public var toolType: String
    /// The event id of the response that calls the tool; 0 when a server sends none.
    public var eventID: Int

    /// Creates a request; it is sent once the turn is certainly over, before the tool has any effect.
    public init(name: String, callID: String, toolType: String, eventID: Int) {
        self.name = name
        self.callID = callID
        self.toolType = toolType
        self.eventID = eventID
    }
}

/// A tool call that has ended. For `end_call` it is sent after the last audio was heard, because clients hang up on it.
public struct AgentToolResponse: Sendable, Hashable {
    /// The tool's name in the agent's configuration, or as the model wrote it when there is no such tool.
    public var name: String
    /// The id of its `AgentToolRequest`, which is not sent for an unknown tool.
    public var callID: String
    /// `client`, `system`, `webhook` or `mcp`.
    public var toolType: String
    /// Whether the tool failed, timed out or could not be run.
    public var isError: Bool
    /// Whether a rule kept the tool from running; this server has no such rules.
    public var isBlocked: Bool
    /// Whether the tool ran; false when there is none of that name, for example.
    public var isCalled: Bool
    /// The event id of the response that called the tool; 0 when a server sends none.
    public var eventID: Int

    /// Creates a response of a tool that ran; its result is sent with `agentToolResponseFullPayload`.
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

/// Why the call is about to end, or why a message of the client was refused.
public struct ErrorMessage: Sendable, Hashable {
    /// A close code of the protocol: 1000, 1002, 1008 or 1011.
    public var code: Int
    /// One of the protocol's error types, such as `missing_dynamic_variable`.
    public var type: String
    /// One sentence for people; clients should decide by `type`.
    public var message: String

    /// Creates a message; `code` and `type` are not checked against the protocol.
    public init(code: Int, type: String, message: String) {
        self.code = code
        self.type = type
        self.message = message
    }
}
