/// What words spoken over the agent mean: barge-in or backchannel.
public enum OverlapMeaning: Sendable, Hashable {
    /// A barge-in: the caller wants to speak.
    case floor
    /// Agreement, or a sound that means no more than that.
    case backchannel
    /// Too little to tell.
    case unclear

    /// - Parameters:
    ///   - isFinal: whether no more words of this overlap will come.
    ///   - agreement: words that only show that somebody listens.
    ///   - urgent: words each of which alone is a barge-in.
    ///   - ignored: terms of the configuration that are never a barge-in, each as `SpokenWords.joined` has it.
    init(
        of text: String, isFinal: Bool, agreement: Set<String>, urgent: Set<String>, ignoring ignored: Set<String>
    ) {
        let spoken = SpokenWords(text)
        if spoken.isEmpty {
            self = .unclear
            return
        }
        if ignored.contains(spoken.joined) {
            self = .backchannel
            return
        }
        let meant = spoken.words.filter { !agreement.contains($0) && !ignored.contains($0) }
        if meant.contains(where: urgent.contains) || meant.count >= 2 {
            self = .floor
        } else if meant.isEmpty {
            self = .backchannel
        } else {
            // A single word of a partial transcript may still change.
            self = isFinal ? .floor : .unclear
        }
    }
}
