import Agents
import AsyncAlgorithms
import Audio
import Conversation
import Engines
import Foundation
import JSON
import Logging
import Speech

/// One client of the transcription socket: audio in, partial and final transcripts out.
actor TranscriptionSocket {
    /// The options in the URL's query.
    struct Options: Sendable {
        enum CommitStrategy: String, CaseIterable {
            /// The client says where segments end.
            case manual
            /// Silence ends segments.
            case voiceActivity = "vad"
        }

        var model = "scribe_v2_realtime"
        var format = AudioFormat.pcm16000
        var strategy = CommitStrategy.manual
        var language: String?
        var keyterms: [String] = []
        var hasWords = false
        /// The hosted API's defaults, for both strategies; lengths are in seconds.
        var silence = 1.5
        var threshold: Float = 0.4
        var shortestSpeech = 0.1
        var shortestSilence = 0.1

        /// - Throws: `TranscriptionMessage.Malformed`.
        init(query: QueryParameters) throws {
            func choice<Choice: RawRepresentable<String> & CaseIterable>(
                _ name: String, _ standard: Choice
            ) throws -> Choice {
                guard let value = query[name] else { return standard }
                guard let choice = Choice(rawValue: value) else {
                    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                    throw TranscriptionMessage.Malformed(reason: "\(name) is not one of: \(names).")
                }
                return choice
            }
            func number(_ name: String, _ range: ClosedRange<Double>, _ standard: Double) throws -> Double {
                guard let value = query[name] else { return standard }
                guard let number = Double(value), range.contains(number) else {
                    throw TranscriptionMessage.Malformed(
                        reason: "\(name) is not a number from \(range.lowerBound) to \(range.upperBound).")
                }
                return number
            }
            if let model = query["model_id"] { self.model = String(model.prefix(100)) }
            format = try choice("audio_format", format)
            strategy = try choice("commit_strategy", strategy)
            silence = try number("vad_silence_threshold_secs", 0.3...3, silence)
            threshold = Float(try number("vad_threshold", 0.1...0.9, Double(threshold)))
            shortestSpeech = try number("min_speech_duration_ms", 50...2000, shortestSpeech * 1000) / 1000
            shortestSilence = try number("min_silence_duration_ms", 50...2000, shortestSilence * 1000) / 1000
            hasWords = query["include_timestamps"] == "true"
            language = query["language_code"]
            keyterms = query.all("keyterms")
            guard language?.count ?? 0 <= SpeechOrder.longestLanguage else {
                throw TranscriptionMessage.Malformed(reason: "language_code is too long.")
            }
            guard keyterms.count <= TranscriptionOrder.maximumKeyterms,
                keyterms.allSatisfy({ $0.count <= TranscriptionOrder.longestKeyterm })
            else { throw TranscriptionMessage.Malformed(reason: "There are too many keyterms, or one is too long.") }
        }

        var json: JSONValue {
            [
                "model_id": .string(model), "audio_format": .string(format.rawValue),
                "sample_rate": .integer(format.sampleRate), "commit_strategy": .string(strategy.rawValue),
                "language_code": language.map(JSONValue.string) ?? .null, "include_timestamps": .bool(hasWords),
                "vad_silence_threshold_secs": .number(silence), "vad_threshold": .number(Double(threshold)),
                "min_speech_duration_ms": .integer(Int(shortestSpeech * 1000)),
                "min_silence_duration_ms": .integer(Int(shortestSilence * 1000)),
                "keyterms": .array(keyterms.map(JSONValue.string)),
            ]
        }

        /// Probability from which on a window is speech in what a client commits: a short "hello" does not always reach
        /// the threshold that begins speech otherwise.
        private static let faintest: Float = 0.25

        /// How the audio is cut into segments for the recogniser; finer than commits are.
        var dictation: Dictation.Options {
            // A client that commits has heard something: a "yes" may be loud for 0.1 s only.
            Dictation.Options(
                speechThreshold: strategy == .manual ? min(threshold, Self.faintest) : threshold,
                shortestSpeech: strategy == .manual ? Dictation.window : shortestSpeech,
                pause: max(shortestSilence, min(silence, 0.6)))
        }

        var hints: TranscriptionHints { TranscriptionHints(language: language ?? "und", keywords: keyterms) }
    }

    typealias Send = @Sendable (TranscriptionEvent) async throws -> Void

    /// Shortest commit, in seconds: a shorter one holds no word. The hosted API's limit.
    private static let shortestCommit = 0.3
    /// Tolerance in seconds, because sums of seconds are not exact.
    private static let tolerance = 0.001
    /// Audio between partial transcripts, in seconds: each one decodes everything that is not settled.
    private static let partialInterval = 0.3
    /// How long a client may send nothing.
    static let inactivityLimit = Duration.seconds(60)

    private let options: Options
    private let dictation: Dictation
    private let send: Send
    private var decoder: FrameDecoder
    private var resampler: Resampler
    /// The segments since the last commit.
    private var segments: [Dictation.Segment] = []
    /// Seconds of audio at the last commit, and at the last partial transcript.
    private var committed = 0.0
    private var lastPartial = 0.0
    private var lastText = ""
    private var isDecoding = false
    /// Counts commits, so that a partial transcript from before one is dropped.
    private var generation = 0

    /// - Throws: `ResamplerError`, which no `AudioFormat` causes.
    init(options: Options, dictation: Dictation, send: @escaping Send) throws {
        self.options = options
        self.dictation = dictation
        self.send = send
        decoder = FrameDecoder(format: options.format)
        resampler = try Resampler(from: options.format.sampleRate, to: Dictation.sampleRate)
    }

    /// Transcribes incoming audio until the client leaves, or sends nothing for too long.
    func run(_ messages: AsyncThrowingChannel<TranscriptionMessage, any Error>) async throws {
        try await send(.started(id: Identifier.make("sess"), options))
        let watch = InactivityWatch(limit: Self.inactivityLimit)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.wait() }
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { partials in
                        for try await message in messages {
                            watch.heard()
                            let isDue = try await watch.busy { try await self.take(message) }
                            if isDue { partials.addTask { try await self.sendPartial() } }
                        }
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            await dictation.close()
            throw error
        }
        await dictation.close()
    }

    /// Takes in a message; whether a partial transcript is due.
    private func take(_ message: TranscriptionMessage) async throws -> Bool {
        if let rate = message.sampleRate, rate != options.format.sampleRate {
            throw TranscriptionMessage.Malformed(
                reason: "sample_rate is \(rate), but audio_format is \(options.format.rawValue).")
        }
        let samples = resampler.process(decoder.decode(message.audio))
        segments += try await dictation.append(samples)
        if message.isCommit {
            try await commit()
        } else if options.strategy == .voiceActivity, !segments.isEmpty, await dictation.silence >= options.silence {
            try await commit()
        }
        let duration = await dictation.duration
        guard !isDecoding, duration - lastPartial >= Self.partialInterval else { return false }
        guard await dictation.isSpeaking || !segments.isEmpty else { return false }
        (lastPartial, isDecoding) = (duration, true)
        return true
    }

    private func commit() async throws {
        let duration = await dictation.duration
        guard options.strategy == .voiceActivity || duration - committed >= Self.shortestCommit - Self.tolerance
        else {
            return try await send(
                .failure(
                    code: "commit_throttled",
                    message: "A commit needs at least \(Self.shortestCommit) s of audio since the one before."))
        }
        if let last = try await dictation.finish() { segments.append(last) }
        generation += 1
        let heard = segments
        (segments, committed, lastText) = ([], duration, "")
        try await send(.committed(heard, hasWords: options.hasWords))
    }

    private func sendPartial() async throws {
        let (generation, count) = (generation, segments.count)
        let spoken = try await dictation.partial()
        isDecoding = false
        // The open speech may have become a segment meanwhile, which has its words.
        guard generation == self.generation, count == segments.count else { return }
        let text = (segments.map(\.text) + [spoken]).filter { !$0.isEmpty }.joined(separator: " ")
        guard !text.isEmpty, text != lastText else { return }
        lastText = text
        try await send(.partial(text))
    }
}
