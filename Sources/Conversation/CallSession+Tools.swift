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
        let nothing = ToolRound(results: [], isLast: true)
        // A tool has effects, so it waits until the turn is certainly over.
        advance(.toolIsDue, of: id)
        await response?.released.wait()
        guard !Task.isCancelled, response?.id == id else { return nothing }
        rounds += 1
        let (round, done) = (rounds, Signal())
        waitingRounds[round] = done
        defer { waitingRounds[round] = nil }
        let caller = ToolRoundMachine.Caller(
            round: round, response: id, eventID: response?.eventID ?? 0, place: keepSpokenSoFar(),
            tools: running?.settings.tools ?? [], time: clock.elapsed())
        follow(.called(calls, by: caller))
        await done.wait()
        guard !Task.isCancelled, response?.id == id, let result = tools.take(round) else {
            follow(.abandoned(round))
            return nothing
        }
        return result
    }

    /// Tells the machine of tools what has happened, and carries out its commands.
    func follow(_ event: ToolRoundMachine.Event) {
        for command in tools.handle(event) {
            switch command {
            case .start(let run): start(run)
            case .join(let call, let id):
                log("tool_joined", ["name": .string(call.name), "running": .string(id)])
            case .protect(let id, let isProtected, let toTheEnd):
                guard response?.id == id else { continue }
                if toTheEnd { response?.isProtectedToItsEnd = true }
                if isProtected || response?.isProtectedToItsEnd == false { feed(.protected(id, isProtected)) }
            case .tell(let run, let responses): tell(run, awaitedBy: responses)
            case .complete(let round): waitingRounds[round]?.fire()
            }
        }
    }

    private func start(_ run: ToolRun) {
        running?.history.addTool(run.call)
        response?.turn.toolCalls.append(
            TranscriptTurn.ToolCall(
                type: run.type, requestID: run.call.id, name: run.call.name, arguments: run.call.arguments.text))
        keepSpokenSoFar()
        if let outcome = begin(run) { follow(.ended(run.call.id, outcome)) }
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
        let id = run.call.id
        jobs.add { [clock] in
            do { try await clock.sleep(limit) } catch { return }
            await self.follow(
                .ended(
                    id,
                    ToolOutcome(
                        result: "no answer within \(Int(tool.responseTimeout)) seconds", isError: true,
                        errorType: ToolOutcome.timedOut)))
        }
        return nil
    }

    /// Takes a client's tool result: in time, late, or after the caller has gone on to something else.
    func take(_ result: CallInput.ToolReply) {
        guard let run = tools[result.callID], run.tool?.kind == .client, run.tool?.expectsResponse == true else {
            return logger.debug("A tool result that no call waits for was ignored.")
        }
        let text = result.result.stringValue ?? result.result.text
        let limit = options.longestToolResult
        guard text.utf8.count <= limit else {
            warn(
                "A result of \(run.call.name) was rejected: it has \(text.utf8.count) bytes; "
                    + "at most \(limit) are allowed.")
            return follow(
                .ended(
                    result.callID,
                    ToolOutcome(
                        result: "the result is longer than \(limit) bytes", isError: true,
                        errorType: "result_too_long")))
        }
        follow(
            .ended(
                result.callID, ToolOutcome(result: text, isError: result.isError, errorType: result.errorType)))
    }

    /// Tells model, client and record what became of a tool call.
    private func tell(_ run: ToolRun, awaitedBy responses: [ResponseID]) {
        guard let outcome = run.outcome else { return }
        // A result after its time-out is no second call.
        if !run.isLate { environment.instruments.finished(outcome) }
        running?.history.setResult(outcome.told, of: run.call)
        let end = CallOutput.ToolNotice.Outcome(isError: outcome.isError, isCalled: outcome.isCalled)
        if run.tool?.kind == .system(.endCall), !outcome.isError {
            // Clients hang up on this message, so it is sent once the last word has been heard.
            hangUp = .toolEnded(run.notice, end)
        } else {
            send(.toolEnded(run.notice, end))
            let limit = options.longestToolPayload
            send(
                .toolResult(
                    run.notice, end, String(outcome.result.prefix(limit)), isTruncated: outcome.result.count > limit))
        }
        keep(outcome, of: run)
        // A round that was interrupted may not know it yet.
        if !responses.contains(where: { $0 == response?.id }) { untoldSince = clock.elapsed() }
    }

    /// Writes the result into the turn that asked for it, even when that turn is long over.
    private func keep(_ outcome: ToolOutcome, of run: ToolRun) {
        let result = TranscriptTurn.ToolResult(
            type: run.type, requestID: run.call.id, name: run.call.name, value: outcome.result,
            isError: outcome.isError, hasBeenCalled: outcome.isCalled,
            latency: (clock.elapsed() - run.start) / .seconds(1), errorType: outcome.errorType)
        if response?.id == run.response { response?.turn.note(result) }
        let place = run.place
        record { await $0.amend(at: place) { $0.note(result) } }
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
