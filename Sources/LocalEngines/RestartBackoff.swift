/// How long to wait before a program that has ended is started again.
struct RestartBackoff: Sendable {
    /// The wait after the first end of the program; doubled at each further one, up to `longest`.
    static let shortest = Duration.milliseconds(250)
    /// The longest wait: a broken model must not use up a core, and a program must be back soon after its cause of
    /// failure is gone.
    static let longest = Duration.seconds(30)
    /// A program that ran for this long did not fail at its start, so the wait starts again at `shortest`.
    static let stable = Duration.seconds(60)

    private var next = shortest

    /// The wait after the program has run for `uptime`.
    mutating func delay(after uptime: Duration) -> Duration {
        if uptime >= Self.stable { next = Self.shortest }
        defer { next = min(next * 2, Self.longest) }
        return next
    }
}
