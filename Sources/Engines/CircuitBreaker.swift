/// Decides when an engine that failed may be asked again.
///
/// After a failure the engine rests. Then a single request tries it: a success ends the rest, a failure doubles it.
public struct CircuitBreaker: Sendable, Hashable {
    /// How long an engine rests.
    public struct Options: Sendable, Hashable {
        /// The rest after the first failure: the length of an answer.
        public var firstRest: Duration = .seconds(10)
        /// The longest rest, after many consecutive failures.
        public var longestRest: Duration = .seconds(120)
        /// The longest rest that an engine may ask for itself, such as with `retry-after`.
        public var longestRetryAfter: Duration = .seconds(600)

        /// Creates the values above.
        public init() {}
    }

    private enum State: Sendable, Hashable {
        case working
        case resting(until: ContinuousClock.Instant, length: Duration)
        /// One request is trying the engine, after a rest of that length.
        case trying(after: Duration)
    }

    private let options: Options
    private var state = State.working

    /// Creates the breaker of an engine that works as far as is known.
    public init(options: Options = Options()) {
        self.options = options
    }

    /// Whether the engine works as far as is known.
    public var isClosed: Bool { state == .working }

    /// Whether a request may be made now. A request that is let through after a rest is the trial: `succeed`, `fail` or
    /// `abandon` must follow.
    public mutating func permits(at now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .working: return true
        case .trying: return false
        case .resting(let until, let length):
            guard now >= until else { return false }
            state = .trying(after: length)
            return true
        }
    }

    /// Notes that a request was answered.
    public mutating func succeed() { state = .working }

    /// Notes that a request failed.
    ///
    /// - Parameter retryAfter: The rest that the engine asks for; nil when it asks for none.
    public mutating func fail(at now: ContinuousClock.Instant, retryAfter: Duration? = nil) {
        let length: Duration
        switch state {
        case .working: length = options.firstRest
        case .trying(let last): length = min(last * 2, options.longestRest)
        // Requests that were under way when the engine failed are no new evidence.
        case .resting: return
        }
        let asked = min(retryAfter ?? .zero, options.longestRetryAfter)
        state = .resting(until: now + max(length, asked), length: length)
    }

    /// Notes that a request was cancelled before it showed anything, so that the next one may be the trial.
    public mutating func abandon(at now: ContinuousClock.Instant) {
        if case .trying(let length) = state { state = .resting(until: now, length: length) }
    }
}
