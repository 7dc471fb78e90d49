import Engines
import Tasks

/// The recognisers of a call that may be held in several languages. It listens in the call's own, finds out by the sound which
/// one is spoken, and where that is another, hears the utterance again from its beginning with that one's recogniser.
package struct MultilingualTranscriber: Transcriber {
    /// The call's own language.
    let language: String
    let transcriber: any Transcriber
    /// The recognisers of the other languages, by primary language.
    let others: [String: any Transcriber]
    let identifier: any LanguageIdentifier
    var options = SpeechOptions()
    var clock = TaskClock.continuous()

    package var id: String { transcriber.id }
    package var languages: [String] { transcriber.languages }
    package var partialInterval: Duration? { transcriber.partialInterval }
    package var isEmbedded: Bool { transcriber.isEmbedded }

    package func prepare() {
        transcriber.prepare()
        identifier.prepare()
        for other in others.values { other.prepare() }
    }

    package func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        MultilingualUtterance(transcriber: self, hints: hints)
    }

    func transcriber(for language: String) -> any Transcriber { others[language] ?? transcriber }
}

/// One utterance, with its audio kept for the recogniser of another language.
private actor MultilingualUtterance: UtteranceTranscription {
    private let transcriber: MultilingualTranscriber
    private let hints: TranscriptionHints
    private let candidates: [String]
    /// The language in which it is heard.
    private var language: String
    private var opened: any UtteranceTranscription
    /// Those in languages that it was not in. Somebody may still wait for a transcript of theirs.
    private var former: [any UtteranceTranscription] = []
    private var audio: [Float] = []
    /// How much of the audio `opened` has been given.
    private var fed = 0
    private var feeding = TaskChain<Void>()
    /// How much of the audio was looked at last, and how much when the language was last told.
    private var (asked, told) = (0, 0)
    /// Whether it was too long to be kept from its beginning.
    private var isCut = false
    private var isClosed = false

    init(transcriber: MultilingualTranscriber, hints: TranscriptionHints) {
        self.transcriber = transcriber
        self.hints = hints
        candidates = [transcriber.language] + transcriber.others.keys.sorted()
        language = transcriber.language
        opened = transcriber.transcriber.openUtterance(hints)
    }

    func append(_ samples: [Float]) async throws {
        audio += samples
        if audio.count > Self.samples(transcriber.options.keptUtterance) { isCut = true }
        try await feed()
        // What has been heard is of use only to another recogniser.
        if isCut {
            audio.removeFirst(fed)
            fed = 0
        }
    }

    func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        async let isOther = identify(finality)
        let transcript = try await hear(finality)
        return await isOther ? try await hear(finality) : transcript
    }

    func close() async {
        isClosed = true
        feeding.cancel()
        audio = []
        for utterance in former + [opened] { await utterance.close() }
        former = []
    }

    private func hear(_ finality: TranscriptFinality) async throws -> Transcript {
        try await feed()
        let (language, engine) = (language, transcriber.transcriber(for: language))
        var transcript = try await opened.transcript(finality)
        transcript.language = language
        if language != transcriber.language { transcript.engine = transcript.engine ?? engine.id }
        return transcript
    }

    // MARK: Audio

    /// Gives the recogniser all audio so far, and returns when it has it.
    private func feed() async throws {
        try await feeding.add { try await self.passAudio() }.value
    }

    private func passAudio() async throws {
        // It begins once more when another recogniser has been opened meanwhile.
        while fed < audio.count, !isClosed {
            let samples = Array(audio[fed...])
            fed = audio.count
            try await opened.append(samples)
        }
    }

    // MARK: The language

    /// Finds out which language is spoken, if there is enough to go by; whether it is another than was thought.
    private func identify(_ finality: TranscriptFinality) async -> Bool {
        let options = transcriber.options
        let length = min(audio.count, transcriber.identifier.longestAudio)
        let step = finality == .final ? options.lastIdentification : options.identificationInterval
        guard !isCut, length >= Self.samples(options.identifiableSpeech), length >= asked + Self.samples(step) else {
            return false
        }
        asked = length
        // Where it cannot be told, or not in time, the language model may still find out by the words.
        let late = EngineError(.timeout, engine: transcriber.identifier.id, "the language was not told in time")
        let (identifier, candidates, beginning) = (transcriber.identifier, candidates, Array(audio.prefix(length)))
        let probabilities = try? await transcriber.clock.value(within: options.identificationTimeout, orThrow: late) {
            try await identifier.probabilities(of: candidates, in: beginning)
        }
        guard let (found, probability) = probabilities?.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            probability >= options.languageCertainty, length > told, !isCut, !isClosed
        else { return false }
        told = length
        guard found != language else { return false }
        language = found
        former.append(opened)
        var hints = hints
        hints.language = found
        opened = transcriber.transcriber(for: found).openUtterance(hints)
        fed = 0
        return true
    }

    private static func samples(_ duration: Duration) -> Int {
        Int(duration / .seconds(1) * Double(Dictation.sampleRate))
    }
}
