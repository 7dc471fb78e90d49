/// What words spoken over the agent mean for the floor.
enum OverlapWords: Sendable, Hashable {
    /// The caller wants to speak.
    case floor
    /// Agreement, or a sound that means no more.
    case backchannel
    /// Not enough to tell.
    case unclear

    /// What people say to show that they listen, and what recognisers write for hums, coughs and laughter. English.
    static let agreement: Set<String> = [
        "ah", "aha", "ahem", "alright", "cool", "eh", "er", "erm", "exactly", "good", "got", "great", "ha", "haha",
        "hm", "hmm", "hmmm", "huh", "i", "it", "m", "mhm", "mm", "mmhmm", "mmm", "mmhm", "nice", "oh", "ok", "okay",
        "perfect", "really", "right", "see", "sure", "true", "uh", "uhhuh", "uhuh", "um", "wow", "ya", "yah", "yeah",
        "yep", "yes", "yup", "you",
    ]
    /// One of these alone takes the floor.
    static let urgent: Set<String> = [
        "actually", "but", "excuse", "hello", "hey", "hold", "listen", "no", "pardon", "please", "quiet", "sorry",
        "stop", "wait", "what", "who", "why",
    ]

    /// - Parameters:
    ///   - isFinal: no more words of this overlap will come.
    ///   - ignored: terms of the configuration that never take the floor, each in the form of `SpokenWords.normalized`.
    init(_ text: String, isFinal: Bool, ignoring ignored: Set<String>) {
        let words = SpokenWords(text).words
        if words.isEmpty {
            self = .unclear
            return
        }
        if ignored.contains(words.joined(separator: " ")) {
            self = .backchannel
            return
        }
        let meant = words.filter { !Self.agreement.contains($0) && !ignored.contains($0) }
        if meant.contains(where: Self.urgent.contains) || meant.count >= 2 {
            self = .floor
        } else if meant.isEmpty {
            self = .backchannel
        } else {
            // One word of a partial transcript may yet turn out to be something else.
            self = isFinal ? .floor : .unclear
        }
    }
}

/// A text as it is compared: lower-case words without punctuation.
struct SpokenWords: Sendable, Hashable {
    let words: [String]

    init(_ text: String) {
        words = text.lowercased().replacing("’", with: "'")
            .split { !$0.isLetter && !$0.isNumber && $0 != "'" }
            .map { $0.trimming { $0 == "'" } }
            .filter { !$0.isEmpty }
    }

    var isEmpty: Bool { words.isEmpty }

    /// Impatience with a slow answer: it asks for nothing new.
    private static let impatience: Set<String> = [
        "hello", "are", "you", "there", "still", "can", "hear", "me", "hm", "um", "uh", "okay", "so",
    ]

    /// Whether an answer to `earlier` answers these words too.
    func adds(nothingTo earlier: SpokenWords) -> Bool {
        guard words.starts(with: earlier.words) else { return false }
        return words.dropFirst(earlier.words.count).allSatisfy(Self.impatience.contains)
    }
}

extension StringProtocol {
    fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isLeftOut($0) }), let last = lastIndex(where: { !isLeftOut($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
