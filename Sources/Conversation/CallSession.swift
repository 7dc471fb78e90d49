import Agents
import Audio
import DequeModule
import Engines
import Foundation
import JSON
import Logging
import Speech
import Tasks
import TurnTaking

/// The state of one call: feeds events to the turn-taking machine, and carries out its commands.
actor CallSession {
    nonisolated let jobs = JobQueue()
    nonisolated let records: SerialQueue<CallRecorder>
    nonisolated let outbox: AsyncStream<CallOutput>
    nonisolated let ended = Signal()

    let request: CallRequest
    let environment: CallEnvironment
    let options: CallOptions
    let clock: TaskClock
    let logger: Logger
    private let outgoing: AsyncStream<CallOutput>.Continuation

    /// What the initiation settled; nil before it.
    var running: Running?
    var response: ActiveResponse?
    /// Words typed by the user that wait for the machine to prepare an answer.
    var typed: String?
    /// Tool calls and their rounds.
    var tools: ToolRoundMachine
    /// Rounds so far; the number of one is its name.
    var rounds = 0
    /// Fired when a round is complete.
    var waitingRounds: [Int: Signal] = [:]
    /// Sent when the agent hangs up, once it has been heard; nil as long as it does not want to.
    var hangUp: CallOutput?
    /// When a tool result came that no response waited for and that the caller has not been told; nil when there is
    /// none.
    var untoldSince: Duration?
    /// Turns in the transcript so far, which is the place of the next one.
    var turnCount = 0
    /// Consecutive failures of models.
    var failures = 0
    private(set) var lastEventID = 0
    /// The event id of the last interruption.
    var lastInterruption = 0
    private(set) var ending: Ending?
    /// Whether the initiation has been received.
    var isStarted = false
    /// Whether the prompt cache is being filled: one request at a time.
    var isWarming = false
    /// Messages about an interruption that wait until the client has heard the rest.
    var pendingInterruption: [CallOutput] = []
    /// Events that wait while the commands of another are carried out.
    var waiting: Deque<(event: TurnEvent, isLogged: Bool)> = []
    var isFeeding = false
    /// Whether the end-of-utterance model is judging some words.
    var isJudgingEnding = false
    /// How far ahead of real time this client needs its audio.
    var lead = PlayoutLead()
    /// How fast this call's engines have been so far.
    var pace = SpeechStart.Pace()
    private var nextSave: Duration = .zero
    private var voiceRun: [VoiceWindow] = []
    /// The warnings that this call has added to its record.
    private var warnings: Set<String> = []
    /// Whether entries of the record were lost to a disk that does not keep up.
    private var hasLostRecords = false

    struct Ending: Sendable {
        var close: CallEnding
        var status: ConversationStatus
        var reason: String
    }

    /// What the initiation settles.
    struct Running {
        let settings: CallSettings
        let outputFormat: AudioFormat
        let model: any LanguageModelSession
        let modelID: String
        /// The recogniser that made the latest transcript.
        var transcriberID: String
        let speaker: Speaker?
        let listening: AsyncStream<Listener.Item>.Continuation
        var machine: TurnMachine
        var timeline: InputTimeline
        /// Nil in a text-only conversation.
        var echo: EchoDetector?
        var history: ChatHistory
        /// The end of the last judged window: the machine's time.
        var heardUntil: CallTime = .zero
        /// Real time at which the last window was judged.
        var heardAt: CallTime = .zero
        var caller = CallerWords()
        /// When the caller was last heard.
        var lastVoice: CallTime = .zero
        var lastPartial = ""
        /// The words that were submitted last to be judged for their end.
        var judgedWords = ""
        var isJudged = false
    }

    init(request: CallRequest, environment: CallEnvironment, clock: TaskClock) {
        self.request = request
        self.environment = environment
        options = environment.options
        self.clock = clock
        tools = ToolRoundMachine(
            mostAtOnce: environment.options.maximumParallelTools, mostKept: environment.options.keptTools)
        var logger = environment.logger
        logger[metadataKey: "conversation"] = "\(request.conversationID)"
        self.logger = logger
        records = SerialQueue(
            worker: CallRecorder(
                id: request.conversationID, store: environment.conversations, recordings: environment.recordings,
                logger: logger),
            limit: environment.options.recordBacklog)
        (outbox, outgoing) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(environment.options.outboundBacklog))
    }

    // MARK: Beginning and end

    /// The client has connected: opens the record.
    func accept() {
        environment.instruments.began()
        let start = ConversationStart(
            id: request.conversationID, agentID: request.agent.id, agentName: request.agent.name,
            startTime: Int(Date().timeIntervalSince1970), authorization: request.authorization,
            sampleRate: CallTime.rate)
        record { await $0.begin(start) }
        nextSave = options.saveInterval
    }

    /// Ends the call; the first reason counts.
    func end(_ code: Int, _ reason: String, failed: Bool = false) {
        guard ending == nil else { return }
        tellInterruption()
        // `tellInterruption` ends the call itself when the client is too slow.
        guard ending == nil else { return }
        ending = Ending(
            close: CallEnding(code: code, reason: reason), status: failed ? .failed : .done, reason: reason)
        logger.info("The call ends.", metadata: ["code": "\(code)", "reason": "\(reason)"])
        outgoing.finish()
        ended.fire()
    }

    /// Tells the client what is wrong, and ends the call.
    func fail(_ code: Int, type: String, _ message: String) {
        fail(CallFault(code: code, type: type, message: message))
    }

    func fail(_ fault: CallFault) {
        guard ending == nil else { return }
        send(.failed(fault))
        end(fault.code, fault.message, failed: true)
    }

    func callerLeft() { end(1000, "The client has gone.") }

    /// Stops all work on the call's audio; messages that are queued are still sent.
    func stop() async {
        if ending == nil { end(1001, "The server is shutting down.") }
        settleLastTurn()
        settleLastWords()
        follow(.callEnded)
        response?.scope.cancel()
        response = nil
        running?.listening.finish()
        await running?.model.close()
    }

    /// Closes the record: nothing that happens after this is recorded.
    func closeRecord() {
        flushVoiceRun()
        records.finish()
    }

    func finishRecord() async -> CallEnding {
        let ending =
            ending
            ?? Ending(
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
        guard ending == nil else { return }
        switch input {
        case .begin(let initiation):
            await start(initiation)
        case .audio(let bytes):
            await start()
            hear(bytes)
        case .words(let text):
            await start()
            type(text)
        case .activity:
            feed(.activity)
        case .context(let text, let id):
            await start()
            running?.history.addContext(text, id: id)
            log("contextual_update", ["text": .string(text)])
        case .feedback(let score, let eventID):
            let feedback = score.map {
                TranscriptTurn.Feedback(score: $0.rawValue, time: clock.now.seconds)
            }
            record { await $0.rate(eventID, feedback) }
        case .toolResult(let reply):
            take(reply)
        case .roundTrip(let duration):
            lead.note(duration)
        case .heard(let end, let eventID):
            noteHeard(end, of: eventID)
        case .refused(let fault):
            warn(fault.message)
            send(.notice(fault))
        }
    }

    /// Starts with an empty initiation, unless one has come.
    private func start() async {
        if !isStarted { await start(CallInitiation()) }
    }

    private func hear(_ bytes: Data) {
        guard running?.speaker != nil else { return }
        do {
            try running?.timeline.receive(bytes, at: clock.now)
        } catch {
            fail(
                1008, type: "invalid_message",
                "The audio runs more than \(Int(error.limit.seconds)) s ahead of real time.")
        }
    }

    private func type(_ text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, running != nil else { return }
        typed = text
        feed(.typed)
    }

    // MARK: Time

    /// Does what depends on real time.
    func tick() async {
        guard ending == nil else { return }
        let elapsed = clock.elapsed()
        if elapsed >= options.initiationGrace { await start() }
        guard ending == nil else { return }
        moveTime()
        tend()
        if elapsed >= nextSave {
            nextSave = elapsed + options.saveInterval
            flushVoiceRun()
            saveSpokenSoFar()
            saveWordsSoFar()
            record { await $0.save() }
        }
    }

    private func moveTime() {
        guard running != nil else { return }
        guard running?.speaker != nil else {
            running?.heardUntil = clock.now
            running?.heardAt = clock.now
            return feed(.tick)
        }
        for window in running?.timeline.windows(until: clock.now) ?? [] {
            listen(.window(window))
            let samples = window.samples
            record { await $0.heardCaller(samples) }
        }
    }

    // MARK: Messages and the log

    /// Queues an entry of the record; when the queue is full, the entry is lost and the log says so.
    func record(_ work: @escaping SerialQueue<CallRecorder>.Work) {
        guard !records.add(work) else { return }
        environment.instruments.overflowed(.record)
        guard !hasLostRecords else { return }
        hasLostRecords = true
        logger.error("The disk does not keep up: parts of the call's record are lost.")
    }

    /// Adds a warning to the record, once.
    func warn(_ text: String) {
        guard warnings.count < options.maximumWarnings, warnings.insert(text).inserted else { return }
        logger.warning("\(text)")
        record { await $0.describe(ConversationDetails(warnings: [text])) }
    }

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
        flushVoiceRun()
        let time = running?.heardUntil ?? .zero
        record { await $0.log(kind, detail, at: time) }
    }

    /// Collects a judged window for the log.
    func logVoice(_ window: VoiceWindow) { voiceRun.append(window) }

    /// Logs the windows since the last line as one line, whose time is the end of the last window.
    private func flushVoiceRun() {
        guard !voiceRun.isEmpty, let time = running?.heardUntil else { return }
        func column(_ value: KeyPath<VoiceWindow, Float>) -> JSONValue {
            .array(voiceRun.map { .number($0[keyPath: value].shortestDouble) })
        }
        let detail: JSONValue = [
            "probabilities": column(\.probability), "levels": column(\.level), "echoes": column(\.echo),
        ]
        voiceRun = []
        record { await $0.log("voice", detail, at: time) }
    }
}

extension Float {
    /// The double with the shortest decimals that still reads back as this float: it shrinks the log to a third.
    fileprivate var shortestDouble: Double {
        let short = Double(description) ?? Double(self)
        return Float(short) == self ? short : Double(self)
    }
}

extension CallTime {
    /// Seconds since the call began.
    var seconds: Double { (self - CallTime.zero).seconds }
}
