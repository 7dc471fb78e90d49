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
    /// How much longer than a pause that was taken for an end the next waits are, in seconds.
    private static let margin = 0.15
    /// The longest of these waits, in seconds.
    private static let longest = 1.4
    /// What is left of it after a turn without a pause: after one or two it is forgotten. Those who pause do so in most of their
    /// turns, and everybody else waits for nothing.
    private static let memory = 0.4

    private var typical = usual
    /// The shortest wait, in seconds; 0 for a caller who was not cut off of late.
    private var least = 0.0

    /// The caller went on after `pause`.
    ///
    /// - Parameter wasOver: whether it had been taken for the end of the turn. Who is cut off once is about to be cut off
    ///   again: people who pause do so in most of their turns. Such a pause sets the shortest wait alone: what made it too
    ///   short were words that sounded like all, and waits after others were long enough.
    mutating func note(_ pause: Span, wasOver: Bool) {
        if !wasOver { typical += Self.weight * (pause.seconds - typical) }
        if wasOver || least > 0 { least = max(least, min(pause.seconds + Self.margin, Self.longest)) }
    }

    /// Notes a turn that ended without a pause in it.
    mutating func noteFluentTurn() {
        typical += Self.weight * (Self.fluent - typical)
        least *= Self.memory
        if least < Self.usual { least = 0 }
    }

    /// The factor by which the waits are multiplied.
    var factor: Double { min(max(typical / Self.usual, Self.bounds.lowerBound), Self.bounds.upperBound) }

    /// The shortest wait after words that might be all.
    var leastWait: Span { .milliseconds(Int(1000 * least)) }
}
