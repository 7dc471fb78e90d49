/// How much text a client may send: the length of one text, messages a second, and the sum over a call.
///
/// Texts go into the record, so one caller must not fill the disk for all.
struct ClientAllowance: Sendable {
    enum Verdict: Sendable, Hashable {
        case taken
        /// This text is too long; the next may be accepted.
        case tooLong
        /// The sum of all texts is used up.
        case exhausted
        case tooFast
    }

    private let options: ConversationLine.Options
    private var total = 0
    private var credit: Double
    private var last: Duration = .zero

    init(_ options: ConversationLine.Options) {
        self.options = options
        credit = options.messageBurst
    }

    /// - Parameters:
    ///   - bytes: of the message's text; zero for one without.
    ///   - time: on the call's clock.
    mutating func take(_ bytes: Int, at time: Duration) -> Verdict {
        let earned = max(.zero, time - last) / .seconds(1) * options.messageRate
        credit = min(options.messageBurst, credit + earned)
        last = max(last, time)
        guard credit >= 1 else { return .tooFast }
        credit -= 1
        guard bytes <= options.longestText else { return .tooLong }
        guard total + bytes <= options.textBudget else { return .exhausted }
        total += bytes
        return .taken
    }
}
