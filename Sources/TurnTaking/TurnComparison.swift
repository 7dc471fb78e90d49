/// What another policy would have changed in a recorded call.
public struct TurnComparison: Sendable, Hashable {
    /// A turn of the caller's that was answered.
    public struct Turn: Sendable, Hashable {
        /// When the caller was last heard.
        public var end: CallTime
        /// When the answer began to be heard.
        public var answer: CallTime
        /// The words that were answered.
        public var words: String

        /// The time from the caller's last sound to the answer.
        public var wait: Span { answer - end }
    }

    /// A turn that was answered under both policies.
    public struct Pair: Sendable, Hashable {
        /// The turn as recorded.
        public var before: Turn
        /// The turn as it would have been.
        public var after: Turn
    }

    /// Turns that are answered under both policies.
    public var answered: [Pair] = []
    /// Turns answered although the caller, as recorded, went on: cut-offs.
    public var cutOff: [Turn] = []
    /// Turns answered in the recording only: under the other policy the agent would have gone on waiting.
    public var waitedFor: [Turn] = []
    /// When the agent would have stopped, but went on in the recording.
    public var newInterruptions: [CallTime] = []
    /// When the agent stopped in the recording, but would have gone on.
    public var lostInterruptions: [CallTime] = []

    /// Two turns that end within this time are the same turn; it is less than the shortest wait.
    private static let sameEnd = Span.milliseconds(200)
    /// Two interruptions within this time are the same one, since words decide them sooner or later.
    private static let sameInterruption = Span.milliseconds(1500)

    /// Compares two logs of the same caller, `before` as recorded and `after` under the other policy.
    public init(from before: TurnLog, to after: TurnLog) {
        let (old, new) = (Story(before), Story(after))
        var unmatched = old.turns
        for turn in new.turns {
            if let same = unmatched.firstIndex(where: { ($0.end - turn.end).isWithin(Self.sameEnd) }) {
                answered.append(Pair(before: unmatched.remove(at: same), after: turn))
            } else if old.utterances.contains(where: { $0.start <= turn.end && $0.lastVoice > turn.answer }) {
                cutOff.append(turn)
            }
        }
        waitedFor = unmatched
        func only(_ left: [CallTime], _ right: [CallTime]) -> [CallTime] {
            left.filter { time in !right.contains { ($0 - time).isWithin(Self.sameInterruption) } }
        }
        newInterruptions = only(new.interruptions, old.interruptions)
        lostInterruptions = only(old.interruptions, new.interruptions)
    }
}

/// The turns of a log.
private struct Story {
    struct Utterance {
        var start: CallTime
        var lastVoice: CallTime
    }

    var turns: [TurnComparison.Turn] = []
    var utterances: [Utterance] = []
    var interruptions: [CallTime] = []

    init(_ log: TurnLog) {
        var causes: [ResponseID: ResponseCause] = [:]
        var open: Utterance?
        var end: CallTime = .zero
        for entry in log.entries {
            if case .voice(let window) = entry.event, window.probability >= log.policy.speechThreshold {
                open?.lastVoice = entry.time
            }
            for decision in entry.decisions {
                if case .turnOver(let over) = decision { end = entry.time - over.silence }
            }
            for command in entry.commands {
                switch command {
                case .openUtterance(let start): open = Utterance(start: start, lastVoice: entry.time)
                case .closeUtterance:
                    if let open { utterances.append(open) }
                    open = nil
                case .prepare(let id, let cause): causes[id] = cause
                case .release(let id):
                    guard case .speech(let words) = causes[id] else { break }
                    turns.append(TurnComparison.Turn(end: end, answer: entry.time, words: words))
                case .interrupt: interruptions.append(entry.time)
                case .finalize, .judge, .deliver, .fill, .discard, .end: break
                }
            }
        }
    }
}

extension Span {
    fileprivate func isWithin(_ limit: Span) -> Bool { samples.magnitude <= limit.samples.magnitude }
}
