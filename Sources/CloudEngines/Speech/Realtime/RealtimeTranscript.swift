/// One utterance between its audio and its text: what has to be sent, what is committed, what is known.
///
/// Audio is kept until the service has given its text for good, so that a broken connection costs nothing but time.
struct RealtimeTranscript: Sendable {
    /// What bounds an utterance, in samples.
    struct Bounds: Sendable, Hashable {
        /// Audio that waits for its text; no more is taken.
        var kept: Int
        /// Audio without a commit; then one is made. Services make their own later than this, at unknown places.
        var uncommitted: Int
        /// The least audio of one message, unless a commit follows.
        var shortestMessage: Int
        /// The most audio of one message.
        var longestMessage: Int
        /// The least audio of a commit.
        var shortestCommit: Int
    }

    /// What is to be sent next.
    enum Outgoing: Sendable, Hashable {
        case audio([Float])
        /// Silence first, where there is too little audio.
        case commit(padding: Int)
    }

    private struct Commit: Sendable, Hashable {
        /// The end of its audio, in samples from the start of the utterance.
        var end: Int
        var item: String?
        var text: String?
    }

    private let bounds: Bounds
    /// What is not settled, from `settled` on.
    private var audio: [Float] = []
    /// How far the text is for good, in samples from the start of the utterance.
    private(set) var settled = 0
    /// How far the audio was sent on this connection.
    private var sent = 0
    /// How far a commit is wanted.
    private var wanted = 0
    private var commits: [Commit] = []
    private var texts: [String] = []
    /// The text after the last commit, of services without items.
    private var open = ""
    /// The text so far of items that are not complete, in the order in which they came up.
    private var items: [(id: String, text: String)] = []
    private(set) var language: String?

    init(bounds: Bounds) { self.bounds = bounds }

    /// The end of the audio, in samples from the start of the utterance.
    var end: Int { settled + audio.count }

    private var committed: Int { commits.last?.end ?? settled }

    /// The text of everything that is known.
    var text: String {
        let known = commits.map { commit in commit.text ?? commit.item.flatMap { text(of: $0) } ?? "" }
        let items = items.filter { item in !commits.contains { $0.item == item.id } }.map(\.text)
        return (texts + known + items + [open])
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func text(of item: String) -> String? { items.first { $0.id == item }?.text }

    /// - Returns: Whether there was room.
    mutating func append(_ samples: [Float]) -> Bool {
        guard audio.count + samples.count <= bounds.kept else { return false }
        audio += samples
        return true
    }

    /// Wants the text of everything so far. It is there when `settled` has reached the end of now.
    mutating func wantCommit() { wanted = end }

    /// The next message, in order; nil when there is nothing to send.
    mutating func next() -> Outgoing? {
        if sent - committed >= bounds.uncommitted { wanted = max(wanted, sent) }
        if wanted > committed, sent >= wanted {
            let padding = max(0, bounds.shortestCommit - (sent - committed))
            commits.append(Commit(end: sent))
            return .commit(padding: padding)
        }
        // Up to the place of the commit, so that it covers what it was wanted for and no more.
        let goal = wanted > sent ? wanted : end
        guard wanted > sent || goal - sent >= bounds.shortestMessage else { return nil }
        let length = min(goal - sent, bounds.longestMessage)
        defer { sent += length }
        return .audio(Array(audio[sent - settled..<sent - settled + length]))
    }

    mutating func take(_ event: RealtimeTranscriptionEvent) {
        switch event {
        case .partial(let text): open = text
        case .delta(let item, let text):
            if let place = items.firstIndex(where: { $0.id == item }) {
                items[place].text += text
            } else {
                items.append((item, text))
            }
        case .accepted(let item):
            if let place = commits.firstIndex(where: { $0.item == nil && $0.text == nil }) {
                commits[place].item = item
            }
        case .completed(let item, let text, let language):
            if let language { self.language = language }
            complete(item, text)
        case .confirmed(let text):
            if commits.contains(where: { $0.item == nil && $0.text == nil }) { complete(nil, text) }
        case .failed, .other: break
        }
    }

    private mutating func complete(_ item: String?, _ text: String) {
        let place =
            item.flatMap { item in commits.firstIndex { $0.item == item } }
            // Of a service without items, or one whose word on the commit has not come.
            ?? commits.firstIndex { $0.item == nil && $0.text == nil }
        if let place {
            commits[place].text = text
            if commits[place].item == nil { open = "" }
            if let item { items.removeAll { $0.id == item } }
        } else if item == nil {
            // A commit that the service has made by itself: of what was sent, as far as can be known.
            commits.append(Commit(end: max(sent, settled), text: text))
            open = ""
        }
        while let first = commits.first, let text = first.text {
            texts.append(text)
            audio.removeFirst(first.end - settled)
            settled = first.end
            commits.removeFirst()
        }
    }

    /// The connection is gone, and with it all that was not settled: it is sent again.
    mutating func connectionLost() {
        commits = []
        items = []
        open = ""
        sent = settled
    }
}
