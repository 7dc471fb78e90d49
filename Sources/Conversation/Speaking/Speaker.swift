import Audio
import Engines

/// A piece of a response's audio on its way to playout.
struct SpeechPiece: Sendable {
    /// The written text of the clause that begins with this piece.
    var clause: String?
    /// At the call's output rate.
    var samples: [Float]
    /// Words of the clause that have become known.
    var words: [HeardLedger.Mark] = []
}

/// Speaks clauses with one voice at the call's output rate.
struct Speaker: Sendable {
    let synthesizer: any Synthesizer
    /// The engine's name of the voice; nil for its default.
    let voice: String?
    let language: String
    let speed: Double
    /// In Hz.
    let outputRate: Int
    let options: CallOptions

    /// Length of the fades that keep the joints of clauses free of clicks.
    private static let fade = 0.005

    /// Synthesizes `clause` and hands its audio on as it comes.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func speak(
        _ clause: Clause, priority: InferencePriority, emit: (SpeechPiece) async throws -> Void
    ) async throws {
        let text = SpeakableText(clause.written, language: language)
        guard !text.spoken.isEmpty else {
            try await emit(SpeechPiece(clause: clause.written, samples: []))
            return
        }
        var trimmer = try ClauseTrimmer(from: synthesizer.sampleRate, to: outputRate)
        var timings: [WordTiming] = []
        var isFirst = true
        var length = 0
        let request = SpeechRequest(
            text: text.spoken, voice: voice, language: language, speed: speed, priority: priority)
        for try await chunk in synthesizer.synthesize(request) {
            timings += chunk.words
            var samples = trimmer.append(chunk.samples)
            guard !samples.isEmpty else { continue }
            if isFirst { Fade.fadeIn(&samples, over: Int(Self.fade * Double(outputRate))) }
            try await emit(SpeechPiece(clause: isFirst ? clause.written : nil, samples: samples))
            length += samples.count
            isFirst = false
        }
        try Task.checkCancellation()
        var tail = trimmer.finish()
        Fade.fadeOut(&tail, over: Int(Self.fade * Double(outputRate)))
        length += tail.count
        let words = marks(of: text, timings: timings, trimmed: trimmer.trimmed, length: length)
        try await emit(SpeechPiece(clause: isFirst ? clause.written : nil, samples: tail, words: words))
    }

    /// Where the clause's words end; without the engine's word for it, in proportion to their letters.
    private func marks(
        of text: SpeakableText, timings: [WordTiming], trimmed: Int, length: Int
    ) -> [HeardLedger.Mark] {
        let ratio = Double(outputRate) / Double(synthesizer.sampleRate)
        let ends: [Int]
        if timings.count == text.words.count {
            ends = timings.map { Int((Double($0.samples.upperBound - trimmed) * ratio).rounded()) }
        } else {
            let total = text.words.reduce(0) { $0 + $1.text.count + 1 }
            var said = 0
            ends = text.words.map { word in
                said += word.text.count + 1
                return length * said / max(total, 1)
            }
        }
        return zip(text.words, ends).map { word, end in
            HeardLedger.Mark(end: min(max(end, 0), length), written: word.writtenEnd)
        }
    }
}

/// Cuts the silence at both ends of a clause while its audio still comes in, and brings it to the output rate.
private struct ClauseTrimmer {
    /// Samples of the synthesizer cut from the head.
    private(set) var trimmed = 0
    private let inputRate: Int
    private var resampler: Resampler
    private var hasBegun = false
    /// Silence that may turn out to be the end.
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
