import Agents
import Speech

/// Maps the samples of one response to its words: what was heard, not what was meant to be said.
///
/// It alone decides what an interrupted response leaves in the model's context, in the transcript and in
/// `agent_response_correction`.
struct HeardLedger: Sendable, Hashable {
    /// A word in the audio of a clause, in samples from the start of the clause.
    struct Mark: Sendable, Hashable {
        var start = 0
        var end: Int
        /// Characters of the clause's written text that have been said by then.
        var written: Int
    }

    /// The response's text so far, as the model wrote it.
    private(set) var written = ""
    private var marks: [Mark] = []
    /// Marks whose words `words(beginningBefore:)` has told.
    private var told = 0
    private var characters = 0
    /// Characters of the clauses begun so far.
    var length: Int { characters }
    private var clauseStart = Mark(end: 0, written: 0)
    /// Where each voice begins, by characters of `written`.
    private var voices: [Voice] = []

    private struct Voice: Sendable, Hashable {
        var start: Int
        var label: String?
    }

    /// Begins a clause whose audio starts at `sample` of the response.
    ///
    /// - Parameter voice: the label of the voice that says it; nil for the agent's own.
    mutating func begin(_ clause: String, in voice: String? = nil, at sample: Int) {
        if voice != voices.last?.label { voices.append(Voice(start: characters, label: voice)) }
        clauseStart = Mark(end: sample, written: characters)
        written += clause
        characters += clause.count
    }

    /// Adds words of the clause begun last, in order.
    mutating func add(_ clauseMarks: [Mark]) {
        for mark in clauseMarks {
            marks.append(
                Mark(
                    start: clauseStart.end + mark.start, end: clauseStart.end + mark.end,
                    written: clauseStart.written + mark.written))
        }
    }

    /// The words that begin before `sample` and were not told yet, as they are written, with what was written before them;
    /// in samples of the response. Words that are written as one, such as those of a number, are one.
    mutating func words(beginningBefore sample: Int) -> [(text: String, samples: Range<Int>)] {
        var words: [(text: String, samples: Range<Int>)] = []
        while told < marks.count, marks[told].start < sample {
            let before = told > 0 ? marks[told - 1].written : 0
            let mark = marks[told]
            told += 1
            if mark.written > before {
                let text = String(written.prefix(mark.written).dropFirst(before))
                words.append((text, mark.start..<max(mark.start, mark.end)))
            } else if let last = words.last {
                words[words.count - 1].samples = last.samples.lowerBound..<max(last.samples.upperBound, mark.end)
            }
        }
        return words
    }

    /// Where the word that is being said at `sample` ends, in samples of the response; nil when it is not known.
    func wordEnd(after sample: Int) -> Int? { marks.first { $0.end >= sample }?.end }

    /// Who says which part of `heard`, the beginning of the text; empty when all of it is in the agent's own voice.
    func parts(of heard: String) -> [TranscriptTurn.VoicePart] {
        guard !voices.isEmpty else { return [] }
        let all = [Voice(start: 0, label: nil)] + voices
        let parts = all.indices.compactMap { place -> TranscriptTurn.VoicePart? in
            let end = place + 1 < all.count ? all[place + 1].start : heard.count
            let text = heard.prefix(end).dropFirst(all[place].start)
            return text.isEmpty ? nil : TranscriptTurn.VoicePart(text: String(text), label: all[place].label)
        }
        return parts.contains { $0.label != nil } ? parts : []
    }

    /// The text heard by `sample` of the response: whole words only, without trailing space.
    func heard(by sample: Int) -> String {
        guard let last = marks.last(where: { $0.end <= sample }) else { return "" }
        return String(written.prefix(last.written)).trimmingTrailingSpace
    }
}
