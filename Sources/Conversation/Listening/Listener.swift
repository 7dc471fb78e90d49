import Audio
import Engines
import Logging
import Speech
import Tasks
import TurnTaking

extension Span {
    /// Converts to whole milliseconds.
    fileprivate init(_ duration: Duration) { self = .milliseconds(Int(duration / .milliseconds(1))) }
}

/// What the listener found in the caller's audio.
enum Heard: Sendable {
    /// One window was judged; `level` is its RMS in dB below full scale.
    case window(InputTimeline.Window, speechProbability: Float, level: Float)
    case partial(String)
    case transcript(pause: Int, Transcript, elapsed: Duration)
    case verdict(pause: Int, TurnJudgement)
    /// The words that `retranscribe` found for that response; mostly none.
    case missed(ResponseID, String)
    case failed(EngineError)
}

/// Listens to one caller: voice activity window by window, the transcripts of utterances, and whether they are over.
actor Listener {
    enum Item: Sendable {
        case window(InputTimeline.Window)
        /// An utterance has begun; it is urgent when its words decide whether the agent stops.
        case open(from: CallTime, isUrgent: Bool, isNoisy: Bool, isSpelled: Bool)
        /// The caller may be about to pause.
        case preview
        case finalize(pause: Int)
        case judge(pause: Int)
        case close
        /// Nobody has been heard for long: transcribes the audio after `from` in case it holds speech.
        case retranscribe(ResponseID, from: CallTime)
        /// Another agent has taken over: its recogniser transcribes what comes from the next utterance on.
        case use(any Transcriber, TranscriptionHints)
    }

    private struct Partial: Hashable {
        var number: Int
        /// The end of the audio that it covers.
        var end: CallTime
        /// Whether it has the priority of a final transcript.
        var isUrgent: Bool
    }

    private let activity: any VoiceActivityStream
    private var transcriber: any Transcriber
    private let suppressor: (any NoiseSuppressor)?
    private let turnDetector: (any TurnDetector)?
    private var hints: TranscriptionHints
    private let options: CallOptions
    private let jobs: JobQueue
    private let report: @Sendable (Heard) async -> Void
    /// The last windows, oldest first, for the start of utterances and for the turn detector.
    private var recent: [InputTimeline.Window] = []
    private var utterance: (any UtteranceTranscription)?
    /// The least interval between partial transcripts of the open utterance; nil for none.
    private var partialInterval: Duration?
    private var utteranceStart: CallTime = .zero
    /// Opened at the first noisy utterance; nil until that has completed.
    private var suppression: (any NoiseSuppressionStream)?
    private var isOpeningSuppression = false
    /// Counts utterances, so that a late transcript of one is not taken for that of the next.
    private var generation = 0
    /// The partial transcript in the making, and the latest finished one.
    private var decoding: Partial?
    private var decoded: (partial: Partial, transcript: Transcript)?
    /// The pause that waits for the partial transcript in the making to serve as its final one.
    private var awaited: (pause: Int, since: ContinuousClock.Instant)?
    private var isFinal = false
    private var isUrgent = false
    private var unheard: Span = .zero
    /// Length of the uninterrupted speech up to now.
    private var spoken: Span = .zero
    private var lastProbability: Float = 0
    /// The end of the last window that might have been speech.
    private var lastHint: CallTime = .zero
    /// Consecutive windows that could not be judged.
    private var unjudged = 0

    init(
        engines: EngineCatalog, transcriber: any Transcriber,
        hints: TranscriptionHints, options: CallOptions, jobs: JobQueue,
        report: @escaping @Sendable (Heard) async -> Void
    ) {
        activity = engines.voiceActivityDetector.openStream()
        suppressor = engines.noiseSuppressor
        turnDetector = engines.turnDetector
        self.transcriber = transcriber
        self.hints = hints
        self.options = options
        self.jobs = jobs
        self.report = report
    }

    /// Works through `items` in order, until they end or the task is cancelled.
    func run(_ items: AsyncStream<Item>) async {
        for await item in items {
            do {
                try await take(item)
            } catch let error as EngineError {
                await report(.failed(error))
            } catch {
                break
            }
        }
        await utterance?.close()
        utterance = nil
    }

    private func take(_ item: Item) async throws {
        switch item {
        case .window(let window): try await hear(window)
        case .open(let start, let isUrgent, let isNoisy, let isSpelled):
            forget()
            let opened = open(isNoisy: isNoisy, isSpelled: isSpelled)
            utterance = opened
            utteranceStart = start
            isFinal = false
            self.isUrgent = isUrgent
            unheard = .zero
            for window in recent where window.end > start { try await opened.append(window.samples) }
        case .preview:
            // Wasted work if the caller goes on after all.
            if unheard >= options.previewInterval, partialInterval == .zero { decodePartial(.final) }
        case .finalize(let pause):
            isFinal = true
            spoken = .zero
            await finalize(pause)
        case .judge(let pause):
            judge(pause)
        case .close:
            forget()
            await utterance?.close()
            utterance = nil
        case .retranscribe(let id, let start):
            retranscribe(from: start, for: id)
        case .use(let transcriber, let hints):
            (self.transcriber, self.hints) = (transcriber, hints)
        }
    }

    private func open(isNoisy: Bool, isSpelled: Bool) -> any UtteranceTranscription {
        var hints = hints
        hints.isSpelled = isSpelled
        let opened = transcriber.openUtterance(hints)
        partialInterval = transcriber.partialInterval
        guard isNoisy else { return opened }
        if let suppression { return DenoisedUtterance(opened, through: suppression) }
        if let suppressor, !isOpeningSuppression {
            isOpeningSuppression = true
            // The utterance does not wait for noise suppression, and does without it when opening fails.
            jobs.add { _ in await self.suppress(with: try? await suppressor.openStream()) }
        }
        return opened
    }

    private func suppress(with stream: (any NoiseSuppressionStream)?) { suppression = stream }

    /// Transcribes audio that was not taken for speech, if any of it might be: recognisers find words in plain noise
    /// too.
    private func retranscribe(from start: CallTime, for id: ResponseID) {
        let windows = recent.filter { $0.end > start }
        let isSuspect = windows.first.map { lastHint >= $0.end } ?? false
        let audio = windows.map(\.samples)
        jobs.add { [transcriber, hints, report] _ in
            var words = ""
            if isSuspect {
                let missed = transcriber.openUtterance(hints)
                do {
                    for samples in audio { try await missed.append(samples) }
                    words = try await missed.transcript(.final).text
                } catch {
                    // The agent then speaks up as it would have without the attempt.
                }
                await missed.close()
            }
            await report(.missed(id, words))
        }
    }

    private func hear(_ window: InputTimeline.Window) async throws {
        recent.append(window)
        let kept = options.lookBack.samples / InputTimeline.windowSize
        if recent.count > kept { recent.removeFirst(recent.count - kept) }
        try await utterance?.append(window.samples)
        let probability = window.isGap ? 0 : try await probability(of: window.samples)
        if probability >= options.hintThreshold { lastHint = window.end }
        if probability >= options.turnPolicy.speechThreshold {
            spoken += Span(samples: InputTimeline.windowSize)
        } else if probability < options.turnPolicy.silenceThreshold {
            spoken = .zero
        }
        // Speech has gone on after the pause for longer than the detector stays sure of a voice that has ended: partial
        // transcripts are wanted again.
        if spoken >= options.partialsAfter { isFinal = false }
        await report(.window(window, speechProbability: probability, level: Level.decibels(Level.rms(window.samples))))
        unheard += Span(samples: InputTimeline.windowSize)
        if window.end - utteranceStart >= options.urgentFor { isUrgent = false }
        let interval = isUrgent ? options.urgentPartialInterval : options.partialInterval
        if unheard >= interval, !isFinal, let least = partialInterval, unheard >= Span(least) {
            decodePartial()
        }
    }

    /// Returns the previous probability when the detector is briefly overloaded; lasting overload ends the call.
    private func probability(of window: [Float]) async throws -> Float {
        do {
            lastProbability = try await activity.speechProbability(of: window)
            unjudged = 0
        } catch let error as EngineError {
            unjudged += 1
            if unjudged > options.unjudgedWindows { throw error }
        }
        return lastProbability
    }

    // MARK: Transcripts

    private func forget() {
        generation += 1
        (decoding, decoded, awaited) = (nil, nil, nil)
    }

    private func decodePartial(_ finality: TranscriptFinality = .partial) {
        guard let utterance, let end = recent.last?.end, decoding == nil else { return }
        let partial = Partial(number: generation, end: end, isUrgent: finality == .final)
        decoding = partial
        unheard = .zero
        jobs.add { _ in
            let transcript = try? await utterance.transcript(finality)
            await self.decoded(partial, transcript)
        }
    }

    private func decoded(_ partial: Partial, _ transcript: Transcript?) async {
        guard partial.number == generation else { return }
        decoding = nil
        if let awaited {
            self.awaited = nil
            guard let transcript else { return decodeFinal(for: awaited.pause) }
            return await report(
                .transcript(pause: awaited.pause, transcript, elapsed: ContinuousClock.now - awaited.since))
        }
        guard let transcript else { return }
        decoded = (partial, transcript)
        if !transcript.text.isEmpty { await report(.partial(transcript.text)) }
    }

    /// Makes the transcript up to a pause; one made with a window of silence after the caller's last sound is reused.
    private func finalize(_ pause: Int) async {
        let end = (recent.last?.end ?? .zero) - options.turnPolicy.softEnd
        let now = ContinuousClock.now
        // One or two words are misrecognised without the silence after them ("Hello" as "Well,"), and quickly
        // transcribed.
        if end - utteranceStart < options.shortUtterance {
            decodeFinal(for: pause)
        } else if let decoding, decoding.isUrgent, decoding.end > end {
            awaited = (pause, now)
        } else if let decoded, decoded.partial.end > end {
            await report(.transcript(pause: pause, decoded.transcript, elapsed: .zero))
        } else {
            decodeFinal(for: pause)
        }
    }

    private func decodeFinal(for pause: Int) {
        guard let utterance else { return }
        let generation = generation
        let clock = ContinuousClock()
        let start = clock.now
        jobs.add { _ in
            do {
                let transcript: Transcript
                do {
                    transcript = try await utterance.transcript(.final)
                } catch is EngineError {
                    // Tried twice, so that a moment's overload does not lose the caller's words.
                    transcript = try await utterance.transcript(.final)
                }
                await self.decodedFinal(transcript, for: pause, of: generation, elapsed: clock.now - start)
            } catch let error as EngineError {
                await self.report(.failed(error))
            } catch {}
        }
    }

    private func decodedFinal(
        _ transcript: Transcript, for pause: Int, of generation: Int, elapsed: Duration
    ) async {
        guard generation == self.generation else { return }
        await report(.transcript(pause: pause, transcript, elapsed: elapsed))
    }

    // MARK: The end of the turn

    private func judge(_ pause: Int) {
        guard let turnDetector else { return }
        let audio = recent.filter { $0.end > utteranceStart }.flatMap(\.samples).suffix(turnDetector.longestAudio)
        guard !audio.isEmpty else { return }
        let generation = generation
        jobs.add { _ in
            // Without a verdict the words alone decide, and the caller may wait longer.
            guard let judgement = try? await turnDetector.judge(Array(audio)) else { return }
            await self.judged(pause, judgement, of: generation)
        }
    }

    private func judged(_ pause: Int, _ judgement: TurnJudgement, of generation: Int) async {
        guard generation == self.generation else { return }
        await report(.verdict(pause: pause, judgement))
    }
}
