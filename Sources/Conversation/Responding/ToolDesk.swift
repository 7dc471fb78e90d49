import Agents
import Engines
import Foundation
import JSON
import Language
import Logging
import Tasks
import Tools
import TurnTaking

/// Tool calls: each stays known to record and model until its result is there, even when its response is interrupted.
final class ToolDesk {
    unowned let call: CallState
    private var machine: ToolRoundMachine
    /// Rounds so far; the number of one is its name.
    private var rounds = 0
    /// The rounds that responses wait for.
    var waiting: [Int: ToolWait] = [:]
    /// The round whose results a model is writing about, until it has written the next word.
    var reported: ToolWait?
    /// What was run before it is certain that it is wanted.
    var prefetches = Prefetches()
    /// Sent when the agent hangs up, once it has been heard; nil as long as it does not want to.
    private(set) var goodbye: CallOutput?
    /// The calls whose results no response waited for and of which the caller has not been told, with the times when
    /// they came.
    private var unheard: [String: Duration] = [:]
    /// The calls of MCP tools that wait for somebody's approval.
    var approvals = Approvals()

    init(_ call: CallState) {
        self.call = call
        machine = ToolRoundMachine(mostAtOnce: call.options.maximumParallelTools, mostKept: call.options.keptTools)
    }

    /// What is said before these tools run when the model has said nothing: where the agent wants it, or a tool has been
    /// slow. Nil for nothing.
    func announcement(of calls: [ToolCall], for id: ResponseID) -> String? {
        guard let response = call.answering.response, response.id == id, response.fillers == 0,
            response.agent.speaker != nil
        else { return nil }
        let settings = response.agent.settings
        let isWanted = calls.contains { called in
            guard let tool = response.tools.first(where: { $0.name == called.name }) else { return false }
            switch tool.speech {
            case .force: return true
            case .auto: return call.environment.toolPace.isSlow(tool.name, agent: response.agent.id)
            case .off: return false
            }
        }
        guard isWanted else { return nil }
        call.answering.noteFiller(id)
        let fillers = response.agent.fillers + (response.agent.phrases?.fillers ?? [])
        return fillers.first { !$0.isEmpty }
    }

    /// Begins a round of tools for the response `id`. What the tools have to say ends when the round is complete. Nil when
    /// the response is gone.
    func begin(_ calls: [ToolCall], for id: ResponseID) -> (round: Int, words: AsyncStream<ToolWords>)? {
        guard let response = call.answering.response, response.id == id else { return nil }
        rounds += 1
        reported = nil
        let (words, continuation) = AsyncStream<ToolWords>.makeStream()
        let isBridged = calls.contains { called in
            if case .system? = response.tools.first(where: { $0.name == called.name })?.kind { false } else { true }
        }
        waiting[rounds] = ToolWait(
            id, continuation, sound: sound(of: calls, for: response), isBridged: isBridged)
        let caller = ToolRoundMachine.Caller(
            round: rounds, response: response.id, eventID: response.eventID, place: call.answering.keepSpokenSoFar(),
            tools: response.tools, agentID: response.agent.id, time: call.clock.elapsed())
        let round = rounds
        follow(.called(calls, by: caller))
        playSound(of: round)
        return (round, words)
    }

    /// Has the response that waits for a tool call say something; the signal fires when the caller has heard it, or will
    /// not. Nil when no response waits for the call any more.
    func say(_ text: String, isModels: Bool, during callID: String) -> Signal? {
        guard let run = machine[callID], let round = waiting.first(where: { $0.value.response == run.response })?.key
        else { return nil }
        return say(text, isModels: isModels, in: round)
    }

    /// Has the response that waits for a round say something.
    func say(_ text: String, isModels: Bool, in round: Int) -> Signal? {
        guard waiting[round] != nil else { return nil }
        let words = ToolWords(text: text, isModels: isModels)
        waiting[round]?.unheard.append(words.heard)
        waiting[round]?.words.yield(words)
        return words.heard
    }

    /// The caller is told, by a response for which the model was asked at `time`, what has become of tools until then.
    func told(asOf time: Duration) {
        unheard = unheard.filter { $0.value > time }
    }

    /// The calls whose results the caller has not been told.
    var untold: Set<String> { Set(unheard.keys) }

    /// The results of a round; nil when it is not complete, or nobody wants them any more.
    func end(_ round: Int, isWanted: Bool) -> ToolRound? {
        let waited = waiting.removeValue(forKey: round)
        reported = waited
        waited?.words.finish()
        waited?.unheard.forEach { $0.fire() }
        if let waited, waited.sound != nil { call.answering.advance(.soundEnded, of: waited.response) }
        if isWanted, var result = machine.take(round) {
            for place in result.results.indices { result.results[place].result = shown(result.results[place].result) }
            return result
        }
        follow(.abandoned(round))
        return nil
    }

    /// As much of a result as the model is shown.
    private func shown(_ result: String) -> String {
        let room = min(call.running?.agent.historyTokens ?? 0, 2 * call.options.longestShownResult)
        return ChatHistory.fitted(result, tokens: room)
    }

    /// Tells the machine of tools what has happened, and carries out its commands.
    func follow(_ event: ToolRoundMachine.Event) {
        if case .callEnded = event { approvals.giveUp() }
        for command in machine.handle(event) {
            switch command {
            case .start(let run): start(run)
            case .join(let asked, let id):
                call.log("tool_joined", ["name": .string(asked.name), "running": .string(id)])
            case .protect(let id, let isProtected, let toTheEnd):
                call.answering.protect(id, isProtected, toTheEnd: toTheEnd)
            case .tell(let run, let responses): tell(run, awaitedBy: responses)
            case .complete(let round): waiting[round]?.words.finish()
            }
        }
    }

    private func start(_ run: ToolRun) {
        call.running?.history.addTool(run.call)
        if let agent = call.running?.agent { call.receipts.begin(run, agent.spokenLanguage) }
        call.answering.note(
            TranscriptTurn.ToolCall(
                type: run.type, requestID: run.call.id, name: run.call.name, arguments: run.call.arguments.text,
                toolID: run.tool?.id, details: run.details))
        let id = run.call.id
        call.send(.toolStarted(run.notice))
        guard let tool = run.tool, let variables = call.variables else {
            return follow(
                .ended(id, .failure("unknown", message: "There is no tool named \(run.call.name).", isCalled: false)))
        }
        if let mistake = tool.mistake(in: run.call.arguments) {
            return follow(.ended(id, .failure("invalid_arguments", message: mistake, isCalled: false)))
        }
        let use = use(of: tool, run.call, variables, key: id)
        if tool.executionMode == .postToolSpeech, let isHeard = call.answering.isHeard(upToNow: run.response) {
            return begin(use, run, once: isHeard)
        }
        begin(use, run)
    }

    /// Which tools are not really run.
    private var mocking: ToolMocking { call.running?.agent.settings.toolMocking ?? ToolMocking() }

    /// What the runner gets of a call.
    ///
    /// - Parameter key: tells it from all others of the conversation.
    private func use(
        of tool: ToolSettings, _ asked: ToolCall, _ variables: CallVariables, key: String
    ) -> ToolUse {
        ToolUse(
            tool, id: asked.id, key: "\(call.request.conversationID)-\(key)", given: asked.arguments,
            variables: tool.variables(variables), callersVariables: variables.callers,
            agentID: call.answering.response?.agent.id ?? call.request.agent.id)
    }

    /// Runs a tool that only reads while it is not certain yet that the response will be heard.
    func prefetch(_ asked: ToolCall, for id: ResponseID) {
        guard let response = call.answering.response, response.id == id, !response.machine.isReleased,
            let variables = call.variables, let tool = response.tools.first(where: { $0.name == asked.name }),
            // One that runs already will be joined.
            tool.mayBePrefetched, tool.mistake(in: asked.arguments) == nil, !machine.isRunning(asked, of: tool),
            case .running(let work) = call.toolbox.begin(
                // The id may be that of another call: only those that are really made get ids of their own.
                use(of: tool, asked, variables, key: "early-\(prefetches.count)-\(asked.id)"), mocking),
            let prefetch = prefetches.begin(asked, for: id, atMost: call.options.maximumParallelTools)
        else { return }
        call.log("tool_prefetched", ["response": .integer(id.number), "name": .string(asked.name)])
        call.jobs.add { session in await prefetch.run { await work(session) } }
    }

    /// Begins a call once the caller has heard what was said before it. When they go on to something else first, the tool
    /// is not run: it was announced, and they may have said no.
    private func begin(_ use: ToolUse, _ run: ToolRun, once isHeard: @escaping @Sendable (CallState) -> Bool?) {
        call.jobs.add { [clock = call.clock, interval = call.options.announcementInterval] session in
            while true {
                do { try await clock.sleep(interval) } catch { return }
                let isDone = await session.perform { call -> Bool in
                    switch isHeard(call) {
                    case true: call.tools.begin(use, run)
                    case false: return false
                    case nil:
                        call.tools.follow(
                            .ended(
                                run.call.id,
                                .failure(
                                    "interrupted", message: "the user spoke before it was run", isCalled: false)))
                    }
                    return true
                }
                if isDone { return }
            }
        }
    }

    private func begin(_ use: ToolUse, _ run: ToolRun) {
        let id = run.call.id
        switch prefetches.take(run.call, of: run.response) ?? call.toolbox.begin(use, mocking) {
        case .over(let outcome):
            finish(id, outcome)
        case .atCallersEnd(let arguments, let reply):
            call.send(
                .invocation(
                    CallOutput.Invocation(
                        name: use.tool.name, callID: id, parameters: arguments, eventID: run.eventID,
                        expectsReply: reply != .none)))
            if reply == .none {
                return follow(.ended(id, ToolOutcome(result: "The tool was called.", isNote: true)))
            }
            guard case .within(let limit) = reply else { return }
            // The line brings the result, which counts before this time-out does, and after it too.
            call.jobs.add { [clock = call.clock] session in
                do { try await clock.sleep(limit) } catch { return }
                let seconds = Int(limit / .seconds(1))
                let outcome = ToolOutcome.failure(
                    ToolOutcome.timedOut, message: "no answer within \(seconds) seconds")
                await session.perform { $0.tools.follow(.ended(id, outcome)) }
            }
        case .running(let work):
            // What has effects beyond the call is in the record before it can have them.
            let isCommitted = use.tool.kind.actsElsewhere && !use.tool.isReadOnly ? call.record.commit() : nil
            call.jobs.add { [effects = call.environment.effects] session in
                guard let isCommitted else {
                    let outcome = await work(session)
                    // The end of the call has told what became of it.
                    if !Task.isCancelled { await session.endTool(id, outcome) }
                    return
                }
                effects.begin {
                    guard await isCommitted.isWritten() else {
                        return ToolOutcome.failure(
                            "not_recorded", message: "it was not run, because it could not be recorded",
                            isCalled: false)
                    }
                    return await work(session)
                } then: { outcome, isGivenUp in
                    let isUnknown = isGivenUp && outcome.isError && outcome.isCalled
                    await session.endTool(
                        id,
                        isUnknown
                            ? .failure(
                                ToolOutcome.serverStopped,
                                message: "The server stopped before there was a result; it is not known whether it "
                                    + "took effect.") : outcome)
                }
            }
        }
    }

    /// A tool call has an outcome, which may ask something of the call.
    func finish(_ id: String, _ outcome: ToolOutcome) {
        carryOut(outcome)
        follow(.ended(id, outcome))
    }

    /// Does what an outcome asks of the call.
    private func carryOut(_ outcome: ToolOutcome) {
        if outcome.hangsUp { call.feed(.hangUp) }
        guard call.running?.line.isTextOnly == false else { return }
        switch outcome.patience {
        case .of(let duration): call.feed(.waits(.seconds(duration / .seconds(1))))
        case .untilCallerSpeaks: call.feed(.waits(nil))
        case nil: break
        }
    }

    /// Takes a client's tool result: in time, late, or after the caller has gone on to something else.
    func take(_ result: CallInput.ToolReply) {
        guard let run = machine[result.callID], run.tool?.kind == .client, run.tool?.expectsResponse == true else {
            return call.logger.debug("A tool result that no call waits for was ignored.")
        }
        let text = result.result.stringValue ?? result.result.text
        let limit = call.options.longestToolResult
        guard text.utf8.count <= limit else {
            call.record.warn(
                "A result of \(run.call.name) was rejected: it has \(text.utf8.count) bytes; "
                    + "at most \(limit) are allowed.")
            return follow(
                .ended(result.callID, .failure("result_too_long", message: "the result is longer than \(limit) bytes")))
        }
        var outcome = run.tool.map { ToolOutcome(text, of: $0) } ?? ToolOutcome(result: text)
        if result.isError {
            outcome = ToolOutcome(result: text, isError: true, errorType: result.errorType)
            if run.tool?.errorHandling == .hide {
                (outcome.result, outcome.rawError, outcome.isNote) = ("the tool failed.", text, true)
            }
        }
        follow(.ended(result.callID, outcome))
    }

    /// Tells model, client and record what became of a tool call.
    private func tell(_ run: ToolRun, awaitedBy responses: [ResponseID]) {
        guard let outcome = run.outcome else { return }
        if let agent = call.running?.agent {
            call.receipts.end(run, at: call.clock.elapsed(), agent.spokenLanguage)
        }
        let hidden = Set((run.tool?.assignments ?? []).filter(\.isHidden).map(\.variable))
        let recorded = outcome.updates.filter { !CallVariables.isSecret($0.key) && !hidden.contains($0.key) }
        let updates = recorded.sorted { $0.key < $1.key }.map { name, value in
            TranscriptTurn.VariableUpdate(
                name: name, before: call.running?.variables.values[name].map { $0.stringValue ?? $0.text },
                value: value.stringValue ?? value.text, time: Date().timeIntervalSince1970)
        }
        call.assign(outcome.updates)
        // A result after its time-out is no second call.
        if !run.isLate { call.environment.instruments.finished(outcome) }
        let result = shown(outcome.told)
        call.running?.history.setResult(result, outcome.kind, of: run.call)
        let end = CallOutput.ToolNotice.Outcome(isError: outcome.isError, isCalled: outcome.isCalled)
        if run.tool?.kind == .system(.endCall), !outcome.isError {
            // Clients hang up on this message, so it is sent once the last word has been heard.
            goodbye = .toolEnded(run.notice, end)
        } else {
            call.send(.toolEnded(run.notice, end))
            let limit = call.options.longestToolPayload
            call.send(
                .toolResult(
                    run.notice, end, String(outcome.result.prefix(limit)), isTruncated: outcome.result.count > limit))
        }
        keep(outcome, updates, of: run)
        // A round that was interrupted may not know it yet.
        if !outcome.endsAnswer, !responses.contains(where: { $0 == call.answering.response?.id }) {
            unheard[run.call.id] = call.clock.elapsed()
        }
    }

    /// Writes the result into the turn that asked for it, even when that turn is long over.
    private func keep(_ outcome: ToolOutcome, _ updates: [TranscriptTurn.VariableUpdate], of run: ToolRun) {
        let latency = (call.clock.elapsed() - run.start) / .seconds(1)
        if !run.isLate, outcome.isCalled {
            call.environment.toolPace.note(latency, of: run.call.name, agent: run.agentID)
        }
        let result = TranscriptTurn.ToolResult(
            type: run.type, requestID: run.call.id, name: run.call.name, value: outcome.result,
            isError: outcome.isError, hasBeenCalled: outcome.isCalled,
            latency: latency, errorType: outcome.errorType,
            rawError: outcome.rawError, updates: updates.isEmpty ? nil : updates, toolID: run.tool?.id,
            details: outcome.details)
        call.answering.note(result, of: run.response)
        let place = run.place
        call.record.add { await $0.amend(at: place) { $0.note(result) } }
    }
}

extension TranscriptTurn {
    /// Adds a tool's result, replacing an earlier one of the same request.
    mutating func note(_ result: ToolResult) {
        toolResults.removeAll { $0.requestID == result.requestID }
        toolResults.append(result)
        guard !result.hasBeenCalled, let call = toolCalls.firstIndex(where: { $0.requestID == result.requestID })
        else { return }
        toolCalls[call].hasBeenCalled = false
    }
}
