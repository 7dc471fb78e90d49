import Agents
import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing

/// The moments of a transfer: what is heard when, and what a caller can do in between.
@Suite("The moments of a transfer", .timeLimit(.minutes(1)))
struct TransferTests {
    /// Leo's model takes so long to open its session.
    private static func slowLeo(
        _ opening: Duration, _ transfer: JSONValue = [:], sessions: Log<String> = Log()
    ) throws -> VirtualCall.Setup {
        let leo = HandOverTests.leo.merging(["agent": ["prompt": ["llm": "slow-model"]]])
        var setup = try HandOverTests.setup(transfer, leo: leo)
        setup.backups = { time in
            [
                TestModel(
                    id: "slow-model", time: time, opening: opening, sessions: sessions, script: HandOverTests.script)
            ]
        }
        return setup
    }

    /// An agent that hands every call to the next one at once.
    private static func router(_ name: String, to next: [Agent]) throws -> Agent {
        try Agent.new(
            name: name,
            conversationConfig: baseConfiguration.merging([
                "agent": ["prompt": ["prompt": .string("You are \(name)."), "built_in_tools": transfers(to: next)]]
            ]), id: "agent_\(name)")
    }

    private static func transfers(to agents: [Agent]) -> JSONValue {
        let transfers = agents.map { agent -> JSONValue in ["agent_id": .string(agent.id), "condition": "Always."] }
        return ["transfer_to_agent": ["name": "transfer_to_agent", "params": ["transfers": .array(transfers)]]]
    }

    @Test("the message is heard first, then the delay passes, then the other agent speaks")
    func order() async throws {
        let outcome = try await VirtualCall.hold(
            HandOverTests.setup(["transfer_message": "I'll put you through.", "delay_ms": 2000]),
            model: HandOverTests.script
        ) { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["I'll put you through.", "Your lamp, then."])
        let audio = outcome.audioByResponse
        #expect(audio.count == 2)
        let (message, leo) = (try #require(audio.first), try #require(audio.last))
        // The last frame is sent up to 200 ms ahead of real time, and the next model takes 100 ms.
        let gap = leo.first - message.last
        #expect(gap >= .milliseconds(2000) && gap < .milliseconds(2900), "\(gap) between the agents")
        let handOver = try #require(outcome.events.first { $0.kind == "hand_over" })
        #expect(Duration.milliseconds(handOver.time / 16) >= message.last + .seconds(2))
    }

    @Test("what the model says before it transfers is heard before the message")
    func spokenBefore() async throws {
        let setup = try HandOverTests.setup(["transfer_message": "I'll put you through."])
        let outcome = try await VirtualCall.hold(setup) { request in
            guard !request.prompt.contains("Leo") else { return HandOverTests.script(request) }
            return [.text("Sure thing."), .call("transfer_to_agent", ["agent_number": 0])]
        } _: { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["Sure thing. I'll put you through.", "Your lamp, then."])
    }

    @Test("a variable that another tool sets while the next agent gets ready reaches it")
    func assignedMeanwhile() async throws {
        var setup = try HandOverTests.setup(["delay_ms": 2000])
        let look = WebhookCallTests.webhook(
            "look", ["assignments": [["source": "response", "dynamic_variable": "name", "value_path": "name"]]])
        setup.configuration = setup.configuration.merging(tools(look))
        setup.send = { _, time in
            try await time.sleep(.milliseconds(500))
            return WebhookCallTests.answer(#"{"name":"Bob"}"#)
        }
        let prompts = Log<String>()
        let outcome = try await VirtualCall.hold(setup) { request in
            prompts.add(request.prompt)
            guard !request.prompt.contains("Leo") else { return HandOverTests.script(request) }
            return [
                .call("look", ["day": "Monday"], id: "look"),
                .call("transfer_to_agent", ["agent_number": 0], id: "transfer"),
            ]
        } _: { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["Your lamp, then."])
        #expect(prompts.entries.last?.hasPrefix("You are Leo, and help Bob.") == true)
    }

    @Test("in a text conversation the message is read at once, and the delay passes all the same")
    func typed() async throws {
        var setup = try HandOverTests.setup(["transfer_message": "I'll put you through.", "delay_ms": 2000])
        setup.initiation?.isTextOnly = true
        let outcome = try await VirtualCall.hold(setup, model: HandOverTests.script) { caller, _ in
            caller.type("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["I'll put you through.", "Your lamp, then."])
    }

    @Test("an agent whose model opens slowly gets ready while the message is heard")
    func slowOpening() async throws {
        let outcome = try await VirtualCall.hold(
            Self.slowLeo(.seconds(3), ["transfer_message": "I'll put you through to Leo, who knows all about lamps."]),
            model: HandOverTests.script
        ) { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses.last == "Your lamp, then.")
        let audio = outcome.audioByResponse
        let (message, leo) = (try #require(audio.first), try #require(audio.last))
        #expect(leo.first - message.first >= .milliseconds(2900))
        // Ten words of 200 ms: of the 3 s only the last is silent.
        #expect(leo.first - message.last < .milliseconds(1900), "\(leo.first - message.last) of silence")
    }

    @Test("a caller who hangs up during the opening or the delay leaves nothing open", arguments: [true, false])
    func hungUp(inOpening: Bool) async throws {
        let sessions = Log<String>()
        let setup =
            inOpening
            ? try Self.slowLeo(.seconds(9), sessions: sessions)
            : try Self.slowLeo(.zero, ["delay_ms": 9000], sessions: sessions)
        let outcome = try await VirtualCall.hold(setup, model: HandOverTests.script) { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.sleep(.seconds(3))
        }
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.errorType) == ["call_ended"])
        #expect(!outcome.events.contains { $0.kind == "hand_over" })
        #expect(sessions.entries == ["opened", "closed"])
        #expect(outcome.record.status == .done)
    }

    @Test("a caller who interrupts the message is answered by the next agent after the delay")
    func interruptedBeforeDelay() async throws {
        let outcome = try await VirtualCall.hold(
            HandOverTests.setup([
                "transfer_message": "Please hold the line while I put you through to my colleague Leo now.",
                "delay_ms": 1000,
            ]), model: HandOverTests.script
        ) { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearAudio()
            try await caller.sleep(.milliseconds(600))
            try await caller.say("No wait I mean the chair instead please.")
            try await caller.hearResponse()
            try await caller.sleep(.seconds(5))
        }
        #expect(outcome.messages.interruptions.count == 1)
        #expect(outcome.messages.responses.dropFirst() == ["Of course."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.isError) == [false])
    }

    @Test("of two transfers at once to different agents the first counts, and only its message is heard")
    func twoAgents() async throws {
        let zoe = try Agent.new(name: "Zoe", conversationConfig: HandOverTests.leo)
        var setup = try HandOverTests.setup(["transfer_message": "I'll put you through."])
        let leo = setup.otherAgents[0]
        setup.otherAgents.append(zoe)
        let transfers = [leo, zoe].map { agent -> JSONValue in
            [
                "agent_id": .string(agent.id), "condition": "Always.",
                "transfer_message": .string("I'll get \(agent.name)."),
            ]
        }
        setup.configuration = [
            "agent": [
                "prompt": [
                    "built_in_tools": [
                        "transfer_to_agent": ["name": "transfer_to_agent", "params": ["transfers": .array(transfers)]]
                    ]
                ]
            ]
        ]
        let outcome = try await VirtualCall.hold(setup) { request in
            guard !request.prompt.contains("Leo") else { return [.text("Here I am.")] }
            return [0, 1].map { .call("transfer_to_agent", ["agent_number": .integer($0)], id: "call_\($0)") }
        } _: { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
            try await caller.sleep(.seconds(3))
        }
        #expect(outcome.messages.responses == ["I'll get Leo.", "Here I am."])
        let handOvers = outcome.events.filter { $0.kind == "hand_over" }
        #expect(handOvers.map { $0.detail["to"]?.stringValue } == [leo.id])
        let results = outcome.record.transcript.flatMap(\.toolResults)
        #expect(results.filter(\.isError).map(\.requestID) == ["call_1"])
    }

    @Test("a call may go through several agents at once, and comes back to none of them before the caller's next turn")
    func chain() async throws {
        // Each transfers to the next, the last one to the first and the second.
        let ids = ["agent_Ann", "agent_Bob"]
        let back = try ids.map { try Agent.new(conversationConfig: baseConfiguration, id: $0) }
        let leo = try Self.router("Cyd", to: back)
        let bob = try Self.router("Bob", to: [leo])
        let ann = try Self.router("Ann", to: [bob])
        var setup = VirtualCall.Setup()
        setup.configuration = ["agent": ["prompt": ["built_in_tools": Self.transfers(to: [ann])]]]
        setup.otherAgents = [ann, bob, leo]
        let outcome = try await VirtualCall.hold(setup) { request in
            let refused = request.results.values.count { $0.contains("just now") }
            guard refused < 2 else { return [.text("I stay.")] }
            return [
                .call("transfer_to_agent", ["agent_number": .integer(refused)], id: "call_\(request.calls.count)")
            ]
        } _: { caller, _ in
            caller.type("A refund, please.")
            try await caller.hearResponse(4)
            try await caller.sleep(.seconds(5))
        }
        #expect(outcome.messages.responses == ["I stay."])
        let path = outcome.events.filter { $0.kind == "hand_over" }.compactMap { $0.detail["to"]?.stringValue }
        #expect(path == ["agent_Ann", "agent_Bob", "agent_Cyd"])
    }

    @Test("an agent that keeps the voice, or the client's choice of one, is heard in it")
    func voices() async throws {
        let cases: [(transfer: JSONValue, voice: String)] = [
            ([:], "leo-voice"), (["preserve_voice_settings": true], "test-voice"),
            (["preserve_client_tts_overrides": true], "client-voice"),
            (["preserve_voice_settings": true, "preserve_client_tts_overrides": true], "client-voice"),
        ]
        for (transfer, voice) in cases {
            var setup = try HandOverTests.setup(transfer)
            setup.configuration = setup.configuration.merging(["tts": ["voice_id": "test-voice"]])
            setup.platformSettings = [
                "overrides": ["conversation_config_override": ["tts": ["voice_id": true]]]
            ]
            setup.initiation?.configOverride = ["tts": ["voice_id": "client-voice"]]
            setup.otherVoices.append("client-voice")
            let speakers = Log<String>()
            let outcome = try await VirtualCall.hold(setup, model: HandOverTests.script) { caller, _ in
                try await caller.say("I need a refund for my lamp please.")
                try await caller.hearResponse(2)
                for (id, voice) in caller.voices where voice.spoken.entries.contains("Your lamp, then.") {
                    speakers.add(id)
                }
            }
            #expect(outcome.messages.responses == ["Your lamp, then."])
            #expect(speakers.entries == [voice], "\(transfer)")
        }
    }

    @Test("the recording ends with a hand-over to an agent that is not recorded, and none begins later")
    func recording() async throws {
        for isMiaRecorded in [true, false] {
            var setup = try HandOverTests.setup()
            let leo = try Agent.new(
                name: "Leo", conversationConfig: HandOverTests.leo,
                platformSettings: ["privacy": ["record_voice": .bool(!isMiaRecorded)]], id: setup.otherAgents[0].id)
            setup.otherAgents = [leo]
            setup.platformSettings = ["privacy": ["record_voice": .bool(isMiaRecorded)]]
            let outcome = try await VirtualCall.hold(setup, model: HandOverTests.script) { caller, _ in
                try await caller.say("I need a refund for my lamp please.")
                try await caller.hearResponse(2)
                try await caller.say("Thank you very much.")
                try await caller.hearResponse(3)
            }
            #expect(outcome.messages.responses == ["Your lamp, then.", "Of course."])
            #expect(outcome.record.hasUserAudio == isMiaRecorded)
            // Mia had said nothing when she handed over, and Leo's voice is never in the recording.
            #expect(!outcome.record.hasResponseAudio)
        }
    }
}

extension VirtualCall.Outcome {
    /// When the first and the last audio of each response came, in order.
    var audioByResponse: [(first: Duration, last: Duration)] {
        var times: [(id: Int, first: Duration, last: Duration)] = []
        for entry in received {
            guard case .audio(let audio) = entry.message else { continue }
            if times.last?.id == audio.eventID {
                times[times.count - 1].last = entry.time
            } else {
                times.append((audio.eventID, entry.time, entry.time))
            }
        }
        return times.map { ($0.first, $0.last) }
    }
}
