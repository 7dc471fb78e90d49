import Agents
import ConvAI
import Engines
import Foundation
import JSON
import TurnTaking

extension CallSession {
    func run(_ calls: [ToolCall], text: String, for id: ResponseID) async -> ToolRound {
        // A tool has effects, so it waits until the turn is certain.
        if response?.id == id, response?.isReady == false {
            response?.isReady = true
            feed(.ready(id))
        }
        await response?.released.wait()
        guard !Task.isCancelled, response?.id == id else { return ToolRound(results: [], isLast: true) }
        var round = ToolRound(results: [], isLast: false)
        for call in calls {
            let start = clock.elapsed()
            let mode = running?.settings.tools.first { $0.name == call.name }?.interruptionMode ?? .allow
            if mode != .allow { feed(.protected(id, true)) }
            let outcome = await run(call, for: id)
            guard response?.id == id else { return ToolRound(results: [], isLast: true) }
            if mode == .disableDuringToolAndTurn { response?.isProtectedToItsEnd = true }
            if mode != .allow, response?.isProtectedToItsEnd == false { feed(.protected(id, false)) }
            note(call, outcome, latency: (clock.elapsed() - start) / .seconds(1), for: id)
            // Call and result together: a call that an interruption left without a result must not be seen again.
            // Models are told by words alone what went wrong.
            let result = outcome.isError ? "Error: \(outcome.result)" : outcome.result
            running?.history.addTool(call, result: result)
            round.results.append((call.id, result))
            if outcome.endsAnswer { round.isLast = true }
            round.farewell = round.farewell ?? outcome.farewell
        }
        return round
    }

    private struct ToolOutcome: Sendable {
        var result: String
        var isError = false
        var errorType: String?
        var isCalled = true
        var endsAnswer = false
        var farewell: String?
    }

    private func run(_ call: ToolCall, for id: ResponseID) async -> ToolOutcome {
        guard let tool = running?.settings.tools.first(where: { $0.name == call.name }) else {
            return ToolOutcome(
                result: "There is no tool named \(call.name).", isError: true, errorType: "unknown", isCalled: false)
        }
        if let eventID = response?.eventID {
            send(
                .agentToolRequest(
                    AgentToolRequest(
                        name: tool.name, callID: call.id, toolType: tool.kind.toolType, eventID: eventID)))
        }
        if let mistake = tool.mistake(in: call.arguments) {
            return ToolOutcome(result: mistake, isError: true, errorType: "invalid_arguments", isCalled: false)
        }
        switch tool.kind {
        case .client:
            return await runOnClient(tool, call)
        case .system(.endCall):
            feed(.hangUp)
            return ToolOutcome(
                result: "The call ends.", endsAnswer: true,
                farewell: (call.arguments["message"] ?? call.arguments["system__message_to_speak"])?.stringValue)
        case .system(.skipTurn):
            return ToolOutcome(result: "The turn was skipped.", endsAnswer: true)
        case .system, .webhook:
            return ToolOutcome(
                result: "The tool \(tool.name) is not available on this server.", isError: true, errorType: "unknown",
                isCalled: false)
        }
    }

    private func runOnClient(_ tool: ToolSettings, _ call: ToolCall) async -> ToolOutcome {
        guard let eventID = response?.eventID else { return ToolOutcome(result: "", isError: true, isCalled: false) }
        let (results, continuation) = AsyncStream<ClientToolResult>.makeStream(bufferingPolicy: .bufferingNewest(1))
        if tool.expectsResponse { pendingTools[call.id] = continuation }
        send(
            .clientToolCall(
                ClientToolCall(
                    name: tool.name, callID: call.id, parameters: tool.arguments(from: call.arguments),
                    eventID: eventID, expectsResponse: tool.expectsResponse)))
        guard tool.expectsResponse else { return ToolOutcome(result: "The tool was called.") }
        let timeout = Duration.seconds(tool.responseTimeout)
        let clock = clock
        let answer = await withTaskGroup(of: ClientToolResult?.self) { group in
            group.addTask {
                for await result in results { return result }
                return nil
            }
            group.addTask {
                try? await clock.sleep(timeout)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        pendingTools[call.id] = nil
        guard let answer else {
            return ToolOutcome(
                result: "no answer within \(Int(tool.responseTimeout)) seconds", isError: true,
                errorType: "client_timeout")
        }
        return ToolOutcome(
            result: answer.result.stringValue ?? answer.result.text, isError: answer.isError,
            errorType: answer.errorType)
    }

    /// Tells the client and the record what became of a tool call.
    private func note(_ call: ToolCall, _ outcome: ToolOutcome, latency: Double, for id: ResponseID) {
        guard let eventID = response?.eventID else { return }
        let kind = running?.settings.tools.first { $0.name == call.name }?.kind
        let type = kind?.toolType ?? "client"
        let message = AgentToolResponse(
            name: call.name, callID: call.id, toolType: type, isError: outcome.isError, isCalled: outcome.isCalled,
            eventID: eventID)
        if kind == .system(.endCall) {
            // Clients hang up on it, so it goes out when the last word has been heard.
            response?.hangUp = message
        } else {
            send(.agentToolResponse(message))
            send(
                .agentToolResponseFullPayload(
                    message, result: String(outcome.result.prefix(10_000)), isTruncated: outcome.result.count > 10_000))
        }
        response?.turn.toolCalls.append(
            TranscriptTurn.ToolCall(
                type: type, requestID: call.id, name: call.name, arguments: call.arguments.text,
                hasBeenCalled: outcome.isCalled))
        response?.turn.toolResults.append(
            TranscriptTurn.ToolResult(
                type: type, requestID: call.id, name: call.name, value: outcome.result, isError: outcome.isError,
                hasBeenCalled: outcome.isCalled, latency: latency, errorType: outcome.errorType))
    }
}

extension ToolSettings {
    /// Whether this server can run the tool; the model is not told of others.
    var canRun: Bool {
        switch kind {
        case .client, .system(.endCall), .system(.skipTurn): true
        case .system, .webhook: false
        }
    }
}
