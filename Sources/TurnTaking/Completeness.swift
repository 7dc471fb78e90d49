/// What the words alone say about whether more is coming.
enum Completeness: Sendable, Hashable {
    case complete
    case neutral
    case open

    /// Words after which nobody stops on purpose.
    private static let openEndings: Set<String> = [
        "and", "or", "but", "because", "so", "if", "when", "while", "that", "which", "who", "the", "a", "an", "my",
        "your", "our", "their", "his", "her", "its", "to", "of", "for", "with", "from", "in", "on", "at", "by",
        "about", "is", "are", "was", "were", "am", "i'm", "it's", "um", "uh", "er", "erm", "like", "than", "as",
        "i", "we", "they", "he", "she", "would", "could", "should", "can", "will", "want", "need",
    ]

    init(of transcript: String) {
        let trimmed = transcript.reversed().drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        guard let last = trimmed.first else {
            self = .neutral
            return
        }
        let word = String(trimmed.drop { !$0.isLetter }.prefix { $0.isLetter || $0 == "'" }.reversed()).lowercased()
        if last == "," || last == "-" || last == "…" || transcript.hasSuffix("...") {
            self = .open
        } else if last == "?" || last == "!" {
            self = .complete
        } else if Self.openEndings.contains(word) {
            self = .open
        } else {
            self = last == "." ? .complete : .neutral
        }
    }
}
