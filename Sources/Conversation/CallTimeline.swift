import Tasks
import TurnTaking

extension TaskClock {
    /// The position on the call's sample clock that real time has reached.
    var now: CallTime { CallTime(samples: Int(elapsed() / .seconds(1) * Double(CallTime.rate))) }
}
