import Agents
import Audio
import Foundation
import JSON
import Tools

/// What comes in on a call's line, whatever the transport: a WebSocket, a telephone, a test.
public enum CallInput: Sendable, Hashable {
    /// What the caller wants to be different from the agent's configuration. Only the first counts; a call that gets
    /// none in time begins without one.
    case begin(CallInitiation)
    /// Any number of bytes in the line's input format.
    case audio(Data)
    /// A whole turn of the caller's: text, and files of the conversation by their ids; either may be empty.
    case words(String, files: [String] = [])
    /// The caller is about to type, and the agent is to wait.
    case activity
    /// Context that neither interrupts nor starts a turn; newer context with the same `id` replaces the older.
    case context(String, id: String?)
    /// The caller's feedback on the agent's turn with this id; nil takes it back.
    case feedback(FeedbackScore?, eventID: Int)
    /// What became of an `Invocation`.
    case toolResult(ToolReply)
    /// Whether a call of an MCP tool, of which `mcpCall` has told that it waits for that, may be made.
    case approval(callID: String, isApproved: Bool)
    /// How long a message takes to the caller and back.
    case roundTrip(Duration)
    /// The caller has heard everything of the response up to `AudioChunk.end`. A transport that cannot tell sends none:
    /// then audio is taken to play as it is sent.
    case heard(upTo: Int, eventID: Int)
    /// What became of a `LineRequest`.
    case acted(LineOutcome, requestID: Int)
    /// A person takes the agent's place, or does not have it any more.
    case takeover(Takeover)
    /// Something that the person in the agent's place has typed, to be said in its voice.
    case humanWords(String)
    /// The owner ends the call.
    case hangUp
    /// The transport did not take something of the caller's, which the record has to say.
    case refused(CallFault)

    /// What becomes of the agent's place.
    public enum Takeover: Sendable, Hashable {
        /// A person answers from now on, or goes on after `isForsaken`.
        case begins
        /// The agent answers again.
        case ends
        /// The person's connection is lost: the agent answers again unless somebody takes its place within
        /// `CallOptions.takeoverGrace`.
        case isForsaken
    }

    /// The outcome of a tool that runs at the caller's end.
    public struct ToolReply: Sendable, Hashable {
        /// The `callID` of the `Invocation`.
        public var callID: String
        /// The result, any JSON; the error message when `isError`.
        public var result: JSONValue
        /// Whether the tool failed.
        public var isError: Bool
        /// The kind of error for the record; nil without an error, or when none is given.
        public var errorType: String?

        /// Creates a result; a success unless `isError` is given.
        public init(callID: String, result: JSONValue, isError: Bool = false, errorType: String? = nil) {
            self.callID = callID
            self.result = result
            self.isError = isError
            self.errorType = errorType
        }
    }
}

/// What goes out on a call's line. Everything about one turn carries the turn's event id.
public enum CallOutput: Sendable, Hashable {
    /// Sent once, before everything but `notice` and `failed`; a call that fails before it has none.
    case began(CallLine)
    case audio(AudioChunk)
    /// What the caller said, when the turn is over.
    case userTranscript(String, eventID: Int)
    /// What the caller has said so far.
    case tentativeUserTranscript(String, eventID: Int)
    /// The whole text of a response.
    case response(String, eventID: Int)
    /// The response's text as it is written: `start`, any number of deltas, `stop`.
    case responsePart(ResponsePart, eventID: Int)
    /// The response has been heard to its end.
    case responseComplete(eventID: Int)
    /// The caller has interrupted: what is left to play of the response is to be dropped.
    case interruption(eventID: Int)
    /// What was really heard of an interrupted response.
    case correction(original: String, corrected: String, eventID: Int)
    /// A tool for the caller's end to run.
    case invocation(Invocation)
    /// Something for the line itself to do; only lines with `CallRequest.abilities` are asked.
    case act(LineRequest)
    /// A tool call has started, and is about to have its effects.
    case toolStarted(ToolNotice)
    /// A tool call has ended. For an `end_call` that takes effect it is sent once the last audio has been heard,
    /// because clients hang up on it.
    case toolEnded(ToolNotice, ToolNotice.Outcome)
    /// The result of an ended tool call, at most as long as the call's options allow; not sent for an `end_call` that
    /// takes effect.
    case toolResult(ToolNotice, ToolNotice.Outcome, String, isTruncated: Bool)
    /// How a call of an MCP tool stands.
    case mcpCall(MCPCallState)
    /// How things stand with the agent's MCP servers.
    case mcpConnections([MCPConnection])
    /// A person has taken the agent's place, or the agent answers again.
    case humanTakeover(Bool)
    /// The probability of speech in the last window, 0 to 1.
    case voiceActivity(Double)
    /// Something was refused or a limit was reached; the call goes on, or ends as it would have.
    case notice(CallFault)
    /// The call ends because of this.
    case failed(CallFault)

    /// A piece of a response's text.
    public enum ResponsePart: Sendable, Hashable {
        case start
        case delta(String)
        case stop
    }

    /// A piece of the agent's voice.
    public struct AudioChunk: Sendable, Hashable {
        /// Whole samples in the line's output format.
        public var bytes: Data
        /// That of the turn; all chunks of one response share it.
        public var eventID: Int
        /// Samples of the response up to the end of this chunk: what `CallInput.heard` counts in.
        public var end: Int
        /// The words that begin in the chunk, one after the other.
        public var words: [Word]

        /// A word of the response's text, with the white space beside it.
        public struct Word: Sendable, Hashable {
            /// As it is written.
            public var text: String
            /// When it is said, from the chunk's beginning; it may end after the chunk.
            public var milliseconds: Range<Int>
        }
    }

    /// A tool that runs at the caller's end.
    public struct Invocation: Sendable, Hashable {
        /// As in the agent's configuration.
        public var name: String
        /// What the `ToolReply` must name.
        public var callID: String
        /// Always an object.
        public var parameters: JSONValue
        /// That of the response that needs the tool.
        public var eventID: Int
        /// Whether the agent waits for a `ToolReply`.
        public var expectsReply: Bool
    }

    /// Something that the line is to do, such as to transfer the caller.
    public struct LineRequest: Sendable, Hashable {
        /// What `CallInput.acted` must name.
        public var id: Int
        /// What to do.
        public var act: LineAct
    }

    /// A tool call, as the caller's end is told of it.
    public struct ToolNotice: Sendable, Hashable {
        /// As in the agent's configuration, or as the model wrote it when there is no such tool.
        public var name: String
        /// The same from start to result.
        public var callID: String
        /// `client`, `system`, `webhook` or `mcp`; `client` when there is no such tool.
        public var type: String
        /// That of the response that called the tool.
        public var eventID: Int

        /// How a tool call ended.
        public struct Outcome: Sendable, Hashable {
            /// Whether the tool failed, timed out or could not be run.
            public var isError: Bool
            /// Whether the tool ran; false when there is none of that name, for example.
            public var isCalled: Bool
        }
    }
}

/// What a line is told when a call begins.
public struct CallLine: Sendable, Hashable {
    /// Id of the record.
    public var conversationID: String
    /// What the agent's audio is in.
    public var output: AudioFormat
    /// What the caller's audio has to be in.
    public var input: AudioFormat
    /// `CallSettings.Conversation.clientEvents`; nil before the settings are known.
    public var clientEvents: [String]?
    /// Whether the call has no audio in either direction.
    public var isTextOnly: Bool
    /// Whether the call cannot be held: a `failed` follows.
    public var isRefused: Bool
}

extension CallLine {
    /// Describes the line of a call that begins.
    init(_ conversationID: String, _ line: Line, _ settings: CallSettings) {
        self.init(
            conversationID: conversationID, output: line.output, input: line.input,
            clientEvents: settings.conversation.clientEvents, isTextOnly: line.isTextOnly, isRefused: false)
    }

    /// The line of a call that cannot be held.
    static func refused(_ conversationID: String) -> CallLine {
        CallLine(
            conversationID: conversationID, output: .pcm16000, input: .pcm16000, clientEvents: nil, isTextOnly: false,
            isRefused: true)
    }
}

/// Something that went wrong in a call, in the terms of the conversation protocol.
public struct CallFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// A close code: 1000, 1002, 1008 or 1011.
    public var code: Int
    /// One of the protocol's error types, such as `missing_dynamic_variable`.
    public var type: String
    /// One sentence for people.
    public var message: String

    /// `code` and `type` are not checked against the protocol.
    public init(code: Int, type: String, message: String) {
        self.code = code
        self.type = type
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// A call cannot begin as asked.
    init(_ error: CallSettingsError) { self.init(code: error.code, type: error.type, message: error.message) }
}

/// The caller broke the rules of the transport, which has closed the line because of it.
public struct LineViolation: Error, Sendable, Hashable {
    /// The close code that was sent, such as 1002, 1007 or 1009.
    public var code: Int
    /// What the caller did wrong.
    public var reason: String

    /// Creates a violation that the transport has already answered.
    public init(code: Int, reason: String) {
        self.code = code
        self.reason = reason
    }
}
