/// Something written for short, and the words that are said for it.
struct WrittenForm: Sendable {
    /// Where it stands for its words; elsewhere it is left as it is.
    enum Place: Sendable { case anywhere, beforeName, beforeNumber, afterNumber }

    let spoken: String
    /// Whether a sentence ends with its full stop where a capital follows.
    let closesSentence: Bool
    private let codes: [Unicode.Scalar]
    private let place: Place

    init(_ written: String, spoken: String, place: Place = .anywhere, closesSentence: Bool = false) {
        codes = Array(written.unicodeScalars)
        self.spoken = spoken
        self.place = place
        self.closesSentence = closesSentence
    }

    var written: String { String(codes) }

    var length: Int { codes.count }

    /// Whether a full stop belongs to it.
    var hasStop: Bool { codes.last == "." }

    /// "5 G" are no grams.
    private var mayHaveCapital: Bool { place != .afterNumber }

    /// The scalars that it may begin with: at the head of a sentence it has a capital.
    var openings: Set<Unicode.Scalar> {
        guard let first = codes.first else { return [] }
        return [first, Self.capital(first)]
    }

    private static func capital(_ code: Unicode.Scalar) -> Unicode.Scalar {
        let capital = code.properties.uppercaseMapping.unicodeScalars
        return capital.count == 1 ? capital.first ?? code : code
    }

    /// Where it ends if it stands at `index`. A space of it may be missing, or be any other white space within a line.
    func end(in text: Glyphs, at index: Int) -> Int? {
        var position = index
        for (offset, code) in codes.enumerated() {
            if code == " " {
                if text[position].isSpace, text[position] != "\n" { position += 1 }
            } else {
                guard text[position] == code || offset == 0 && mayHaveCapital && text[position] == Self.capital(code)
                else { return nil }
                position += 1
            }
        }
        guard let last = codes.last else { return nil }
        let next = text[position]
        if last.isWordCode ? next.isWordCode : last == "." && next.properties.isLowercase { return nil }
        let following = text[text.afterSpaces(position)]
        switch place {
        case .anywhere, .afterNumber: return position
        case .beforeName: return following.properties.isUppercase ? position : nil
        case .beforeNumber: return following.isDigit ? position : nil
        }
    }
}

extension Glyphs {
    func afterSpaces(_ start: Int) -> Int { end(from: start) { $0.isSpace } }

    func lettersEnd(_ start: Int) -> Int { end(from: start) { $0.isLetter } }

    /// The word before `index`, without the marks between; empty where a sentence begins.
    func word(before index: Int) -> String {
        var end = index
        while end > 0, self[end - 1].isSpace || self[end - 1] == "," || self[end - 1] == ":" { end -= 1 }
        var start = end
        while start > 0, self[start - 1].isLetter || self[start - 1] == "-" && start < end { start -= 1 }
        return string(start..<end)
    }

    /// The word after the spaces at `index`.
    func word(after index: Int) -> String {
        let start = afterSpaces(index)
        return string(start..<lettersEnd(start))
    }
}
