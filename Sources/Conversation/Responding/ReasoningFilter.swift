/// Removes a model's reasoning, between tags such as `<think>` and `</think>`, from its text.
///
/// Text comes in pieces that may end anywhere in a tag, so what may be the beginning of a tag is held back until more
/// of it is there.
struct ReasoningFilter: Sendable {
    /// The names of the tags, in lower case, as open models that reason inline use them.
    static let names = ["think", "thinking", "reasoning"]

    /// Longest tag in characters, attributes included; anything longer is text.
    private static let longestTag = 80
    /// Deepest nesting of tags that is counted; deeper ones count as one.
    private static let deepest = 16

    private enum Tag {
        case opening(String, end: String.Index)
        case closing(String, end: String.Index)
        case none
        /// The text ends before this can be decided.
        case unfinished
    }

    /// Tags that are open, outermost first.
    private var open: [String] = []
    /// Text that may be the beginning of a tag.
    private var held = ""
    /// Whether something was removed since the last text was let through, so that white space is not doubled around it.
    private var hasCut = false
    private var endsInSpace = true

    /// The text that may be heard by now and has not been returned yet.
    mutating func append(_ text: String) -> String {
        var rest = Substring(held + text)
        var result = ""
        held = ""
        while let start = rest.firstIndex(of: "<") {
            result += letThrough(rest[..<start])
            rest = rest[start...]
            switch Self.tag(rest) {
            case .opening(let name, let end):
                if open.count < Self.deepest { open.append(name) }
                rest = rest[end...]
                hasCut = true
            case .closing(let name, let end):
                // Some templates write the opening tag themselves, so that only its end is in the text.
                if let place = open.lastIndex(of: name) { open.removeSubrange(place...) }
                rest = rest[end...]
                hasCut = true
            case .none:
                result += letThrough(rest.prefix(1))
                rest = rest.dropFirst()
            case .unfinished:
                held = String(rest)
                return result
            }
        }
        return result + letThrough(rest)
    }

    /// The text that was still held back, at the end of the answer.
    mutating func finish() -> String {
        defer { held = "" }
        return letThrough(Substring(held))
    }

    private mutating func letThrough(_ text: Substring) -> String {
        guard open.isEmpty else { return "" }
        let passed = hasCut && endsInSpace ? text.drop(while: \.isWhitespace) : text
        guard let last = passed.last else { return "" }
        hasCut = false
        endsInSpace = last.isWhitespace
        return String(passed)
    }

    /// The tag that the `<` at the head of `text` begins.
    private static func tag(_ text: Substring) -> Tag {
        let body = text.dropFirst()
        let isClosing = body.first == "/"
        let inside = isClosing ? body.dropFirst() : body
        let name = inside.prefix { $0.isASCII && $0.isLetter }.lowercased()
        let after = inside.dropFirst(name.count)
        guard let next = after.first else {
            return names.contains { $0.hasPrefix(name) } ? .unfinished : .none
        }
        guard names.contains(name), next == ">" || next.isWhitespace else { return .none }
        guard let end = after.prefix(longestTag).firstIndex(of: ">") else {
            return after.count < longestTag ? .unfinished : .none
        }
        let following = text.index(after: end)
        return isClosing ? .closing(name, end: following) : .opening(name, end: following)
    }
}
