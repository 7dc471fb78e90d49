/// Removes what is written for the eye: Markdown, tags, emoji. Works in a single pass with bounded look-ahead.
struct MarkupStripper: Sendable {
    /// Longest `[…]`, `(…)` or `<…>` that is recognised, in scalars; anything longer is text.
    static let longestBracket = 400

    private enum Line { case text, heading, item, row }

    private let source: Glyphs
    private var output = Glyphs()
    private var index = 0
    private var line = Line.text
    /// Closing brackets to jump over, innermost last: the reader continues at `to` when it comes to `from`.
    private var jumps: [(from: Int, to: Int)] = []

    static func strip(_ source: Glyphs) -> Glyphs {
        var stripper = MarkupStripper(source: source)
        stripper.run()
        return stripper.output
    }

    private init(source: Glyphs) {
        self.source = source
        output.codes.reserveCapacity(source.count)
        output.ends.reserveCapacity(source.count)
    }

    private mutating func run() {
        startLine()
        while index < source.count {
            if let jump = jumps.last, index >= jump.from {
                jumps.removeLast()
                silence(to: jump.to)
                continue
            }
            let code = source.codes[index]
            switch code {
            case "\n": endLine()
            case "\\": silence(to: index + 1)
            case "`": silence(to: index + 1)
            case "*": star()
            case "_": source[index - 1].isWordCode && source[index + 1].isWordCode ? keep() : silence(to: index + 1)
            case "~": source[index + 1].isDigit ? keep() : silence(to: index + 1)
            case "[": openBracket()
            case "]": silence(to: index + 1)
            case "!" where source[index + 1] == "[": silence(to: index + 1, unless: linkEnd(at: index + 1) == nil)
            case "<": openAngle()
            case "|": bar()
            case ..<"\u{80}": keep()
            default:
                if let mark = Entity.mark(code) {
                    keep(as: mark)
                } else {
                    Self.isSpeakable(code) ? keep() : silence(to: index + 1)
                }
            }
        }
    }

    // MARK: Lines

    private mutating func startLine() {
        line = .text
        skipSpaces()
        while source[index] == ">" {  // quotation
            silence(to: index + 1)
            skipSpaces()
        }
        if source.has("```", at: index) || source.has("~~~", at: index) || isRule() {
            silence(to: lineEnd())
        } else if source[index] == "#" {
            var end = index
            while source[end] == "#" { end += 1 }
            if source[end].isSpace, end - index <= 6 {
                line = .heading
                silence(to: end)
            }
        } else if isBullet(source[index]), source[index + 1] == " " {
            line = .item
            silence(to: index + 2)
            if source[index] == "[", source[index + 2] == "]" { silence(to: index + 3) }  // task
        } else if source[index].isDigit {
            var end = index
            while source[end].isDigit { end += 1 }
            if end - index <= 3, source[end] == "." || source[end] == ")", source[end + 1] == " " {
                line = .item
                while index < end { keep() }
                pause(Pause.minor, end: source.ends[end])
                index = end + 1
            }
        } else if source[index] == "|" {
            line = .row
            silence(to: index + 1)
        }
    }

    /// `---`, `***`, `===`, and the row under a table's head.
    private func isRule() -> Bool {
        var marks = 0
        for position in index..<lineEnd() {
            switch source.codes[position] {
            case "-", "*", "_", "=": marks += 1
            case " ", "\t", "|", ":": continue
            default: return false
            }
        }
        return marks >= 3 || (marks > 0 && source[index] == "|")
    }

    private func isBullet(_ code: Unicode.Scalar) -> Bool {
        code == "-" || code == "*" || code == "+" || code == "•" || code == "●" || code == "◦"
            || code == "–"
    }

    private func lineEnd(within limit: Int = .max) -> Int {
        var end = index
        while end < source.count, end - index < limit, source.codes[end] != "\n" { end += 1 }
        return end
    }

    private mutating func endLine() {
        jumps.removeAll(keepingCapacity: true)
        let before = index > 0 ? source.ends[index - 1] : 0
        var next = index
        var breaks = 0
        while next < source.count, source.codes[next].isSpace {
            if source.codes[next] == "\n" { breaks += 1 }
            next += 1
        }
        if breaks > 1 || line == .heading || line == .row {
            pause(Pause.major, end: before)
        } else if !(line == .text && source[next].isLower && output[output.count - 1].isWordCode) {
            // A line break is a pause, except within a paragraph wrapped in mid-sentence.
            pause(Pause.minor, end: before)
        }
        output.append(" ", source.ends[index])
        index = next
        startLine()
    }

    // MARK: Inline

    private mutating func star() {
        let left = source[index - 1] == " " ? source[index - 2] : source[index - 1]
        let right = source[index + 1] == " " ? source[index + 2] : source[index + 1]
        if left.isDigit, right.isDigit {
            output.append("×", source.ends[index])
            index += 1
        } else {
            silence(to: index + 1)
        }
    }

    private mutating func openBracket() {
        guard let close = closing("]", from: index) else { return silence(to: index + 1) }
        if let end = linkEnd(at: index) {
            jumps.append((from: close, to: end))
            silence(to: index + 1)
        } else if isTag(index + 1..<close) {
            silence(to: close + 1)
        } else {
            silence(to: index + 1)
        }
    }

    /// The end of `[text](target)` whose bracket opens at `start`.
    private func linkEnd(at start: Int) -> Int? {
        guard let close = closing("]", from: start), source[close + 1] == "(",
            let end = closing(")", from: close + 1)
        else { return nil }
        return end + 1
    }

    /// Where the bracket that opens at `start` closes, on the same line.
    private func closing(_ mark: Unicode.Scalar, from start: Int) -> Int? {
        let open = source[start]
        var depth = 0
        for position in start..<min(source.count, start + Self.longestBracket) {
            let code = source.codes[position]
            if code == open { depth += 1 }
            if code == mark { depth -= 1 }
            if depth == 0 { return position }
            if code == "\n" { return nil }
        }
        return nil
    }

    /// Whether brackets hold a tag or reference that is not spoken: `[laughs]`, `[short pause]`, `[1]`, `[^note]`.
    private func isTag(_ range: Range<Int>) -> Bool {
        guard range.count <= 40 else { return false }
        if source[range.lowerBound] == "^" { return true }
        let codes = source.codes[range]
        return codes.allSatisfy { $0.isLetter || $0 == " " || $0 == "'" || $0 == "-" }
            || codes.allSatisfy { $0.isDigit || $0 == "," || $0 == " " }
    }

    private mutating func openAngle() {
        if source.has("<!--", at: index) {
            let limit = min(source.count, index + Self.longestBracket)
            let end = (index..<limit).first { source.has("-->", at: $0) }
            return silence(to: end.map { $0 + 3 } ?? limit)
        }
        var start = index + 1
        if source[start] == "/" || source[start] == "!" { start += 1 }
        guard source[start].isAsciiLetter else { return keep() }
        var nameEnd = start
        while source[nameEnd].isAsciiLetter || source[nameEnd].isDigit || source[nameEnd] == "-" { nameEnd += 1 }
        let name = source.lowercased(start..<nameEnd)
        let close = closing(">", from: index)
        let end = close ?? lineEnd(within: Self.longestBracket)
        let inside = source.codes[nameEnd..<max(nameEnd, end)]
        if let close, source.codes[start..<close].contains("@") || source.has("http", at: start) {
            jumps.append((from: close, to: close + 1))  // <name@example.com>
            return silence(to: index + 1)
        }
        // "x<y and z>y" has no tag; an unfinished tag at the end of the text counts only if its name is known.
        let isKnown = Tag.names.contains(name)
        let isTag =
            close == nil
            ? isKnown && (name.count > 1 || start > index + 1 || inside.contains("="))
            : isKnown || inside.isEmpty || inside.last == "/" || inside.contains("=")
        guard isTag else { return keep() }
        if Tag.blocks.contains(name) {
            pause(Pause.major, end: source.ends[end - 1])
        } else if Tag.breaks.contains(name) {
            pause(Pause.minor, end: source.ends[end - 1])
        } else if !isKnown {
            output.append(" ", source.ends[end - 1])
        }
        silence(to: close.map { $0 + 1 } ?? end)
    }

    private mutating func bar() {
        pause(Pause.minor, end: source.ends[index])
        output.append(" ", source.ends[index])
        index += 1
    }

    // MARK: Output

    private mutating func keep() { keep(as: source.codes[index]) }

    private mutating func keep(as code: Unicode.Scalar) {
        output.append(code, source.ends[index])
        index += 1
    }

    private mutating func pause(_ pause: Unicode.Scalar, end: Int) { output.append(pause, end) }

    /// Continues at `next`; what is passed over belongs to the word it touches.
    private mutating func silence(to next: Int, unless keeps: Bool = false) {
        if keeps { return keep() }
        let next = min(next, source.count)
        if next > index, let last = output.codes.last, !last.isSpace {
            output.ends[output.count - 1] = source.ends[next - 1]
        }
        index = max(next, index)
    }

    private mutating func skipSpaces() {
        while source[index] == " " || source[index] == "\t" { index += 1 }
    }

    /// Whether a scalar outside ASCII can be read aloud.
    private static func isSpeakable(_ code: Unicode.Scalar) -> Bool {
        switch code {
        case "°", "±", "²", "³", "µ", "·", "×", "÷", "–", "—", "→", "≈", "≤", "≥", "∞", "§", Glyphs.groupSpace: true
        case "¼"..."¾", "\u{2150}"..."\u{215E}": true
        case "\u{E000}"..."\u{F8FF}", "\u{FE00}"..."\u{FE0F}", "\u{20E3}", "\u{E0000}"...: false
        default: code.isLetter || code.isCurrency || code.properties.numericType == .decimal
        }
    }
}

/// Names of tags, in lower case.
package enum Tag {
    /// Tags at which a sentence ends.
    package static let blocks: Set<String> = [
        "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "tr", "section", "article", "header",
        "footer", "main", "aside", "nav", "blockquote", "pre", "hr", "title", "body", "form", "figure",
    ]
    /// Tags at which a line, an item or a cell ends.
    package static let breaks: Set<String> = [
        "br", "break", "li", "td", "th", "dt", "dd", "option", "caption", "figcaption",
    ]
    /// Tags that change nothing in how their surroundings are spoken; unknown tags are treated alike.
    private static let inline: Set<String> = [
        "a", "b", "i", "u", "s", "q", "em", "strong", "span", "code", "sub", "sup", "small", "mark", "del", "ins",
        "abbr", "img", "font", "label", "input", "button", "audio", "html", "speak", "prosody", "emphasis", "say-as",
        "phoneme", "voice", "lang", "w",
    ]
    package static let names = blocks.union(breaks).union(inline)
}
