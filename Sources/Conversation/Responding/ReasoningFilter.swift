/// Takes out of a model's text what the model thinks aloud between tags such as `<think>` and `</think>`.
///
/// Models that reason inline mean it for nobody's ears. Text comes in pieces that may end anywhere in a tag, so what might
/// be the beginning of one is held back until more of it is there.
struct ReasoningFilter: Sendable {
    /// The names of the tags, in lower case: those of the open models that reason inline.
    static let names = ["think", "thinking", "reasoning"]

    /// Characters of a tag with its attributes; what is longer is text.
    private static let longestTag = 80
    /// Tags within tags that are counted; more of them are one.
    private static let deepest = 16

    private enum Tag {
        case opening(String, end: String.Index)
        case closing(String, end: String.Index)
        case none
        /// It cannot be told before there is more.
        case unfinished
    }

    /// Tags that are open, outermost first.
    private var open: [String] = []
    /// Text that may be the beginning of a tag.
    private var held = ""
    /// Something was taken out, and nothing has been let through since: white space is not doubled around it.
    private var hasCut = false
    private var endsInSpace = true

    /// What is to be heard of the text so far, and has not been returned yet.
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

    /// What was held back, now that nothing more comes.
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

    /// What begins at the `<` that `text` begins with.
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
