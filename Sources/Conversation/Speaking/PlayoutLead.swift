/// How far ahead of real time a client is sent the agent's audio, by how its network delays messages.
///
/// Enough that what comes late is not missed, and no more: what has been sent cannot be taken back, and sounds on while
/// the agent is spoken over.
struct PlayoutLead: Sendable, Hashable {
    /// The last round trips; pings are 2 s apart.
    private var roundTrips: [Duration] = []

    /// Some 16 s: a network that has become quiet is trusted again.
    private static let memory = 8

    mutating func note(_ roundTrip: Duration) {
        roundTrips.append(roundTrip)
        if roundTrips.count > Self.memory { roundTrips.removeFirst() }
    }

    /// Twice what the round trips differ by, above the shortest lead that the server's own pace needs.
    func value(_ options: CallOptions) -> Duration {
        guard roundTrips.count > 1, let least = roundTrips.min(), let most = roundTrips.max() else {
            return options.playoutLead
        }
        return min(options.shortestPlayoutLead + (most - least) * 2, options.longestPlayoutLead)
    }
}
