/// Hands work to one worker in the order in which it was added, without making the adder wait.
struct SerialQueue<Worker: Sendable>: Sendable {
    typealias Work = @Sendable (Worker) async -> Void

    let worker: Worker
    private let works: AsyncStream<Work>
    private let continuation: AsyncStream<Work>.Continuation

    /// - Parameter limit: pieces of work that may wait.
    init(worker: Worker, limit: Int) {
        self.worker = worker
        (works, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
    }

    /// Whether there was room for the work.
    @discardableResult
    func add(_ work: @escaping Work) -> Bool {
        if case .dropped = continuation.yield(work) { false } else { true }
    }

    /// No more work comes.
    func finish() { continuation.finish() }

    /// Does the work as it comes, until `finish` or cancellation.
    func run() async { for await work in works { await work(worker) } }
}
