import Language

/// Takes the labels of voices out of a model's text: `<Anna>Good day.</Anna>` is Anna's to say.
///
/// Text comes in pieces that may end anywhere in a tag, so what may be the beginning of one is held back until more of it
/// is there. Only a `<` can begin one, so that text without any waits for nothing.
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

    /// How labels compare.
    private static func key(_ label: String) -> String {
        label.trimmingCharacters { $0.isWhitespace }.lowercased()
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || " _-".contains(character)
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
            case .label(let name, let isClosing, let end):
                take(name, isClosing: isClosing)
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

    private mutating func take(_ name: String, isClosing: Bool) {
        hasCut = true
        let key = Self.key(name)
        if isClosing {
            // One that was never opened closes nothing.
            if let place = open.lastIndex(where: { $0.key == key }) { open.removeSubrange(place...) }
        } else {
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
        case label(String, isClosing: Bool, end: Substring.Index)
        case none
        /// The text ends before this can be decided.
        case unfinished
    }

    /// The label that the `<` at the head of `text` begins; markup is left to who makes text speakable.
    private func tag(_ text: Substring) -> Found {
        var inside = text.dropFirst()
        let isClosing = inside.first == "/"
        if isClosing { inside = inside.dropFirst() }
        let name = inside.prefix(Self.longestLabel + 2).prefix(while: Self.isPart)
        guard name.isEmpty || name.first?.isLetter == true else { return .none }
        guard let next = inside.dropFirst(name.count).first else {
            return name.count <= Self.longestLabel + 1 ? .unfinished : .none
        }
        let label = String(name).trimmingCharacters { $0 == " " }
        guard next == ">", !label.isEmpty, label.count <= Self.longestLabel else { return .none }
        let key = Self.key(label)
        guard labels[key] != nil || !Tag.names.contains(key) else { return .none }
        return .label(label, isClosing: isClosing, end: inside.index(name.endIndex, offsetBy: 1))
    }
}

extension String {
    fileprivate func trimmingCharacters(_ isTrimmed: (Character) -> Bool) -> String {
        guard let start = firstIndex(where: { !isTrimmed($0) }), let end = lastIndex(where: { !isTrimmed($0) }) else {
            return ""
        }
        return String(self[start...end])
    }
}
