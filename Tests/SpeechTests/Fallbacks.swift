import Engines
import Synchronization
import Tasks

@testable import Language
@testable import Speech

/// What was reported, in order.
final class Fallbacks: Sendable {
    private let reported = Mutex<[EngineFallback]>([])

    var all: [EngineFallback] { reported.withLock(\.self) }
    /// Who gave up, and who went on.
    var steps: [String] { all.map { "\($0.failure.engine)>\($0.next)\($0.isResting ? " (rests)" : "")" } }

    func add(_ fallback: EngineFallback) { reported.withLock { $0.append(fallback) } }
}

extension TaskClock {
    /// Every wait is over as soon as nothing else can go on.
    static let hasty = TaskClock(elapsed: { .zero }, sleep: { _ in for _ in 0..<2000 { await Task.yield() } })
    /// No wait is ever over.
    static let patient = TaskClock(elapsed: { .zero }, sleep: { _ in try await Task.sleep(for: .seconds(600)) })
}
