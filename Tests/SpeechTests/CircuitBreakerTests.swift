import Engines
import Synchronization
import Testing

@Suite("Engines that rest")
struct CircuitBreakerTests {
    /// A breaker, and seconds since its beginning.
    private final class Trial {
        var breaker = CircuitBreaker()
        private let start = ContinuousClock.now

        func permits(at seconds: Double) -> Bool { breaker.permits(at: start + .seconds(seconds)) }
        func abandon(at seconds: Double) { breaker.abandon(at: start + .seconds(seconds)) }
        func fail(at seconds: Double, retryAfter: Duration? = nil) {
            breaker.fail(at: start + .seconds(seconds), retryAfter: retryAfter)
        }
    }

    @Test("a failed engine rests, then one request tries it")
    func tries() {
        let trial = Trial()
        #expect(trial.permits(at: 0) && trial.permits(at: 0) && trial.breaker.isClosed)
        trial.fail(at: 0)
        #expect(!trial.breaker.isClosed && !trial.permits(at: 9.9))
        #expect(trial.permits(at: 10))
        #expect(!trial.permits(at: 10) && !trial.permits(at: 1000))
        trial.breaker.succeed()
        #expect(trial.breaker.isClosed && trial.permits(at: 10))
    }

    @Test("each try that fails doubles the rest, up to the longest")
    func backsOff() {
        let trial = Trial()
        var now = 0.0
        trial.fail(at: 0)
        for rest in [10.0, 20, 40, 80, 120, 120] {
            #expect(!trial.permits(at: now + rest - 0.1))
            #expect(trial.permits(at: now + rest))
            now += rest
            trial.fail(at: now)
        }
        _ = trial.permits(at: now + 120)
        trial.breaker.succeed()
        trial.fail(at: now + 120)
        #expect(trial.permits(at: now + 130), "success begins anew")
    }

    @Test("requests that fail while it rests make it no longer")
    func oneRest() {
        let trial = Trial()
        trial.fail(at: 0)
        trial.fail(at: 5)
        #expect(trial.permits(at: 10))
    }

    @Test("an engine is left alone for as long as it asks for, within reason")
    func retryAfter() {
        let trial = Trial()
        trial.fail(at: 0, retryAfter: .seconds(30))
        #expect(!trial.permits(at: 29.9) && trial.permits(at: 30))
        trial.breaker = CircuitBreaker()
        trial.fail(at: 0, retryAfter: .seconds(1))
        #expect(!trial.permits(at: 9))
        trial.breaker = CircuitBreaker()
        trial.fail(at: 0, retryAfter: .seconds(86_400))
        #expect(trial.permits(at: 600))
    }

    @Test("a try that was given up leaves the next one to try")
    func abandons() {
        let trial = Trial()
        trial.abandon(at: 0)
        #expect(trial.breaker.isClosed)
        trial.fail(at: 0)
        trial.abandon(at: 1)
        #expect(!trial.permits(at: 9))
        #expect(trial.permits(at: 10))
        trial.abandon(at: 11)
        #expect(trial.permits(at: 11))
        trial.fail(at: 11)
        #expect(!trial.permits(at: 30) && trial.permits(at: 31))
    }

    @Test("each engine has its own fate, and the reason for it")
    func health() {
        let now = Mutex(ContinuousClock.now)
        let health = EngineHealth { now.withLock(\.self) }
        let failure = EngineError(.timeout, engine: "a", "late")
        #expect(health.permits("a") && health.failure(of: "a") == nil)
        health.failed("a", failure)
        #expect(!health.permits("a") && health.permits("b") && health.failure(of: "a") == failure)
        now.withLock { $0 += .seconds(10) }
        #expect(health.permits("a") && !health.permits("a"))
        health.abandoned("a")
        #expect(health.permits("a"))
        health.succeeded("a")
        #expect(health.permits("a") && health.failure(of: "a") == nil)
    }
}
