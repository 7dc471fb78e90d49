import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import Testing

/// The sound of a wait while its caller makes a sound too.
@Suite("The sound of a wait, spoken over", .timeLimit(.minutes(2)))
struct WaitingSoundCallTests {
    /// Audio that the client plays without a gap.
    private struct Stretch {
        var start: Duration
        var samples: [Float]

        var end: Duration { start + .seconds(Double(samples.count) / 16_000) }

        /// The loudest of the first or the last 2 ms.
        var edges: [Float] {
            [samples.prefix(32), samples.suffix(32)].map { $0.reduce(0) { max($0, abs($1)) } }
        }
    }

    /// What the client plays; at an interruption it drops what it still has.
    private static func played(_ received: [Received]) -> [Stretch] {
        var stretches: [Stretch] = []
        var wasCut = false
        for entry in received {
            switch entry.message {
            case .audio(let audio):
                let samples = audio.bytes.withUnsafeBytes { bytes in
                    bytes.bindMemory(to: Int16.self).map { Float($0) / 32768 }
                }
                if !wasCut, let last = stretches.last, last.end + .milliseconds(1) >= entry.time {
                    stretches[stretches.count - 1].samples += samples
                } else {
                    stretches.append(Stretch(start: entry.time, samples: samples))
                }
                wasCut = false
            case .interruption:
                wasCut = true
                guard let last = stretches.popLast() else { continue }
                let kept = max(0, Int((entry.time - last.start) / .seconds(1) * 16_000))
                stretches.append(Stretch(start: last.start, samples: Array(last.samples.prefix(kept))))
            default: break
            }
        }
        return stretches.filter { !$0.samples.isEmpty }
    }

    /// A call in which a tool with music takes 8 s; `speak` is what the caller does 2 s into it.
    private func call(
        saying before: String = "", _ speak: @escaping @Sendable (VirtualCall) async throws -> Void
    ) async throws -> VirtualCall.Outcome {
        var setup = VirtualCall.Setup(
            configuration: tools(
                WebhookCallTests.webhook(
                    "book", ["tool_call_sound": "elevator3", "tool_call_sound_behavior": "always"])))
        // That of a client whose network is known to be good.
        setup.options.playoutLead = setup.options.shortestPlayoutLead
        setup.send = { _, time in
            try await time.sleep(.seconds(8))
            return WebhookCallTests.answer("{}")
        }
        return try await VirtualCall.hold(setup) { request in
            guard let call = request.calls.last else {
                return (before.isEmpty ? [] : [.text(before + " ")]) + [.call("book", ["day": "Monday"])]
            }
            let isRunning = request.results[call.id]?.contains("running") == true
            // Long enough for the music to fade out before the client is told of the interruption.
            return isRunning ? [.wait(.milliseconds(300)), .text("All right.")] : [.text("It is booked.")]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.toolRequest()
            try await caller.sleep(.seconds(2))
            try await speak(caller)
            try await caller.hearAnswer(endingWith: "It is booked.")
            try await caller.hearResponse(caller.messages.responses.count - caller.messages.interruptions.count)
        }
    }

    @Test(
        "a caller's 'yeah' holds it without a click, and it comes back until the result",
        arguments: ["", "Let me see."])
    func agreement(before: String) async throws {
        let outcome = try await call(saying: before) { try await $0.say("Yeah.") }
        #expect(outcome.messages.interruptions.isEmpty)
        let words = (before.isEmpty ? "" : before + " ") + "It is booked."
        #expect(outcome.messages.responses == [words])
        let turn = try #require(outcome.record.transcript.last { $0.role == .agent })
        #expect(turn.message == words && turn.isInterrupted != true)
        let stretches = Self.played(outcome.received)
        try #require(stretches.count == 2)
        #expect(stretches[0].edges[1] < 0.004, "it is faded out")
        #expect(stretches[1].edges[0] < 0.02, "and in again")
        let gap = stretches[1].start - stretches[0].end
        #expect(gap > .milliseconds(100) && gap < .seconds(1))
        // The answer follows it without a pause.
        #expect(stretches[1].end - stretches[1].start > .seconds(5))
    }

    @Test("a caller who takes the floor ends it without a click, has heard no word of it, and it stays away")
    func interruption() async throws {
        for isTyped in [false, true] {
            let outcome = try await call { caller in
                if isTyped {
                    caller.type("Wait, not Monday.")
                } else {
                    try await caller.say("Wait, not Monday please.")
                }
            }
            #expect(outcome.messages.interruptions.count == 1)
            #expect(outcome.messages.responses == ["All right.", "It is booked."])
            #expect(!outcome.messages.contains { if case .agentResponseCorrection = $0 { true } else { false } })
            let turns = outcome.record.transcript
            let cut = try #require(turns.first { !$0.toolCalls.isEmpty })
            #expect(cut.message?.isEmpty != false && cut.toolResults.map(\.isError) == [false])
            let stretches = Self.played(outcome.received)
            // The music, and two answers of two and three words.
            try #require(stretches.count == 3)
            #expect(stretches[0].edges[1] < 0.004, "it is faded out, typed: \(isTyped)")
            #expect(stretches.dropFirst().allSatisfy { $0.end - $0.start < .seconds(1) })
        }
    }

    @Test("words before it count as heard, and not a word more, when it is spoken over")
    func heardBefore() async throws {
        let outcome = try await call(saying: "Let me see.") { try await $0.say("Wait, not Monday please.") }
        let cut = try #require(outcome.record.transcript.first { !$0.toolCalls.isEmpty })
        #expect(cut.message == "Let me see.")
        #expect(outcome.messages.responses == ["Let me see.", "All right.", "It is booked."])
    }
}
