import Agents
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
}
