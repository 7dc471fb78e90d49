import Engines

/// Decides when a service that could not be connected to is tried again.
struct ConnectionBackoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var pause: Duration
    private var failure: (error: EngineError, until: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - first: The pause after one failure; it doubles with each that follows.
    ///   - longest: The longest pause, unless the service asks for more.
    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
        pause = first
    }

    mutating func succeeded() {
        pause = first
        failure = nil
    }

    mutating func failed(_ error: EngineError, at now: ContinuousClock.Instant) {
        failure = (error, now + max(pause, error.retryAfter ?? .zero))
        pause = min(pause * 2, longest)
    }

    /// The reason for not connecting now; nil when a connection may be tried.
    func refusal(at now: ContinuousClock.Instant) -> EngineError? {
        guard let failure, failure.until > now else { return nil }
        var error = failure.error
        error.retryAfter = failure.until - now
        return error
    }
}
