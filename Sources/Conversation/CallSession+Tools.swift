import Agents
import Engines
import Foundation
import JSON
import Logging
import Tasks
import TurnTaking

/// Tool calls: each stays known to record and model until its result is there, even when its response is interrupted.
extension CallSession {
    /// Runs the calls of one round at the same time, and waits for all of them as long as the response is wanted.
    func run(_ calls: [ToolCall], for id: ResponseID) async -> ToolRound {
        // A tool has effects, so it waits until the turn is certainly over.
        advance(.toolIsDue, of: id)
        await response?.released.wait()
        guard !Task.isCancelled, response?.id == id else { return ToolRound(results: [], isLast: true) }
        let runs = calls.prefix(options.maximumParallelTools).map { start($0, for: id) }
        let protections = Set(runs.compactMap { $0.tool?.interruptionMode }).subtracting([.allow])
        let isProtecting = !protections.isEmpty
        if isProtecting { feed(.protected(id, true)) }
        for run in runs { await run.done.wait() }
        guard !Task.isCancelled, response?.id == id else { return ToolRound(results: [], isLast: true) }
        if protections.contains(.disableDuringToolAndTurn) { response?.isProtectedToItsEnd = true }
        if isProtecting, response?.isProtectedToItsEnd == false { feed(.protected(id, false)) }
        var round = ToolRound(results: [], isLast: false)
        for (call, run) in zip(calls, runs) {
            guard let outcome = run.outcome else { continue }
            // The model knows the call by its own id, which `start` may have changed.
            round.results.append((call, outcome.told))
            if outcome.endsAnswer { round.isLast = true }
            round.farewell = round.farewell ?? outcome.farewell
        }
        for call in calls.dropFirst(options.maximumParallelTools) {
            round.results.append((call, "Error: more than \(options.maximumParallelTools) calls at once"))
        }
        return round
    }

    /// Starts a call, unless an identical one is still running: then both share its result.
    private func start(_ call: ToolCall, for id: ResponseID) -> ToolRun {
        if let twin = toolRuns.values.first(where: {
            $0.outcome == nil && $0.call.name == call.name && $0.call.arguments == call.arguments
        }) {
            log("tool_joined", ["name": .string(call.name), "running": .string(twin.call.id)])
            return twin
        }
        var call = call
        // Some models number their calls from one in every answer.
        toolCount += 1
        if toolRuns[call.id] != nil { call.id += "_\(toolCount)" }
        let tool = running?.settings.tools.first { $0.name == call.name }
        running?.history.addTool(call)
        response?.turn.toolCalls.append(
            TranscriptTurn.ToolCall(
                type: tool?.kind.toolType ?? "client", requestID: call.id, name: call.name,
                arguments: call.arguments.text))
        let place = keepSpokenSoFar()
        let run = ToolRun(
            call, of: tool, response: id, eventID: response?.eventID ?? 0, place: place, start: clock.elapsed())
        toolRuns[call.id] = run
        forgetOldTools()
        if let outcome = begin(run) { finish(run, outcome) }
        return run
    }

    /// The outcome that is known at once; nil when the result is still to come.
    private func begin(_ run: ToolRun) -> ToolOutcome? {
        let call = run.call
        guard let tool = run.tool else {
            return ToolOutcome(
                result: "There is no tool named \(call.name).", isError: true, errorType: "unknown", isCalled: false)
        }
        send(.toolStarted(run.notice))
        if let mistake = tool.mistake(in: call.arguments) {
            return ToolOutcome(result: mistake, isError: true, errorType: "invalid_arguments", isCalled: false)
        }
        switch tool.kind {
        case .client:
            return ask(tool, run)
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

    /// Asks the client to run a tool of its own.
    private func ask(_ tool: ToolSettings, _ run: ToolRun) -> ToolOutcome? {
        send(
            .invocation(
                CallOutput.Invocation(
                    name: tool.name, callID: run.call.id, parameters: tool.arguments(from: run.call.arguments),
                    eventID: run.eventID, expectsReply: tool.expectsResponse)))
        guard tool.expectsResponse else { return ToolOutcome(result: "The tool was called.") }
        let limit = Duration.seconds(tool.responseTimeout)
        jobs.add { [clock] in
            let isDone = await clock.first(within: limit) {
                await run.done.wait()
                return true
            }
            guard isDone == nil, !Task.isCancelled else { return }
            await self.finish(
                run,
                ToolOutcome(
                    result: "no answer within \(Int(tool.responseTimeout)) seconds", isError: true,
                    errorType: "client_timeout"))
        }
        return nil
    }

    /// Takes a client's tool result: in time, late, or after the caller has gone on to something else.
    func take(_ result: CallInput.ToolReply) {
        guard let run = toolRuns[result.callID], run.tool?.kind == .client, run.tool?.expectsResponse == true,
            run.outcome == nil || run.outcome?.errorType == "client_timeout"
        else {
            return logger.debug("A result of no tool that is awaited was ignored.")
        }
        let text = result.result.stringValue ?? result.result.text
        guard text.utf8.count <= options.longestToolResult else {
            let limit = options.longestToolResult
            warn("A result of \(run.call.name) was not taken: it has \(text.utf8.count) bytes, at most \(limit) are.")
            return finish(
                run,
                ToolOutcome(
                    result: "the result is longer than \(limit) bytes", isError: true, errorType: "result_too_long"))
        }
        finish(run, ToolOutcome(result: text, isError: result.isError, errorType: result.errorType))
    }

    /// Tells model, client and record what became of a tool call.
    private func finish(_ run: ToolRun, _ outcome: ToolOutcome) {
        // When a time-out and a result coincide, the result counts.
        if outcome.errorType == "client_timeout", run.outcome != nil { return }
        run.finish(outcome)
        running?.history.setResult(outcome.told, of: run.call)
        let end = CallOutput.ToolNotice.Outcome(isError: outcome.isError, isCalled: outcome.isCalled)
        if run.tool?.kind == .system(.endCall) {
            // Clients hang up on this message, so it is sent once the last word has been heard.
            response?.hangUp = .toolEnded(run.notice, end)
        } else {
            send(.toolEnded(run.notice, end))
            let limit = options.longestToolPayload
            send(
                .toolResult(
                    run.notice, end, String(outcome.result.prefix(limit)), isTruncated: outcome.result.count > limit))
        }
        keep(outcome, of: run, latency: (clock.elapsed() - run.start) / .seconds(1))
        if response?.id != run.response { untoldSince = clock.elapsed() }
    }

    /// Bounds memory in a long call: of completed tool calls only the newest can still be corrected by a late result.
    private func forgetOldTools() {
        guard toolRuns.count > options.keptTools,
            let oldest = toolRuns.values.filter({ $0.outcome != nil }).min(by: { $0.start < $1.start })
        else { return }
        toolRuns[oldest.call.id] = nil
    }

    /// Writes the result into the turn that asked for it, even when that turn is long over.
    private func keep(_ outcome: ToolOutcome, of run: ToolRun, latency: Double) {
        let result = TranscriptTurn.ToolResult(
            type: run.type, requestID: run.call.id, name: run.call.name, value: outcome.result,
            isError: outcome.isError, hasBeenCalled: outcome.isCalled, latency: latency, errorType: outcome.errorType)
        if response?.id == run.response { response?.turn.note(result) }
        let place = run.place
        record { await $0.amend(at: place) { $0.note(result) } }
    }

    /// Marks the tool calls that are still running when the call ends.
    func settleTools() {
        for run in toolRuns.values where run.outcome == nil {
            keep(
                ToolOutcome(
                    result: "The call ended before there was a result.", isError: true, errorType: "call_ended"),
                of: run, latency: (clock.elapsed() - run.start) / .seconds(1))
        }
    }
}

extension TranscriptTurn {
    /// Adds a tool's result, replacing an earlier one of the same request.
    fileprivate mutating func note(_ result: ToolResult) {
        toolResults.removeAll { $0.requestID == result.requestID }
        toolResults.append(result)
        guard !result.hasBeenCalled, let call = toolCalls.firstIndex(where: { $0.requestID == result.requestID })
        else { return }
        toolCalls[call].hasBeenCalled = false
    }
}

extension ToolSettings {
    /// Whether this server can run the tool; the model is offered no others.
    var canRun: Bool {
        switch kind {
        case .client, .system(.endCall), .system(.skipTurn): true
        case .system, .webhook: false
        }
    }
}
