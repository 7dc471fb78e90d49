@testable import Engines
import Testing

@Suite("The model's load")
struct ModelLoadTests {
    /// Long enough that nothing here waits for it.
    private let load = ModelLoad(patience: .seconds(600))

    @Test("Prompts are read one after the other, in the order in which they came")
    func order() async {
        let first = await load.beginAnswer()
        var others: [Task<ModelLoad.Answer, Never>] = []
        for number in 2...4 {
            others.append(Task { [load] in await load.beginAnswer() })
            // Each waits before the next one comes.
            while load.waiting < number - 1 { await Task.yield() }
        }
        var reading = first
        for (place, other) in others.enumerated() {
            reading.hasBegun()
            let next = await other.value
            #expect(load.waiting == 2 - place)
            reading.hasBegun()
            #expect(load.waiting == 2 - place, "once is enough")
            reading.end()
            reading = next
        }
        #expect(load.answers == 1)
        reading.end()
        #expect(load.answers == 0)
    }

    @Test("An answer that is given up makes room, whether it waits or is read")
    func givenUp() async {
        let first = await load.beginAnswer()
        let waiting = Task { [load] in await load.beginAnswer().end() }
        while load.answers < 2 { await Task.yield() }
        waiting.cancel()
        await waiting.value
        #expect(load.answers == 1)
        first.end()
        let next = await load.beginAnswer()
        next.end()
        #expect(load.answers == 0)
    }

    @Test("Nobody waits for ever")
    func patience() async {
        let hasty = ModelLoad(patience: .milliseconds(1))
        let first = await hasty.beginAnswer()
        let second = await hasty.beginAnswer()
        #expect(hasty.answers == 2)
        second.end()
        first.end()
    }

    @Test("Work ahead of time: one piece at once, and none while somebody waits for an answer")
    func ahead() async {
        #expect(load.beginAhead())
        #expect(load.isAhead && !load.beginAhead())
        load.endAhead()
        let first = await load.beginAnswer()
        #expect(!load.beginAhead(), "it awaits its first word")
        first.hasBegun()
        #expect(load.beginAhead())
        load.endAhead()
        let second = await load.beginAnswer()
        second.hasBegun()
        #expect(!load.beginAhead(), "two are being written")
        second.end()
        first.end()
        #expect(load.beginAhead())
    }
}
