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
    private var beginning: Beginning
    /// Whether another agent is being put on the line.
    private var isChangingAgent = false
    private var nextSave: Duration

    init(request: CallRequest, environment: CallEnvironment, clock: TaskClock) {
        self.request = request
        self.environment = environment
        options = environment.options
        self.clock = clock
        nextSave = environment.options.saveInterval
        beginning = Beginning(longest: environment.options.openingBacklog)
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

    /// The client has connected: opens the record, and has the owner's server asked.
    func accept() {
        environment.instruments.began()
        let start = ConversationStart(
            id: request.conversationID, agentID: request.agent.id, agentName: request.agent.name,
            startTime: Int(Date().timeIntervalSince1970), authorization: request.authorization,
            sampleRate: CallTime.rate)
        call.record.add { await $0.begin(start) }
        call.record.add { [inlet = request.inlet] _ in inlet.noteRecord() }
        consult()
    }

    /// Has the owner's server asked what is special about the call, if the agent wants that. The conversation begins with
    /// what it says.
    private func consult() {
        let consultation = Consultation(
            request: request, environment: environment, clock: clock, logger: call.logger)
        guard consultation.isDue else { return beginning.advised.fire() }
        let system = call.systemVariables(for: request.agent.id)
        let called = beginning.called
        jobs.add { session in
            let outcome = await consultation.run(system: system) {
                await called.wait()
                return await session.beginning.wishes
            }
            await session.note(outcome)
        }
    }

    private func note(_ outcome: Consultation.Outcome?) {
        defer { beginning.advised.fire() }
        guard let outcome, call.ending == nil else { return }
        beginning.advice = outcome.advice
        var detail: JSONValue = ["milliseconds": .integer(Int(outcome.time / .milliseconds(1)))]
        if let failure = outcome.failure {
            detail["failure"] = .string(failure)
            call.record.warn("The call began without the conversation-initiation webhook: \(failure).")
        }
        outcome.warnings.forEach { call.record.warn("Conversation-initiation webhook: \($0)") }
        call.log("initiation_webhook", detail)
    }

    /// Begins the conversation. Only the first initiation counts.
    private func start(_ initiation: CallInitiation = CallInitiation()) {
        guard beginning.isAwaited else {
            guard initiation != CallInitiation() else { return }
            return call.record.warn(
                "The client's conversation_initiation_client_data came after the conversation had begun: "
                    + "nothing of it was applied.")
        }
        beginning.open(initiation)
        // A job, so that a caller who hangs up meanwhile is noticed.
        jobs.add { await $0.open(initiation) }
    }

    private func open(_ initiation: CallInitiation) async {
        do {
            try await begin(initiation)
        } catch {
            // Clients expect the metadata before any other message.
            if call.running == nil { call.send(.began(.refused(request.conversationID))) }
            call.fail(error)
        }
        while let held = beginning.next() {
            if call.ending == nil {
                await take(held.input, at: held.time)
            } else if call.ending?.status == .done {
                keep(held)
            }
        }
        beginning.begun.fire()
    }

    /// Nobody answers a caller who has gone before the conversation had begun, but the record has what they typed.
    private func keep(_ held: Beginning.Held) {
        guard case .words(let text, _) = held.input, text.contains(where: { !$0.isWhitespace }) else { return }
        call.record.put(
            TranscriptTurn(role: .user, message: text, timeInCall: held.time.seconds, sourceMedium: "text"))
    }

    /// The agent's setup and settings in this call. What cannot be followed of the advice of the owner's server never ends
    /// the call; what cannot be followed of the caller's wishes does.
    private func prepare(
        _ wishes: CallInitiation
    ) async throws(CallFault) -> (AgentSetup, CallVariables, CallSettings) {
        guard var advice = beginning.advice else { return try await prepare(as: wishes) }
        let fault: CallFault
        do { return try await prepare(as: wishes.merging(advice)) } catch { fault = error }
        guard advice.configOverride != [:] || !advice.customLLMExtraBody.isEmpty else { throw fault }
        advice.configOverride = [:]
        advice.customLLMExtraBody = [:]
        let prepared = try await prepare(as: wishes.merging(advice))
        call.record.warn(
            "Conversation-initiation webhook: its overrides were left out, but not its variables: \(fault.message)")
        return prepared
    }

    private func prepare(
        as initiation: CallInitiation
    ) async throws(CallFault) -> (AgentSetup, CallVariables, CallSettings) {
        var setup = AgentSetup(agent: request.agent, initiation: initiation)
        setup.workspace = try await items(for: setup)
        do throws(CallSettingsError) {
            var variables = try CallVariables(
                initiation.dynamicVariables, system: call.systemVariables(for: request.agent.id))
            variables.update(environment: setup.workspace.variables)
            return (setup, variables, try setup.settings(variables, available: environment.available))
        } catch {
            throw CallFault(error)
        }
    }

    private func begin(_ wishes: CallInitiation) async throws(CallFault) {
        var wishes = wishes
        wishes.environment = request.environment ?? wishes.environment
        wishes.unfollowed += request.unfollowed
        await beginning.advised.wait()
        guard call.ending == nil else { return call.record.describe(wishes, settings: nil) }
        let (setup, variables, settings): (AgentSetup, CallVariables, CallSettings)
        do {
            (setup, variables, settings) = try await prepare(wishes)
        } catch {
            call.record.describe(wishes.merging(beginning.advice ?? CallInitiation()), settings: nil)
            throw error
        }
        // Before the wait for a model, so that a caller who leaves during it is in the record as well.
        call.record.describe(setup.initiation, settings: settings)
        let line = try Line(settings, formats: request.formats, options)
        let agent = try await open(setup, settings, on: line, entry: .greets)
        agent.warnings.forEach { call.record.warn($0) }
        guard call.ending == nil else { return await agent.model.close() }
        let policy = TurnPolicy(settings, options, environment.engines)
        call.running = CallState.Running(
            line: line, agent: agent, variables: variables, machine: TurnMachine(policy: policy),
            history: ChatHistory(
                instructions: agent.instructions, limit: options.maximumHistory, tokens: agent.historyTokens))
        // Before the client knows the conversation's id.
        request.inlet.use(settings.conversation.fileInput)
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
        tellServers(of: settings)
    }

    /// Opens what an agent needs to speak on the line.
    private func open(
        _ setup: AgentSetup, _ settings: CallSettings, on line: Line, entry: ActiveAgent.Entry
    ) async throws(CallFault) -> ActiveAgent {
        // Weak, because the call holds the model, and the model this.
        let report: @Sendable (EngineFallback) async -> Void = { [weak self] fallback in
            await self?.perform { $0.note(fallback) }
        }
        return try await ActiveAgent(
            setup, settings, on: line, entry: entry, toolbox: call.toolbox, in: environment, clock: clock,
            report: report)
    }

    /// What an agent, with the overrides of its configuration, names of the workspace.
    private func items(for setup: AgentSetup) async throws(CallFault) -> WorkspaceItems {
        do {
            return try await environment.workspace(setup.agent, setup.initiation.configOverride, setup.environment)
        } catch {
            guard call.ending == nil else {
                throw CallFault(code: 1000, type: "call_ended", message: "The call is over.")
            }
            call.logger.error("The tools of an agent could not be read.", metadata: ["error": "\(error)"])
            throw CallFault(code: 1011, type: "unknown", message: "The agent's tools could not be read.")
        }
    }

    // MARK: The end

    func end(_ code: Int, _ reason: String, failed: Bool = false) { call.end(code, reason, failed: failed) }

    func fail(_ fault: CallFault) { call.fail(fault) }

    func callerLeft() { end(1000, "The client has gone.") }

    /// Stops all work on the call's audio; messages that are queued are still sent.
    func stop() async {
        if call.ending == nil { end(1001, "The server is shutting down.") }
        request.inlet.close()
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

    /// Takes what comes in, or keeps it until the conversation has begun.
    func receive(_ input: CallInput) async {
        guard call.ending == nil else { return }
        switch input {
        case .begin(let initiation): return start(initiation)
        case .audio, .words, .context: start()
        default: break
        }
        if beginning.isOpening {
            guard !beginning.hold(input, at: clock.now) else { return }
            // As long as nothing more is read, the line holds the caller back.
            await beginning.begun.wait()
            guard call.ending == nil else { return }
        }
        await take(input, at: clock.now)
    }

    private func take(_ input: CallInput, at time: CallTime) async {
        switch input {
        case .begin:
            break
        case .audio(let bytes):
            call.hearing.hear(bytes, at: time)
        case .words(let text, let ids):
            let files = await receive(files: ids)
            call.answering.type(text, files, at: time)
        case .activity:
            call.feed(.activity)
        case .context(let text, let id):
            call.running?.history.addContext(text, id: id)
            call.log("contextual_update", ["text": .string(text)])
        case .feedback(let score, let eventID):
            let feedback = score.map { TranscriptTurn.Feedback(score: $0.rawValue, time: time.seconds) }
            call.record.add { await $0.rate(eventID, feedback) }
        case .toolResult(let reply):
            call.tools.take(reply)
        case .approval(let callID, let isApproved):
            if !call.tools.approvals.answer(callID, isApproved: isApproved) {
                call.logger.debug("An approval that no call of a tool waits for was ignored.")
            }
        case .roundTrip(let duration):
            call.answering.lead.note(duration)
        case .acted(let outcome, let id):
            call.answer(outcome, to: id)
        case .heard(let end, let eventID):
            call.answering.noteHeard(end, of: eventID)
        case .refused(let fault):
            call.record.warn(fault.message)
            call.send(.notice(fault))
        }
    }

    /// The files that a message names; the client is told of those that are not taken or cannot be seen.
    private func receive(files ids: [String]) async -> [ReceivedFile] {
        guard !ids.isEmpty, let agent = call.running?.agent else { return [] }
        func refuse(_ message: String) {
            call.record.warn(message)
            call.send(.notice(CallFault(code: 1008, type: "invalid_message", message: message)))
        }
        guard agent.settings.conversation.fileInput.isEnabled, let store = environment.files else {
            refuse("The agent takes no files: what the message names was ignored.")
            return [ReceivedFile(shown: .missing)]
        }
        var seen: Set<String> = []
        let wanted = ids.filter { seen.insert($0).inserted }
        if wanted.count > options.filesOfMessage {
            refuse("A message may name \(options.filesOfMessage) files: the others were ignored.")
        }
        var files = wanted.dropFirst(options.filesOfMessage).map { _ in ReceivedFile(shown: .missing) }
        for id in wanted.prefix(options.filesOfMessage) {
            let found = await clock.first(within: options.fileTimeout) { [conversation = request.conversationID] in
                do { return try await store.use(id, of: conversation) } catch { return nil }
            }
            guard let (file, bytes) = found else {
                refuse("There is no file \(id.prefix(64)) in this conversation: it was ignored.")
                files.append(ReceivedFile(shown: .missing))
                continue
            }
            if case .image = file.content, !agent.seesImages {
                refuse("The language model of the agent cannot see images: it was told that one came.")
            }
            files.append(ReceivedFile(shown: SharedFile(file, bytes), recorded: TranscriptTurn.FileInput(file)))
        }
        return files
    }

    // MARK: Time

    /// Does what depends on real time.
    func tick() async {
        guard call.ending == nil else { return }
        let elapsed = clock.elapsed()
        if elapsed >= options.initiationGrace { start() }
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

    func isHeard(_ id: ResponseID) -> Bool { call.answering.isHeard(id) }

    func announcement(of calls: [ToolCall], for id: ResponseID) -> String? {
        call.tools.announcement(of: calls, for: id)
    }

    /// A tool has an outcome, which may be after the call.
    func endTool(_ id: String, _ outcome: ToolOutcome) async {
        call.tools.finish(id, outcome)
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

    func begin(_ calls: [ToolCall], for id: ResponseID) async -> (round: Int, words: AsyncStream<ToolWords>)? {
        // A tool has effects, so it waits until the turn is certainly over.
        call.answering.advance(.toolIsDue, of: id)
        await call.answering.response?.released.wait()
        return Task.isCancelled ? nil : call.tools.begin(calls, for: id)
    }

    func prefetch(_ toolCall: ToolCall, for id: ResponseID) { call.tools.prefetch(toolCall, for: id) }

    func end(_ round: Int, for id: ResponseID) -> ToolRound? {
        call.tools.end(round, isWanted: !Task.isCancelled && call.answering.response?.id == id)
    }
}

// MARK: What tools may do

extension CallSession: ToolHost {
    func say(_ words: String, isModels: Bool, during callID: String) async {
        await call.tools.say(words, isModels: isModels, during: callID)?.wait()
    }

    /// Model, voice, recogniser, tools, prompt and turn taking become those of another agent. What was said, the
    /// variables and the line stay.
    func handOver(_ transfer: HandOver, meanwhile: @Sendable () async throws -> Void) async throws {
        guard let agent = call.running?.agent, let line = call.running?.line else { throw Self.isOver }
        guard transfer.agent.id != agent.id else { throw Self.refusal("the call is with this agent already") }
        guard !call.agentsSinceTurn.contains(transfer.agent.id),
            call.agentsSinceTurn.count < options.maximumHandOvers
        else { throw Self.refusal("the call was with another agent just now; answer the user first") }
        let setup = agent.setup.successor(transfer, of: agent, isTextOnly: line.isTextOnly)
        try await replaceAgent(setup, entry: transfer.greets ? .greets : .takesOver, meanwhile)
    }

    func changeLanguage(to language: String, onlyAtStart: Bool) async throws -> Bool {
        guard let agent = call.running?.agent else { throw Self.isOver }
        guard language != agent.settings.language else { return false }
        guard !onlyAtStart || call.hasChangedLanguage || call.callerTurns <= 2 else {
            throw Self.refusal(
                "the language can only be changed at the beginning of the conversation; go on in this one")
        }
        guard !call.languagesSinceTurn.contains(language) else {
            throw Self.refusal("the conversation was in that language just now; answer the user first")
        }
        var setup = agent.setup
        setup.inheritance.language = language
        try await replaceAgent(setup, entry: .changesLanguage) {}
        return true
    }

    func carryOut(_ act: LineAct, within limit: Duration) async -> LineOutcome {
        let (id, answer) = call.ask(act)
        call.jobs.add { [clock] session in
            do { try await clock.sleep(limit) } catch { return }
            await session.perform { $0.answer(.failed("the telephone line did not answer in time"), to: id) }
        }
        for await outcome in answer { return outcome }
        return .failed("the call is over")
    }

    /// What the server lacks to hold a voice call in a language; empty when it can.
    private func missing(for settings: CallSettings) -> [String] {
        let (engines, language) = (environment.engines, settings.language)
        let name = ChatHistory.languageName(language)
        let ears = engines.transcribers(named: settings.asr.transcribers, language: language).first
        let voice = engines.voices(named: [settings.voice.voiceID, settings.voice.modelID], language: language).first
        func covers(_ languages: [String]?) -> Bool { languages.map { LanguageTag.covers($0, language) } ?? false }
        return [
            covers(ears?.languages) ? nil : "no recogniser that understands \(name)",
            covers(voice?.languages) ? nil : "no voice that speaks \(name)",
        ].compactMap(\.self)
    }

    /// Puts an agent on the line, which gets ready while `meanwhile` runs.
    private func replaceAgent(
        _ setup: AgentSetup, entry: ActiveAgent.Entry, _ meanwhile: @Sendable () async throws -> Void
    ) async throws {
        guard !isChangingAgent else { throw Self.refusal("the call is being handed over already") }
        isChangingAgent = true
        defer { isChangingAgent = false }
        var setup = setup
        // An agent in another language has its tools already.
        if entry != .changesLanguage { setup.workspace = try await items(for: setup) }
        guard call.ending == nil, let line = call.running?.line, let before = call.running?.variables else {
            throw Self.isOver
        }
        var variables = before
        variables.update(system: call.systemVariables(for: setup.agent.id))
        variables.update(environment: setup.workspace.variables)
        let settings = try setup.settings(variables, available: environment.available)
        if entry == .changesLanguage, !line.isTextOnly {
            let missing = missing(for: settings)
            guard missing.isEmpty else {
                throw Self.refusal(
                    "this server has \(missing.joined(separator: " and ")); go on in this language, and tell the user")
            }
        }
        async let opening = open(setup, settings, on: line, entry: entry)
        do { try await meanwhile() } catch {
            if let agent = try? await opening { await agent.model.close() }
            throw error
        }
        let agent = try await opening
        guard call.ending == nil else {
            await agent.model.close()
            throw Self.isOver
        }
        let late = (call.running?.variables.values ?? [:]).filter { before.values[$0.key] != $0.value }
        call.replaceAgent(with: agent, variables)
        // Of what other tools have set meanwhile the agent does not know yet.
        call.assign(late)
        if entry != .changesLanguage { tellServers(of: settings) }
    }

    private static let isOver = CallFault(code: 1000, type: "call_ended", message: "the call is over")

    private static func refusal(_ message: String) -> CallFault {
        CallFault(code: 1008, type: "value_error", message: message)
    }
}
