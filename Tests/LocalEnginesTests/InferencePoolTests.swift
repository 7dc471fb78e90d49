import Engines
import Foundation
import Synchronization
import Telemetry
import Testing

@testable import LocalEngines

@Suite("Inference pool", .timeLimit(.minutes(1)))
struct InferencePoolTests {
    /// What jobs leave behind, in order.
    private final class Record: Sendable {
        private let entries = Mutex<[String]>([])
        var all: [String] { entries.withLock { $0 } }
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    }

    private func pool(
        threads: Int, maximumWaiting: Int = 100, instruments: InferenceInstruments = .process
    ) -> InferencePool {
        var options = LocalEngineOptions.Inference()
        options.threads = threads
        options.maximumWaiting = maximumWaiting
        return InferencePool(options, instruments: instruments)
    }

    /// Returns when `count` jobs wait.
    private func waiting(_ count: Int, in pool: InferencePool) async {
        while pool.waiting != count { await Task.yield() }
    }

    @Test("runs work on threads of its own and hands back its value or its error")
    func results() async throws {
        let pool = pool(threads: 2)
        let (name, isInTask) = try await pool.run(.finalTranscript) {
            (Thread.current.name ?? "", withUnsafeCurrentTask { $0 != nil })
        }
        #expect(name.hasPrefix("inference-"))
        #expect(!isInTask)
        await #expect(throws: EngineError.self) {
            try await pool.run(.finalTranscript) { throw EngineError(.failed, engine: "test", "no") }
        }
    }

    @Test("lets first audio overtake the clauses that wait")
    func priority() async throws {
        let pool = pool(threads: 1)
        let plug = Plug()
        let record = Record()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run(.finalTranscript) { plug.block() } }
            await plug.waitUntilRunning()
            for index in 1...3 {
                group.addTask { try await pool.run(.laterClause) { record.add("clause") } }
                await waiting(index, in: pool)
            }
            group.addTask { try await pool.run(.firstAudio) { record.add("first audio") } }
            await waiting(4, in: pool)
            plug.pull()
            try await group.waitForAll()
        }
        #expect(record.all == ["first audio", "clause", "clause", "clause"])
    }

    @Test("starts first audio at once while a later clause runs and another waits")
    func reserve() async throws {
        let pool = pool(threads: 2)
        let plug = Plug()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run(.laterClause) { plug.block() } }
            await plug.waitUntilRunning()
            group.addTask { try await pool.run(.laterClause) {} }
            await waiting(1, in: pool)
            // Ends only if a thread was kept free, for the other one is held.
            try await pool.run(.firstAudio) {}
            #expect(pool.waiting == 1)
            plug.pull()
            try await group.waitForAll()
        }
    }

    @Test("runs voice activity while every other thread is taken")
    func voiceActivity() async throws {
        let pool = pool(threads: 1)
        let plug = Plug()
        async let held: Void = pool.run(.firstAudio) { plug.block() }
        await plug.waitUntilRunning()
        try await pool.run(.voiceActivity) {}
        plug.pull()
        try await held
    }

    @Test("drops a waiting job when its task is cancelled, and never runs it")
    func cancellation() async throws {
        let pool = pool(threads: 1)
        let plug = Plug()
        let record = Record()
        async let held: Void = pool.run(.firstAudio) { plug.block() }
        await plug.waitUntilRunning()
        let task = Task { try await pool.run(.firstAudio) { record.add("ran") } }
        await waiting(1, in: pool)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(pool.waiting == 0)
        plug.pull()
        try await held
        try await pool.run(.firstAudio) {}
        #expect(record.all.isEmpty)
    }

    @Test("refuses work when too much waits, in words that say so")
    func overload() async throws {
        let pool = pool(threads: 1, maximumWaiting: 1)
        let plug = Plug()
        async let held: Void = pool.run(.firstAudio) { plug.block() }
        await plug.waitUntilRunning()
        async let waits: Void = pool.run(.firstAudio) {}
        await waiting(1, in: pool)
        let error = await #expect(throws: EngineError.self) { try await pool.run(.firstAudio) {} }
        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("overloaded") == true)
        plug.pull()
        try await held
        try await waits
    }

    @Test("counts what waits by priority and how long it did, and what it refuses")
    func metrics() async throws {
        let registry = PrometheusRegistry(InferenceInstruments.metrics)
        let pool = pool(threads: 1, maximumWaiting: 3, instruments: InferenceInstruments(registry))
        func expect(_ lines: String..., sourceLocation: SourceLocation = #_sourceLocation) {
            for line in lines { #expect(registry.text.contains("\n\(line)\n"), sourceLocation: sourceLocation) }
        }
        let plug = Plug()
        async let held: Void = pool.run(.firstAudio) { plug.block() }
        await plug.waitUntilRunning()
        let cancelled = Task { try await pool.run(.partialTranscript) {} }
        async let first: Void = pool.run(.laterClause) {}
        async let second: Void = pool.run(.laterClause) {}
        await waiting(3, in: pool)
        await #expect(throws: EngineError.self) { try await pool.run(.finalTranscript) {} }
        expect(
            #"parley_inference_waiting{priority="later_clause"} 2"#,
            #"parley_inference_waiting{priority="partial_transcript"} 1"#,
            #"parley_inference_waiting{priority="final_transcript"} 0"#,
            #"parley_inference_waiting{priority="first_audio"} 0"#, "parley_inference_refused_total 1")
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        expect(#"parley_inference_waiting{priority="partial_transcript"} 0"#)
        plug.pull()
        try await held
        _ = try await (first, second)
        expect(
            #"parley_inference_waiting{priority="later_clause"} 0"#,
            #"parley_inference_wait_seconds_count{priority="later_clause"} 2"#,
            #"parley_inference_wait_seconds_count{priority="partial_transcript"} 0"#,
            #"parley_inference_wait_seconds_count{priority="first_audio"} 1"#)
    }

    @Test("finishes a thousand jobs of all priorities from many tasks, some of them cancelled")
    func load() async throws {
        let pool = pool(threads: 3, maximumWaiting: 1000)
        let record = Record()
        let ended = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1000 {
                group.addTask {
                    let priority = InferencePriority.allCases[index % InferencePriority.allCases.count]
                    let task = Task { try await pool.run(priority) { record.add("ran") } }
                    if index % 5 == 0 { task.cancel() }
                    return (try? await task.value) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(ended == record.all.count)
        #expect(ended >= 800)
        #expect(pool.waiting == 0)
    }
}
