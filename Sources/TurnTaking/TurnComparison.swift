/// What another policy would have changed in a recorded call.
public struct TurnComparison: Sendable, Hashable {
    /// A turn of the caller's, by the last time the caller was heard in it.
    public struct Turn: Sendable, Hashable {
        /// When the caller was last heard.
        public var end: CallTime
        /// When the answer began to be heard.
        public var answer: CallTime
        /// What was answered.
        public var words: String

        /// From the caller's last sound to the answer.
        public var wait: Span { answer - end }
    }

    /// A turn that both calls answered.
    public struct Pair: Sendable, Hashable {
        /// As it was.
        public var before: Turn
        /// As it would have been.
        public var after: Turn
    }

    /// Answered in both.
    public var answered: [Pair] = []
    /// Answered where the caller, as recorded, was still to go on.
    public var cutOff: [Turn] = []
    /// Answered in the recording only: the caller would have been waited for.
    public var waitedFor: [Turn] = []
    /// When the agent would have stopped where it went on in the recording.
    public var newInterruptions: [CallTime] = []
    /// When the agent stopped in the recording, and would have gone on.
    public var lostInterruptions: [CallTime] = []

    /// Two turns that end this close to each other are the same turn: less than the shortest wait.
    private static let sameEnd = Span.milliseconds(200)
    /// The same for interruptions, which words decide sooner or later.
    private static let sameInterruption = Span.milliseconds(1500)

    /// What is different in `after`, which holds the same caller as `before`.
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
