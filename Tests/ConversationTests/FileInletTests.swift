import Agents
import Synchronization
import Tasks
import Testing

@testable import Conversation

@Suite("Where files come in")
struct FileInletTests {
    private static let settings = FileInput(isEnabled: true, shown: 1, maximum: nil)
    /// A clock on which every wait is over at once.
    private static let hasty = TaskClock(elapsed: { .zero }, sleep: { _ in for _ in 0..<100 { await Task.yield() } })

    private func inlet(_ change: (inout FileInlet.Options) -> Void = { _ in }) -> FileInlet {
        var options = FileInlet.Options()
        change(&options)
        let inlet = FileInlet(options: options)
        inlet.use(Self.settings)
        inlet.noteRecord()
        return inlet
    }

    @Test("files are taken from the beginning of the call to its end")
    func life() async throws {
        let inlet = FileInlet()
        inlet.noteRecord()
        await #expect(throws: FileInlet.Refusal.notInProgress) { try await inlet.enter() }
        inlet.use(Self.settings)
        let upload = try await inlet.enter()
        #expect(upload.isWanted)
        inlet.close()
        #expect(!upload.isWanted)
        await #expect(throws: FileInlet.Refusal.notInProgress) { try await inlet.enter() }
    }

    @Test("the agent that speaks says whether they are")
    func settings() async throws {
        let inlet = inlet()
        inlet.use(FileInput(isEnabled: false, shown: 1, maximum: nil))
        await #expect(throws: FileInlet.Refusal.disabled) { try await inlet.enter() }
        inlet.use(FileInput(isEnabled: true, shown: 1, maximum: 3))
        #expect(try await inlet.enter().settings.maximum == 3)
    }

    @Test("so many at once, and so many in all")
    func bounds() async throws {
        let inlet = inlet {
            $0.concurrent = 2
            $0.uploads = 5
        }
        do {
            let both = [try await inlet.enter(), try await inlet.enter()]
            await #expect(throws: FileInlet.Refusal.tooManyAtOnce(2)) { try await inlet.enter() }
            withExtendedLifetime(both) {}
        }
        for _ in 0..<3 { _ = try await inlet.enter() }
        await #expect(throws: FileInlet.Refusal.tooMany(5)) { try await inlet.enter() }
    }

    @Test("a call whose record cannot be written keeps no files")
    func noRecord() async throws {
        let inlet = FileInlet()
        inlet.use(Self.settings)
        await #expect(throws: FileInlet.Refusal.noRecord) { try await inlet.enter(clock: Self.hasty) }
        inlet.noteRecord()
        _ = try await inlet.enter(clock: Self.hasty)
    }

    @Test("one document of a call is read at a time, and one call holds up no other")
    func reading() async throws {
        let (one, other, places) = (inlet(), inlet(), Gate(places: 2))
        let (began, end) = (Signal(), Signal())
        let running = Shared<[Int]>([])
        let uploads = [try await one.enter(), try await one.enter(), try await one.enter()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, upload) in uploads.enumerated() {
                group.addTask {
                    try await upload.read(in: places) {
                        running.change { $0.append(number) }
                        began.fire()
                        await end.wait()
                    }
                }
            }
            await began.wait()
            let foreign = try await other.enter()
            #expect(try await foreign.read(in: places) { "read" } == "read")
            #expect(running.value.count == 1)
            end.fire()
            try await group.waitForAll()
        }
        #expect(running.value.sorted() == [0, 1, 2])
    }

    @Test("reading ends with the call, also that which waits")
    func readingEnds() async throws {
        let (inlet, places) = (inlet(), Gate(places: 1))
        let began = Signal()
        let ended = Shared<[Bool]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                let upload = try await inlet.enter()
                group.addTask {
                    await #expect(throws: FileInlet.Refusal.notInProgress) {
                        try await upload.read(in: places) {
                            began.fire()
                            // Only cancellation ends this.
                            await Signal().wait()
                            ended.change { $0.append(Task.isCancelled) }
                        }
                    }
                }
            }
            await began.wait()
            inlet.close()
            try await group.waitForAll()
        }
        #expect(ended.value == [true])
        #expect(await places.enter() != nil)
    }

    @Test("a document waits only so long for a place, and a call's documents have only so much time")
    func readingBounds() async throws {
        let inlet = inlet { $0.readingTime = .milliseconds(1) }
        let places = Gate(places: 1)
        let place = await places.enter()
        await #expect(throws: FileInlet.Refusal.busy) {
            try await inlet.enter().read(in: places, clock: Self.hasty) { Issue.record("read") }
        }
        withExtendedLifetime(place) {}
        let free = Gate(places: 1)
        let elapsed = Shared(Duration.zero)
        let clock = TaskClock(elapsed: { elapsed.value }, sleep: { _ in await Signal().wait() })
        try await inlet.enter().read(in: free, clock: clock) { elapsed.change { $0 += .milliseconds(1) } }
        await #expect(throws: FileInlet.Refusal.tooMuchReading(.milliseconds(1))) {
            try await inlet.enter().read(in: free, clock: clock) { Issue.record("read") }
        }
    }
}

/// A value that several tasks change.
private final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock(\.self) }

    func change(_ body: (inout Value) -> Void) { state.withLock { body(&$0) } }
}
