import Conversation
import Foundation
import Synchronization
import Tasks
import TestSupport

/// A clock that stands still while there is work, and jumps to the next deadline when there is none.
final class VirtualTime: Sendable {
    private struct Sleeper {
        var deadline: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var sleepers: [Int: Sleeper] = [:]
        /// Sleeps that were cancelled before they had begun.
        var cancelled: Set<Int> = []
        var last = 0
    }

    private let state = Mutex(State())

    var now: Duration { state.withLock(\.now) }

    /// The same clock as a call takes it; it begins with `start`.
    func clock(from start: Duration = .zero) -> TaskClock {
        TaskClock(elapsed: { self.now - start }, sleep: { try await self.sleep($0) })
    }

    func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.sleepers[id] = Sleeper(
                        deadline: state.now + max(duration, .zero), continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Goes on to the next deadline and wakes whoever waits for it; false when nobody waits for anything.
    fileprivate func advance() -> Bool {
        let due = state.withLock { state -> [(id: Int, sleeper: Sleeper)] in
            guard let next = state.sleepers.values.map(\.deadline).min() else { return [] }
            state.now = max(state.now, next)
            let due = state.sleepers.filter { $0.value.deadline <= next }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        for (_, sleeper) in due { sleeper.continuation.resume() }
        return !due.isEmpty
    }
}

/// Runs all tasks of the process on one thread, one after the other, so that it is known when all of them wait: then, and
/// only then, virtual time goes on. What a test sees depends on nothing but the test and its seed.
enum SingleThread {
    struct Stuck: Error, CustomStringConvertible {
        var description: String { "Every task waits, and nothing will ever wake one." }
    }

    /// - Parameters:
    ///   - seed: Decides in which order tasks run that could run at the same time; nil: in the order in which they came.
    ///   - settle: Waits until other threads, such as a database's, have done what tasks wait for.
    static func run<Value: Sendable>(
        _ time: VirtualTime, seed: UInt64? = nil, settle: @escaping @Sendable () -> Void,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                let result = lock.withLock { loop(time, seed, settle, body) }
                continuation.resume(with: result)
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    private static let lock = NSLock()

    private static func loop<Value: Sendable>(
        _ time: VirtualTime, _ seed: UInt64?, _ settle: @Sendable () -> Void,
        _ body: @escaping @Sendable () async throws -> Value
    ) -> Result<Value, any Error> {
        let jobs = Jobs(seed: seed)
        GlobalExecutor.divert(to: jobs)
        defer {
            GlobalExecutor.restore()
            // What other threads have added at the last moment is not lost.
            repeat { while jobs.runNext() {} } while jobs.takeForeign()
        }
        let result = Mutex<Result<Value, any Error>?>(nil)
        Task.detached {
            let value: Result<Value, any Error>
            do { value = .success(try await body()) } catch { value = .failure(error) }
            result.withLock { $0 = value }
        }
        while true {
            if jobs.runNext() { continue }
            if let value = result.withLock(\.self) { return value }
            settle()
            if jobs.takeForeign() { continue }
            if time.advance() { continue }
            // Another thread may still have something, such as a file's writer.
            guard jobs.waitForForeign(until: Date(timeIntervalSinceNow: 10)) else { return .failure(Stuck()) }
            jobs.takeForeign()
        }
    }
}

/// Jobs of tasks that are ready to run.
///
/// Those that other threads make ready, such as the database's, wait until all others have run: when exactly another thread
/// comes to it must not decide what happens in a call.
private final class Jobs: TaskExecutor, Sendable {
    private struct State {
        var ready: [UnownedJob] = []
        var foreign: [UnownedJob] = []
        var random: SeededGenerator?
    }

    private let condition = NSCondition()
    private let state: Mutex<State>
    /// The thread that runs the jobs.
    private let home = pthread_self()

    init(seed: UInt64?) { state = Mutex(State(random: seed.map { SeededGenerator(state: $0) })) }

    func enqueue(_ job: UnownedJob) {
        guard pthread_equal(home, pthread_self()) == 0 else { return state.withLock { $0.ready.append(job) } }
        condition.withLock {
            state.withLock { $0.foreign.append(job) }
            condition.signal()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) { enqueue(UnownedJob(job)) }

    func runNext() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            guard !state.ready.isEmpty else { return nil }
            guard state.random != nil else { return state.ready.removeFirst() }
            let choice = state.random?.next() ?? 0
            return state.ready.remove(at: Int(choice % UInt64(state.ready.count)))
        }
        guard let job else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }

    /// Makes those of other threads ready to run; false when there are none.
    @discardableResult
    func takeForeign() -> Bool {
        state.withLock { state in
            guard !state.foreign.isEmpty else { return false }
            state.ready += state.foreign
            state.foreign = []
            return true
        }
    }

    func waitForForeign(until limit: Date) -> Bool {
        condition.withLock {
            while state.withLock(\.foreign.isEmpty) {
                guard condition.wait(until: limit) else { return false }
            }
            return true
        }
    }
}

/// Where the jobs of all tasks go while a test holds the thread.
private let diverted = Mutex<Jobs?>(nil)

/// The executor that runs all tasks which have none of their own.
///
/// The runtime has a hook for this, which debuggers and tests use; it is no part of the language.
private enum GlobalExecutor {
    private typealias Original = @convention(thin) (UnownedJob) -> Void
    private typealias Hook = @convention(thin) (UnownedJob, Original) -> Void

    private static var hook: UnsafeMutablePointer<Hook?>? {
        dlsym(dlopen(nil, RTLD_LAZY), "swift_task_enqueueGlobal_hook")?.assumingMemoryBound(to: Hook?.self)
    }

    static func divert(to jobs: Jobs) {
        diverted.withLock { $0 = jobs }
        hook?.pointee = { job, _ in diverted.withLock { $0?.enqueue(job) } }
    }

    static func restore() { hook?.pointee = nil }
}
