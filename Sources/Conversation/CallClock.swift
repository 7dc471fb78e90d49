import TurnTaking

/// The clock that a call runs by: real time in a server, driven by hand in tests.
public struct CallClock: Sendable {
    /// Time since the call began.
    public var elapsed: @Sendable () -> Duration
    /// Waits for a length of this clock's time; throws `CancellationError` when the task is cancelled meanwhile.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// A clock driven by hand. `elapsed` starts at zero and never goes back.
    public init(
        elapsed: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.elapsed = elapsed
        self.sleep = sleep
    }

    /// Real time, counted from the moment of this call.
    public static func continuous() -> CallClock {
        let clock = ContinuousClock()
        let start = clock.now
        return CallClock(elapsed: { clock.now - start }, sleep: { try await clock.sleep(for: $0) })
    }

    /// The position on the call's sample clock that real time has reached.
    var now: CallTime { CallTime(samples: Int(elapsed() / .seconds(1) * Double(CallTime.rate))) }
}
