import Agents
import Audio
import Engines
import Foundation
import JSON
import Logging
import Speech
import Tasks
import TurnTaking

/// The beginning of a call: settings, engines and greeting, as the initiation asks for them.
extension CallSession {
    /// Begins the conversation. Only the first initiation counts.
    func start(_ initiation: CallInitiation) async {
        guard !isStarted else {
            guard initiation != CallInitiation() else { return }
            return warn(
                "The client's conversation_initiation_client_data came after the conversation had begun: "
                    + "nothing of it was applied.")
        }
        isStarted = true
        let settings: CallSettings
        do {
            settings = try CallSettings(
                agent: request.agent, initiation: initiation, systemVariables: systemVariables,
                available: environment.available)
        } catch {
            send(.began(refusedLine))
            describe(initiation, settings: nil)
            return fail(error.code, type: error.type, error.message)
        }
        guard let output = request.formats?.output ?? AudioFormat(rawValue: settings.voice.outputFormat),
            let input = request.formats?.input ?? AudioFormat(rawValue: settings.asr.inputFormat)
        else {
            send(.began(refusedLine))
            let formats = AudioFormat.allCases.map(\.rawValue).joined(separator: ", ")
            return fail(
                1008, type: "value_error",
                "Unknown audio format \(settings.voice.outputFormat) or \(settings.asr.inputFormat); known are \(formats)."
            )
        }
        let engines = environment.engines
        guard let transcriber = transcriber(for: settings), let synthesizer = voice(for: settings),
            let timeline = try? InputTimeline(format: input, options: options)
        else { return fail(1011, type: "unknown", "The server has no engines to hold a call with.") }
        // Before the wait for a model, so that a caller who leaves during it is in the record as well.
        describe(initiation, settings: settings)
        let model = languageModel(for: settings)
        let isTextOnly = settings.conversation.isTextOnly
        let instructions = isTextOnly ? settings.prompt : settings.prompt + "\n\n" + ChatHistory.voiceStyle
        let room = ContextRoom(instructions: instructions, settings, in: model, options)
        if room.isTooSmall { return fail(1008, type: "value_error", room.complaint) }
        if room.isTight { warn(room.complaint) }
        let session = await model.openSession()
        guard ending == nil else { return await session.close() }
        let (items, listening) = AsyncStream<Listener.Item>.makeStream(
            bufferingPolicy: .bufferingOldest(options.listeningBacklog))
        running = Running(
            settings: settings, outputFormat: output,
            model: session, modelID: model.id, transcriberID: transcriber.id,
            speaker: isTextOnly
                ? nil
                : Speaker(
                    synthesizer: synthesizer, voice: nil, language: settings.language, speed: settings.voice.speed,
                    style: VoiceStyle(
                        stability: settings.voice.stability, similarityBoost: settings.voice.similarityBoost),
                    outputRate: output.sampleRate),
            listening: listening, machine: TurnMachine(policy: TurnPolicy(settings, options, engines)),
            timeline: timeline,
            echo: isTextOnly ? nil : try? EchoDetector(outputRate: output.sampleRate),
            history: ChatHistory(instructions: instructions, limit: options.maximumHistory, tokens: room.tokens))
        send(
            .began(
                CallLine(
                    conversationID: request.conversationID, output: output, input: input,
                    clientEvents: settings.conversation.clientEvents, isTextOnly: isTextOnly, isRefused: false)))
        if !isTextOnly {
            let listener = Listener(
                engines: engines, transcriber: transcriber,
                hints: TranscriptionHints(language: settings.language, keywords: settings.asr.keywords),
                options: options, jobs: jobs
            ) { await self.heard($0) }
            jobs.add { await listener.run(items) }
            if settings.recordsVoice { record { await $0.record(outputRate: output.sampleRate) } }
        }
        if let policy = running?.machine.policy { log("policy", policy.json) }
        feed(.began(greets: !settings.firstMessage.isEmpty))
        warmModel()
    }

    /// The model that answers in this call, with its fallbacks.
    private func languageModel(for settings: CallSettings) -> any LanguageModel {
        let models = environment.engines.languageModels(for: settings)
        let timeout = Duration.seconds(settings.cascadeTimeout)
        // An agent whose cascade time-out for one model is longer gets a budget of that length.
        let budget = max(options.answerBudget, timeout)
        return ModelCascade(models: models, timeout: timeout, budget: budget, clock: clock) { fallback in
            await self.noteFallback(fallback)
        }
    }

    /// The voice that the agent speaks with, with its fallbacks.
    private func voice(for settings: CallSettings) -> (any Synthesizer)? {
        // Where each voice is a model of its own, either field may name it.
        let names = [settings.voice.voiceID, settings.voice.modelID]
        return environment.engines.voice(
            names, language: settings.language, options: options.speech, clock: clock
        ) {
            fallback in
            await self.noteFallback(fallback)
        }
    }

    /// The recogniser for the caller's speech, with its fallbacks.
    private func transcriber(for settings: CallSettings) -> (any Transcriber)? {
        environment.engines.transcriber(
            settings.asr.transcribers, language: settings.language, options: options.speech, clock: clock
        ) { fallback in
            await self.noteFallback(fallback)
        }
    }

    private func noteFallback(_ fallback: EngineFallback) {
        let failure = fallback.failure
        environment.instruments.fellBack(
            EngineTask(fallback.task), after: failure, isResting: fallback.isResting)
        let (what, remedy) =
            switch fallback.task {
            case .speech: ("voice", "spoke")
            case .transcription: ("transcriber", "listened")
            }
        warn("The \(what) \(failure.engine) failed (\(failure.message)); \(fallback.next) \(remedy) in its place.")
        guard !fallback.isResting else { return }
        log(
            "\(what)_fallback",
            [
                "engine": .string(failure.engine), "kind": .string(failure.kind.rawValue),
                "message": .string(failure.message), "next": .string(fallback.next),
            ])
    }

    private func noteFallback(_ fallback: ModelCascade.Fallback) {
        let failure = fallback.failure
        environment.instruments.fellBack(.languageModel, after: failure)
        let remedy = fallback.next == failure.engine ? "it was asked again" : "\(fallback.next) answered in its place"
        warn("The model \(failure.engine) failed (\(failure.message)); \(remedy).")
        log(
            "model_fallback",
            [
                "engine": .string(failure.engine), "kind": .string(failure.kind.rawValue),
                "message": .string(failure.message), "next": .string(fallback.next),
            ])
    }

    /// Fills the model's prompt cache with the conversation so far, while the greeting is heard or the caller speaks.
    ///
    /// - Parameter words: the caller's words so far, as a partial transcript has them.
    func warmModel(answering words: String? = nil, _ end: @escaping @Sendable () -> Void = {}) {
        guard let running, !isWarming, response == nil || words == nil else { return end() }
        isWarming = true
        let request = generationRequest(running.history.messages(answering: words))
        let model = running.model
        let isAdded = jobs.add {
            do { try await model.prefill(request) } catch is CancellationError {
                // The call is over.
            } catch {
                self.logger.warning("The model's prompt could not be warmed.", metadata: ["error": "\(error)"])
            }
            end()
            await self.warmed()
        }
        if !isAdded { end() }
    }

    func warmed() { isWarming = false }

    /// Has the models read and judge the words of a caller who still speaks, unless other callers wait for the model.
    func readAhead(_ words: String) {
        guard response?.machine.isReleased != true else { return }
        guard let load = environment.engines.modelLoad else {
            warmModel(answering: words)
            return judgeEnding(of: words)
        }
        if response == nil, !isWarming, load.beginAhead() { warmModel(answering: words) { load.endAhead() } }
        if load.answers == 0, isWarming || !load.isAhead { judgeEnding(of: words) }
    }

    /// The caller begins to speak: the models read the conversation so far meanwhile.
    func warmModels() {
        warmModel()
        guard let agentWords = running?.history.lastAgentWords, let model = environment.engines.endOfUtteranceModel
        else { return }
        jobs.add { await model.prepare(for: agentWords) }
    }

    /// Has the end-of-utterance model judge whether the caller's words are complete.
    func judgeEnding(of words: String) {
        guard let running, words != running.judgedWords else { return }
        self.running?.judgedWords = words
        self.running?.isJudged = false
        judgeLatestWords()
    }

    /// Asks one question at a time, and none while the answer awaits its first token: the model would read both at
    /// once, which would delay the answer.
    func judgeLatestWords() {
        guard let running, !running.isJudged, !running.judgedWords.isEmpty, running.caller.isOpen, !isJudgingEnding,
            response?.machine.isReleased != true, !awaitsFirstToken, let model = environment.engines.endOfUtteranceModel
        else { return }
        isJudgingEnding = true
        self.running?.isJudged = true
        let (words, agentWords) = (running.judgedWords, running.history.lastAgentWords)
        jobs.add {
            // Without a probability the rules decide, which is only less precise.
            let probability = try? await model.endProbability(of: words, after: agentWords)
            await self.judgedEnding(of: words, probability)
        }
    }

    private var awaitsFirstToken: Bool {
        guard let response, !response.machine.isReleased,
            response.turn.metrics[ResponseMetric.firstToken.rawValue] == nil,
            // The model runs on another machine, where judging would not slow it down.
            environment.engines.modelLoad != nil, running?.modelID == environment.engines.languageModels.first?.id
        else { return false }
        return clock.elapsed() - response.start < options.judgementPatience
    }

    private func judgedEnding(of words: String, _ probability: Float?) {
        isJudgingEnding = false
        if let probability {
            feed(.ending(words: words, probability: probability))
            // The transcript may have changed meanwhile.
            judgeLatestWords()
        } else if running?.judgedWords == words {
            // The model was busy: the same words are asked about again at the next window.
            running?.isJudged = false
        }
    }

    /// What a line is told of a call that cannot be held: clients expect the metadata before any other message.
    private var refusedLine: CallLine {
        CallLine(
            conversationID: request.conversationID, output: .pcm16000, input: .pcm16000, isTextOnly: false,
            isRefused: true)
    }

    func describe(_ initiation: CallInitiation, settings: CallSettings?) {
        let details = ConversationDetails(
            initiation: initiation.record(variables: settings?.dynamicVariables),
            userID: initiation.userID, source: initiation.source, sourceVersion: initiation.sourceVersion,
            language: settings?.language, timezone: settings?.timezone,
            isTextOnly: settings?.conversation.isTextOnly, warnings: settings?.warnings ?? [])
        record { await $0.describe(details) }
    }

    var systemVariables: [String: String] {
        let now = Date()
        return [
            "system__agent_id": request.agent.id, "system__current_agent_id": request.agent.id,
            "system__conversation_id": request.conversationID, "system__call_duration_secs": "0",
            "system__time_utc": now.formatted(.iso8601),
            "system__agent_turns": "0", "system__current_agent_turns": "0",
        ]
    }
}
