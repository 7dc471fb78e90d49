/// What a client may send in words: how long a text, how many messages in a second, how much in a whole call.
///
/// Words go into the record, so one caller must not fill the disk of all.
struct ClientAllowance: Sendable, Hashable {
    /// The bounds.
    struct Limits: Sendable, Hashable {
        /// Of one text, in bytes of UTF-8.
        var text: Int
        /// Of all texts of a call.
        var total: Int
        /// Messages in a second, over longer times.
        var rate: Double
        /// Messages that may come at once.
        var burst: Double
    }

    enum Verdict: Sendable, Hashable {
        case taken
        /// This one text is too long; the next may be taken.
        case tooLong
        /// There was too much in all.
        case exhausted
        case tooFast
    }

    private let limits: Limits
    private var total = 0
    private var credit: Double
    private var last: Duration = .zero

    init(_ limits: Limits) {
        self.limits = limits
        credit = limits.burst
    }

    /// - Parameters:
    ///   - bytes: of the message's text; zero for one without.
    ///   - time: on the call's clock.
    mutating func take(_ bytes: Int, at time: Duration) -> Verdict {
        credit = min(limits.burst, credit + max(.zero, time - last) / .seconds(1) * limits.rate)
        last = max(last, time)
        guard credit >= 1 else { return .tooFast }
        credit -= 1
        guard bytes <= limits.text else { return .tooLong }
        guard total + bytes <= limits.total else { return .exhausted }
        total += bytes
        return .taken
    }
}
