/// A call as its machine went through it: every event with its time, and what was decided and commanded then.
public struct TurnLog: Sendable, Hashable, Codable {
    /// What the machine went by.
    public var policy: TurnPolicy
    /// In the order in which they happened; times never go back.
    public var entries: [Entry]

    /// One event, and what followed from it.
    public struct Entry: Sendable, Hashable, Codable {
        /// On the machine's clock.
        public var time: CallTime
        /// What happened.
        public var event: TurnEvent
        /// Why the machine did what it did then, where there was something to weigh.
        public var decisions: [TurnDecision]
        /// What it wanted done.
        public var commands: [TurnCommand]

        /// An event and what followed from it.
        public init(time: CallTime, event: TurnEvent, decisions: [TurnDecision] = [], commands: [TurnCommand] = []) {
            self.time = time
            self.event = event
            self.decisions = decisions
            self.commands = commands
        }
    }

    /// A log of those entries.
    public init(policy: TurnPolicy, entries: [Entry] = []) {
        self.policy = policy
        self.entries = entries
    }

    /// The same events through a new machine: equal to the log itself, unless the machine has changed since.
    public func replayed() -> TurnLog {
        var machine = TurnMachine(policy: policy)
        return TurnLog(
            policy: policy,
            entries: entries.map { entry in
                let commands = machine.handle(entry.event, at: entry.time)
                return Entry(time: entry.time, event: entry.event, decisions: machine.decisions, commands: commands)
            })
    }

    /// The places at which `other`, of the same events, decided or commanded something else.
    public func differences(from other: TurnLog) -> [Int] {
        zip(entries, other.entries).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
            + (min(entries.count, other.entries.count)..<max(entries.count, other.entries.count))
    }
}
