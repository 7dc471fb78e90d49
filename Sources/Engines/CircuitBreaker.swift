/// Whether an engine that failed is to be asked again yet.
///
/// After a failure it rests; then one request tries it, and its fate decides for all: success, or twice the rest.
public struct CircuitBreaker: Sendable, Hashable {
    /// How long an engine rests.
    public struct Options: Sendable, Hashable {
        /// After its first failure: the length of an answer.
        public var firstRest: Duration = .seconds(10)
        /// After many in a row.
        public var longestRest: Duration = .seconds(120)
        /// The most that an engine may ask for itself, such as by `retry-after`.
        public var longestRetryAfter: Duration = .seconds(600)

        /// The values above.
        public init() {}
    }

    private enum State: Sendable, Hashable {
        case working
        case resting(until: ContinuousClock.Instant, length: Duration)
        /// One request tries it, after a rest of that length.
        case trying(after: Duration)
    }

    private let options: Options
    private var state = State.working

    /// Of an engine that works as far as is known.
    public init(options: Options = Options()) {
        self.options = options
    }

    /// Whether the engine works as far as is known.
    public var isClosed: Bool { state == .working }

    /// Whether a request may be made now. One that is let through after a rest is the try: `succeed`, `fail` or
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

    /// A request was answered.
    public mutating func succeed() { state = .working }

    /// A request failed.
    ///
    /// - Parameter retryAfter: How long the engine wants to be left alone.
    public mutating func fail(at now: ContinuousClock.Instant, retryAfter: Duration? = nil) {
        let length: Duration
        switch state {
        case .working: length = options.firstRest
        case .trying(let last): length = min(last * 2, options.longestRest)
        // Requests that were under way when the engine failed say nothing new.
        case .resting: return
        }
        let asked = min(retryAfter ?? .zero, options.longestRetryAfter)
        state = .resting(until: now + max(length, asked), length: length)
    }

    /// A request was given up before it could show anything: the next one may try.
    public mutating func abandon(at now: ContinuousClock.Instant) {
        if case .trying(let length) = state { state = .resting(until: now, length: length) }
    }
}
