/// Takes out what is written for the eye: Markdown, tags, emoji. A single pass with bounded look-ahead.
struct MarkupStripper: Sendable {
    /// Longest `[…]`, `(…)` or `<…>` looked for, in scalars; what is longer is text.
    static let longestBracket = 400

    private enum Line { case text, heading, item, row }

    private let source: Glyphs
    private var output = Glyphs()
    private var index = 0
    private var line = Line.text
    /// Closing brackets to jump over, innermost last: at `from` go on at `to`.
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
            case 0x0A: endLine()
            case 0x5C: silence(to: index + 1)
            case 0x60: silence(to: index + 1)
            case 0x2A: star()
            case 0x5F: source[index - 1].isWordCode && source[index + 1].isWordCode ? keep() : silence(to: index + 1)
            case 0x7E: source[index + 1].isDigit ? keep() : silence(to: index + 1)
            case 0x5B: openBracket()
            case 0x5D: silence(to: index + 1)
            case 0x21 where source[index + 1] == 0x5B: silence(to: index + 1, unless: linkEnd(at: index + 1) == nil)
            case 0x3C: openAngle()
            case 0x7C: bar()
            case ..<0x80: keep()
            default: Self.isSpeakable(code) ? keep() : silence(to: index + 1)
            }
        }
    }

    // MARK: Lines

    private mutating func startLine() {
        line = .text
        skipSpaces()
        while source[index] == 0x3E {  // quotation
            silence(to: index + 1)
            skipSpaces()
        }
        if source.has("```", at: index) || source.has("~~~", at: index) || isRule() {
            silence(to: lineEnd())
        } else if source[index] == 0x23 {
            var end = index
            while source[end] == 0x23 { end += 1 }
            if source[end].isSpace, end - index <= 6 {
                line = .heading
                silence(to: end)
            }
        } else if isBullet(source[index]), source[index + 1] == 0x20 {
            line = .item
            silence(to: index + 2)
            if source[index] == 0x5B, source[index + 2] == 0x5D { silence(to: index + 3) }  // task
        } else if source[index].isDigit {
            var end = index
            while source[end].isDigit { end += 1 }
            if end - index <= 3, source[end] == 0x2E || source[end] == 0x29, source[end + 1] == 0x20 {
                line = .item
                while index < end { keep() }
                pause(Pause.minor, end: source.ends[end])
                index = end + 1
            }
        } else if source[index] == 0x7C {
            line = .row
            silence(to: index + 1)
        }
    }

    /// `---`, `***`, `===`, and the row under a table's head.
    private func isRule() -> Bool {
        var marks = 0
        for position in index..<lineEnd() {
            switch source.codes[position] {
            case 0x2D, 0x2A, 0x5F, 0x3D: marks += 1
            case 0x20, 0x09, 0x7C, 0x3A: continue
            default: return false
            }
        }
        return marks >= 3 || (marks > 0 && source[index] == 0x7C)
    }

    private func isBullet(_ code: UInt32) -> Bool {
        code == 0x2D || code == 0x2A || code == 0x2B || code == 0x2022 || code == 0x25CF || code == 0x25E6
            || code == 0x2013
    }

    private func lineEnd() -> Int {
        var end = index
        while end < source.count, source.codes[end] != 0x0A { end += 1 }
        return end
    }

    private mutating func endLine() {
        jumps.removeAll(keepingCapacity: true)
        let before = index > 0 ? source.ends[index - 1] : 0
        var next = index
        var breaks = 0
        while next < source.count, source.codes[next].isSpace {
            if source.codes[next] == 0x0A { breaks += 1 }
            next += 1
        }
        if breaks > 1 || line == .heading || line == .row {
            pause(Pause.major, end: before)
        } else if !(line == .text && source[next].isLower && output[output.count - 1].isWordCode) {
            // Anything but a paragraph wrapped in mid-sentence.
            pause(Pause.minor, end: before)
        }
        output.append(0x20, source.ends[index])
        index = next
        startLine()
    }

    // MARK: Inline

    private mutating func star() {
        let left = source[index - 1] == 0x20 ? source[index - 2] : source[index - 1]
        let right = source[index + 1] == 0x20 ? source[index + 2] : source[index + 1]
        if left.isDigit, right.isDigit {
            output.append(0xD7, source.ends[index])
            index += 1
        } else {
            silence(to: index + 1)
        }
    }

    private mutating func openBracket() {
        guard let close = closing(0x5D, from: index) else { return silence(to: index + 1) }
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
        guard let close = closing(0x5D, from: start), source[close + 1] == 0x28,
            let end = closing(0x29, from: close + 1)
        else { return nil }
        return end + 1
    }

    /// Where the bracket that opens at `start` closes, on the same line.
    private func closing(_ mark: UInt32, from start: Int) -> Int? {
        let open = source[start]
        var depth = 0
        for position in start..<min(source.count, start + Self.longestBracket) {
            let code = source.codes[position]
            if code == open { depth += 1 }
            if code == mark { depth -= 1 }
            if depth == 0 { return position }
            if code == 0x0A { return nil }
        }
        return nil
    }

    /// `[laughs]`, `[short pause]`, `[1]`, `[^note]`: said by nobody.
    private func isTag(_ range: Range<Int>) -> Bool {
        guard range.count <= 40 else { return false }
        if source[range.lowerBound] == 0x5E { return true }
        let codes = source.codes[range]
        return codes.allSatisfy { $0.isLetter || $0 == 0x20 || $0 == 0x27 || $0 == 0x2D }
            || codes.allSatisfy { $0.isDigit || $0 == 0x2C || $0 == 0x20 }
    }

    private mutating func openAngle() {
        let first = source[index + 1]
        guard first.isAsciiLetter || first == 0x2F || first == 0x21, let close = closing(0x3E, from: index) else {
            return keep()
        }
        let inside = index + 1..<close
        if source.codes[inside].contains(0x40) || source.has("http", at: index + 1) {  // <name@example.com>
            jumps.append((from: close, to: close + 1))
            silence(to: index + 1)
        } else {
            let isBreak = source.has("br", at: index + 1)
            if isBreak { pause(Pause.minor, end: source.ends[close]) }
            silence(to: close + 1)
        }
    }

    private mutating func bar() {
        pause(Pause.minor, end: source.ends[index])
        output.append(0x20, source.ends[index])
        index += 1
    }

    // MARK: Output

    private mutating func keep() {
        output.append(source.codes[index], source.ends[index])
        index += 1
    }

    private mutating func pause(_ pause: UInt32, end: Int) { output.append(pause, end) }

    /// Goes on at `next`; what is passed over belongs to the word it touches.
    private mutating func silence(to next: Int, unless keeps: Bool = false) {
        if keeps { return keep() }
        let next = min(next, source.count)
        if next > index, let last = output.codes.last, !last.isSpace {
            output.ends[output.count - 1] = source.ends[next - 1]
        }
        index = max(next, index)
    }

    private mutating func skipSpaces() {
        while source[index] == 0x20 || source[index] == 0x09 { index += 1 }
    }

    /// Whether a scalar outside ASCII can be read aloud.
    private static func isSpeakable(_ code: UInt32) -> Bool {
        switch code {
        case 0xB0, 0xB1, 0xB2, 0xB3, 0xB5, 0xB7, 0xD7, 0xF7, 0x2013, 0x2014, 0x2192, 0x2248, 0x2264, 0x2265, 0x221E,
            0xA7:
            true
        case 0xBC...0xBE, 0x2150...0x215E: true
        case 0xE000...0xF8FF, 0xFE00...0xFE0F, 0x20E3, 0xE0000...: false
        default: code.isLetter || code.isCurrency || Unicode.Scalar(code)?.properties.numericType == .decimal
        }
    }
}
