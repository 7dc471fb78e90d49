import Audio
import Engines

/// Speech to text without a call: turns audio of any length into segments with the time of every word.
public actor Dictation {
    /// A stretch of speech between pauses.
    public struct Segment: Sendable, Hashable {
        /// The text of the segment; never empty.
        public var text: String
        /// Where it lies, in seconds from the beginning of the audio.
        public var range: Range<Double>
        /// The words of `text` in order, timed from the beginning of the audio.
        public var words: [TimedWord]
        /// The language, BCP-47; nil when the engine does not say.
        public var language: String?
    }

    /// What counts as speech.
    public struct Options: Sendable, Hashable {
        /// The probability from which on a window is speech, 0 to 1.
        public var speechThreshold: Float
        /// The shortest sound that is taken for speech, in seconds.
        public var shortestSpeech: Double
        /// The silence that ends a segment, in seconds; long segments end at shorter ones.
        public var pause: Double

        /// Creates options; the defaults suit recordings.
        public init(speechThreshold: Float = 0.5, shortestSpeech: Double = 0.1, pause: Double = 0.6) {
            self.speechThreshold = speechThreshold
            self.shortestSpeech = shortestSpeech
            self.pause = pause
        }

        var segmenter: SpeechSegmenter.Options {
            var options = SpeechSegmenter.Options()
            options.speechThreshold = speechThreshold
            options.silenceThreshold = max(0.01, min(options.silenceThreshold, speechThreshold - 0.15))
            options.shortestSpeech = max(1, Int((shortestSpeech / Dictation.window).rounded()))
            options.pauses[0].length = max(2, Int((pause / Dictation.window).rounded()))
            return options
        }
    }

    /// The rate of the audio, in Hz.
    public static let sampleRate = 16_000
    private static let windowSize = 512
    /// The length of a window of voice activity detection, in seconds; shorter speech is not found.
    public static let window = Double(windowSize) / Double(sampleRate)
    /// Windows of silence put before the audio: recognisers invent words for clips that begin with a word.
    private static let lead = SpeechSegmenter.Options().margin

    private let activity: any VoiceActivityStream
    private let transcriber: any Transcriber
    private let hints: TranscriptionHints
    private var segmenter: SpeechSegmenter
    /// Audio that does not fill a window yet.
    private var pending: [Float] = []
    /// The latest windows of silence, which may hold the beginning of speech.
    private var recent: [[Float]] = []
    private var open: Stretch?

    private struct Stretch {
        var utterance: any UtteranceTranscription
        var start: Int
        var samples: [Float] = []
    }

    /// Creates a dictation with the voice activity detector of `engines` and with `transcriber`.
    public init(
        engines: EngineCatalog, transcriber: any Transcriber, hints: TranscriptionHints, options: Options = Options()
    ) {
        activity = engines.voiceActivityDetector.openStream()
        self.transcriber = transcriber
        self.hints = hints
        segmenter = SpeechSegmenter(options: options.segmenter)
        for _ in 0..<Self.lead {
            _ = segmenter.add(0)
            recent.append([Float](repeating: 0, count: Self.windowSize))
        }
    }

    /// Length of the audio so far, in seconds.
    public var duration: Double {
        Double((segmenter.count - Self.lead) * Self.windowSize + pending.count) / Double(Self.sampleRate)
    }

    /// Whether a segment is open at the end of the audio so far.
    public var isSpeaking: Bool { open != nil }

    /// Length of the silence at the end of the audio so far, in seconds.
    public var silence: Double { Double(segmenter.silence) * Self.window }

    /// Takes mono samples at 16 kHz, −1 to 1, that directly follow the previous ones.
    ///
    /// - Returns: The segments that ended in them.
    /// - Throws: `EngineError`, or `CancellationError`.
    public func append(_ samples: [Float]) async throws -> [Segment] {
        pending += samples
        var segments: [Segment] = []
        var used = 0
        while pending.count - used >= Self.windowSize {
            let window = Array(pending[used..<used + Self.windowSize])
            used += Self.windowSize
            if let segment = try await hear(window) { segments.append(segment) }
        }
        pending.removeFirst(used)
        return segments
    }

    /// A partial transcript of the open segment; empty when nobody speaks.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public func partial() async throws -> String {
        guard let utterance = open?.utterance else { return "" }
        do {
            return try await utterance.transcript(.partial).text
        } catch let error as CancellationError {
            // The segment ended meanwhile, which is no error.
            if Task.isCancelled { throw error }
            return ""
        }
    }

    /// Ends the open segment at the end of the audio so far, and returns it; nil when there is none.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public func finish() async throws -> Segment? {
        if !pending.isEmpty {
            let rest = pending + Array(repeating: 0, count: Self.windowSize - pending.count)
            pending = []
            if let segment = try await hear(rest) { return segment }
        }
        guard let stretch = open, case .ended = segmenter.end() else { return nil }
        open = nil
        return try await segment(stretch)
    }

    /// Releases the engines.
    public func close() async {
        await open?.utterance.close()
        open = nil
    }

    private func hear(_ window: [Float]) async throws -> Segment? {
        let change = segmenter.add(try await activity.speechProbability(of: window))
        if open != nil {
            try await add(window)
        } else {
            recent.append(window)
            if recent.count > segmenter.reach { recent.removeFirst() }
        }
        switch change {
        case .began(let first):
            open = Stretch(utterance: transcriber.openUtterance(hints), start: first)
            let earlier = recent.suffix(segmenter.count - first)
            recent = []
            for window in earlier { try await add(window) }
            return nil
        case .ended:
            guard let stretch = open else { return nil }
            open = nil
            return try await segment(stretch)
        case nil:
            return nil
        }
    }

    private func add(_ window: [Float]) async throws {
        open?.samples += window
        try await open?.utterance.append(window)
    }

    private func segment(_ stretch: Stretch) async throws -> Segment? {
        let transcript: Transcript
        do {
            transcript = try await stretch.utterance.transcript(.final)
        } catch {
            await stretch.utterance.close()
            throw error
        }
        await stretch.utterance.close()
        let written = transcript.text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard !written.isEmpty else { return nil }
        let start = Double(stretch.start - Self.lead) * Self.window
        let words = transcript.words.isEmpty ? Self.place(written, in: stretch.samples) : transcript.words
        let placed = words.map { word in
            let begin = max(0, start + word.range.lowerBound)
            return TimedWord(text: word.text, range: begin..<max(begin, start + word.range.upperBound))
        }
        let begin = placed.first?.range.lowerBound ?? max(0, start)
        let end = max(begin, placed.last?.range.upperBound ?? begin)
        return Segment(
            text: written.joined(separator: " "), range: begin..<end, words: placed, language: transcript.language)
    }

    /// Estimates where the words are, from their usual lengths and the speaker's pauses.
    private static func place(_ words: [String], in samples: [Float]) -> [TimedWord] {
        let ranges = WordAlignment.ranges(
            of: words.map { word in
                .init(
                    weight: WordAlignment.weight(ofWritten: word),
                    pausesAfter: word.last.map { ",.;:!?…".contains($0) } ?? false)
            }, in: samples, sampleRate: sampleRate)
        return zip(words, ranges).map { word, range in
            let rate = Double(sampleRate)
            return TimedWord(text: word, range: Double(range.lowerBound) / rate..<Double(range.upperBound) / rate)
        }
    }
}
