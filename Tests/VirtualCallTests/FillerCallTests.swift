import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import Testing

/// Fillers in the wait for a tool, whatever the caller does meanwhile.
@Suite("Fillers that are disturbed", .timeLimit(.minutes(2)))
struct FillerCallTests {
    /// A call whose booking takes this long, with the fillers that are the default.
    private static func setup(taking seconds: Double, sent: Log<Duration> = Log()) -> VirtualCall.Setup {
        var setup = VirtualCall.Setup(configuration: tools(WebhookCallTests.webhook("book")))
        setup.send = { _, time in
            sent.add(time.now)
            try await time.sleep(.seconds(seconds))
            return WebhookCallTests.answer(#"{"number":17}"#)
        }
        return setup
    }

    /// The same with fillers after a second, which the server's first model writes: the model of the agent is another one.
    private static func written(
        _ agent: @escaping @Sendable (GenerationRequest) -> [TestModel.Step], taking seconds: Double,
        sent: Log<Duration> = Log()
    ) -> VirtualCall.Setup {
        var setup = setup(taking: seconds, sent: sent)
        setup.configuration = setup.configuration.merging([
            "agent": ["prompt": ["llm": "agent-model"]],
            "turn": [
                "soft_timeout_config": [
                    "timeout_seconds": 1, "message": "Zebra.", "use_llm_generated_message": true,
                ]
            ],
        ])
        setup.backups = { [TestModel(id: "agent-model", time: $0, script: agent)] }
        return setup
    }

    @Sendable private static func book(_ request: GenerationRequest) -> [TestModel.Step] {
        guard let call = request.calls.last else { return [.call("book", ["day": "Monday"])] }
        return [.text(request.results[call.id]?.contains("running") == true ? "I am at it." : "It is booked.")]
    }

    private static let sentence = "Let me put that into the book for you."

    /// When the agent's audio began after the tool was called, in seconds; the beginnings are a second apart.
    private static func beginnings(_ outcome: VirtualCall.Outcome) throws -> [Double] {
        let start = try #require(
            outcome.received.first { if case .agentToolRequest = $0.message { true } else { false } }
        ).time
        var (beginnings, last): ([Double], Duration) = ([], .seconds(-10))
        for received in outcome.received where received.time >= start {
            guard case .audio = received.message else { continue }
            if received.time - last > .seconds(1) { beginnings.append((received.time - start) / .seconds(1)) }
            last = received.time
        }
        return beginnings
    }

    @Test(
        "a caller who hangs up while a filler is being written or heard ends the filler, and not the booking",
        arguments: [1000, 1200, 1500, 2200, 3400])
    func hangUp(after milliseconds: Int) async throws {
        let sent = Log<Duration>()
        let ends = Log<(time: Duration, spoken: Int)>()
        let after = Log<(voice: TestVoice, sessions: [String])>()
        let writers = Log<TestModel>()
        let outcome = try await VirtualCall.hold(Self.written(Self.book, taking: 6, sent: sent)) { _ in
            [.wait(.milliseconds(500)), .text(Self.sentence)]
        } _: { caller, writer in
            writers.add(writer)
            after.add((caller.voice, []))
            try await caller.say("Book Monday please.")
            try await caller.toolRequest()
            try await caller.sleep(.milliseconds(milliseconds))
            ends.add((caller.time.now, caller.voice.spoken.entries.count))
            caller.hangUp()
        }
        let end = try #require(ends.entries.first)
        #expect(outcome.ending == CallEnding(code: 1000, reason: "The client has gone."))
        #expect(outcome.received.allSatisfy { $0.time <= end.time + .milliseconds(20) })
        #expect(after.entries.first?.voice.spoken.entries.count == end.spoken, "no word is made after the end")
        #expect(writers.entries.first?.cancelled.entries.count == ([1200, 1500].contains(milliseconds) ? 1 : 0))
        let sessions = try #require(writers.entries.first).sessions.entries
        #expect(sessions.count { $0 == "opened" } == sessions.count { $0 == "closed" })
        #expect(sent.entries.count == 1)
        #expect(outcome.record.status == .done)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"number":17}"#])
        let turn = try #require(outcome.record.transcript.last)
        let message = try #require(turn.message)
        #expect(Self.sentence.hasPrefix(message))
        #expect(message.isEmpty == (milliseconds <= 1500))
        #expect((message == Self.sentence) == (milliseconds == 3400))
    }

    @Test("a result that comes while a filler is written is told without it, and the filler is heard nowhere")
    func writtenTooLate() async throws {
        let outcome = try await VirtualCall.hold(Self.written(Self.book, taking: 1.3)) { _ in
            [.wait(.milliseconds(500)), .text(Self.sentence)]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["It is booked."])
    }

    @Test("a result that comes in the moment of a filler's timer is told once, after a whole filler or none")
    func sameMoment() async throws {
        for seed in UInt64(1)...2 {
            for offset in stride(from: -0.02, through: 0.02, by: 0.01) {
                var setup = Self.setup(taking: 2 + offset)
                setup.seed = seed
                let stock = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
                    try await caller.say("Book Monday please.")
                    try await caller.hearResponse()
                }
                #expect(
                    [["It is booked."], ["One moment, please. It is booked."]].contains(stock.messages.responses),
                    "\(seed), \(offset)")
                var writing = Self.written(Self.book, taking: 1.5 + offset)
                writing.seed = seed
                let written = try await VirtualCall.hold(writing) { _ in
                    [.wait(.milliseconds(500)), .text(Self.sentence)]
                } _: { caller, _ in
                    try await caller.say("Book Monday please.")
                    try await caller.hearResponse()
                }
                #expect(
                    [["It is booked."], [Self.sentence + " It is booked."]].contains(written.messages.responses),
                    "\(seed), \(offset)")
                for outcome in [stock, written] {
                    #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"number":17}"#])
                    #expect(outcome.record.transcript.last?.message == outcome.messages.responses.last)
                }
            }
        }
    }

    @Test("what a page tells meanwhile disturbs no filler, and the next answer knows it")
    func contextualUpdates() async throws {
        let outcome = try await VirtualCall.hold(Self.setup(taking: 12)) { request in
            request.lastUser.contains("see") ? [.text("I see shoes.")] : Self.book(request)
        } _: { caller, model in
            try await caller.say("Book Monday please.")
            try await caller.toolRequest()
            // Before a filler, into each of them, and between them.
            for (number, wait) in [1.0, 1.3, 3, 3.7, 1].enumerated() {
                try await caller.sleep(.seconds(wait))
                caller.send(.contextualUpdate(text: "The page shows shoes \(number).", contextID: "page"))
            }
            try await caller.hearResponse(1)
            caller.type("What do you see?")
            try await caller.hearResponse(2)
            let systems = model.requests.entries.last?.messages.filter { message in
                if case .system(let text) = message { text.contains("shoes") } else { false }
            }
            #expect(systems == [.system("Context: The page shows shoes 4.")])
        }
        #expect(
            outcome.messages.responses
                == ["One moment, please. I'm still working on that. It is booked.", "I see shoes."])
        #expect(outcome.messages.interruptions.isEmpty)
        let beginnings = try Self.beginnings(outcome)
        #expect((1.9...2.3).contains(beginnings[0]) && (8.4...9.5).contains(beginnings[1]))
    }

    @Test("a caller who is typing is not spoken to; the filler comes when they have stopped")
    func typing() async throws {
        let outcome = try await VirtualCall.hold(Self.setup(taking: 12), model: Self.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.toolRequest()
            for _ in 0..<6 {
                try await caller.sleep(.seconds(1))
                caller.send(.userActivity)
            }
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["One moment, please. It is booked."])
        let beginnings = try Self.beginnings(outcome)
        // Typing holds the agent off for 2 s.
        #expect((7.9...8.4).contains(beginnings[0]), "\(beginnings)")
    }

    @Test("words typed into the second filler cut it there, are answered, and the result is told after that")
    func typedInto() async throws {
        let sent = Log<Duration>()
        let outcome = try await VirtualCall.hold(Self.setup(taking: 14, sent: sent), model: Self.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.toolRequest()
            try await caller.wait(for: "the second filler") {
                if case .agentChatResponsePart(let text, .delta, _) = $0, text.contains("still") { true } else { nil }
            }
            try await caller.sleep(.milliseconds(700))
            caller.type("Are you there?")
            try await caller.hearAnswer(endingWith: "It is booked.")
            try await caller.hearResponse(2)
        }
        #expect(sent.entries.count == 1)
        #expect(outcome.messages.interruptions.count == 1)
        #expect(
            outcome.messages.responses
                == ["One moment, please. I'm still working on that.", "I am at it.", "It is booked."])
        let turns = outcome.record.transcript
        let cut = try #require(turns.first { !$0.toolCalls.isEmpty })
        let heard = try #require(cut.message)
        #expect(heard.hasPrefix("One moment, please. I'm still") && heard.count < 47)
        #expect(cut.isInterrupted == true && cut.toolResults.map(\.value) == [#"{"number":17}"#])
        #expect(turns.map(\.role) == [.user, .agent, .user, .agent, .agent])
    }
}
