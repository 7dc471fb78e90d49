import Dispatch
import Engines
import Foundation
import Synchronization

/// The threads on which all inference of the process runs, so that it never blocks Swift's cooperative threads.
///
/// Jobs start by priority, then in the order in which they came. Voice activity detection has a thread of its own: a
/// window takes a fraction of a millisecond and decides whether the agent stops talking, while other jobs take tens to
/// hundreds. The threads end when the pool is released.
public final class InferencePool: Sendable {
    /// The queue and its threads. The threads hold this object and not the pool, which can therefore be released.
    private final class Lane: Sendable {
        struct State {
            var queue: InferenceQueue<Job>
            var isClosed = false
        }

        struct Job: Sendable {
            let priority: InferencePriority
            let submitted = ContinuousClock.now
            let run: @Sendable () -> Void
            let drop: @Sendable (any Error) -> Void
        }

        let state: Mutex<State>
        /// Counts wake-ups, not jobs: a thread that finds nothing to do waits again.
        let wakeUps = DispatchSemaphore(value: 0)
        let instruments: InferenceInstruments

        init(name: String, threads: Int, capacity: Int, instruments: InferenceInstruments) {
            self.instruments = instruments
            state = Mutex(State(queue: InferenceQueue(threads: threads, capacity: capacity)))
            for index in 0..<threads {
                let thread = Thread { [self] in
                    // At most 15 characters. Foundation names a thread by a handle that the new thread may not know
                    // yet, so the name is written through the kernel's file instead.
                    try? Data("\(name)-\(index)".utf8).write(to: URL(filePath: "/proc/thread-self/comm"))
                    work()
                }
                thread.start()
            }
        }

        func submit(_ job: Job, ticket: UInt64) -> Bool {
            // Counted before a thread can take it.
            instruments.queued(job.priority)
            let accepted = state.withLock { $0.queue.add(job, ticket: ticket, priority: job.priority) }
            if accepted {
                wakeUps.signal()
            } else {
                instruments.dropped(job.priority)
                instruments.refuse()
            }
            return accepted
        }

        /// Takes a waiting job out; nothing happens to one that runs or has run.
        func drop(_ ticket: UInt64) {
            guard let job = state.withLock({ $0.queue.remove(ticket) }) else { return }
            instruments.dropped(job.priority)
            job.drop(CancellationError())
        }

        func close(threads: Int) {
            let jobs = state.withLock { state in
                state.isClosed = true
                return state.queue.removeAll()
            }
            for job in jobs {
                instruments.dropped(job.priority)
                job.drop(CancellationError())
            }
            for _ in 0..<threads { wakeUps.signal() }
        }

        private func work() {
            while true {
                let (next, more, isClosed) = state.withLock { state in
                    let next = state.queue.next()
                    return (next, next != nil && state.queue.hasRunnable, state.isClosed)
                }
                // The job that has just finished here may have kept another one back.
                if more { wakeUps.signal() }
                if let next {
                    instruments.started(next.priority, after: .now - next.job.submitted)
                    next.job.run()
                    state.withLock { $0.queue.finished(next.priority) }
                } else if isClosed {
                    return
                } else {
                    wakeUps.wait()
                }
            }
        }
    }

    private static let engine = "inference"

    /// How many jobs run at the same time, besides voice activity detection.
    public let threads: Int
    private let general: Lane
    private let voiceActivity: Lane
    private let tickets = Atomic<UInt64>(0)

    /// Creates the pool and starts its threads.
    public init(_ options: LocalEngineOptions.Inference = .init(), instruments: InferenceInstruments = .process) {
        threads = max(1, options.threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let capacity = options.maximumWaiting
        general = Lane(name: "inference", threads: threads, capacity: capacity, instruments: instruments)
        voiceActivity = Lane(name: "vad", threads: 1, capacity: capacity, instruments: instruments)
    }

    deinit {
        general.close(threads: threads)
        voiceActivity.close(threads: 1)
    }

    /// How many jobs are waiting.
    public var waiting: Int {
        general.state.withLock { $0.queue.count } + voiceActivity.state.withLock { $0.queue.count }
    }

    /// Runs `work` on one of the pool's threads.
    ///
    /// Cancelling the task removes a waiting job; a running job is completed.
    ///
    /// - Throws: what `work` throws, `CancellationError` when cancelled before it ran, and `EngineError` of kind
    ///   `unavailable` when too many jobs wait.
    public func run<T: Sendable>(
        _ priority: InferencePriority, _ work: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try Task.checkCancellation()
        let lane = priority == .voiceActivity ? voiceActivity : general
        let ticket = tickets.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
                let job = Lane.Job(
                    priority: priority, run: { continuation.resume(with: Result(catching: work)) },
                    drop: { continuation.resume(throwing: $0) })
                if !lane.submit(job, ticket: ticket) {
                    continuation.resume(
                        throwing: EngineError(
                            .unavailable, engine: Self.engine, "the server is overloaded: too many jobs are waiting"))
                } else if Task.isCancelled {
                    // The cancellation handler below may have run before the job was in the queue.
                    lane.drop(ticket)
                }
            }
        } onCancel: {
            lane.drop(ticket)
        }
    }
}
