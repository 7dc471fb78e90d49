/// How long this caller pauses inside a turn, learnt from the pauses that ended with the caller going on.
struct CallerPace: Sendable, Hashable {
    /// Weight of the newest pause: the last three or four count.
    private static let weight = 0.3
    /// Seconds of a pause inside a turn that leave the waits as they are.
    private static let usual = 0.45
    /// What a turn without a pause counts as, in seconds.
    private static let fluent = 0.35
    /// Waits are never scaled beyond these, so that one odd pause makes nobody wait for ever.
    private static let bounds = 0.85...1.5

    private var typical = usual

    /// The caller went on after `pause`.
    mutating func note(_ pause: Span) { typical += Self.weight * (pause.seconds - typical) }

    /// The turn ended without a pause in it.
    mutating func noteFluentTurn() { typical += Self.weight * (Self.fluent - typical) }

    /// Factor on the waits.
    var factor: Double { min(max(typical / Self.usual, Self.bounds.lowerBound), Self.bounds.upperBound) }
}
