/// When what a credential's requests carry is used, and when it is obtained anew: a value, with the time handed in.
///
/// A token is renewed while it still holds, so that no request waits; one is asked for at a time, however many requests
/// want it.
struct TokenLease: Sendable {
    enum Step: Sendable {
        /// Use this. With `isDue`, it is to be obtained anew meanwhile.
        case use(Authorization, isDue: Bool)
        /// Obtain it, and wait for that.
        case obtain
        /// Wait: it is being obtained.
        case wait
    }

    private var held: Authorization?
    private var renewal = Duration.zero
    private var expiry = Duration.zero
    private(set) var isObtaining = false
    private(set) var lastUse = Duration.zero

    /// A request is to be sent.
    mutating func use(at now: Duration) -> Step {
        lastUse = now
        if let held, now < expiry {
            let isDue = now >= renewal && !isObtaining
            if isDue { isObtaining = true }
            return .use(held, isDue: isDue)
        }
        if isObtaining { return .wait }
        isObtaining = true
        return .obtain
    }

    /// It was obtained.
    mutating func end(_ authorization: Authorization, renewal: Duration, expiry: Duration) {
        isObtaining = false
        held = authorization
        self.renewal = renewal
        self.expiry = expiry
    }

    /// It could not be obtained; what there is holds on, and is not renewed before `nextTry`.
    mutating func fail(nextTry: Duration) {
        isObtaining = false
        renewal = max(renewal, nextTry)
    }

    /// The server did not accept a request that carried this: it is not used any more.
    mutating func refuse(_ authorization: Authorization) {
        if held?.number == authorization.number { held = nil }
    }
}
