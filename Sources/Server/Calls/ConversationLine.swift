import Agents
import Audio
import ConvAI
import Conversation
import Foundation
import Tools

/// Translates between the messages of the conversation protocol and a call's port, for one client.
public actor ConversationLine {
    /// What one client may send, and how its connection is watched.
    public struct Options: Sendable {
        /// The longest text, in bytes: some twenty pages, more than the embedded model is shown at once.
        public var longestText = 65_536
        /// The sum of all texts of a call, in bytes; an hour of typing does not come near it. Results of tools do not
        /// count: they are bounded by how many of them the model asks for.
        public var textBudget = 8_388_608
        /// Messages a second, averaged, other than audio and pongs: five times the keystrokes of a fast typist.
        public var messageRate = 50.0
        /// Such messages that may come in one burst, as after a stall.
        public var messageBurst = 200.0
        /// Interval between pings.
        public var pingInterval: Duration = .seconds(2)
        /// How long a client may send nothing at all before its connection is taken for dead.
        public var receiveTimeout: Duration = .seconds(60)

        /// The defaults above.
        public init() {}
    }

    private let options: Options
    private var allowance: ClientAllowance
    /// What the client is sent; nil before the call has begun, when only errors can come.
    private var events: ClientEvents?
    /// When each unanswered ping was sent, by its id.
    private var pings: [Int: Duration] = [:]
    private var lastPing = 0
    /// The last measured round trip, in milliseconds.
    private var roundTrip: Int?
    private var lastReceived: Duration = .zero

    /// Pings that may be unanswered: a client that never answers must not use up memory.
    private static let mostPings = 16

    init(options: Options) {
        self.options = options
        allowance = ClientAllowance(options)
    }

    // MARK: What comes in

    /// The call's input; nil for what a call need not know.
    ///
    /// - Throws: `CallFault` for a client that sends too much.
    func take(_ message: ClientMessage, at time: Duration) throws(CallFault) -> CallInput? {
        lastReceived = time
        if let refusal = try admit(message, at: time) { return .refused(refusal) }
        switch message {
        case .initiation(let initiation):
            return .begin(CallInitiation(initiation))
        case .audio(let bytes):
            return .audio(bytes)
        case .pong(let id):
            guard let sent = pings.removeValue(forKey: id) else { return nil }
            roundTrip = Int((time - sent) / .milliseconds(1))
            return .roundTrip(time - sent)
        case .userMessage(let text):
            return .words(text)
        case .multimodal(let text, let files):
            return .words(text ?? "", files: files)
        case .userActivity:
            return .activity
        case .contextualUpdate(let text, let id):
            return .context(text, id: id)
        case .feedback(let eventID, let score):
            return .feedback(score.flatMap { .init(rawValue: $0.rawValue) }, eventID: eventID)
        case .clientToolResult(let result):
            return .toolResult(
                CallInput.ToolReply(
                    callID: result.callID, result: result.result, isError: result.isError,
                    errorType: result.errorType))
        case .toolApproval(let callID, let isApproved):
            return .approval(callID: callID, isApproved: isApproved)
        case .unknown:
            return nil
        }
    }

    /// - Returns: Why this message alone is not taken; nil when it is.
    /// - Throws: `CallFault` when the client has sent too much.
    private func admit(_ message: ClientMessage, at time: Duration) throws(CallFault) -> CallFault? {
        let size: Int
        switch message {
        case .audio, .pong: return nil
        case .userMessage(let text), .multimodal(.some(let text), _), .contextualUpdate(let text, _):
            size = text.utf8.count
        // The call checks the length of results itself, so that a tool that is waited for always gets an outcome.
        case .initiation, .multimodal, .userActivity, .feedback, .clientToolResult, .toolApproval, .unknown:
            size = 0
        }
        switch allowance.take(size, at: time) {
        case .taken:
            return nil
        case .tooLong:
            return CallFault(
                code: 1008, type: "invalid_message",
                message: "A text of \(size) bytes was rejected: at most \(options.longestText) are allowed.")
        case .exhausted:
            throw CallFault(
                code: 1008, type: "rate_limit_exceeded",
                message: "More than \(options.textBudget) bytes of text were sent in one conversation.")
        case .tooFast:
            throw CallFault(
                code: 1008, type: "rate_limit_exceeded",
                message: "The client sent too many messages: more than \(Int(options.messageRate)) a second, "
                    + "or \(Int(options.messageBurst)) at once.")
        }
    }

    // MARK: What goes out

    /// The messages that tell the client of an output: none when its agent's `client_events` leave them out.
    func messages(for output: CallOutput) -> [ServerMessage] {
        if case .began(let line) = output, !line.isRefused {
            events = ClientEvents(chosen: line.clientEvents, isTextOnly: line.isTextOnly)
        }
        return output.messages.filter { events?.allows($0) ?? true }
    }

    /// The next ping; nil before the metadata, which must be the first message that a client gets.
    func ping(at time: Duration) -> ServerMessage? {
        guard events != nil else { return nil }
        if pings.count >= Self.mostPings { pings.removeAll() }
        lastPing += 1
        pings[lastPing] = time
        return .ping(eventID: lastPing, roundTrip: roundTrip)
    }

    /// What ends the call of a client that has sent nothing for too long; nil for any other.
    func silence(at time: Duration) -> CallFault? {
        guard time - lastReceived >= options.receiveTimeout else { return nil }
        return CallFault(
            code: 1002, type: "transport_receive_timeout",
            message: "Nothing was received for \(options.receiveTimeout.components.seconds) s.")
    }
}

extension Alignment {
    /// The characters of words, each of which is taken to be said evenly; nil when there are none.
    fileprivate init?(_ words: [CallOutput.AudioChunk.Word]) {
        guard !words.isEmpty else { return nil }
        self.init(characters: [], startTimes: [], durations: [])
        for word in words {
            let (start, duration) = (word.milliseconds.lowerBound, word.milliseconds.count)
            for (place, character) in word.text.enumerated() {
                let begins = place * duration / word.text.count
                characters.append(String(character))
                startTimes.append(start + begins)
                durations.append((place + 1) * duration / word.text.count - begins)
            }
        }
    }
}

extension CallInitiation {
    fileprivate init(_ message: ConversationInitiation) {
        self.init(
            configOverride: message.configOverride, customLLMExtraBody: message.customLLMExtraBody,
            dynamicVariables: message.dynamicVariables, userID: message.userID, source: message.source,
            sourceVersion: message.sourceVersion, environment: message.environment,
            toolMocking: ToolMocking(message.toolMocking), unfollowed: message.unfollowed,
            isTextOnly: message.isTextOnly)
    }
}

extension CallOutput {
    var messages: [ServerMessage] {
        switch self {
        case .began(let line):
            [
                .initiationMetadata(
                    ConversationMetadata(
                        conversationID: line.conversationID, agentOutputAudioFormat: line.output.rawValue,
                        userInputAudioFormat: line.input.rawValue))
            ]
        case .audio(let chunk):
            [.audio(AudioMessage(bytes: chunk.bytes, eventID: chunk.eventID, alignment: Alignment(chunk.words)))]
        case .userTranscript(let text, let id): [.userTranscript(text, eventID: id)]
        case .tentativeUserTranscript(let text, let id): [.tentativeUserTranscript(text, eventID: id)]
        case .response(let text, let id): [.agentResponse(text, eventID: id)]
        case .responsePart(.start, let id): [.agentChatResponsePart(text: "", kind: .start, eventID: id)]
        case .responsePart(.delta(let text), let id): [.agentChatResponsePart(text: text, kind: .delta, eventID: id)]
        case .responsePart(.stop, let id): [.agentChatResponsePart(text: "", kind: .stop, eventID: id)]
        case .responseComplete(let id): [.agentResponseComplete(eventID: id)]
        case .interruption(let id): [.interruption(eventID: id)]
        case .correction(let original, let corrected, let id):
            [.agentResponseCorrection(original: original, corrected: corrected, eventID: id)]
        case .invocation(let tool):
            [
                .clientToolCall(
                    ClientToolCall(
                        name: tool.name, callID: tool.callID, parameters: tool.parameters, eventID: tool.eventID,
                        expectsResponse: tool.expectsReply))
            ]
        case .toolStarted(let tool):
            [
                .agentToolRequest(
                    AgentToolRequest(
                        name: tool.name, callID: tool.callID, toolType: tool.type, eventID: tool.eventID))
            ]
        case .toolEnded(let tool, let outcome): [.agentToolResponse(AgentToolResponse(tool, outcome))]
        case .toolResult(let tool, let outcome, let result, let isTruncated):
            [
                .agentToolResponseFullPayload(
                    AgentToolResponse(tool, outcome), result: result, isTruncated: isTruncated)
            ]
        // A WebSocket is able to do nothing of the kind, and is not asked.
        case .act: []
        case .mcpCall(let call): [.mcpToolCall(MCPToolCall(call))]
        case .mcpConnections(let connections):
            [
                .mcpConnectionStatus(
                    connections.map {
                        MCPIntegration(id: $0.server.id, isConnected: $0.failure == nil, toolCount: $0.toolCount)
                    })
            ]
        case .humanTakeover(let isOn): [.humanTakeover(isOn: isOn)]
        case .voiceActivity(let probability): [.vadScore(probability)]
        case .notice(let fault): [.error(ErrorMessage(fault))]
        // Clients know one of these messages or the other, and ignore the one they do not know.
        case .failed(let fault): [.error(ErrorMessage(fault)), .clientError(ErrorMessage(fault))]
        }
    }
}

extension MCPToolCall {
    fileprivate init(_ call: MCPCallState) {
        let state: State =
            switch call.stage {
            case .loading: .loading
            case .awaitingApproval(let limit): .awaitingApproval(timeout: Int(limit.components.seconds))
            case .success(let content): .success(content)
            case .failure(let message): .failure(message)
            }
        self.init(
            serviceID: call.serverID, callID: call.callID, name: call.toolName, description: call.toolDescription,
            parameters: call.parameters, timestamp: Date().formatted(.iso8601), state: state)
    }
}

extension AgentToolResponse {
    fileprivate init(_ tool: CallOutput.ToolNotice, _ outcome: CallOutput.ToolNotice.Outcome) {
        self.init(
            name: tool.name, callID: tool.callID, toolType: tool.type, isError: outcome.isError,
            isCalled: outcome.isCalled, eventID: tool.eventID)
    }
}

extension ErrorMessage {
    fileprivate init(_ fault: CallFault) {
        self.init(code: fault.code, type: fault.type, message: fault.message)
    }
}
