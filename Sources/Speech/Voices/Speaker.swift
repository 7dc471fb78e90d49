import Audio
import Engines
import Language

/// A piece of a response's audio on its way to playout.
package struct SpeechPiece: Sendable {
    /// The written text of the clause that begins with this piece; nil when none does.
    package var clause: String?
    /// Mono samples at the call's output rate.
    package var samples: [Float]
    /// Words of the clause whose audio ends in this piece, in order.
    package var words: [SpokenWord] = []
    /// The label of the voice of the clause that begins; nil for the agent's own.
    package var voice: String?
}

/// A word that has been said.
package struct SpokenWord: Sendable, Hashable {
    /// The word as spoken: a written number is several words.
    package var text: String
    /// Where it is said, in samples from the start of the clause.
    package var samples: Range<Int>
    /// Characters of the clause's written text that have been said when the word is over.
    package var writtenEnd: Int
}

/// Speaks clauses with one voice at the call's output rate.
package struct Speaker: Sendable {
    package let synthesizer: any Synthesizer
    /// The engine's name of the voice; nil for its default.
    let voice: String?
    let language: String
    let speed: Double
    let style: VoiceStyle
    /// The sample rate of the output, in Hz.
    let outputRate: Int
    /// Whether numbers and symbols are written out; otherwise they are left to the engine.
    let isNormalized: Bool
    /// How words are said that the voice would say otherwise.
    let pronunciations: Pronunciations

    /// Length of the fades, in seconds, that keep the joins of clauses free of clicks.
    private static let fade = 0.005

    package init(
        synthesizer: any Synthesizer, voice: String?, language: String, speed: Double, style: VoiceStyle = VoiceStyle(),
        outputRate: Int, isNormalized: Bool = true, pronunciations: Pronunciations = Pronunciations()
    ) {
        self.synthesizer = synthesizer
        self.voice = voice
        self.language = language
        self.speed = speed
        self.style = style
        self.outputRate = outputRate
        self.isNormalized = isNormalized
        self.pronunciations = pronunciations
    }

    /// The clause as the voice is given it.
    func speakable(_ clause: Clause) -> SpeakableText {
        SpeakableText(
            clause.written, language: isNormalized ? language : "und",
            keepsAudioTags: synthesizer.understandsAudioTags, pronunciations: pronunciations)
    }

    /// Synthesizes `clause`, and passes its audio on as it comes.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    package func speak(
        _ clause: Clause, priority: InferencePriority, emit: (SpeechPiece) async throws -> Void
    ) async throws {
        let text = speakable(clause)
        let silence = [Float](
            repeating: 0, count: Int(SpeechBreak.seconds(atEndOf: clause.written) * Double(outputRate)))
        guard !text.spoken.isEmpty else {
            try await emit(SpeechPiece(clause: clause.written, samples: silence, voice: clause.voice))
            return
        }
        var trimmer = try ClauseTrimmer(from: synthesizer.sampleRate, to: outputRate)
        var words = WordPlacer(words: text.words, ratio: Double(outputRate) / Double(synthesizer.sampleRate))
        var isFirst = true
        var length = 0
        let request = SpeechRequest(
            text: text.spoken, voice: voice, language: language, speed: speed, style: style,
            priority: priority)
        for try await chunk in synthesizer.synthesize(request) {
            var samples = trimmer.append(chunk.samples)
            words.add(chunk.words, trimmed: trimmer.trimmed)
            guard !samples.isEmpty else { continue }
            if isFirst { Fade.fadeIn(&samples, over: Int(Self.fade * Double(outputRate))) }
            length += samples.count
            try await emit(
                SpeechPiece(
                    clause: isFirst ? clause.written : nil, samples: samples, words: words.said(by: length),
                    voice: clause.voice))
            isFirst = false
        }
        try Task.checkCancellation()
        var tail = trimmer.finish()
        Fade.fadeOut(&tail, over: Int(Self.fade * Double(outputRate)))
        length += tail.count
        try await emit(
            SpeechPiece(
                clause: isFirst ? clause.written : nil, samples: tail + silence, words: words.rest(of: length),
                voice: clause.voice))
    }
}

/// Finds the position of each word of a clause in its audio.
private struct WordPlacer {
    private let words: [SpeakableText.SpokenWord]
    /// Output samples for each sample of the synthesizer.
    private let ratio: Double
    /// Words that were placed and not returned yet; their ends may lie in audio that is still to come.
    private var waiting: [SpokenWord] = []
    /// Words that the synthesizer has placed.
    private var placed = 0
    private var end = 0

    init(words: [SpeakableText.SpokenWord], ratio: Double) {
        self.words = words
        self.ratio = ratio
    }

    mutating func add(_ timings: [WordTiming], trimmed: Int) {
        func sample(_ position: Int) -> Int { max(end, Int((Double(position - trimmed) * ratio).rounded())) }
        for timing in timings where timing.index == placed && placed < words.count {
            let start = sample(timing.samples.lowerBound)
            let word = words[placed]
            end = max(start, sample(timing.samples.upperBound))
            waiting.append(SpokenWord(text: word.text, samples: start..<end, writtenEnd: word.writtenEnd))
            placed += 1
        }
    }

    /// The words that are over by `sample` and have not been returned yet.
    mutating func said(by sample: Int) -> [SpokenWord] {
        let said = Array(waiting.prefix { $0.samples.upperBound <= sample })
        waiting.removeFirst(said.count)
        return said
    }

    /// The remaining words, when the whole clause is `length` samples long. Words that the engine did not time get time
    /// in proportion to their letters.
    mutating func rest(of length: Int) -> [SpokenWord] {
        var rest = waiting.map { word in
            var word = word
            word.samples = min(word.samples.lowerBound, length)..<min(word.samples.upperBound, length)
            return word
        }
        let unplaced = words.dropFirst(placed)
        let total = unplaced.reduce(0) { $0 + $1.text.count + 1 }
        let start = min(end, length)
        var said = 0
        for word in unplaced {
            let from = start + (length - start) * said / max(total, 1)
            said += word.text.count + 1
            let to = start + (length - start) * said / max(total, 1)
            rest.append(SpokenWord(text: word.text, samples: from..<to, writtenEnd: word.writtenEnd))
        }
        (waiting, placed) = ([], words.count)
        return rest
    }
}

/// Cuts the silence at both ends of a clause while its audio still arrives, and converts it to the output rate.
private struct ClauseTrimmer {
    /// Samples, at the synthesizer's rate, that were cut from the head.
    private(set) var trimmed = 0
    private let inputRate: Int
    private var resampler: Resampler
    private var hasBegun = false
    /// Silence that may turn out to be the end of the clause.
    private var held: [Float] = []

    init(from inputRate: Int, to outputRate: Int) throws {
        self.inputRate = inputRate
        resampler = try Resampler(from: inputRate, to: outputRate)
    }

    mutating func append(_ chunk: [Float]) -> [Float] {
        var audible = held + chunk
        held = []
        if !hasBegun {
            let silence = SpeechTrim.leadingSilence(of: audible, sampleRate: inputRate)
            trimmed += silence
            audible.removeFirst(silence)
            guard !audible.isEmpty else { return [] }
            hasBegun = true
        }
        let silence = SpeechTrim.trailingSilence(of: audible, sampleRate: inputRate)
        held = Array(audible.suffix(silence))
        audible.removeLast(silence)
        return resampler.process(audible)
    }

    mutating func finish() -> [Float] { hasBegun ? resampler.flush() : [] }
}
