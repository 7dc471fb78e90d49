import Language

/// Takes the labels of voices out of a model's text: `<Anna>Good day.</Anna>` is Anna's to say.
///
/// Models write tags as they write those of HTML, with spaces, attributes and a slash at the end; and not all that they write
/// between such brackets is a tag. Text comes in pieces that may end anywhere in one, so what may be its beginning is held
/// back until more of it is there. Only a `<` can begin one, so that text without any waits for nothing.
package struct VoiceTags: Sendable {
    /// A piece of the text, in one voice.
    package struct Piece: Sendable, Hashable {
        /// The text without labels.
        package var text: String
        /// The label of the voice as the agent has it; nil for the agent's own.
        package var voice: String?

        package init(_ text: String, _ voice: String? = nil) {
            self.text = text
            self.voice = voice
        }
    }

    /// The longest label, in characters; longer names are text.
    package static let longestLabel = 40
    /// The longest tag, in characters: a label with white space and attributes; longer ones are text.
    private static let longestTag = 120
    /// Deepest nesting of tags that is kept; what is deeper replaces the innermost.
    private static let deepest = 8

    /// The labels, by how they compare.
    private let labels: [String: String]
    /// The tags that are open, outermost first: how they compare, and the label.
    private var open: [(key: String, label: String?)] = []
    private var held = ""
    /// The last character that was let through, and whether a tag was taken out since.
    private var last: Character?
    private var hasCut = false

    /// - Parameter labels: as the agent's configuration has them; upper and lower case are the same.
    package init(labels: [String]) {
        self.labels = Dictionary(labels.map { (Self.key($0), $0) }) { first, _ in first }
    }

    /// How labels compare: without regard to case, and to how wide the spaces in them are.
    private static func key(_ label: String) -> String {
        label.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The text that may be spoken by now and has not been returned yet.
    package mutating func append(_ text: String) -> [Piece] {
        var rest = Substring(held + text)
        var pieces: [Piece] = []
        held = ""
        while let start = rest.firstIndex(of: "<") {
            letThrough(rest[..<start], into: &pieces)
            rest = rest[start...]
            switch tag(rest) {
            case .label(let name, let kind, let end):
                take(name, kind)
                rest = rest[end...]
            case .none:
                letThrough(rest.prefix(1), into: &pieces)
                rest = rest.dropFirst()
            case .unfinished:
                held = String(rest)
                return pieces
            }
        }
        letThrough(rest, into: &pieces)
        return pieces
    }

    /// The text that was still held back, at the end of the answer, which ends every voice but the agent's own.
    package mutating func finish() -> [Piece] {
        var pieces: [Piece] = []
        letThrough(Substring(held), into: &pieces)
        held = ""
        open = []
        return pieces
    }

    private mutating func take(_ name: String, _ kind: Kind) {
        hasCut = true
        let key = Self.key(name)
        switch kind {
        case .empty: break
        // One that was never opened closes nothing.
        case .closing: if let place = open.lastIndex(where: { $0.key == key }) { open.removeSubrange(place...) }
        case .opening:
            if open.count == Self.deepest { open.removeLast() }
            // A name that no voice has is not read out either: the agent's own voice speaks for it.
            open.append((key, labels[key]))
        }
    }

    private mutating func letThrough(_ text: Substring, into pieces: inout [Piece]) {
        var text = text
        // White space is neither doubled around a label nor missing where two voices meet.
        if hasCut, last?.isWhitespace != false { text = text.drop(while: \.isWhitespace) }
        guard let first = text.first, let end = text.last else { return }
        let voice = open.last.flatMap(\.label)
        let needsSpace =
            hasCut && last.map { $0.isLetter || $0.isNumber || ".,!?;:…)”".contains($0) } == true
            && (first.isLetter || first.isNumber)
        let whole = (needsSpace ? " " : "") + text
        hasCut = false
        last = end
        if pieces.last?.voice == voice, !pieces.isEmpty {
            pieces[pieces.count - 1].text += whole
        } else {
            pieces.append(Piece(whole, voice))
        }
    }

    private enum Found {
        case label(String, Kind, end: Substring.Index)
        case none
        /// The text ends before this can be decided.
        case unfinished
    }

    private enum Kind {
        case opening
        case closing
        /// It opens and closes at once: nothing is said in the voice.
        case empty
    }

    /// The label that the `<` at the head of `text` begins; markup is left to who makes text speakable.
    private func tag(_ text: Substring) -> Found {
        let window = text.dropFirst().prefix(Self.longestTag)
        let inside = window.prefix { $0 != ">" && $0 != "<" && !$0.isNewline }
        let inner = Inner(inside, follows: hasCut ? nil : last)
        guard inside.endIndex < window.endIndex else {
            return window.count < Self.longestTag && mayBecomeTag(inner) ? .unfinished : .none
        }
        guard window[inside.endIndex] == ">" else { return .none }
        let end = window.index(after: inside.endIndex)
        let next = text[end...].first
        // A tag between backticks is spoken about.
        if last == "`", !hasCut {
            guard let next else { return .unfinished }
            if next == "`" { return .none }
        }
        if let label = label(of: inner) { return .label(label, inner.kind, end: end) }
        guard inner.kind != .empty, isName(inner) else { return .none }
        let name = String(inner.body)
        if inner.kind == .closing {
            // Of a name that was not taken for one at its beginning the end is text as well.
            return open.contains { $0.key == Self.key(name) } ? .label(name, .closing, end: end) : .none
        }
        // What is said follows at once; a placeholder such as "your <name> here" stands like a word.
        guard let next else { return .unfinished }
        return next.isLetter || next.isNumber || "\"'“„«¿¡<".contains(next) ? .label(name, .opening, end: end) : .none
    }

    /// The label of a voice that a tag has, alone or before attributes.
    private func label(of inner: Inner) -> String? {
        let body = Self.key(String(inner.body))
        if let label = labels[body] { return label }
        guard inner.isTight || body.contains("=") else { return nil }
        return labels.filter { body.hasPrefix($0.key + " ") && !Tag.names.contains($0.key) }
            .max { $0.key.count < $1.key.count }?.value
    }

    /// Whether a tag may be one of a voice that the agent does not have: "a<b and c>d" and "Array<String>" are none.
    private func isName(_ inner: Inner) -> Bool {
        inner.isTight && inner.body.first?.isLetter == true && inner.body.count <= Self.longestLabel
            && inner.body.allSatisfy { $0.isLetter || $0.isNumber || "_-".contains($0) }
            && !Tag.names.contains(Self.key(String(inner.body)))
    }

    /// Whether what follows may make a tag of it.
    private func mayBecomeTag(_ inner: Inner) -> Bool {
        let body = Self.key(String(inner.body))
        guard !body.isEmpty else { return true }
        return labels.keys.contains { $0.hasPrefix(body) || body.hasPrefix($0 + " ") }
            || isName(inner) || inner.isTight && Tag.names.contains(body)
    }

    /// What stands between the brackets.
    private struct Inner {
        /// The name, with attributes if there are any.
        var body: Substring
        var kind = Kind.opening
        /// Whether the name follows the bracket at once, and an opening one no word.
        var isTight: Bool

        init(_ inside: Substring, follows last: Character?) {
            func trimmed(_ text: Substring) -> Substring {
                let text = text.drop(while: \.isWhitespace)
                return text.lastIndex { !$0.isWhitespace }.map { text[...$0] } ?? text.prefix(0)
            }
            let followsWord = inside.first != "/" && last.map { $0.isLetter || $0.isNumber || $0 == "_" } == true
            isTight = inside.first?.isWhitespace == false && !followsWord
            body = trimmed(inside)
            if body.first == "/" {
                kind = .closing
                body = trimmed(body.dropFirst())
            } else if body.last == "/" {
                kind = .empty
                body = trimmed(body.dropLast())
            }
        }
    }
}
