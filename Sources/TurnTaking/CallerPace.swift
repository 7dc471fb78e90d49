/// How long this caller pauses inside a turn, learnt from the pauses after which the caller went on.
struct CallerPace: Sendable, Hashable {
    /// Weight of the newest pause: in effect the last three or four count.
    private static let weight = 0.3
    /// The length of a pause inside a turn, in seconds, at which the waits are not scaled.
    private static let usual = 0.45
    /// The value for a turn without a pause, in seconds.
    private static let fluent = 0.35
    /// Limits of the factor, so that one odd pause does not make the waits extreme.
    private static let bounds = 0.85...1.5

    private var typical = usual

    /// The caller went on after `pause`.
    mutating func note(_ pause: Span) { typical += Self.weight * (pause.seconds - typical) }

    /// Notes a turn that ended without a pause in it.
    mutating func noteFluentTurn() { typical += Self.weight * (Self.fluent - typical) }

    /// The factor by which the waits are multiplied.
    var factor: Double { min(max(typical / Self.usual, Self.bounds.lowerBound), Self.bounds.upperBound) }
}
