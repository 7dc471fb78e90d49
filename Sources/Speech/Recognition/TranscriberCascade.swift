import Engines
import Tasks

/// Several recognisers as one: when one fails or is late, the next takes over the utterance from its beginning.
///
/// A recogniser that failed rests for a while, for all calls.
struct TranscriberCascade: Transcriber {
    /// In the order in which they are asked; never empty. The last one is asked even when it rests.
    let transcribers: [any Transcriber]
    let health: EngineHealth
    var options = SpeechOptions()
    var clock = TaskClock.continuous()
    /// Called when another recogniser takes over.
    let report: @Sendable (EngineFallback) async -> Void

    var id: String { transcribers[0].id }
    /// The interval of the recogniser that would be asked now.
    var partialInterval: Duration? {
        (transcribers.first { health.failure(of: $0.id) == nil } ?? transcribers[0]).partialInterval
    }

    func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        CascadeUtterance(cascade: self, hints: hints)
    }
}

/// One utterance, with its audio kept for a recogniser that takes over.
private actor CascadeUtterance: UtteranceTranscription {
    private struct Active {
        var index: Int
        /// Counts take-overs, so that a late failure of one recogniser is not blamed on the next.
        var number: Int
        var utterance: any UtteranceTranscription
        /// The transcript of the audio before `start`, which this recogniser is not given; mostly empty.
        var prefix: String
        /// Where in the utterance the audio of this recogniser begins, in samples.
        var start: Int
        /// Where in the utterance the audio that it has been given ends, in samples.
        var fed: Int
    }

    private let cascade: TranscriberCascade
    private let hints: TranscriptionHints
    private var active: Active?
    private var takeOvers = 0
    private var audio = KeptAudio()
    private var feeding = TaskChain<Void>()
    private var isClosed = false

    init(cascade: TranscriberCascade, hints: TranscriptionHints) {
        self.cascade = cascade
        self.hints = hints
    }

    func append(_ samples: [Float]) async throws {
        audio.append(samples, limit: Int(cascade.options.keptUtterance / .seconds(1) * Double(Dictation.sampleRate)))
        try await feed()
    }

    func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        while true {
            try await feed()
            guard let asked = active, !isClosed else { throw CancellationError() }
            let engine = cascade.transcribers[asked.index]
            do {
                var transcript = try await self.transcript(finality, of: asked)
                cascade.health.succeeded(engine.id)
                transcript.words = words(of: transcript, from: asked)
                transcript.text = [asked.prefix, transcript.text].filter { !$0.isEmpty }.joined(separator: " ")
                transcript.engine = transcript.engine ?? engine.id
                if finality == .final { audio.note(transcript.text, upTo: asked.fed) }
                return transcript
            } catch let failure as EngineError {
                try await takeOver(from: asked, failure)
            }
        }
    }

    func close() async {
        isClosed = true
        feeding.cancel()
        audio = KeptAudio()
        guard let last = active else { return }
        active = nil
        // The recogniser may not have been asked for anything.
        cascade.health.abandoned(cascade.transcribers[last.index].id)
        await last.utterance.close()
    }

    /// The words, timed from the beginning of the utterance; empty when the times of the first words are no longer
    /// known.
    private func words(of transcript: Transcript, from asked: Active) -> [TimedWord] {
        guard asked.prefix.isEmpty else { return [] }
        let start = Double(asked.start) / Double(Dictation.sampleRate)
        return transcript.words.map { word in
            TimedWord(text: word.text, range: start + word.range.lowerBound..<start + word.range.upperBound)
        }
    }

    private func transcript(_ finality: TranscriptFinality, of asked: Active) async throws -> Transcript {
        guard asked.index < cascade.transcribers.count - 1, !cascade.transcribers[asked.index].isEmbedded else {
            return try await asked.utterance.transcript(finality)
        }
        let (engine, timeout) = (cascade.transcribers[asked.index].id, cascade.options.transcriptTimeout)
        let late = EngineError(.timeout, engine: engine, "no transcript within \(timeout)")
        return try await cascade.clock.value(within: timeout, orThrow: late) {
            try await asked.utterance.transcript(finality)
        }
    }

    // MARK: Audio

    /// Gives the active recogniser all audio so far, and returns when it has it.
    private func feed() async throws {
        try await feeding.add { try await self.passAudio() }.value
    }

    private func passAudio() async throws {
        if active == nil, !isClosed { await open(after: nil, failure: nil) }
        while let current = active, current.fed < audio.end {
            let samples = audio.samples(from: current.fed)
            active?.fed = audio.end
            do {
                try await current.utterance.append(samples)
            } catch let failure as EngineError {
                try await takeOver(from: current, failure)
            }
        }
    }

    // MARK: Recognisers

    /// - Throws: The failure, when no recogniser is left to take over.
    private func takeOver(from failed: Active, _ failure: EngineError) async throws {
        guard !isClosed else { throw CancellationError() }
        // Another task may have seen the failure first.
        guard active?.number == failed.number else { return }
        let id = cascade.transcribers[failed.index].id
        cascade.health.failed(id, failure)
        guard failed.index < cascade.transcribers.count - 1 else {
            guard failed.index > 0 else { throw failure }
            throw EngineError(failure.kind, engine: cascade.id, "\(failure.engine): \(failure.message)")
        }
        await open(after: failed.index, failure: failure)
        await failed.utterance.close()
    }

    /// Opens the next recogniser that does not rest after a failure.
    private func open(after index: Int?, failure: EngineError?) async {
        var fallback = failure.map { EngineFallback(task: .transcription, failure: $0, next: "") }
        for next in (index.map { $0 + 1 } ?? 0)..<cascade.transcribers.count {
            let engine = cascade.transcribers[next]
            guard cascade.health.permits(engine.id) || next == cascade.transcribers.count - 1 else {
                if fallback == nil, let failure = cascade.health.failure(of: engine.id) {
                    fallback = EngineFallback(task: .transcription, failure: failure, next: "", isResting: true)
                }
                continue
            }
            takeOvers += 1
            active = Active(
                index: next, number: takeOvers, utterance: engine.openUtterance(hints), prefix: audio.prefix,
                start: audio.start, fed: audio.start)
            break
        }
        guard var fallback, let active else { return }
        fallback.next = cascade.transcribers[active.index].id
        await cascade.report(fallback)
    }
}

/// The audio of an utterance as far as it is kept: all of it, unless it is very long.
private struct KeptAudio {
    private(set) var prefix = ""
    /// Where in the utterance the kept audio begins, in samples; what came before has become `prefix`.
    private(set) var start = 0
    private var samples: [Float] = []
    private var known: (text: String, end: Int)?

    var end: Int { start + samples.count }

    mutating func append(_ new: [Float], limit: Int) {
        samples += new
        guard samples.count > limit else { return }
        if let known, known.end > start {
            drop(upTo: known.end)
            prefix = known.text
        }
        // No transcript has covered any of it within the limit.
        if samples.count > limit { drop(upTo: end - limit) }
    }

    /// Notes the transcript of the audio up to `end`.
    mutating func note(_ text: String, upTo end: Int) {
        if end >= known?.end ?? 0 { known = (text, end) }
    }

    func samples(from place: Int) -> [Float] { Array(samples.dropFirst(max(0, place - start))) }

    private mutating func drop(upTo place: Int) {
        samples.removeFirst(min(samples.count, max(0, place - start)))
        start = max(start, place)
    }
}
