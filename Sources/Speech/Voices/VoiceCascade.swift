import Audio
import Engines
import Synchronization
import Tasks

/// Several voices as one: when one fails, or is late, the next continues the same clause.
///
/// All audio has the sample rate of the first voice. A voice that failed rests for a while, in all calls.
struct VoiceCascade: Synthesizer {
    /// The voices in the order in which they are asked; never empty. The last one is asked even when it rests.
    let voices: [any Synthesizer]
    let health: EngineHealth
    var options = SpeechOptions()
    var clock = TaskClock.continuous()
    /// Called before another voice takes over.
    let report: @Sendable (EngineFallback) async -> Void
    private let paces = Paces()

    var id: String { voices[0].id }
    var sampleRate: Int { voices[0].sampleRate }
    /// Voices that do not understand audio tags are not given them.
    var understandsAudioTags: Bool { voices.contains { $0.understandsAudioTags } }

    func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        // Unbounded buffer: it holds the audio of one clause at most.
        AsyncThrowingStream(fedBy: { try await speak(request, $0) })
    }

    private typealias Output = AsyncThrowingStream<SpeechChunk, any Error>.Continuation

    private func speak(_ request: SpeechRequest, _ output: Output) async throws {
        let work = ClauseWork(text: request.text)
        var fallback: EngineFallback?
        for (index, voice) in voices.enumerated() {
            let isLast = index == voices.count - 1
            guard health.permits(voice.id) || isLast else {
                if fallback == nil, let failure = health.failure(of: voice.id) {
                    fallback = EngineFallback(task: .speech, failure: failure, next: "", isResting: true)
                }
                continue
            }
            var part = request
            part.text = work.update { $0.begin(understandsAudioTags: voice.understandsAudioTags) }
            // A voice's name in its engine means nothing to another engine.
            if index > 0 { part.voice = nil }
            guard !part.text.isEmpty else { return health.abandoned(voice.id) }
            if var fallback {
                fallback.next = voice.id
                await report(fallback)
            }
            do {
                try await say(part, with: voice, isWatched: !isLast && !voice.isEmbedded, work, output)
                health.succeeded(voice.id)
                return paces.note(voice.id, work.update { $0 }, rate: sampleRate, speed: request.speed)
            } catch let failure as EngineError {
                health.failed(voice.id, failure)
                guard !isLast else {
                    throw index == 0
                        ? failure : EngineError(failure.kind, engine: id, "\(failure.engine): \(failure.message)")
                }
                fallback = EngineFallback(task: .speech, failure: failure, next: "")
                let pace = paces.samplesPerCharacter(of: voice.id, rate: sampleRate, speed: request.speed)
                let untold = work.update { $0.breakOff(samplesPerCharacter: pace) }
                if !untold.isEmpty { output.yield(SpeechChunk(samples: [], words: untold)) }
            } catch {
                health.abandoned(voice.id)
                throw error
            }
        }
    }

    /// Has one voice say its part of a clause.
    ///
    /// - Throws: `EngineError` when the voice fails or stalls, or `CancellationError`.
    private func say(
        _ request: SpeechRequest, with voice: any Synthesizer, isWatched: Bool, _ work: ClauseWork, _ output: Output
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pass(request, from: voice, work, to: output) }
            if isWatched {
                let (first, before) = (firstTimeout(request.priority), work.pieces)
                group.addTask {
                    var count = before
                    try await clock.sleep(first)
                    while work.pieces > count {
                        count = work.pieces
                        try await clock.sleep(options.audioGapTimeout)
                    }
                    throw EngineError(
                        .timeout, engine: voice.id,
                        count == before ? "no audio within \(first)" : "its audio stalled in the middle of a clause"
                    )
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    private func firstTimeout(_ priority: InferencePriority) -> Duration {
        switch priority {
        case .speculation: options.patientAudioTimeout
        case .firstAudio: options.firstAudioTimeout
        default: options.laterAudioTimeout
        }
    }

    /// Passes a voice's audio on at the common rate. Its last milliseconds are held back, to be faded out if it breaks
    /// off.
    private func pass(
        _ request: SpeechRequest, from voice: any Synthesizer, _ work: ClauseWork, to output: Output
    ) async throws {
        let fade = Int(options.voiceFade / .seconds(1) * Double(sampleRate))
        let ratio = Double(sampleRate) / Double(voice.sampleRate)
        var resampler: Resampler
        do {
            resampler = try Resampler(from: voice.sampleRate, to: sampleRate)
        } catch {
            throw EngineError(.rejected, engine: voice.id, "\(error)")
        }
        var joint = VoiceJoint(fade: fade, fadesIn: work.update { $0.hasBegun })
        func hand(_ samples: [Float], _ words: [WordTiming]) {
            if !samples.isEmpty || !words.isEmpty { output.yield(SpeechChunk(samples: samples, words: words)) }
        }
        do {
            for try await chunk in voice.synthesize(request) {
                let samples = resampler.process(chunk.samples)
                let words = work.add(samples.count, told: chunk.words.map { $0.scaled(by: ratio) })
                hand(joint.add(samples), words)
            }
            try Task.checkCancellation()
        } catch {
            hand(joint.breakOff(), [])
            throw error
        }
        let rest = resampler.flush()
        let words = work.add(rest.count, told: []) + work.update { $0.finish() }
        hand(joint.add(rest) + joint.finish(), words)
    }
}

/// The progress of a clause, shared by the tasks that make it and watch over it.
private final class ClauseWork: Sendable {
    private let state: Mutex<(progress: ClauseProgress, pieces: Int)>

    init(text: String) { state = Mutex((ClauseProgress(text: text), 0)) }

    /// Increases with each piece of audio.
    var pieces: Int { state.withLock { $0.pieces } }

    func add(_ samples: Int, told: [WordTiming]) -> [WordTiming] {
        state.withLock { state in
            if samples > 0 { state.pieces += 1 }
            return state.progress.add(samples, told: told)
        }
    }

    func update<Result: Sendable>(_ body: (inout ClauseProgress) -> Result) -> Result {
        state.withLock { body(&$0.progress) }
    }
}

/// Holds a voice's last samples back until more follow, so that an end in the middle of a sound can be faded out.
private struct VoiceJoint {
    private let fade: Int
    private var fadesIn: Bool
    private var held: [Float] = []

    init(fade: Int, fadesIn: Bool) {
        self.fade = fade
        self.fadesIn = fadesIn
    }

    mutating func add(_ samples: [Float]) -> [Float] {
        var all = held + samples
        guard all.count > fade else {
            held = all
            return []
        }
        if fadesIn { Fade.fadeIn(&all, over: fade) }
        fadesIn = false
        held = Array(all.suffix(fade))
        return all.dropLast(fade)
    }

    mutating func breakOff() -> [Float] {
        Fade.fadeOut(&held, over: fade)
        return finish()
    }

    mutating func finish() -> [Float] {
        defer { held = [] }
        return held
    }
}

/// The pace of each voice, from the clauses that it has completed in this call.
private final class Paces: Sendable {
    /// Seconds a character at speed 1, before anything is measured: 150 words a minute.
    private static let usual = 0.066
    /// Weight of the newest clause in the mean.
    private static let weight = 0.3
    /// Shortest clause, in characters, whose pace is measured.
    private static let shortest = 12

    private let seconds = Mutex<[String: Double]>([:])

    func note(_ voice: String, _ progress: ClauseProgress, rate: Int, speed: Double) {
        guard progress.givenCharacters >= Self.shortest, speed > 0 else { return }
        let new = Double(progress.voiceSamples) / Double(rate) * speed / Double(progress.givenCharacters)
        seconds.withLock { seconds in
            let old = seconds[voice] ?? Self.usual
            seconds[voice] = old + Self.weight * (new - old)
        }
    }

    func samplesPerCharacter(of voice: String, rate: Int, speed: Double) -> Double {
        seconds.withLock { $0[voice] ?? Self.usual } * Double(rate) / max(speed, 0.1)
    }
}

extension WordTiming {
    /// The same timing at another sample rate.
    fileprivate func scaled(by ratio: Double) -> WordTiming {
        func sample(_ place: Int) -> Int { Int((Double(place) * ratio).rounded()) }
        return WordTiming(index: index, samples: sample(samples.lowerBound)..<sample(samples.upperBound))
    }
}
