import Agents
import Audio
import Engines
import Foundation
import JSON
import Logging
import Speech
import Tasks
import Tools
import TurnTaking

/// Guards the state of one call: it begins and ends the call, takes what comes in on the line, and does what has to wait.
actor CallSession {
    nonisolated let jobs = JobQueue()
    nonisolated let records: SerialQueue<CallRecorder>
    nonisolated let outbox: AsyncStream<CallOutput>
    nonisolated let ended = Signal()

    private let call: CallState
    nonisolated let request: CallRequest
    private let environment: CallEnvironment
    private let options: CallOptions
    private let clock: TaskClock
    /// Whether the initiation has been received.
    private var isStarted = false
    /// Whether another agent is being put on the line.
    private var isHandingOver = false
    private var nextSave: Duration

    init(request: CallRequest, environment: CallEnvironment, clock: TaskClock) {
        self.request = request
        self.environment = environment
        options = environment.options
        self.clock = clock
        nextSave = environment.options.saveInterval
        var logger = environment.logger
        logger[metadataKey: "conversation"] = "\(request.conversationID)"
        records = SerialQueue(
            worker: CallRecorder(
                id: request.conversationID, store: environment.conversations, recordings: environment.recordings,
                logger: logger),
            limit: environment.options.recordBacklog)
        let outgoing: AsyncStream<CallOutput>.Continuation
        (outbox, outgoing) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(environment.options.outboundBacklog))
        call = CallState(
            request, environment, clock: clock, logger: logger, jobs: jobs,
            record: RecordWriter(
                records, instruments: environment.instruments, logger: logger,
                mostWarnings: environment.options.maximumWarnings),
            outgoing: outgoing, ended: ended)
    }

    /// Lets a job go on with the call's state.
    func perform<Result: Sendable>(_ work: @Sendable (CallState) -> Result) -> Result { work(call) }

    // MARK: The beginning

    /// The client has connected: opens the record.
    func accept() {
        environment.instruments.began()
        let start = ConversationStart(
            id: request.conversationID, agentID: request.agent.id, agentName: request.agent.name,
            startTime: Int(Date().timeIntervalSince1970), authorization: request.authorization,
            sampleRate: CallTime.rate)
        call.record.add { await $0.begin(start) }
    }

    /// Begins the conversation. Only the first initiation counts.
    private func start(_ initiation: CallInitiation = CallInitiation()) async {
        guard !isStarted else {
            guard initiation != CallInitiation() else { return }
            return call.record.warn(
                "The client's conversation_initiation_client_data came after the conversation had begun: "
                    + "nothing of it was applied.")
        }
        isStarted = true
        do {
            try await begin(initiation)
        } catch {
            // Clients expect the metadata before any other message.
            if call.running == nil { call.send(.began(.refused(request.conversationID))) }
            call.fail(error)
        }
    }

    private func begin(_ initiation: CallInitiation) async throws(CallFault) {
        let (variables, settings): (CallVariables, CallSettings)
        let settle: @Sendable (CallVariables) throws(CallSettingsError) -> CallSettings = {
            [agent = request.agent, available = environment.available] variables throws(CallSettingsError) in
            try CallSettings(agent: agent, initiation: initiation, variables: variables, available: available)
        }
        do throws(CallSettingsError) {
            variables = try CallVariables(initiation.dynamicVariables, system: systemVariables(for: request.agent.id))
            settings = try settle(variables)
        } catch {
            call.record.describe(initiation, settings: nil)
            throw CallFault(error)
        }
        // Before the wait for a model, so that a caller who leaves during it is in the record as well.
        call.record.describe(initiation, settings: settings)
        let line = try Line(settings, formats: request.formats, options)
        let agent = try await open(request.agent.id, settings, on: line, greets: true, settle)
        agent.warnings.forEach { call.record.warn($0) }
        guard call.ending == nil else { return await agent.model.close() }
        let policy = TurnPolicy(settings, options, environment.engines)
        call.running = CallState.Running(
            line: line, agent: agent, variables: variables, machine: TurnMachine(policy: policy),
            history: ChatHistory(
                instructions: agent.instructions, limit: options.maximumHistory, tokens: agent.historyTokens))
        call.send(.began(CallLine(request.conversationID, line, settings)))
        if !line.isTextOnly {
            let listener = Listener(
                engines: environment.engines, transcriber: agent.transcriber, hints: agent.hints, options: options,
                jobs: jobs
            ) { heard in await self.perform { $0.hearing.take(heard) } }
            jobs.add { [items = line.items] _ in await listener.run(items) }
            if settings.recordsVoice {
                call.record.add { [rate = line.output.sampleRate] in await $0.record(outputRate: rate) }
            }
        }
        call.log("policy", policy.json)
        call.feed(.began(greets: !settings.firstMessage.isEmpty))
        call.hearing.warmModel()
    }

    /// Opens what an agent needs to speak on the line.
    private func open(
        _ id: String, _ settings: CallSettings, on line: Line, greets: Bool,
        _ settle: @escaping @Sendable (CallVariables) throws(CallSettingsError) -> CallSettings
    ) async throws(CallFault) -> ActiveAgent {
        // Weak, because the call holds the model, and the model this.
        let report: @Sendable (EngineFallback) async -> Void = { [weak self] fallback in
            await self?.perform { $0.note(fallback) }
        }
        return try await ActiveAgent(
            id: id, settings, on: line, greets: greets, toolbox: call.toolbox, in: environment, clock: clock,
            settle: settle, report: report)
    }

    private func systemVariables(for agentID: String) -> [String: String] {
        [
            "system__agent_id": request.agent.id, "system__current_agent_id": agentID,
            "system__conversation_id": request.conversationID,
            "system__call_duration_secs": call.running == nil ? "0" : String(Int(clock.elapsed() / .seconds(1))),
            "system__time_utc": Date().formatted(.iso8601), "system__agent_turns": String(call.answering.turns),
            "system__current_agent_turns": "0",
        ]
    }

    // MARK: The end

    func end(_ code: Int, _ reason: String, failed: Bool = false) { call.end(code, reason, failed: failed) }

    func fail(_ fault: CallFault) { call.fail(fault) }

    func callerLeft() { end(1000, "The client has gone.") }

    /// Stops all work on the call's audio; messages that are queued are still sent.
    func stop() async {
        if call.ending == nil { end(1001, "The server is shutting down.") }
        call.answering.settle()
        call.hearing.settle()
        call.tools.follow(.callEnded)
        call.answering.stop()
        call.running?.line.stopListening()
        for model in call.takeFormerModels(isOver: true) { await model.close() }
        await call.running?.agent.model.close()
    }

    /// Closes the record: nothing that happens after this is recorded.
    func closeRecord() {
        if let time = call.running?.line.heardUntil { call.record.logWindows(until: time) }
        call.record.finish()
    }

    func finishRecord() async -> CallEnding {
        let ending =
            call.ending
            ?? CallState.Ending(
                close: CallEnding(code: 1011, reason: "The call ended unexpectedly."), status: .failed,
                reason: "Unknown.")
        environment.instruments.ended(ending.close, isFailed: ending.status == .failed, after: clock.elapsed())
        let end = ConversationOutcome(
            status: ending.status, duration: clock.elapsed() / .seconds(1), terminationReason: ending.reason,
            failure: ending.status == .failed
                ? ConversationOutcome.Failure(code: ending.close.code, reason: ending.reason) : nil)
        await records.worker.finish(end)
        return ending.close
    }

    // MARK: What comes in

    func receive(_ input: CallInput) async {
        guard call.ending == nil else { return }
        switch input {
        case .begin(let initiation):
            await start(initiation)
        case .audio(let bytes):
            await start()
            call.hearing.hear(bytes)
        case .words(let text):
            await start()
            call.answering.type(text)
        case .activity:
            call.feed(.activity)
        case .context(let text, let id):
            await start()
            call.running?.history.addContext(text, id: id)
            call.log("contextual_update", ["text": .string(text)])
        case .feedback(let score, let eventID):
            let feedback = score.map { TranscriptTurn.Feedback(score: $0.rawValue, time: clock.now.seconds) }
            call.record.add { await $0.rate(eventID, feedback) }
        case .toolResult(let reply):
            call.tools.take(reply)
        case .roundTrip(let duration):
            call.answering.lead.note(duration)
        case .heard(let end, let eventID):
            call.answering.noteHeard(end, of: eventID)
        case .refused(let fault):
            call.record.warn(fault.message)
            call.send(.notice(fault))
        }
    }

    // MARK: Time

    /// Does what depends on real time.
    func tick() async {
        guard call.ending == nil else { return }
        let elapsed = clock.elapsed()
        if elapsed >= options.initiationGrace { await start() }
        guard call.ending == nil else { return }
        call.hearing.moveTime()
        call.answering.tick()
        for model in call.takeFormerModels() { await model.close() }
        guard elapsed >= nextSave else { return }
        nextSave = elapsed + options.saveInterval
        if let time = call.running?.line.heardUntil { call.record.logWindows(until: time) }
        call.answering.saveSpokenSoFar()
        call.hearing.saveWordsSoFar()
        call.record.add { await $0.save() }
    }
}

// MARK: What the responder reports

extension CallSession: ResponseSink {
    func begin(_ id: ResponseID, metric: ResponseMetric) { call.answering.begin(id, metric: metric) }

    func found(_ findings: [ContextLookup.Finding], in duration: Duration, for id: ResponseID) {
        call.answering.found(findings, in: duration, for: id)
    }

    func write(_ text: String, for id: ResponseID) { call.answering.advance(.wrote(text), of: id) }

    func play(_ piece: SpeechPiece, for id: ResponseID) { call.answering.advance(.voiced(piece), of: id) }

    func pause(_ duration: Duration, for id: ResponseID) {
        if let output = call.running?.line.output { call.answering.advance(.paused(output.samples(duration)), of: id) }
    }

    func measured(writing characters: Int, in duration: Duration) {
        call.answering.measured(writing: characters, in: duration)
    }

    func measured(voicing characters: Int, in duration: Duration) {
        call.answering.measured(voicing: characters, in: duration)
    }

    func isFarAhead(_ id: ResponseID) -> Bool { call.answering.isFarAhead(id) }

    func used(_ summary: GenerationSummary, for id: ResponseID) { call.answering.used(summary, for: id) }

    func completeText(of id: ResponseID) { call.answering.advance(.textEnded, of: id) }

    func complete(_ id: ResponseID) { call.answering.advance(.ended, of: id) }

    func fail(_ id: ResponseID, _ error: EngineError) { call.answering.fail(id, error) }

    func announcement(of calls: [ToolCall], for id: ResponseID) -> String? {
        call.tools.announcement(of: calls, for: id)
    }

    /// A tool has an outcome, which may be after the call.
    func endTool(_ id: String, _ outcome: ToolOutcome) async {
        call.tools.follow(.ended(id, outcome))
        call.feedTakeover()
        let late = call.record.takeLate()
        guard !late.isEmpty else { return }
        for work in late { await work(records.worker) }
        _ = await records.worker.commit()
    }

    func isFounded(_ claim: ClaimGate.Question, for id: ResponseID) -> Bool { call.answering.isFounded(claim, for: id) }

    func withhold(_ claim: ClaimGate.Question, for id: ResponseID) -> Correction {
        call.answering.withhold(claim, for: id)
    }

    /// Runs the calls of one round at the same time, and waits for all of them as long as the response is wanted.
    func run(_ calls: [ToolCall], for id: ResponseID) async -> ToolRound {
        let nothing = ToolRound(results: [], isLast: true)
        // A tool has effects, so it waits until the turn is certainly over.
        call.answering.advance(.toolIsDue, of: id)
        await call.answering.response?.released.wait()
        guard !Task.isCancelled, let (round, done) = call.tools.begin(calls, for: id) else { return nothing }
        await done.wait()
        let isWanted = !Task.isCancelled && call.answering.response?.id == id
        return call.tools.end(round, isWanted: isWanted) ?? nothing
    }
}

// MARK: What tools may do

extension CallSession: ToolHost {
    /// Model, voice, recogniser, tools, prompt and turn taking become those of another agent. What was said, the
    /// variables and the line stay.
    func handOver(to successor: Agent, greets: Bool) async throws {
        guard !isHandingOver, !call.isHandedOver else {
            throw CallFault(
                code: 1008, type: "value_error", message: "the call was handed over just now; answer the user first")
        }
        guard successor.id != call.running?.agent.id else {
            throw CallFault(code: 1008, type: "value_error", message: "the call is with this agent already")
        }
        isHandingOver = true
        defer { isHandingOver = false }
        let over = CallFault(code: 1000, type: "call_ended", message: "the call is over")
        guard call.ending == nil, let line = call.running?.line, var variables = call.running?.variables else {
            throw over
        }
        variables.update(system: systemVariables(for: successor.id))
        let initiation = CallInitiation(
            userID: call.running?.agent.settings.userID,
            toolMocking: call.running?.agent.settings.toolMocking ?? ToolMocking(), isTextOnly: line.isTextOnly)
        let settle: @Sendable (CallVariables) throws(CallSettingsError) -> CallSettings = {
            [available = environment.available] variables throws(CallSettingsError) in
            try CallSettings(agent: successor, initiation: initiation, variables: variables, available: available)
        }
        let settings = try settle(variables)
        let agent = try await open(successor.id, settings, on: line, greets: greets, settle)
        guard call.ending == nil else {
            await agent.model.close()
            throw over
        }
        call.replaceAgent(with: agent, variables)
    }
}
