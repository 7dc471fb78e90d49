import Synchronization
import Tasks
import Testing

@testable import Conversation
@testable import Speech

@Suite("Signals and scopes")
struct TasksTests {
    @Test("who gives up waiting for a signal ends nobody else's wait")
    func cancelledWait() async {
        let signal = Signal()
        let fired = Mutex(false)
        async let patient: Bool = {
            await signal.wait()
            return fired.withLock { $0 }
        }()
        for _ in 0..<100 {
            let impatient = Task { await signal.wait() }
            impatient.cancel()
            await impatient.value
        }
        fired.withLock { $0 = true }
        signal.fire()
        #expect(await patient)
        await signal.wait()
    }

    @Test("the end of one body of a scope is nothing to another")
    func bodies() async {
        let scope = CancelScope()
        let go = Signal()
        async let long: Void = scope.run { await go.wait() }
        await scope.run {}
        let isCancelled = Mutex(true)
        await scope.run { isCancelled.withLock { $0 = Task.isCancelled } }
        let wasCancelled = isCancelled.withLock { $0 }
        #expect(!wasCancelled)
        go.fire()
        await long
    }

    @Test("a cancelled scope cancels all of its bodies, those that come later too")
    func cancelled() async {
        let scope = CancelScope()
        let never = Signal()
        async let first: Void = scope.run { await never.wait() }
        async let second: Void = scope.run { await never.wait() }
        scope.cancel()
        _ = await (first, second)
        await scope.run { await never.wait() }
    }
}
