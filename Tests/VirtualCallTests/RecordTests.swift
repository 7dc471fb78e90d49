import Agents
import ConvAI
import JSON
import Testing

/// A call's record, in memory and in files.
@Suite("Records of virtual calls", .timeLimit(.minutes(2)))
struct RecordTests {
    private static func call(_ store: Stage.Store) async throws -> VirtualCall.Outcome {
        var setup = VirtualCall.Setup(configuration: ToolCallTests.booking)
        setup.store = store
        return try await VirtualCall.hold(setup, model: ToolCallTests.book) { caller, _ in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.sleep(.seconds(2))
            try await caller.say("Hello? Are you still there?")
            try await caller.hearResponse(1)
            caller.send(.clientToolResult(.init(callID: call.callID, result: "Booked for Monday.")))
            try await caller.hearResponse(2)
        }
    }

    @Test("a call has the same record, whatever stores it")
    func sameEverywhere() async throws {
        let memory = try await Self.call(.memory)
        let files = try await Self.call(.files)
        #expect(memory.record.transcript == files.record.transcript)
        #expect(memory.record.status == files.record.status && memory.record.duration == files.record.duration)
        #expect(memory.record.hasUserAudio && files.record.hasUserAudio)
        #expect(memory.record.hasResponseAudio && files.record.hasResponseAudio)
        #expect(memory.record.details.warnings == files.record.details.warnings)
        #expect(memory.events.count == files.events.count)
        // How long engines worked is real time.
        func untimed(_ event: CallEvent) -> CallEvent {
            CallEvent(time: event.time, kind: event.kind, detail: event.detail.merging(["elapsed_ms": 0]))
        }
        let difference = zip(memory.events.map(untimed), files.events.map(untimed)).first { $0 != $1 }
        #expect(difference == nil, "\(String(describing: difference))")
        #expect(memory.messages == files.messages)
    }
}
