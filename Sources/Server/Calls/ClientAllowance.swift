/// How much text a client may send: the length of one text, messages a second, and the sum over a call.
///
/// Texts go into the record, so one caller must not fill the disk for all.
struct ClientAllowance: Sendable, Hashable {
    /// The bounds.
    struct Limits: Sendable, Hashable {
        /// The longest text, in bytes of UTF-8.
        var text: Int
        /// The sum of all texts of a call, in bytes.
        var total: Int
        /// Messages a second, averaged.
        var rate: Double
        /// Messages that may come in one burst.
        var burst: Double
    }

    enum Verdict: Sendable, Hashable {
        case taken
        /// This text is too long; the next may be accepted.
        case tooLong
        /// The sum of all texts is used up.
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
