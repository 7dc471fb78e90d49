import Agents
import ConvAI

/// What clients may rely on in every call, whatever happens in it: `docs/protocol.md`, "Sequence".
///
/// Every whole call in virtual time is checked against all of them.
struct ProtocolRules {
    private(set) var violations: [String] = []

    private var isFirst = true
    private var lastInterruption = 0
    private var lastPing = 0
    /// What has been sent of each response, by its event.
    private var responses: [Int: Response] = [:]
    private var tools: [String: Tool] = [:]
    /// When what was sent will have been played.
    private var playedUntil = Duration.zero

    private struct Response {
        var text = ""
        /// What the alignments say is said.
        var spoken = ""
        var hasStarted = false
        var hasStopped = false
        var announced: String?
        var isInterrupted = false
        var isComplete = false
        var hasCallersWords = false
    }

    private struct Tool {
        var isRequested = false
        var isCalled = false
        var answers = 0
    }

    /// - Parameter rate: of the agent's audio, 16-bit samples in a second.
    init(_ received: [Received], rate: Int = 16_000) {
        for entry in received { check(entry, rate) }
        for (id, response) in responses where response.hasStarted && response.isComplete && !response.hasStopped {
            violate("response \(id) was complete without a stop")
        }
    }

    private mutating func violate(_ what: String) { violations.append(what) }

    private mutating func require(_ holds: Bool, _ what: String) { if !holds { violate(what) } }

    private mutating func check(_ entry: Received, _ rate: Int) {
        if case .initiationMetadata = entry.message {
            require(isFirst, "the metadata came late, or twice")
        } else {
            require(!isFirst, "\(entry.message.type) came before the metadata")
        }
        isFirst = false
        switch entry.message {
        case .audio(let audio):
            let id = audio.eventID
            require(id > lastInterruption, "audio of \(id) after the interruption of \(lastInterruption)")
            require(responses[id]?.hasStarted == true, "audio of \(id) before the response's start")
            require(responses[id]?.isComplete == false, "audio of \(id) after its end")
            check(audio.alignment, of: id)
            playedUntil = max(playedUntil, entry.time) + .seconds(Double(audio.bytes.count / 2) / Double(rate))
            require(
                playedUntil - entry.time <= .milliseconds(440), "audio \(playedUntil - entry.time) ahead of real time")
        case .userTranscript(_, let id):
            require(responses[id]?.hasStarted != true, "the caller's words of \(id) after a part of the answer")
        case .agentChatResponsePart(let text, let kind, let id):
            switch kind {
            case .start:
                require(responses[id]?.hasStarted != true, "response \(id) started twice")
                responses[id, default: Response()].hasStarted = true
            case .delta:
                require(responses[id]?.hasStarted == true, "a part of \(id) before its start")
                require(responses[id]?.hasStopped == false, "a part of \(id) after its stop")
                responses[id]?.text += text
            case .stop:
                require(responses[id]?.hasStopped == false, "response \(id) stopped twice, or without a start")
                responses[id]?.hasStopped = true
            }
        case .agentResponse(let text, let id):
            require(responses[id]?.announced == nil, "agent_response \(id) came twice")
            require(responses[id]?.hasStopped == true, "agent_response \(id) before the stop of its parts")
            let parts = responses[id]?.text ?? ""
            require(
                text.squeezed == parts.squeezed,
                "agent_response \(id) is '\(text)', its parts were '\(parts)'")
            responses[id]?.announced = text
        case .interruption(let id):
            require(id > lastInterruption, "interruption \(id) after that of \(lastInterruption)")
            require(responses[id]?.hasStarted == true, "interruption of \(id), which nobody has heard")
            require(responses[id]?.isComplete == false, "interruption of \(id), which was over")
            lastInterruption = max(lastInterruption, id)
            responses[id]?.isInterrupted = true
        case .agentResponseCorrection(let original, let corrected, let id):
            require(responses[id]?.isInterrupted == true, "a correction of \(id) without an interruption")
            require(original.hasPrefix(corrected), "'\(corrected)' is no beginning of '\(original)'")
            require(responses[id]?.announced == original, "a correction of what was not said")
        case .agentResponseComplete(let id):
            require(responses[id]?.isComplete == false, "response \(id) ended twice, or without a start")
            require(responses[id]?.isInterrupted == false, "response \(id) ended after its interruption")
            let (text, spoken) = (responses[id]?.text ?? "", responses[id]?.spoken ?? "")
            require(spoken.isEmpty || spoken == text.squeezed, "of '\(text)' the words '\(spoken)' had a time")
            responses[id]?.isComplete = true
        case .ping(let id, _):
            require(id > lastPing, "ping \(id) after ping \(lastPing)")
            lastPing = id
        case .agentToolRequest(let request):
            require(tools[request.callID] == nil, "tool \(request.callID) was requested twice")
            tools[request.callID, default: Tool()].isRequested = true
        case .clientToolCall(let call):
            require(tools[call.callID]?.isRequested == true, "call \(call.callID) before its request")
            require(tools[call.callID]?.isCalled == false, "call \(call.callID) was sent twice")
            tools[call.callID]?.isCalled = true
        case .agentToolResponse(let answer):
            require(tools[answer.callID]?.isRequested == true, "an answer of \(answer.callID) before its request")
            tools[answer.callID]?.answers += 1
            // A result that comes after the time-out is a second answer.
            require(tools[answer.callID].map { $0.answers <= 2 } ?? false, "too many answers of \(answer.callID)")
        default:
            break
        }
    }
}

extension ProtocolRules {
    /// The characters of an audio message, which are those of the response, in order and each once.
    private mutating func check(_ alignment: Alignment?, of id: Int) {
        guard let alignment else { return }
        let (starts, durations) = (alignment.startTimes, alignment.durations)
        require(!alignment.characters.isEmpty, "an empty alignment of \(id)")
        require(
            starts.count == alignment.characters.count && durations.count == starts.count,
            "an alignment of \(id) whose lists differ in length")
        require(starts.allSatisfy { $0 >= 0 } && starts == starts.sorted(), "times of \(id) that go back: \(starts)")
        require(durations.allSatisfy { $0 >= 0 }, "durations of \(id): \(durations)")
        responses[id]?.spoken += alignment.characters.joined().squeezed
        let (text, spoken) = (responses[id]?.text ?? "", responses[id]?.spoken ?? "")
        require(text.squeezed.hasPrefix(spoken), "'\(spoken)' is no beginning of '\(text)'")
    }
}

extension String {
    fileprivate var squeezed: String { filter { !$0.isWhitespace } }
}

extension ConversationRecord {
    /// What of the record contradicts what the client was told.
    func contradictions(to messages: [ServerMessage]) -> [String] {
        var heard: [Int: String] = [:]
        var calls: Set<String> = []
        for message in messages {
            switch message {
            case .agentResponse(let text, let id): heard[id] = text
            case .agentResponseCorrection(_, let corrected, let id): heard[id] = corrected
            case .clientToolCall(let call): calls.insert(call.callID)
            default: break
            }
        }
        var result: [String] = []
        for turn in transcript where turn.role == .agent {
            guard let id = turn.sourceEventID, let told = heard[id], let message = turn.message else { continue }
            // The last turn may have been cut short by the end of the call, which the client is not told.
            if message != told, !told.hasPrefix(message) {
                result.append("turn \(id) is '\(message)', told was '\(told)'")
            }
        }
        let recorded = transcript.flatMap(\.toolCalls).map(\.requestID)
        if Set(recorded).count != recorded.count { result.append("a tool call stands twice: \(recorded)") }
        if !calls.isSubset(of: recorded) { result.append("calls \(calls.subtracting(recorded)) are not in the record") }
        let times = transcript.map(\.timeInCall)
        if !times.allSatisfy({ $0 >= 0 }) { result.append("turns before the beginning: \(times)") }
        return result
    }
}
