/// The state of one utterance between audio and text: what has to be sent, what is committed, what is known.
///
/// Audio is kept until the service has given its final text, so that a broken connection costs only time.
///
/// Every pause of a tenth of a second is committed, and services transcribe each commit separately: words without their
/// sentence are misrecognised. So nothing is sent after a commit until the caller goes on; then the audio before the
/// pause is sent again with what follows, and its text is replaced.
struct RealtimeTranscript: Sendable {
    /// Bounds of an utterance, in samples.
    struct Bounds: Sendable, Hashable {
        /// Most audio that waits for its text; no more is accepted.
        var kept: Int
        /// Audio without a commit after which one is made. Services make their own later than this, at unknown places.
        var uncommitted: Int
        /// The shortest message, unless a commit follows.
        var shortestMessage: Int
        /// The longest message.
        var longestMessage: Int
        /// The shortest commit.
        var shortestCommit: Int
        /// The longest audio that is sent again after a pause; 0 for none, and then sending goes on after a commit.
        var repeated: Int
    }

    /// The next message to send.
    enum Outgoing: Sendable, Hashable {
        case audio([Float])
        /// Commits the audio, after `padding` samples of silence where it is too short.
        case commit(padding: Int)
    }

    /// Audio that was committed, in samples from the start of the utterance.
    private struct Commit: Sendable, Hashable {
        var start: Int
        var end: Int
        var item: String?
        var text: String?
    }

    private let bounds: Bounds
    /// Audio that may have to be sent again; it begins at `base`.
    private var audio: [Float] = []
    private var base = 0
    /// The position up to which the text is known, in samples from the start of the utterance.
    private(set) var settled = 0
    /// The position up to which audio was sent on this connection.
    private var sent = 0
    /// Where the audio of the next commit begins.
    private var segment = 0
    /// The position up to which a commit is wanted.
    private var wanted = 0
    /// Whether sending waits until the caller goes on.
    private var isResting = false
    /// Commits whose texts are awaited, or wait for the texts of others.
    private var commits: [Commit] = []
    /// The texts of the audio before `base`.
    private var texts: [String] = []
    /// The texts of the audio after `base`; text of audio that is sent again replaces them.
    private var pieces: [Commit] = []
    /// The text after the last commit, of services without items.
    private var open = ""
    /// The texts so far of incomplete items, in the order in which the items began.
    private var items: [(id: String, text: String)] = []
    private(set) var language: String?

    init(bounds: Bounds) { self.bounds = bounds }

    /// The end of the audio, in samples from the start of the utterance.
    var end: Int { base + audio.count }

    private var committed: Int { commits.last?.end ?? settled }

    /// The text of all audio, as far as it is known.
    var text: String {
        let known = commits.map { commit in commit.text ?? commit.item.flatMap { text(of: $0) } ?? "" }
        let items = items.filter { item in !commits.contains { $0.item == item.id } }.map(\.text)
        let newest = Self.joined(known + items + [open])
        let start = min(segment, commits.first?.start ?? segment)
        let replaced = Self.joined(pieces.filter { $0.start >= start }.compactMap(\.text))
        let kept = texts + pieces.filter { $0.start < start }.compactMap(\.text)
        // The new text of audio that is sent again takes a moment to become as long as the old one.
        return Self.joined(kept + [newest.count < replaced.count ? replaced : newest])
    }

    private static func joined(_ texts: [String]) -> String {
        texts.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func text(of item: String) -> String? { items.first { $0.id == item }?.text }

    /// - Returns: Whether there was room.
    mutating func append(_ samples: [Float]) -> Bool {
        guard audio.count + samples.count <= bounds.kept else { return false }
        audio += samples
        return true
    }

    /// Asks for the text of all audio so far. It is complete when `settled` reaches the present `end`.
    mutating func wantCommit() {
        wanted = end
        goOn()
    }

    /// The caller has gone on after a pause: ends the wait that follows a commit.
    mutating func goOn() {
        guard isResting, end > committed else { return }
        isResting = false
        begin()
    }

    /// Begins a segment, with the audio of the previous ones where that is short enough.
    private mutating func begin() {
        segment = committed - base <= bounds.repeated ? base : committed
        sent = segment
    }

    /// The next message, in order; nil when there is nothing to send.
    mutating func next() -> Outgoing? {
        guard !isResting else { return nil }
        if sent - segment >= bounds.uncommitted { wanted = max(wanted, sent) }
        if wanted > committed, sent >= wanted {
            let padding = max(0, bounds.shortestCommit - (sent - segment))
            commits.append(Commit(start: segment, end: sent))
            segment = sent
            isResting = bounds.repeated > 0
            return .commit(padding: padding)
        }
        // Sends up to the wanted commit, so that it covers exactly that audio.
        let goal = wanted > max(sent, committed) ? wanted : end
        guard wanted > max(sent, committed) || goal - sent >= bounds.shortestMessage else { return nil }
        let length = min(goal - sent, bounds.longestMessage)
        defer { sent += length }
        return .audio(Array(audio[sent - base..<sent - base + length]))
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
            // A service without items, or one that has not named the item of the commit yet.
            ?? commits.firstIndex { $0.item == nil && $0.text == nil }
        if let place {
            commits[place].text = text
            if commits[place].item == nil { open = "" }
            if let item { items.removeAll { $0.id == item } }
        } else if item == nil {
            // The service has committed by itself; the audio is what was sent, as far as can be known.
            commits.append(Commit(start: segment, end: max(sent, committed), text: text))
            segment = sent
            open = ""
        }
        while let first = commits.first, first.text != nil {
            pieces.removeAll { $0.start >= first.start }
            pieces.append(first)
            settled = first.end
            commits.removeFirst()
        }
        forget()
    }

    /// Drops audio that will not be sent again.
    private mutating func forget() {
        guard bounds.repeated == 0 || settled - base > bounds.repeated, segment >= settled,
            commits.allSatisfy({ $0.start >= settled })
        else { return }
        texts += pieces.compactMap(\.text)
        pieces = []
        audio.removeFirst(settled - base)
        base = settled
    }

    /// The connection is lost: the audio that was not settled is sent again.
    mutating func connectionLost() {
        commits = []
        items = []
        open = ""
        segment = settled
        if isResting, wanted <= settled { return }
        isResting = false
        begin()
    }
}
