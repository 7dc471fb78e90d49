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

    let call: CallState
    nonisolated let request: CallRequest
    let environment: CallEnvironment
    let options: CallOptions
    let clock: TaskClock
    var beginning: Beginning
    /// Whether another agent is being put on the line.
    var isChangingAgent = false
    private var nextSave: Duration
    /// Fired when the record has its end.
    private let recordIsClosed = Signal()
    /// Whether what came after that is being written.
    private var isWritingLate = false

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
        recordIsClosed.fire()
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

    func take(_ input: CallInput, at time: CallTime) async {
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
        case .takeover(let takeover):
            call.answering.take(takeover)
        case .humanWords(let text):
            call.answering.say(byHuman: text)
        case .hangUp:
            end(1000, "The owner has ended the call.")
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

    func write(_ text: String, for id: ResponseID) {
        call.tools.noteWord(of: id)
        call.answering.advance(.wrote(text), of: id)
    }

    func draft(_ characters: Int, for id: ResponseID) {
        if characters > 0 { call.tools.noteWord(of: id) }
        call.answering.advance(.drafted(characters), of: id)
    }

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
        guard call.record.hasLate else { return }
        // The record is written by one at a time, and nothing that comes later is overwritten by what was there before.
        await recordIsClosed.wait()
        guard !isWritingLate else { return }
        isWritingLate = true
        defer { isWritingLate = false }
        while call.record.hasLate {
            for work in call.record.takeLate() { await work(records.worker) }
            _ = await records.worker.commit()
        }
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
