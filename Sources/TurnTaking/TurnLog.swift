import Language

/// A call as its machine went through it: every event with its time, decisions and commands.
public struct TurnLog: Sendable, Hashable, Codable {
    /// The policy that the machine used.
    public var policy: TurnPolicy
    /// The entries in the order in which they happened; times never go back.
    public var entries: [Entry]

    /// One event, and its consequences.
    public struct Entry: Sendable, Hashable, Codable {
        /// When it happened, on the machine's clock.
        public var time: CallTime
        /// What happened.
        public var event: TurnEvent
        /// Why the machine did what it did, where it had a choice.
        public var decisions: [TurnDecision]
        /// The machine's commands.
        public var commands: [TurnCommand]

        /// An event and its consequences.
        public init(time: CallTime, event: TurnEvent, decisions: [TurnDecision] = [], commands: [TurnCommand] = []) {
            self.time = time
            self.event = event
            self.decisions = decisions
            self.commands = commands
        }
    }

    /// A log with those entries.
    public init(policy: TurnPolicy, entries: [Entry] = []) {
        self.policy = policy
        self.entries = entries
    }

    /// Puts the same events through a new machine: the result equals the log, unless the machine's code has changed
    /// since.
    public func replayed() -> TurnLog { replayed(in: SpokenLanguages.language(policy.language)) }

    /// The same, whatever language the policy names.
    package func replayed(in language: any SpokenLanguage) -> TurnLog {
        var machine = TurnMachine(policy: policy, language: language)
        return TurnLog(
            policy: policy,
            entries: entries.map { entry in
                let commands = machine.handle(entry.event, at: entry.time)
                return Entry(time: entry.time, event: entry.event, decisions: machine.decisions, commands: commands)
            })
    }

    /// The indices of entries for which `other`, a log of the same events, has other decisions or commands.
    public func differences(from other: TurnLog) -> [Int] {
        zip(entries, other.entries).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
            + (min(entries.count, other.entries.count)..<max(entries.count, other.entries.count))
    }
}
