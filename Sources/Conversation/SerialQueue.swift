/// Hands work to one worker in the order in which it was added, without making the caller of `add` wait.
struct SerialQueue<Worker: Sendable>: Sendable {
    typealias Work = @Sendable (Worker) async -> Void

    let worker: Worker
    private let works: AsyncStream<Work>
    private let continuation: AsyncStream<Work>.Continuation

    /// - Parameter limit: the most pieces of work that may wait.
    init(worker: Worker, limit: Int) {
        self.worker = worker
        (works, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
    }

    /// Adds work; false when there was no room for it.
    @discardableResult
    func add(_ work: @escaping Work) -> Bool {
        if case .dropped = continuation.yield(work) { false } else { true }
    }

    /// Ends the queue: `run` returns once the remaining work is done.
    func finish() { continuation.finish() }

    /// Does the work as it comes, until `finish` or cancellation.
    func run() async { for await work in works { await work(worker) } }
}
