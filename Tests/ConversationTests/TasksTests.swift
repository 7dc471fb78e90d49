import Synchronization
import Testing

@testable import Conversation

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

    @Test("what a client may send: one text, all texts, and how fast")
    func allowance() {
        var allowance = ClientAllowance(.init(text: 10, total: 25, rate: 2, burst: 4))
        #expect(allowance.take(10, at: .zero) == .taken)
        #expect(allowance.take(11, at: .zero) == .tooLong)
        #expect(allowance.take(10, at: .zero) == .taken)
        #expect(allowance.take(6, at: .zero) == .exhausted)
        #expect(allowance.take(0, at: .zero) == .tooFast)
        #expect(allowance.take(5, at: .seconds(1)) == .taken)
        #expect(allowance.take(0, at: .milliseconds(900)) == .taken, "time that runs backwards gives nothing")
        #expect(allowance.take(0, at: .seconds(1)) == .tooFast)
    }
}
