/// What words spoken over the agent mean: barge-in or backchannel.
enum OverlapWords: Sendable, Hashable {
    /// A barge-in: the caller wants to speak.
    case floor
    /// Agreement, or a sound that means no more than that.
    case backchannel
    /// Too little to tell.
    case unclear

    /// Words that show that somebody listens, and what recognisers write for hums, coughs and laughter. English.
    static let agreement: Set<String> = [
        "ah", "aha", "ahem", "alright", "cool", "eh", "er", "erm", "exactly", "good", "got", "great", "ha", "haha",
        "hm", "hmm", "hmmm", "huh", "i", "it", "m", "mhm", "mm", "mmhmm", "mmm", "mmhm", "nice", "oh", "ok", "okay",
        "perfect", "really", "right", "see", "sure", "true", "uh", "uhhuh", "uhuh", "um", "wow", "ya", "yah", "yeah",
        "yep", "yes", "yup", "you",
    ]
    /// Words each of which alone is a barge-in.
    static let urgent: Set<String> = [
        "actually", "but", "excuse", "hello", "hey", "hold", "listen", "no", "pardon", "please", "quiet", "sorry",
        "stop", "wait", "what", "who", "why",
    ]

    /// - Parameters:
    /// - isFinal: whether no more words of this overlap will come.
    /// - ignored: terms of the configuration that are never a barge-in, each in the form of `SpokenWords.normalized`.
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
            // A single word of a partial transcript may still change.
            self = isFinal ? .floor : .unclear
        }
    }
}

/// A text in the form in which it is compared: lower-case words without punctuation.
struct SpokenWords: Sendable, Hashable {
    let words: [String]

    init(_ text: String) {
        words = text.lowercased().replacing("’", with: "'")
            .split { !$0.isLetter && !$0.isNumber && $0 != "'" }
            .map { $0.trimming { $0 == "'" } }
            .filter { !$0.isEmpty }
    }

    var isEmpty: Bool { words.isEmpty }

    /// Words of impatience with a slow answer, which ask for nothing new.
    private static let impatience: Set<String> = [
        "hello", "are", "you", "there", "still", "can", "hear", "me", "hm", "um", "uh", "okay", "so",
    ]

    /// Whether the answer to `earlier` answers these words too.
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
