import Engines

/// Decides which job runs next. A plain value, so that the order can be tested without threads.
///
/// Jobs run by priority, then in the order in which they came. Jobs whose result nobody waits for (`isBackground`)
/// never take the last free thread, because a running job cannot be stopped: a caller's first audio would wait for a
/// whole clause that is needed only seconds later.
struct InferenceQueue<Job> {
    /// Identifies a waiting job.
    typealias Ticket = UInt64

    private struct Entry {
        var ticket: Ticket
        var job: Job
    }

    private var waiting: [[Entry]] = Array(repeating: [], count: InferencePriority.allCases.count)
    private let capacity: Int
    private let backgroundLimit: Int
    private var backgroundRunning = 0
    private(set) var count = 0

    /// - Parameters:
    ///   - threads: How many jobs may run at once.
    ///   - capacity: How many jobs may wait.
    init(threads: Int, capacity: Int) {
        self.capacity = capacity
        backgroundLimit = max(1, threads - 1)
    }

    /// Adds a job; false when the queue is full.
    mutating func add(_ job: Job, ticket: Ticket, priority: InferencePriority) -> Bool {
        guard count < capacity else { return false }
        waiting[priority.rawValue].append(Entry(ticket: ticket, job: job))
        count += 1
        return true
    }

    /// Removes a waiting job; nil when it is running or has run.
    mutating func remove(_ ticket: Ticket) -> Job? {
        for priority in waiting.indices {
            if let index = waiting[priority].firstIndex(where: { $0.ticket == ticket }) {
                count -= 1
                return waiting[priority].remove(at: index).job
            }
        }
        return nil
    }

    /// Removes every waiting job.
    mutating func removeAll() -> [Job] {
        let jobs = waiting.joined().map(\.job)
        for priority in waiting.indices { waiting[priority].removeAll() }
        count = 0
        return jobs
    }

    /// Takes the next job that may run now; `finished` must be called with its priority.
    mutating func next() -> (job: Job, priority: InferencePriority)? {
        guard let priority = nextPriority else { return nil }
        count -= 1
        if priority.isBackground { backgroundRunning += 1 }
        return (waiting[priority.rawValue].removeFirst().job, priority)
    }

    /// Gives a job's thread back.
    mutating func finished(_ priority: InferencePriority) {
        if priority.isBackground { backgroundRunning -= 1 }
    }

    /// Whether `next` would return a job.
    var hasRunnable: Bool { nextPriority != nil }

    private var nextPriority: InferencePriority? {
        InferencePriority.allCases.reversed().first { priority in
            !waiting[priority.rawValue].isEmpty && (!priority.isBackground || backgroundRunning < backgroundLimit)
        }
    }
}

extension InferencePriority {
    /// Whether nobody is waiting for the result yet.
    var isBackground: Bool { self <= .partialTranscript }
}
