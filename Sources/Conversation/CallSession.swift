import Agents
import Audio
import ConvAI
import Engines
import Foundation
import JSON
import Logging
import TurnTaking

/// The state of one call: carries events to the turn-taking machine and its commands out.
actor CallSession {
    nonisolated let jobs = JobQueue()
    nonisolated let records: SerialQueue<CallRecorder>
    nonisolated let outbox: AsyncStream<ServerMessage>
    nonisolated let ended = Signal()

    let request: CallRequest
    let environment: CallEnvironment
    let options: CallOptions
    let clock: CallClock
    let logger: Logger
    private let outgoing: AsyncStream<ServerMessage>.Continuation

    /// Present from the initiation on.
    var running: Running?
    var response: ActiveResponse?
    /// Words typed by the user that wait for the machine to prepare an answer.
    var typed: String?
    var pendingTools: [String: AsyncStream<ClientToolResult>.Continuation] = [:]
    /// Places of turns in the transcript.
    var turnCount = 0
    /// Models that failed in a row.
    var failures = 0
    private(set) var lastEventID = 0
    private(set) var ending: Ending?
    /// The initiation is being worked on, or has been.
    private var isStarted = false
    /// The prompt cache is being filled: one request at a time.
    private var isWarming = false
    private var pings: [Int: Duration] = [:]
    private var roundTrip: Int?
    private var nextPing: Duration = .zero
    private var nextSave: Duration = .zero
    private var lastReceived: Duration = .zero
    private var voiceRun: [Float] = []

    struct Ending: Sendable {
        var close: CallEnding
        var status: ConversationStatus
        var reason: String
    }

    /// What the initiation settles.
    struct Running {
        let settings: CallSettings
        let events: ClientEvents
        let outputFormat: AudioFormat
        let model: any LanguageModelSession
        let modelID: String
        let transcriberID: String
        let speaker: Speaker?
        let listening: AsyncStream<Listener.Item>.Continuation
        var machine: TurnMachine
        var timeline: InputTimeline
        var history: ChatHistory
        /// The end of the last window that was judged: the machine's time.
        var heardUntil: CallTime = .zero
        /// The id that the caller's open turn and its answer share.
        var turnEventID = 0
        /// When the caller's open turn began.
        var turnStart: CallTime = .zero
        /// The last final transcript of the caller's open turn.
        var words = ""
        var lastPartial = ""
    }

    init(request: CallRequest, environment: CallEnvironment, clock: CallClock) {
        self.request = request
        self.environment = environment
        options = environment.options
        self.clock = clock
        var logger = environment.logger
        logger[metadataKey: "conversation"] = "\(request.conversationID)"
        self.logger = logger
        records = SerialQueue(
            worker: CallRecorder(id: request.conversationID, store: environment.conversations, logger: logger))
        (outbox, outgoing) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(environment.options.outboundBacklog))
    }

    // MARK: Beginning and end

    /// The client has connected.
    func accept() {
        let start = ConversationStart(
            id: request.conversationID, agentID: request.agent.id, agentName: request.agent.name,
            startTime: Int(Date().timeIntervalSince1970), authorization: request.authorization,
            sampleRate: CallTime.rate)
        records.add { await $0.begin(start) }
        nextSave = options.saveInterval
        nextPing = options.pingInterval
    }

    /// Ends the call; the first reason counts.
    func end(_ code: Int, _ reason: String, failed: Bool = false) {
        guard ending == nil else { return }
        ending = Ending(
            close: CallEnding(code: code, reason: reason), status: failed ? .failed : .done, reason: reason)
        logger.info("The call ends.", metadata: ["code": "\(code)", "reason": "\(reason)"])
        outgoing.finish()
        ended.fire()
    }

    /// Tells the client what is wrong, and ends the call.
    func fail(_ code: Int, type: String, _ message: String) {
        guard ending == nil else { return }
        let error = ErrorMessage(code: code, type: type, message: message)
        send(.error(error))
        send(.clientError(error))
        end(code, message, failed: true)
    }

    func clientLeft() { end(1000, "The client has gone.") }

    func refuse(_ error: ClientMessageError) { fail(1008, type: "invalid_message", error.description) }

    /// Stops all work on the call's audio; messages already sent still go out.
    func stop() async {
        if ending == nil { end(1001, "The server is shutting down.") }
        settleLastTurn()
        response?.scope.cancel()
        response = nil
        running?.listening.finish()
        await running?.model.close()
    }

    func finishRecord() async -> CallEnding {
        flushVoiceRun()
        let ending =
            ending
            ?? Ending(
                close: CallEnding(code: 1011, reason: "The call ended unexpectedly."), status: .failed,
                reason: "Unknown.")
        let end = ConversationEnd(
            status: ending.status, duration: clock.elapsed() / .seconds(1), terminationReason: ending.reason,
            failure: ending.status == .failed
                ? ConversationEnd.Failure(code: ending.close.code, reason: ending.reason) : nil)
        records.finish()
        // What the worker had no time for before it was cancelled.
        await records.run()
        await records.worker.finish(end)
        return ending.close
    }

    // MARK: The client's messages

    func receive(_ message: ClientMessage) async {
        guard ending == nil else { return }
        lastReceived = clock.elapsed()
        switch message {
        case .initiation(let initiation):
            await start(initiation)
        case .audio(let bytes):
            await start(ConversationInitiation())
            hear(bytes)
        case .pong(let eventID):
            if let sent = pings.removeValue(forKey: eventID) {
                roundTrip = Int((clock.elapsed() - sent) / .milliseconds(1))
            }
        case .userMessage(let text):
            await start(ConversationInitiation())
            type(text)
        case .multimodal(let text, _):
            await start(ConversationInitiation())
            if let text { type(text) }
        case .userActivity:
            feed(.activity)
        case .contextualUpdate(let text, let contextID):
            await start(ConversationInitiation())
            running?.history.addContext(text, id: contextID)
            log("contextual_update", ["text": .string(text)])
        case .feedback(let eventID, let score):
            let feedback = score.map {
                TranscriptTurn.Feedback(score: $0.rawValue, time: clock.now.seconds)
            }
            records.add { await $0.rate(eventID, feedback) }
        case .clientToolResult(let result):
            pendingTools.removeValue(forKey: result.callID)?.yield(result)
        case .toolApproval, .unknown:
            logger.debug("A message of the client's was ignored.")
        }
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

    // MARK: Start

    /// Begins the conversation; the first initiation counts.
    private func start(_ initiation: ConversationInitiation) async {
        guard !isStarted else { return }
        isStarted = true
        let settings: CallSettings
        do {
            settings = try CallSettings(
                agent: request.agent, initiation: initiation, systemVariables: systemVariables(initiation))
        } catch {
            // Clients wait for the metadata before anything else, also before an error.
            send(metadata(output: .pcm16000, input: .pcm16000))
            describe(initiation, settings: nil)
            return fail(error.code, type: error.type, error.message)
        }
        guard let output = AudioFormat(rawValue: settings.voice.outputFormat),
            let input = AudioFormat(rawValue: settings.asr.inputFormat)
        else {
            send(metadata(output: .pcm16000, input: .pcm16000))
            let formats = AudioFormat.allCases.map(\.rawValue).joined(separator: ", ")
            return fail(
                1008, type: "value_error",
                "Unknown audio format \(settings.voice.outputFormat) or \(settings.asr.inputFormat); known are \(formats)."
            )
        }
        let engines = environment.engines
        guard let transcriber = engines.transcribers.first, let synthesizer = engines.synthesizers.first,
            let timeline = try? InputTimeline(format: input, options: options)
        else { return fail(1011, type: "unknown", "The server has no engines to hold a call with.") }
        let model = engines.languageModel(for: settings)
        let session = await model.openSession()
        guard ending == nil else { return await session.close() }
        let isTextOnly = settings.conversation.isTextOnly
        let (items, listening) = AsyncStream<Listener.Item>.makeStream()
        running = Running(
            settings: settings, events: settings.conversation.clientEvents, outputFormat: output,
            model: session, modelID: model.id, transcriberID: transcriber.id,
            speaker: isTextOnly
                ? nil
                : Speaker(
                    synthesizer: synthesizer, voice: nil, language: settings.language, speed: settings.voice.speed,
                    outputRate: output.sampleRate, options: options),
            listening: listening, machine: TurnMachine(policy: policy(for: settings)), timeline: timeline,
            history: ChatHistory(
                instructions: isTextOnly ? settings.prompt : settings.prompt + "\n\n" + ChatHistory.voiceStyle,
                limit: options.maximumHistory))
        send(metadata(output: output, input: input))
        describe(initiation, settings: settings)
        if !isTextOnly {
            let listener = Listener(
                engines: engines, transcriber: transcriber,
                hints: TranscriptionHints(language: settings.language, keywords: settings.asr.keywords),
                options: options, jobs: jobs
            ) { await self.heard($0) }
            jobs.add { await listener.run(items) }
            if settings.recordsVoice {
                let file = environment.recordings.appending(path: request.conversationID + ".wav")
                records.add { await $0.record(to: file, outputRate: output.sampleRate) }
                records.add { await $0.describe(ConversationDetails(recording: file)) }
            }
        }
        feed(.began(greets: !settings.firstMessage.isEmpty))
        warmModel()
    }

    /// Fills the model's prompt cache with what is known so far, while the greeting is heard or the caller speaks.
    ///
    /// - Parameter words: what the caller seems to be saying.
    private func warmModel(answering words: String? = nil) {
        guard let running, !isWarming, response == nil || words == nil else { return }
        isWarming = true
        let request = generationRequest(running.history.messages(answering: words))
        let model = running.model
        jobs.add {
            do { try await model.prefill(request) } catch {
                self.logger.warning("The model's prompt could not be warmed.", metadata: ["error": "\(error)"])
            }
            await self.warmed()
        }
    }

    private func warmed() { isWarming = false }

    private func metadata(output: AudioFormat, input: AudioFormat) -> ServerMessage {
        .initiationMetadata(
            ConversationMetadata(
                conversationID: request.conversationID, agentOutputAudioFormat: output.rawValue,
                userInputAudioFormat: input.rawValue))
    }

    private func describe(_ initiation: ConversationInitiation, settings: CallSettings?) {
        let details = ConversationDetails(
            initiation: initiation.record(variables: settings?.dynamicVariables),
            userID: initiation.userID, source: initiation.source, sourceVersion: initiation.sourceVersion,
            language: settings?.language, timezone: settings?.timezone,
            isTextOnly: settings?.conversation.isTextOnly, warnings: settings?.warnings ?? [])
        records.add { await $0.describe(details) }
    }

    private func systemVariables(_ initiation: ConversationInitiation) -> [String: String] {
        let now = Date()
        return [
            "system__agent_id": request.agent.id, "system__current_agent_id": request.agent.id,
            "system__conversation_id": request.conversationID, "system__call_duration_secs": "0",
            "system__time_utc": now.formatted(.iso8601), "system__time": now.formatted(.iso8601),
            "system__timezone": "UTC", "system__agent_turns": "0", "system__current_agent_turns": "0",
            "system__is_text_only":
                initiation.isTextOnly || initiation.configOverride.value(at: "conversation", "text_only") == true
                ? "true" : "false",
        ]
    }

    private func policy(for settings: CallSettings) -> TurnPolicy {
        var policy = options.turnPolicy
        let turn = settings.turn
        policy.turnTimeout = turn.timeout.map(Span.seconds)
        policy.initialWait = turn.initialWait.map(Span.seconds)
        policy.silenceEndCall = turn.silenceEndCallTimeout.map(Span.seconds)
        policy.maximumDuration = .seconds(settings.conversation.maxDuration)
        policy.allowsInterruption = settings.conversation.clientEvents.allowsInterruption
        policy.allowsGreetingInterruption = !settings.disableFirstMessageInterruptions
        switch turn.eagerness {
        case .patient: policy.patience *= 1.6
        case .normal: break
        case .eager: policy.patience *= 0.7
        }
        return policy
    }

    // MARK: Time

    /// Looks after everything that depends on real time.
    func tick() async {
        guard ending == nil else { return }
        let elapsed = clock.elapsed()
        if elapsed >= options.initiationGrace { await start(ConversationInitiation()) }
        guard ending == nil else { return }
        moveTime()
        playOut()
        if elapsed >= nextPing {
            nextPing = elapsed + options.pingInterval
            ping(at: elapsed)
        }
        if elapsed >= nextSave {
            nextSave = elapsed + options.saveInterval
            flushVoiceRun()
            saveSpokenSoFar()
            records.add { await $0.save() }
        }
        if elapsed - lastReceived >= options.receiveTimeout {
            fail(
                1002, type: "transport_receive_timeout",
                "Nothing was received for \(options.receiveTimeout.components.seconds) s.")
        }
    }

    private func moveTime() {
        guard running != nil else { return }
        guard running?.speaker != nil else {
            running?.heardUntil = clock.now
            return feed(.tick)
        }
        for window in running?.timeline.windows(until: clock.now) ?? [] {
            running?.listening.yield(.window(window))
            let samples = window.samples
            records.add { await $0.heardCaller(samples) }
        }
    }

    private func ping(at elapsed: Duration) {
        let eventID = nextEventID()
        // Bounded: a client that never answers has only its newest pings remembered.
        if pings.count > 16 { pings.removeAll() }
        pings[eventID] = elapsed
        send(.ping(eventID: eventID, roundTrip: roundTrip))
    }

    // MARK: The caller's voice

    private func heard(_ heard: Heard) {
        guard ending == nil else { return }
        switch heard {
        case .window(let window, let probability):
            running?.heardUntil = window.end
            voiceRun.append(probability)
            send(.vadScore(Double(probability)))
            feed(.voice(probability: probability), isLogged: false)
        case .partial(let text):
            guard text != running?.lastPartial else { return }
            running?.lastPartial = text
            send(.tentativeUserTranscript(text, eventID: running?.turnEventID ?? 0))
            feed(.partial(text))
            warmModel(answering: text)
        case .transcript(let pause, let transcript, let elapsed):
            log("transcriber", ["elapsed_ms": .integer(Int(elapsed / .milliseconds(1)))])
            running?.words = transcript.text
            feed(.transcript(pause: pause, transcript.text))
        case .failed(let error):
            logger.error("Listening failed.", metadata: ["error": "\(error)"])
            fail(1002, type: "asr_transcription_error", error.message)
        }
    }

    // MARK: The machine

    /// Tells the machine what has happened and does what it wants done.
    func feed(_ event: TurnEvent, isLogged: Bool = true) {
        guard ending == nil, let time = running?.heardUntil else { return }
        let commands = running?.machine.handle(event, at: time) ?? []
        if isLogged, event != .tick { log("event", event.json) }
        for command in commands {
            log("command", command.json)
            carryOut(command)
        }
    }

    private func carryOut(_ command: TurnCommand) {
        switch command {
        case .openUtterance(let start):
            running?.turnEventID = nextEventID()
            running?.turnStart = start
            running?.words = ""
            running?.lastPartial = ""
            running?.listening.yield(.open(from: start))
        case .finalize(let pause):
            running?.listening.yield(.finalize(pause: pause))
        case .closeUtterance(let outcome):
            running?.listening.yield(.close)
            if outcome == .unanswered { keepWords() }
        case .prepare(let id, let cause):
            prepare(id, cause)
        case .release(let id):
            release(id)
        case .discard(let id):
            discard(id)
        case .interrupt(let id):
            interrupt(id)
        case .end(let cause):
            end(cause)
        }
    }

    private func end(_ cause: EndCause) {
        switch cause {
        case .hangUp:
            if let hangUp = response?.hangUp { send(.agentToolResponse(hangUp)) }
            end(1000, "The agent ended the call.")
        case .silence:
            end(1000, "The caller was silent for too long.")
        case .maximumDuration:
            let message = "The conversation has reached its longest duration."
            send(.error(ErrorMessage(code: 1000, type: "max_duration_exceeded", message: message)))
            end(1000, message)
        }
    }

    // MARK: Messages and the log

    func nextEventID() -> Int {
        lastEventID += 1
        return lastEventID
    }

    func send(_ message: ServerMessage) {
        guard ending == nil, running?.events.allows(message) ?? true else { return }
        if case .dropped = outgoing.yield(message) {
            end(1008, "The client does not read its messages.", failed: true)
        }
    }

    func log(_ kind: String, _ detail: JSONValue) {
        flushVoiceRun()
        let time = running?.heardUntil ?? .zero
        records.add { await $0.log(kind, detail, at: time) }
    }

    /// Writes the windows since the last entry of the log as one, which ends where the log stands.
    private func flushVoiceRun() {
        guard !voiceRun.isEmpty, let time = running?.heardUntil else { return }
        let detail: JSONValue = ["probabilities": .array(voiceRun.map { .number(Double($0)) })]
        voiceRun = []
        records.add { await $0.log("voice", detail, at: time) }
    }
}

extension CallTime {
    /// Seconds since the call began.
    var seconds: Double { (self - CallTime.zero).seconds }
}

extension Encodable {
    /// The value as JSON, for the log.
    fileprivate var json: JSONValue {
        (try? JSONValue(parsing: JSONEncoder().encode(self))) ?? .null
    }
}

extension EngineCatalog {
    /// The model that an agent's settings lead to.
    func languageModel(for settings: CallSettings) -> any LanguageModel {
        if let custom = settings.customLLM {
            return makeLanguageModel(
                LanguageModelEndpoint(
                    baseURL: custom.url, model: custom.modelID, apiKey: custom.apiKey, headers: custom.headers))
        }
        return languageModels.first { $0.id == settings.llm } ?? languageModels[0]
    }
}
