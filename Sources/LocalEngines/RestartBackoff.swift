/// How long to wait before a program that has ended is started again.
struct RestartBackoff: Sendable {
    /// After the first end; doubled at each further one, up to `longest`.
    static let shortest = Duration.milliseconds(250)
    /// Long enough not to burn a core on a broken model, short enough to be back soon after the cause has gone.
    static let longest = Duration.seconds(30)
    /// A program that ran for this long is not failing at its start: counting begins anew.
    static let stable = Duration.seconds(60)

    private var next = shortest

    /// The wait after the program has run for `uptime`.
    mutating func delay(after uptime: Duration) -> Duration {
        if uptime >= Self.stable { next = Self.shortest }
        defer { next = min(next * 2, Self.longest) }
        return next
    }
}
