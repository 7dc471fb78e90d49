/// How far ahead of real time the agent's audio is sent to a client, from the jitter of its network.
///
/// The lead covers the jitter and no more: what has been sent cannot be taken back, and sounds on while the agent is
/// spoken over.
struct PlayoutLead: Sendable, Hashable {
    /// The latest round-trip times; pings are 2 s apart.
    private var roundTrips: [Duration] = []

    /// Round trips that are remembered, some 16 s: a network that has become stable is trusted again.
    private static let memory = 8

    mutating func note(_ roundTrip: Duration) {
        roundTrips.append(roundTrip)
        if roundTrips.count > Self.memory { roundTrips.removeFirst() }
    }

    /// Twice the spread of the round trips, added to the shortest lead, within its bounds.
    func value(_ options: CallOptions) -> Duration {
        guard roundTrips.count > 1, let least = roundTrips.min(), let most = roundTrips.max() else {
            return options.playoutLead
        }
        return min(options.shortestPlayoutLead + (most - least) * 2, options.longestPlayoutLead)
    }
}
