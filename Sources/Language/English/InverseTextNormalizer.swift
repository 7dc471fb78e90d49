/// Writes spelled text the way people write it: "J-o-h-n" becomes JOHN, "double five, one" 551, "john dot smith at
/// example dot com" john.smith@example.com.
///
/// Ordinary prose is not changed. What counts as spelling depends on how many elements follow each other and on what
/// the agent has just asked for.
struct InverseTextNormalizer: Sendable {
    var expecting = ExpectedAnswer.nothing

    /// The written form of a recogniser's `transcript`.
    func written(_ transcript: String) -> String {
        // Recognisers that learnt from old books write "to-morrow", which no reader of days knows.
        let modern = transcript.replacing(/(^|[^\w\-])([Tt]o)-(day|night|morrow)(?![\w\-])/) { "\($0.1)\($0.2)\($0.3)" }
        let (leading, words) = TranscriptWord.split(modern)
        return pieces(of: words).reduce(into: String(leading)) { text, piece in
            switch piece {
            case .prose(let range): for index in range { text += words[index].text + words[index].separator }
            case .spelling(let value, let range):
                text += (name(value, range, of: words) ?? value) + words[range.upperBound - 1].separator
            case .address(let value, let range): text += value + words[range.upperBound - 1].separator
            }
        }
    }

    /// The name that was spelled, when some of its letters were misrecognised; nil when it needs no correction.
    private func name(_ letters: String, _ range: Range<Int>, of words: [TranscriptWord]) -> String? {
        guard expecting == .spelling else { return nil }
        return SpelledName(letters, amid: (words[..<range.lowerBound] + words[range.upperBound...]).map(\.plain))?
            .corrected
    }

    /// A part of a transcript.
    enum Piece: Equatable {
        case prose(Range<Int>)
        /// Spelled letters, in capitals, and digits.
        case spelling(String, Range<Int>)
        /// An e-mail address or a host name, in lower case.
        case address(String, Range<Int>)
    }

    func pieces(of words: [TranscriptWord]) -> [Piece] {
        let reader = SpellingReader(words: words, expecting: expecting)
        var result: [Piece] = []
        var start = 0
        for address in SpokenAddress.all(in: reader) {
            result += spellings(of: reader, in: start..<address.range.lowerBound)
            result.append(.address(address.text, address.range))
            start = address.range.upperBound
        }
        return result + spellings(of: reader, in: start..<words.count)
    }

    private func spellings(of reader: SpellingReader, in range: Range<Int>) -> [Piece] {
        var result: [Piece] = []
        var (prose, index) = (range.lowerBound, range.lowerBound)
        while index < range.upperBound {
            guard let run = reader.run(at: index, before: range.upperBound) else {
                index += 1
                continue
            }
            if let spelling = run.accepted(by: expecting) {
                if prose < spelling.range.lowerBound { result.append(.prose(prose..<spelling.range.lowerBound)) }
                result.append(.spelling(spelling.text, spelling.range))
                prose = spelling.range.upperBound
            }
            index = run.end
        }
        if prose < range.upperBound { result.append(.prose(prose..<range.upperBound)) }
        return result
    }
}
