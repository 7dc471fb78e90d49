import NIOCore

/// Checks that a client sends its request's body fast enough: a leaky bucket of waiting time, which arriving bytes
/// drain at the slowest rate allowed. Only time in which the server waits for the client counts.
struct RequestPace: Sendable {
    /// How long the server waits for the client, in one stretch or several.
    let patience: TimeAmount
    /// The slowest rate allowed, in bytes a second.
    let rate: Int

    private var waited = TimeAmount.zero
    private var waitingSince: NIODeadline?

    init(patience: TimeAmount, rate: Int) {
        self.patience = patience
        self.rate = max(1, rate)
    }

    var isWaiting: Bool { waitingSince != nil }

    /// The server begins to wait for more of the body.
    mutating func wait(_ now: NIODeadline) {
        if waitingSince == nil { waitingSince = now }
    }

    mutating func receive(_ bytes: Int, _ now: NIODeadline) {
        waited = total(now)
        waitingSince = nil
        let earned = Double(bytes) / Double(rate) * 1e9
        waited = .nanoseconds(max(0, waited.nanoseconds - Int64(earned)))
    }

    /// How much longer the server waits for the client; zero when it was too slow.
    func left(_ now: NIODeadline) -> TimeAmount {
        .nanoseconds(max(0, patience.nanoseconds - total(now).nanoseconds))
    }

    private func total(_ now: NIODeadline) -> TimeAmount { waited + (waitingSince.map { now - $0 } ?? .zero) }
}
