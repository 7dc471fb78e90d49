import Tasks
import Testing

@testable import ToolDecisions

@Suite("Work that several want is done once")
struct SharedWorkTests {
    private struct Failure: Error {}

    /// Counts how often the work is done.
    private actor Count {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }

    @Test("by all that ask while it is done, and afterwards")
    func once() async throws {
        let work = SharedWork<String, Int>(mostRemembered: 2)
        let count = Count()
        let (begun, end) = (Signal(), Signal())
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...3 {
                group.addTask {
                    try await work.value(of: "a") {
                        begun.fire()
                        await end.wait()
                        return await count.next()
                    }
                }
            }
            await begun.wait()
            #expect(work.isBegun("a"))
            end.fire()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == [1, 1, 1])
        #expect(try await work.value(of: "a") { await count.next() } == 1)
    }

    @Test("a failure is not remembered, and old results are forgotten")
    func forgets() async throws {
        let work = SharedWork<String, Int>(mostRemembered: 2)
        await #expect(throws: Failure.self) { try await work.value(of: "a") { throw Failure() } }
        #expect(try await work.value(of: "a") { 1 } == 1)
        for key in ["b", "c"] { _ = try await work.value(of: key) { 2 } }
        #expect(!work.isBegun("a") && work.isBegun("b") && work.isBegun("c"))
    }
}
