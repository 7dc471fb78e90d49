/// `[laughs]`, `[short pause]`: acted out by voices that understand them, read aloud by all others.
package enum AudioTag {
    /// Longest tag between its brackets, in characters; anything longer is text.
    private static let longest = 40

    /// The ranges of the tags, in order. The text of a link is not a tag.
    package static func ranges(in text: String) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "[") {
            let inside = rest[rest.index(after: open)...]
            let name = inside.prefix { $0.isLetter || $0 == " " || $0 == "'" || $0 == "-" }
            rest = inside
            guard (1...longest).contains(name.count), name.contains(where: \.isLetter), name.endIndex < text.endIndex,
                text[name.endIndex] == "]"
            else { continue }
            let end = text.index(after: name.endIndex)
            rest = text[end...]
            if rest.first != "(" { ranges.append(open..<end) }
        }
        return ranges
    }
}
