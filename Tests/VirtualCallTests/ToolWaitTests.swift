import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import Testing

/// What a caller hears while tools run.
@Suite("Waiting for tools", .timeLimit(.minutes(2)))
struct ToolWaitTests {
    /// A call in which the model calls one tool, which takes this long, and then says "Done."
    private func call(
        _ more: JSONValue, taking seconds: Double, turn: JSONValue = [:], saying before: String = "",
        reportingAfter pause: Double = 0
    ) async throws -> VirtualCall.Outcome {
        var setup = VirtualCall.Setup(
            configuration: tools(WebhookCallTests.webhook("book", more)).merging(["turn": turn]))
        setup.send = { _, time in
            try await time.sleep(.seconds(seconds))
            return WebhookCallTests.answer("{}")
        }
        return try await VirtualCall.hold(setup) { request in
            guard request.calls.isEmpty else { return [.wait(.seconds(pause)), .text("Done.")] }
            return (before.isEmpty ? [] : [.text(before + " ")]) + [.call("book", ["day": "Monday"])]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
    }

    /// When audio came after the tool was called, in seconds; what comes within a second of the one before is left out.
    private func beginnings(_ outcome: VirtualCall.Outcome) throws -> [Double] {
        let start = try #require(
            outcome.received.first { if case .agentToolRequest = $0.message { true } else { false } }
        ).time
        var beginnings: [Double] = []
        var last = Duration.seconds(-10)
        for received in outcome.received where received.time >= start {
            guard case .audio = received.message else { continue }
            if received.time - last > .seconds(1) { beginnings.append((received.time - start) / .seconds(1)) }
            last = received.time
        }
        return beginnings
    }

    @Test("a tool that runs on is bridged again and again, ever more rarely, by default")
    func fillers() async throws {
        let outcome = try await call([:], taking: 25)
        #expect(
            outcome.messages.responses
                == ["One moment, please. I'm still working on that. Thank you for waiting. Done."])
        let beginnings = try beginnings(outcome)
        try #require(beginnings.count == 4)
        #expect((1.9...2.3).contains(beginnings[0]))
        // Each sentence takes 600 to 1,000 ms.
        #expect((8.4...9.5).contains(beginnings[1]) && (21...23).contains(beginnings[2]))
    }

    @Test("a model that is slow to tell what the tool has brought is bridged like the tool")
    func slowReport() async throws {
        let outcome = try await call([:], taking: 5, reportingAfter: 6)
        #expect(outcome.messages.responses == ["One moment, please. I'm still working on that. Done."])
        let beginnings = try beginnings(outcome)
        try #require(beginnings.count == 3)
        #expect((1.9...2.3).contains(beginnings[0]) && (8.4...9.5).contains(beginnings[1]))
        let forced = try await call(["pre_tool_speech": "force"], taking: 5, reportingAfter: 6)
        #expect(forced.messages.responses == ["One moment, please. I'm still working on that. Done."])
        let quick = try await call([:], taking: 5, reportingAfter: 1)
        #expect(quick.messages.responses == ["One moment, please. Done."])
    }

    @Test("an announcement is the first of them, and words of the model's are followed by it")
    func announced() async throws {
        let forced = try await call(["pre_tool_speech": "force"], taking: 12)
        #expect(forced.messages.responses == ["One moment, please. I'm still working on that. Done."])
        let said = try await call([:], taking: 5, saying: "Let me see.")
        #expect(said.messages.responses == ["Let me see. One moment, please. Done."])
    }

    @Test("the owner's fillers come at their interval, and not more often than they want")
    func ownFillers() async throws {
        let turn: JSONValue = [
            "soft_timeout_config": [
                "timeout_seconds": 1, "message": "Bear with me.", "additional_soft_timeout_messages": ["Nearly there."],
                "max_soft_timeouts_per_generation": 2,
            ]
        ]
        let outcome = try await call([:], taking: 15, turn: turn)
        #expect(outcome.messages.responses == ["Bear with me. Nearly there. Done."])
        let beginnings = try beginnings(outcome)
        #expect((0.9...1.3).contains(beginnings[0]))
    }

    @Test("a result that comes while the filler is heard is told after it")
    func overtaken() async throws {
        let outcome = try await call([:], taking: 2.4)
        #expect(outcome.messages.responses == ["One moment, please. Done."])
    }

    @Test("a sound is played from the words before the tool to those after it, and is no part of the text")
    func sound() async throws {
        let outcome = try await call(
            ["tool_call_sound": "typing"], taking: 6, saying: "Let me see.")
        #expect(outcome.messages.responses == ["Let me see. Done."])
        #expect(outcome.record.transcript.last?.message == "Let me see. Done.")
        let audio = outcome.received.filter { if case .audio = $0.message { true } else { false } }
        let gaps = zip(audio, audio.dropFirst()).map { $1.time - $0.time }
        #expect(gaps.allSatisfy { $0 < .milliseconds(300) })
        #expect(try #require(audio.last).time - #require(audio.first).time > .seconds(6))
    }

    @Test("without words before the tool it is played only where that is wanted")
    func soundAlways() async throws {
        let auto = try await call(["tool_call_sound": "elevator1"], taking: 1.8)
        #expect(try beginnings(auto).allSatisfy { $0 > 1.8 })
        let always = try await call(
            ["tool_call_sound": "elevator1", "tool_call_sound_behavior": "always"], taking: 12)
        #expect(always.messages.responses == ["Done."])
        let beginnings = try beginnings(always)
        #expect(beginnings.count == 1 && beginnings[0] < 0.3)
    }

    @Test("what was heard of an answer after a sound is known to the word")
    func interruptedAfterSound() async throws {
        var setup = VirtualCall.Setup(
            configuration: tools(
                WebhookCallTests.webhook(
                    "book", ["tool_call_sound": "typing", "tool_call_sound_behavior": "always"])))
        setup.send = { _, time in
            try await time.sleep(.seconds(4))
            return WebhookCallTests.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            if request.lastUser.contains("Stop") { return [.text("All right.")] }
            return request.calls.isEmpty
                ? [.call("book", ["day": "Monday"])]
                : [.text("It is booked for you and your guests on Monday at noon in the garden behind the house.")]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            let result = try await caller.wait(for: "the result") {
                if case .agentToolResponse(let response) = $0 { response } else { nil }
            }
            #expect(!result.isError)
            try await caller.sleep(.milliseconds(800))
            try await caller.say("Stop that please, I have changed my mind.")
            try await caller.hearResponse()
        }
        let turn = try #require(outcome.record.transcript.first { $0.isInterrupted == true })
        let heard = try #require(turn.message)
        #expect(heard.hasPrefix("It is booked") && heard.split(separator: " ").count < 12)
    }
}
