import Agents
import Engines
import JSON
import Tools
import TurnTaking

/// One tool call. It belongs to the call and not to the response that asked for it: after an interruption it goes on, and
/// record and model learn its outcome.
struct ToolRun: Sendable, Hashable {
    let call: ToolCall
    /// What of the arguments reaches the tool.
    let essence: JSONValue
    /// Nil for a tool that the agent does not have.
    let tool: ToolSettings?
    let response: ResponseID
    /// The event id of its messages.
    let eventID: Int
    /// The place in the record of the agent's turn that asked for it.
    let place: Int
    /// The agent that asked for it, which may have handed the call over since.
    let agentID: String
    /// When it was started, on the call's clock.
    let start: Duration
    /// Nil while the tool runs.
    fileprivate(set) var outcome: ToolOutcome?
    /// Whether the outcome came after the time-out, and took its place.
    fileprivate(set) var isLate = false

    /// Whether the answer waits for its outcome.
    var isAwaited: Bool { outcome == nil && tool?.executionMode != .async }

    /// `client`, `system` or `webhook`; `client` for an unknown tool.
    var type: String { tool?.kind.toolType ?? "client" }

    /// What there is to say of a tool of an MCP server, for the record; nil for others.
    var details: JSONValue? {
        if case .mcp(let reference) = tool?.kind { reference.details(arguments: call.arguments) } else { nil }
    }

    /// The call, as the caller's end is told of it.
    var notice: CallOutput.ToolNotice {
        CallOutput.ToolNotice(name: call.name, callID: call.id, type: type, eventID: eventID)
    }
}

/// The tool calls of a call, round by round: which run, what became of them, and which round is complete.
///
/// A value like `TurnMachine`: events in, commands out. The calls of a round run at the same time. The same call while it
/// runs is not made twice; a result that comes after its time-out replaces it; an interruption ends nothing.
struct ToolRoundMachine: Sendable {
    enum Event: Sendable {
        /// A response needs the results of these calls.
        case called([ToolCall], by: Caller)
        /// A call has an outcome.
        case ended(String, ToolOutcome)
        /// Nobody waits for the round any more.
        case abandoned(Int)
        /// Nothing more will come of what still runs.
        case callEnded
    }

    /// Who asks for a round.
    struct Caller: Sendable {
        var round: Int
        var response: ResponseID
        var eventID: Int
        /// The place of its turn in the record.
        var place: Int
        var tools: [ToolSettings]
        var agentID: String
        /// On the call's clock.
        var time: Duration

        fileprivate func tool(of call: ToolCall) -> ToolSettings? { tools.first { $0.name == call.name } }
    }

    enum Command: Sendable, Hashable {
        /// Note the call, and run it.
        case start(ToolRun)
        /// The same call runs already, under this id.
        case join(ToolCall, running: String)
        /// Whether the response is protected from interruption; with `toTheEnd` the rest of it stays protected.
        case protect(ResponseID, Bool, toTheEnd: Bool = false)
        /// Tell model, client and record what became of a call, which these responses wait for.
        case tell(ToolRun, awaitedBy: [ResponseID])
        /// All calls of a round have an outcome.
        case complete(Int)
    }

    private struct Round: Sendable {
        let response: ResponseID
        /// The calls as the model made them, with the ids under which they run.
        var calls: [(asked: ToolCall, id: String)]
        /// Calls beyond the bound.
        var refused: [ToolCall]
        var protections: Set<ToolSettings.InterruptionMode>
    }

    /// Tools that one round may call at once.
    private let mostAtOnce: Int
    /// Calls that are remembered, so that a late result finds them.
    private let mostKept: Int
    private var runs: [String: ToolRun] = [:]
    private var rounds: [Int: Round] = [:]
    private var count = 0

    init(mostAtOnce: Int, mostKept: Int) {
        self.mostAtOnce = mostAtOnce
        self.mostKept = mostKept
    }

    /// The call that runs, or ran, under an id; nil when it is not known, or was forgotten.
    subscript(id: String) -> ToolRun? { runs[id] }

    /// Whether the same call of a tool runs, which would be joined rather than made again.
    func isRunning(_ call: ToolCall, of tool: ToolSettings) -> Bool {
        let essence = tool.essence(of: call.arguments)
        return runs.values.contains { $0.outcome == nil && $0.call.name == call.name && $0.essence == essence }
    }

    mutating func handle(_ event: Event) -> [Command] {
        switch event {
        case .called(let calls, let caller): begin(calls, caller)
        case .ended(let id, let outcome): end(id, outcome)
        case .abandoned(let round): abandon(round)
        case .callEnded: endAll()
        }
    }

    /// The results of a complete round, which is forgotten with this; nil while it is not complete.
    mutating func take(_ number: Int) -> ToolRound? {
        guard let round = rounds[number], isComplete(round) else { return nil }
        rounds[number] = nil
        var answer = ToolRound(results: [], isLast: false)
        for (asked, id) in round.calls {
            guard let outcome = runs[id]?.outcome else {
                if runs[id]?.isAwaited == false {
                    answer.results.append((asked, ChatHistory.stillRunning, .running))
                }
                continue
            }
            // The model knows the call by its own id, under which it may not run.
            answer.results.append((asked, outcome.told, outcome.kind))
            if outcome.endsAnswer { answer.isLast = true }
            answer.farewell = answer.farewell ?? outcome.farewell
        }
        for call in round.refused {
            answer.results.append(
                (call, "Error: more than \(mostAtOnce) calls at once", .failed(isTold: false)))
        }
        return answer
    }

    // MARK: Rounds

    private mutating func begin(_ calls: [ToolCall], _ caller: Caller) -> [Command] {
        var round = Round(
            response: caller.response, calls: [], refused: Array(calls.dropFirst(mostAtOnce)), protections: [])
        var commands: [Command] = []
        for call in calls.prefix(mostAtOnce) {
            if let twin = twin(of: call, caller) {
                commands.append(.join(call, running: twin.call.id))
                round.calls.append((call, twin.call.id))
                continue
            }
            let run = start(call, caller)
            commands.append(.start(run))
            round.calls.append((call, run.call.id))
        }
        round.protections = Set(round.calls.compactMap { runs[$0.id]?.tool?.interruptionMode }).subtracting([.allow])
        // Before the calls begin: one that is over at once may complete the round.
        if !round.protections.isEmpty { commands.insert(.protect(caller.response, true), at: 0) }
        rounds[caller.round] = round
        if isComplete(round) { commands += complete(caller.round, round) }
        return commands
    }

    private mutating func start(_ call: ToolCall, _ caller: Caller) -> ToolRun {
        var call = call
        // Some models number their calls from one in every answer.
        count += 1
        if runs[call.id] != nil { call.id += "_\(count)" }
        let run = ToolRun(
            call: call, essence: essence(of: call, caller), tool: tool(of: call, caller), response: caller.response,
            eventID: caller.eventID, place: caller.place, agentID: caller.agentID, start: caller.time)
        runs[call.id] = run
        forgetOld()
        return run
    }

    private func essence(of call: ToolCall, _ caller: Caller) -> JSONValue {
        tool(of: call, caller)?.essence(of: call.arguments) ?? call.arguments
    }

    /// What a call names: one of the tools that were offered, or one of an MCP server that the agent has called before and
    /// that is not offered now, of which the server's state says more than that there is no such tool.
    private func tool(of call: ToolCall, _ caller: Caller) -> ToolSettings? {
        if let tool = caller.tool(of: call) { return tool }
        let former = runs.values.filter { run in
            guard case .mcp? = run.tool?.kind else { return false }
            return run.call.name == call.name && run.agentID == caller.agentID
        }
        return former.max { $0.start < $1.start }?.tool
    }

    /// The run that a call joins instead of being made again: the same call that still runs, or that the same response
    /// has made and that may have had its effect. What only looks up is made again once something else was changed.
    private func twin(of call: ToolCall, _ caller: Caller) -> ToolRun? {
        let essence = essence(of: call, caller)
        let same = runs.values.filter { $0.call.name == call.name && $0.essence == essence }
        return same.first { $0.outcome == nil }
            ?? same.first { run in
                guard run.response == caller.response, run.outcome?.isCalled == true, run.tool != nil else {
                    return false
                }
                return run.tool?.isReadOnly == false
                    || !runs.values.contains { other in
                        other.response == caller.response && other.call.id != run.call.id
                            && other.tool?.isReadOnly == false && other.start >= run.start
                    }
            }
    }

    /// A round is complete when every call has an outcome, or when nothing more is to be said whatever the others bring.
    private func isComplete(_ round: Round) -> Bool {
        let outcomes = round.calls.map { runs[$0.id]?.outcome }
        return round.calls.allSatisfy { runs[$0.id]?.isAwaited == false }
            || outcomes.contains { $0?.endsAnswer == true && $0?.hangsUp == false }
    }

    private func complete(_ number: Int, _ round: Round) -> [Command] {
        var commands: [Command] = []
        if !round.protections.isEmpty {
            let toTheEnd = round.protections.contains(.disableDuringToolAndTurn)
            commands.append(.protect(round.response, toTheEnd, toTheEnd: toTheEnd))
        }
        return commands + [.complete(number)]
    }

    private mutating func abandon(_ number: Int) -> [Command] {
        rounds[number] = nil
        return []
    }

    // MARK: Outcomes

    private mutating func end(_ id: String, _ outcome: ToolOutcome) -> [Command] {
        guard var run = runs[id] else { return [] }
        // When a time-out and a result coincide, the result counts; so does one that comes later.
        guard run.outcome == nil || (run.outcome?.isProvisional == true && !outcome.isProvisional) else { return [] }
        let isFirst = run.outcome == nil
        run.outcome = outcome
        run.isLate = !isFirst
        runs[id] = run
        let awaiting = rounds.values.filter { $0.calls.contains { $0.id == id } }.map(\.response).sorted()
        var commands: [Command] = [.tell(run, awaitedBy: awaiting)]
        guard isFirst else { return commands }
        for (number, round) in rounds.sorted(by: { $0.key < $1.key })
        where round.calls.contains(where: { $0.id == id }) && isComplete(round) { commands += complete(number, round) }
        return commands
    }

    private mutating func endAll() -> [Command] {
        rounds = [:]
        return runs.values.filter { $0.outcome == nil }.sorted { $0.start < $1.start }.map { run in
            var run = run
            run.outcome = .failure(ToolOutcome.callEnded, message: "The call ended before there was a result.")
            runs[run.call.id] = run
            return .tell(run, awaitedBy: [])
        }
    }

    /// Bounds memory in a long call: of calls that are over only the newest can still be put right by a late result.
    private mutating func forgetOld() {
        let awaited = Set(rounds.values.flatMap { $0.calls.map(\.id) })
        guard runs.count > mostKept,
            let oldest = runs.values.filter({ $0.outcome != nil && !awaited.contains($0.call.id) })
                .min(by: { $0.start < $1.start })
        else { return }
        runs[oldest.call.id] = nil
    }
}

extension ToolOutcome {
    /// What callers can be told of the result.
    var kind: ToolResultKind {
        if isError { return .failed(isTold: !isNote) }
        return !isNote ? .answer : endsAnswer ? .settled : .done
    }
}
