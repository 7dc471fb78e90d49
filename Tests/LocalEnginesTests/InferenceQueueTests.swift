import Engines
import Testing

@testable import LocalEngines

@Suite("Inference queue")
struct InferenceQueueTests {
    private func queue(
        threads: Int = 2, capacity: Int = 10, _ jobs: (String, InferencePriority)...
    ) -> InferenceQueue<
        String
    > {
        var queue = InferenceQueue<String>(threads: threads, capacity: capacity)
        for (index, job) in jobs.enumerated() { _ = queue.add(job.0, ticket: UInt64(index), priority: job.1) }
        return queue
    }

    @Test("runs the highest priority first, and equal ones in the order in which they came")
    func order() {
        var queue = queue(
            threads: 8, ("speculation", .speculation), ("clause 1", .laterClause), ("final", .finalTranscript),
            ("clause 2", .laterClause), ("partial", .partialTranscript), ("first audio", .firstAudio))
        var order: [String] = []
        while let next = queue.next() { order.append(next.job) }
        #expect(order == ["first audio", "final", "partial", "clause 1", "clause 2", "speculation"])
    }

    @Test("keeps a thread free of work that nobody waits for")
    func background() {
        var queue = queue(("clause 1", .laterClause), ("clause 2", .laterClause))
        let first = queue.next()
        let second = queue.next()
        #expect(first?.job == "clause 1")
        #expect(second == nil)
        #expect(!queue.hasRunnable)
        _ = queue.add("first audio", ticket: 9, priority: .firstAudio)
        let urgent = queue.next()
        #expect(urgent?.job == "first audio")
        queue.finished(.laterClause)
        let last = queue.next()
        #expect(last?.job == "clause 2")
    }

    @Test("runs background work on the only thread")
    func oneThread() {
        var queue = queue(threads: 1, ("clause", .laterClause))
        let next = queue.next()
        #expect(next?.job == "clause")
    }

    @Test("refuses jobs beyond its capacity until one has left")
    func capacity() {
        var queue = queue(capacity: 2, ("a", .firstAudio), ("b", .firstAudio))
        let whileFull = queue.add("c", ticket: 7, priority: .firstAudio)
        #expect(!whileFull)
        #expect(queue.count == 2)
        _ = queue.next()
        let afterwards = queue.add("c", ticket: 8, priority: .firstAudio)
        #expect(afterwards)
    }

    @Test("gives up waiting jobs, once")
    func removal() {
        var queue = queue(("a", .firstAudio), ("b", .firstAudio))
        let removed = [queue.remove(0), queue.remove(0)]
        #expect(removed == ["a", nil])
        let next = queue.next()
        #expect(next?.job == "b")
        let running = queue.remove(1)
        #expect(running == nil)
        #expect(queue.count == 0)
    }
}
