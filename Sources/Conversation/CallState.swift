import Agents
import DequeModule
import Engines
import Foundation
import JSON
import Logging
import Speech
import Tasks
import Tools
import TurnTaking

/// What the parts of one call share: the line, the agent that speaks, the turn-taking machine, the record, and what goes
/// out. `CallSession` guards it; whatever waits is a job of the session's.
///
/// The parts are what is heard of the caller (`hearing`), what the agent says (`answering`), and its tools (`tools`).
final class CallState {
    let request: CallRequest
    let environment: CallEnvironment
    let options: CallOptions
    let clock: TaskClock
    let logger: Logger
    let jobs: JobQueue
    let toolbox: Toolbox
    var record: RecordWriter
    /// What tools have done, against which the agent's claims are held.
    var receipts: ReceiptLedger
    private let outgoing: AsyncStream<CallOutput>.Continuation
    private let ended: Signal

    private(set) lazy var hearing = Hearing(self)
    private(set) lazy var answering = Answering(self)
    private(set) lazy var tools = ToolDesk(self)

    /// What the initiation settled; nil before it.
    var running: Running?
    private(set) var ending: Ending?
    /// The agents that have handed the call over since the caller's last turn: none of them gets it back before the next
    /// one.
    private(set) var agentsSinceTurn: Set<String> = []
    /// The languages that the call was in since the caller's last turn, for the same reason.
    private(set) var languagesSinceTurn: Set<String> = []
    /// Turns of the caller's that were answered, or are being answered.
    private(set) var callerTurns = 0
    /// Whether the language has changed in this call.
    private(set) var hasChangedLanguage = false
    /// Languages into which it could not be changed.
    private var refusedLanguages: Set<String> = []
    /// The policy of an agent that has taken over, until the machine is told of it.
    var takeover: TurnPolicy?
    /// Models of agents that have handed over. Answers of theirs may still be made; they are closed after these.
    private var formerModels: [any LanguageModelSession] = []
    private var lastEventID = 0
    private let began = Date()
    /// The agents' turns before the one that speaks came in.
    private var turnsBeforeAgent = 0
    /// What the line was asked to do and has not answered yet.
    private var acts: [Int: AsyncStream<LineOutcome>.Continuation] = [:]
    private var lastAct = 0
    /// Events that wait while the commands of another are carried out.
    private var waiting: Deque<(event: TurnEvent, isLogged: Bool)> = []
    private var isFeeding = false

    struct Ending: Sendable {
        var close: CallEnding
        var status: ConversationStatus
        var reason: String
    }

    /// What the initiation settles.
    struct Running {
        var line: Line
        var agent: ActiveAgent
        var variables: CallVariables
        var machine: TurnMachine
        var history: ChatHistory
    }

    /// - Parameter ended: fired when the call ends.
    init(
        _ request: CallRequest, _ environment: CallEnvironment, clock: TaskClock, logger: Logger, jobs: JobQueue,
        record: RecordWriter, outgoing: AsyncStream<CallOutput>.Continuation, ended: Signal
    ) {
        self.request = request
        self.environment = environment
        options = environment.options
        self.clock = clock
        self.logger = logger
        self.jobs = jobs
        toolbox = Toolbox(
            clock: clock, abilities: request.abilities, findAgent: environment.findAgent,
            authorizer: environment.authorizer, mcp: environment.mcp)
        self.record = record
        receipts = ReceiptLedger(mostEntries: options.keptTools, mostTurns: options.maximumHistory)
        self.outgoing = outgoing
        self.ended = ended
    }

    // MARK: The machine

    /// Tells the machine what has happened, and carries out its commands. What happens meanwhile waits for its turn.
    func feed(_ event: TurnEvent, isLogged: Bool = true) {
        waiting.append((event, isLogged))
        guard !isFeeding else { return }
        isFeeding = true
        defer { isFeeding = false }
        while let (event, isLogged) = waiting.popFirst() { handle(event, isLogged: isLogged) }
    }

    /// Tells the machine something once the pending commands have been carried out.
    func feedLater(_ event: TurnEvent) {
        jobs.add { session in await session.perform { $0.feed(event) } }
    }

    private func handle(_ event: TurnEvent, isLogged: Bool) {
        guard ending == nil, let time = running?.line.heardUntil else { return }
        let commands = running?.machine.handle(event, at: time) ?? []
        // A tick without commands changes nothing, and a replay does not need it.
        if isLogged, event != .tick || !commands.isEmpty { log("event", event.json) }
        let decisions = running?.machine.decisions ?? []
        for decision in decisions { log("decision", decision.json) }
        for command in commands { log("command", command.json) }
        for case .turnOver(let end) in decisions { hearing.tell(end.words) }
        if running?.history.isShortened == true {
            record.warn("The conversation is longer than the model's context: its oldest part was left out.")
        }
        for command in commands { carryOut(command) }
    }

    private func carryOut(_ command: TurnCommand) {
        switch command {
        case .openUtterance(let start): hearing.openUtterance(from: start)
        case .finalize(let pause): hearing.listen(.finalize(pause: pause))
        case .judge(let pause): hearing.listen(.judge(pause: pause))
        case .closeUtterance(let outcome): hearing.closeUtterance(outcome)
        case .prepare(let id, let cause): answering.prepare(id, cause)
        case .release(let id): answering.release(id)
        case .deliver(let id, let delivery): answering.advance(.delivered(delivery), of: id)
        case .fill(let id): answering.fill(id)
        case .discard(let id): answering.discard(id)
        case .interrupt(let id): answering.interrupt(id)
        case .end(let cause): end(cause)
        }
    }

    private func end(_ cause: EndCause) {
        switch cause {
        case .hangUp:
            if let goodbye = tools.goodbye { send(goodbye) }
            end(1000, "The agent ended the call.")
        case .silence:
            end(1000, "The caller was silent for too long.")
        case .maximumDuration:
            let message = "The conversation has reached its longest duration."
            send(.notice(CallFault(code: 1000, type: "max_duration_exceeded", message: message)))
            end(1000, message)
        }
    }

    // MARK: Variables

    /// The variables as they are now.
    var variables: CallVariables? {
        guard let agent = running?.agent, var variables = running?.variables else { return nil }
        variables.update(system: systemVariables(for: agent.id))
        variables.setLocalTime(in: agent.settings.timezone)
        return variables
    }

    /// The values of the system's variables now, for an agent that speaks or is about to.
    func systemVariables(for agentID: String) -> [String: String] {
        var values = [
            "system__agent_id": request.agent.id, "system__current_agent_id": agentID,
            "system__conversation_id": request.conversationID, "system__call_duration_secs": "0",
            "system__time_utc": (began + clock.elapsed() / .seconds(1)).formatted(.iso8601),
            "system__agent_turns": String(answering.turns), "system__current_agent_turns": "0",
        ]
        if let telephone = request.telephone {
            values["system__caller_id"] = telephone.callerID
            values["system__called_number"] = telephone.calledNumber
            values["system__call_sid"] = telephone.callSID
        }
        guard let running else { return values }
        values["system__call_duration_secs"] = String(Int(clock.elapsed() / .seconds(1)))
        values["system__is_text_only"] = running.line.isTextOnly ? "true" : "false"
        values["system__conversation_history"] = running.history.json.text
        if agentID == running.agent.id {
            values["system__current_agent_turns"] = String(answering.turns - turnsBeforeAgent)
        }
        return values
    }

    /// Sets variables from a tool's result; what follows, prompt and tools, is filled with them.
    func assign(_ updates: [String: JSONValue]) {
        guard !updates.isEmpty, let before = running?.agent else { return }
        for (name, value) in updates { running?.variables.assign(value, to: name) }
        guard let variables else { return }
        do throws(CallSettingsError) {
            let agent = ActiveAgent(
                before, with: try before.setup.settings(variables, available: environment.available), toolbox: toolbox,
                environment)
            running?.agent = agent
            running?.history.take(
                instructions: agent.instructions, tokens: agent.historyTokens, ownSentences: agent.ownSentences)
        } catch {
            record.warn("The variables of a tool's result could not be filled in: \(error.message)")
        }
    }

    // MARK: Hand-over

    /// The caller's next turn is being answered.
    func noteCallersTurn() {
        callerTurns += 1
        agentsSinceTurn = []
        languagesSinceTurn = []
    }

    /// Whether the language may be changed by what was heard, in a turn that is about to be answered.
    func mayChangeLanguage(by change: ToolCall) -> Bool {
        guard let tool = running?.agent.languageTool, let language = change.arguments["language"]?.stringValue,
            !refusedLanguages.contains(language)
        else { return false }
        let isOnlyAtStart = tool.systemParameters["only_at_conversation_start"]?.boolValue ?? false
        return allowsLanguages(onlyAtStart: isOnlyAtStart, turns: callerTurns + 1)
    }

    /// Whether the language may still be changed, in the turn of the caller's that has this number.
    func allowsLanguages(onlyAtStart: Bool, turns: Int) -> Bool { !onlyAtStart || hasChangedLanguage || turns <= 2 }

    /// The language could not be changed. It is not tried again because of what is heard.
    func refuse(language: String) { refusedLanguages.insert(language) }

    private func noteLanguage(_ language: String, before: String) {
        guard language != before else { return }
        languagesSinceTurn.insert(before)
        hasChangedLanguage = true
        log("language", ["from": .string(before), "to": .string(language)])
        record.describe(language: language)
    }

    /// Puts another agent on the line, or the same one in another language. The machine is told later, with the outcome of
    /// the tool that did it.
    func replaceAgent(with agent: ActiveAgent, _ variables: CallVariables) {
        guard let before = running?.agent else { return }
        formerModels.append(before.model)
        if before.id != agent.id {
            agentsSinceTurn.insert(before.id)
            turnsBeforeAgent = answering.turns
        }
        noteLanguage(agent.settings.language, before: before.settings.language)
        running?.agent = agent
        request.inlet.use(agent.settings.conversation.fileInput)
        running?.variables = variables
        running?.history.take(
            instructions: agent.instructions, tokens: agent.historyTokens, ownSentences: agent.ownSentences)
        if LanguageTag.primary(agent.settings.language) != LanguageTag.primary(before.settings.language) {
            running?.history.changeLanguage(opening: agent.opening(inPlaceOf: before))
        }
        hearing.use(agent)
        // What one agent must not keep is not kept because another one had begun to.
        if !agent.settings.recordsVoice { record.add { await $0.endRecording() } }
        (agent.settings.warnings + agent.warnings).forEach { record.warn($0) }
        if before.id != agent.id { log("hand_over", ["from": .string(before.id), "to": .string(agent.id)]) }
        var policy = TurnPolicy(
            agent.settings, options, environment.engines, isTextOnly: running?.line.isTextOnly ?? false)
        // The longest duration counts from the beginning of the call.
        policy.maximumDuration = running?.machine.policy.maximumDuration
        takeover = policy
    }

    /// Tells the machine of an agent that has taken over.
    func feedTakeover() {
        guard let policy = takeover else { return }
        takeover = nil
        feed(.takenOver(policy))
        hearing.warmModel()
    }

    /// The models that nobody needs any more, which are to be closed.
    func takeFormerModels(isOver: Bool = false) -> [any LanguageModelSession] {
        let isInUse = answering.response.map { $0.agent !== running?.agent } ?? false
        guard isOver || !isInUse else { return [] }
        defer { formerModels = [] }
        return formerModels
    }

    // MARK: The line

    /// Has the line do something; its answer is the stream's only element.
    func ask(_ act: LineAct) -> (id: Int, answer: AsyncStream<LineOutcome>) {
        lastAct += 1
        let (answer, continuation) = AsyncStream<LineOutcome>.makeStream()
        acts[lastAct] = continuation
        send(.act(CallOutput.LineRequest(id: lastAct, act: act)))
        return (lastAct, answer)
    }

    /// The line has answered, or will not; the first answer counts.
    func answer(_ outcome: LineOutcome, to act: Int) {
        guard let continuation = acts.removeValue(forKey: act) else { return }
        continuation.yield(outcome)
        continuation.finish()
    }

    // MARK: The end

    /// Ends the call; the first reason counts.
    func end(_ code: Int, _ reason: String, failed: Bool = false) {
        guard ending == nil else { return }
        answering.tellInterruption()
        // `tellInterruption` ends the call itself when the client is too slow.
        guard ending == nil else { return }
        ending = Ending(
            close: CallEnding(code: code, reason: reason), status: failed ? .failed : .done, reason: reason)
        logger.info("The call ends.", metadata: ["code": "\(code)", "reason": "\(reason)"])
        outgoing.finish()
        ended.fire()
    }

    /// Tells the client what is wrong, and ends the call.
    func fail(_ fault: CallFault) {
        guard ending == nil else { return }
        answering.tellInterruption()
        send(.failed(fault))
        end(fault.code, fault.message, failed: true)
    }

    // MARK: What goes out

    func nextEventID() -> Int {
        lastEventID += 1
        return lastEventID
    }

    func send(_ output: CallOutput) {
        guard ending == nil else { return }
        if case .dropped = outgoing.yield(output) {
            environment.instruments.overflowed(.outbound)
            end(1008, "The client does not read its messages.", failed: true)
        }
    }

    func log(_ kind: String, _ detail: JSONValue) {
        record.log(kind, detail, at: running?.line.heardUntil ?? .zero)
    }

    /// An engine failed, or rests, and another one, or the same once more, goes on.
    func note(_ fallback: EngineFallback) {
        let failure = fallback.failure
        environment.instruments.fellBack(EngineTask(fallback.task), after: failure, isResting: fallback.isResting)
        record.warn(fallback.account)
        guard !fallback.isResting else { return }
        log(
            "\(fallback.task.rawValue)_fallback",
            [
                "engine": .string(failure.engine), "kind": .string(failure.kind.rawValue),
                "message": .string(failure.message), "next": .string(fallback.next),
            ])
    }
}

extension Encodable {
    /// The value as JSON, for the log.
    var json: JSONValue {
        (try? JSONValue(parsing: JSONEncoder().encode(self))) ?? .null
    }
}

extension CallTime {
    /// Seconds since the call began.
    var seconds: Double { (self - CallTime.zero).seconds }
}
