import Foundation
import Synchronization

/// A clock that stands still until it is moved.
package final class ManualClock: Sendable {
    private let time: Mutex<Double>

    package init(_ seconds: Double = 1_700_000_000) { time = Mutex(seconds) }

    package var now: @Sendable () -> Date { { Date(timeIntervalSince1970: self.time.withLock { $0 }) } }
    /// Unix time in whole seconds.
    package var seconds: Int { Int(time.withLock { $0 }) }
    package func advance(by interval: Double) { time.withLock { $0 += interval } }
}
