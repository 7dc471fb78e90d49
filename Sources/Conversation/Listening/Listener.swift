import Engines
import Logging
import TurnTaking

/// What the caller's audio says.
enum Heard: Sendable {
    case window(InputTimeline.Window, speechProbability: Float)
    case partial(String)
    case transcript(pause: Int, Transcript, elapsed: Duration)
    case failed(EngineError)
}

/// Listens to one caller: voice activity window by window, and the transcripts of utterances.
actor Listener {
    enum Item: Sendable {
        case window(InputTimeline.Window)
        case open(from: CallTime)
        case finalize(pause: Int)
        case close
    }

    private let activity: any VoiceActivityStream
    private let transcriber: any Transcriber
    private let hints: TranscriptionHints
    private let options: CallOptions
    private let jobs: JobQueue
    private let report: @Sendable (Heard) async -> Void
    /// The last windows, oldest first, for the start of utterances.
    private var recent: [InputTimeline.Window] = []
    private var utterance: (any UtteranceTranscription)?
    /// Counts utterances, so that a late transcript of one is not taken for the next one's.
    private var generation = 0
    private var isDecodingPartial = false
    private var isFinal = false
    private var unheard: Span = .zero

    init(
        engines: EngineCatalog, transcriber: any Transcriber, hints: TranscriptionHints, options: CallOptions,
        jobs: JobQueue, report: @escaping @Sendable (Heard) async -> Void
    ) {
        activity = engines.voiceActivityDetector.openStream()
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
        case .window(let window):
            recent.append(window)
            let kept = options.lookBack.samples / InputTimeline.windowSize
            if recent.count > kept { recent.removeFirst(recent.count - kept) }
            try await utterance?.append(window.samples)
            let probability = window.isGap ? 0 : try await activity.speechProbability(of: window.samples)
            // Speech has gone on after the pause: partial transcripts are wanted again.
            if probability >= options.turnPolicy.speechThreshold { isFinal = false }
            await report(.window(window, speechProbability: probability))
            unheard += Span(samples: InputTimeline.windowSize)
            if unheard >= options.partialInterval, !isFinal { decodePartial() }
        case .open(let start):
            generation += 1
            let opened = transcriber.openUtterance(hints)
            utterance = opened
            isFinal = false
            unheard = .zero
            for window in recent where window.end > start { try await opened.append(window.samples) }
        case .finalize(let pause):
            isFinal = true
            decodeFinal(for: pause)
        case .close:
            generation += 1
            await utterance?.close()
            utterance = nil
        }
    }

    private func decodePartial() {
        guard let utterance, !isDecodingPartial else { return }
        isDecodingPartial = true
        unheard = .zero
        let generation = generation
        jobs.add {
            let text = try? await utterance.transcript(.partial).text
            await self.decodedPartial(text, of: generation)
        }
    }

    private func decodedPartial(_ text: String?, of generation: Int) async {
        isDecodingPartial = false
        guard generation == self.generation, let text, !text.isEmpty else { return }
        await report(.partial(text))
    }

    private func decodeFinal(for pause: Int) {
        guard let utterance else { return }
        let generation = generation
        let clock = ContinuousClock()
        let start = clock.now
        jobs.add {
            do {
                let transcript = try await utterance.transcript(.final)
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
}
