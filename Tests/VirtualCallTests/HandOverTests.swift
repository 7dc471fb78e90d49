import Agents
import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing

/// Who is on the line and which agent speaks are two things: the agent changes, the line stays.
@Suite("Hand-over to another agent", .timeLimit(.minutes(1)))
struct HandOverTests {
    /// Leo speaks with a voice of his own, has other tools, and needs what the caller has been asked for already.
    static let leo: JSONValue = baseConfiguration.merging([
        "agent": [
            "first_message": "Leo here, {{name}}.",
            "prompt": ["prompt": "You are Leo, and help {{name}}.", "tools": [clientTool("refund")]],
        ],
        "tts": ["voice_id": "leo-voice"],
    ])

    static func setup(
        _ transfer: JSONValue = [:], leo: JSONValue = HandOverTests.leo
    ) throws -> VirtualCall.Setup {
        let agent = try Agent.new(name: "Leo", conversationConfig: leo)
        let entry: JSONValue = ["agent_id": .string(agent.id), "condition": "The caller wants a refund."]
        let tool: JSONValue = ["name": "transfer_to_agent", "params": ["transfers": [entry.merging(transfer)]]]
        return VirtualCall.Setup(
            configuration: ["agent": ["prompt": ["built_in_tools": ["transfer_to_agent": tool]]]],
            initiation: ConversationInitiation(dynamicVariables: ["name": "Ann"]), otherAgents: [agent],
            otherVoices: ["leo-voice"])
    }

    /// Mia hands every caller over; Leo answers.
    @Sendable static func script(_ request: GenerationRequest) -> [TestModel.Step] {
        guard request.prompt.contains("Leo") else {
            return [.wait(.milliseconds(100)), .call("transfer_to_agent", ["agent_number": 0])]
        }
        return [
            .wait(.milliseconds(100)), .text(request.lastUser.contains("lamp") ? "Your lamp, then." : "Of course."),
        ]
    }

    @Test("voice, prompt, tools and model change in mid-call, and nothing that was said is lost")
    func changes() async throws {
        let requests = Log<GenerationRequest>()
        let voices = Log<[String: [String]]>()
        let outcome = try await VirtualCall.hold(
            Self.setup(["transfer_message": "I'll put you through."]), model: Self.script
        ) { caller, model in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
            try await caller.say("Thank you very much.")
            try await caller.hearResponse(3)
            for request in model.requests.entries { requests.add(request) }
            voices.add(caller.voices.mapValues(\.spoken.entries))
        }
        #expect(outcome.messages.responses == ["I'll put you through.", "Your lamp, then.", "Of course."])
        let spoken = try #require(voices.entries.first)
        #expect(spoken["test-voice"] == ["I'll put you through."])
        #expect(spoken["leo-voice"] == ["Your lamp, then.", "Of course."])
        let first = try #require(requests.entries.first { $0.prompt.contains("Leo") })
        #expect(first.prompt.hasPrefix("You are Leo, and help Ann."))
        #expect(first.tools.map(\.name) == ["refund"])
        #expect(first.lastUser == "I need a refund for my lamp please.")
        #expect(first.results.values.contains { $0.contains("transferred to the agent Leo") })
        let turns = outcome.record.transcript
        #expect(
            turns.map(\.message) == [
                "I need a refund for my lamp please.", "I'll put you through.", "Your lamp, then.",
                "Thank you very much.",
                "Of course.",
            ])
        #expect(turns[1].agentID == nil, "the agent that the call began with")
        #expect(turns[2].agentID != nil && turns[2].agentID == turns[4].agentID)
        #expect(turns[1].toolResults.map(\.isError) == [false])
    }

    @Test("the next agent begins with its first message where that is wanted")
    func greets() async throws {
        let outcome = try await VirtualCall.hold(
            Self.setup(["enable_transferred_agent_first_message": true]), model: Self.script
        ) { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["Leo here, Ann."], "Mia had nothing to say")
    }

    @Test("a caller who speaks during the transfer is answered by the next agent, once")
    func interrupted() async throws {
        let outcome = try await VirtualCall.hold(
            Self.setup(["transfer_message": "Please hold the line while I put you through to my colleague Leo now."]),
            model: Self.script
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
        let message = try #require(outcome.record.transcript.first { !$0.toolCalls.isEmpty })
        #expect(message.isInterrupted && message.toolResults.map(\.isError) == [false])
        #expect(outcome.events.count { $0.kind == "hand_over" } == 1)
    }

    @Test("what the first agent was about to answer when it handed over is the next one's to answer")
    func pendingAnswer() async throws {
        let requests = Log<GenerationRequest>()
        let outcome = try await VirtualCall.hold(Self.setup(["delay_ms": 3000])) { request in
            guard !request.prompt.contains("Leo"), !request.calls.isEmpty else { return Self.script(request) }
            return [.wait(.seconds(3)), .text("Mia again.")]
        } _: { caller, model in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.sleep(.milliseconds(1200))
            try await caller.say("Hello are you there?")
            try await caller.hearResponse()
            try await caller.sleep(.seconds(5))
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(outcome.messages.responses == ["Of course."])
        let asked = requests.entries.filter { $0.prompt.contains("Leo") }
        #expect(asked.map(\.lastUser) == ["Hello are you there?"])
        #expect(asked.first?.results.values.contains { $0.contains("still running") } == false)
    }

    @Test(
        "an answer of the first agent that is being heard ends as its own, with its tools, before the next one speaks")
    func runningAnswer() async throws {
        var setup = try Self.setup(["delay_ms": 3000])
        setup.configuration = setup.configuration.merging(tools(clientTool("lookup")))
        let outcome = try await VirtualCall.hold(setup) { request in
            if request.prompt.contains("Leo") { return [.text("Leo here.")] }
            if request.results["call_2"]?.contains("blue") == true { return [.text("It is blue.")] }
            return request.calls.isEmpty ? Self.script(request) : [.call("lookup", id: "call_2")]
        } _: { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.sleep(.milliseconds(1000))
            caller.type("Which colour is it?")
            let call = try await caller.toolCall()
            try await caller.sleep(.seconds(4))
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "It is blue.")))
            try await caller.hearResponse(2)
            try await caller.sleep(.seconds(5))
        }
        #expect(outcome.messages.responses == ["One moment, please. It is blue.", "Leo here."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.isError) == [false, false])
    }

    @Test("a caller who hangs up before the transfer was not transferred")
    func hungUp() async throws {
        let outcome = try await VirtualCall.hold(Self.setup(["delay_ms": 5000]), model: Self.script) { caller, _ in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.sleep(.seconds(2))
        }
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.errorType) == ["call_ended"])
        #expect(!outcome.events.contains { $0.kind == "hand_over" })
    }

    @Test("of two transfers at once the first counts")
    func twoAtOnce() async throws {
        let outcome = try await VirtualCall.hold(Self.setup()) { request in
            guard !request.prompt.contains("Leo") else { return [.text("Leo here.")] }
            return [
                .call("transfer_to_agent", ["agent_number": 0, "reason": "a refund"], id: "a"),
                .call("transfer_to_agent", ["agent_number": 0, "reason": "a lamp"], id: "b"),
            ]
        } _: { caller, _ in
            caller.type("A refund, please.")
            try await caller.hearResponse(2)
            try await caller.sleep(.seconds(5))
        }
        #expect(outcome.messages.responses == ["Leo here."])
        let results = outcome.record.transcript.flatMap(\.toolResults)
        #expect(results.filter { !$0.isError }.map(\.requestID) == ["a"])
        #expect(outcome.events.count { $0.kind == "hand_over" } == 1)
    }

    @Test("the longest duration counts from the beginning of the call, whoever speaks")
    func duration() async throws {
        let leo = Self.leo.merging(["conversation": ["max_duration_seconds": 3]])
        var setup = try Self.setup(leo: leo)
        setup.configuration = setup.configuration.merging(["conversation": ["max_duration_seconds": 60]])
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            try await caller.sleep(.seconds(5))
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["Your lamp, then."])
    }

    @Test("an agent that cannot take over leaves the call with the one that speaks, and says why")
    func fails() async throws {
        let setups: [(VirtualCall.Setup, JSONValue, String)] = [
            (try Self.setup(), ["agent_number": 3], "names no agent: there are 0"),
            (try Self.setup(["agent_id": "agent_none"]), ["agent_number": 0], "does not exist"),
            (
                try Self.setup(
                    leo: Self.leo.merging(["agent": ["prompt": ["prompt": "You are Leo. {{order}}"]]])),
                ["agent_number": 0], "Missing required dynamic variables: order"
            ),
        ]
        for (setup, arguments, reason) in setups {
            let outcome = try await VirtualCall.hold(setup) { request in
                guard let call = request.calls.last else { return [.call("transfer_to_agent", arguments)] }
                return [.text((request.results[call.id] ?? "").contains(reason) ? "I cannot." : "What?")]
            } _: { caller, _ in
                caller.type("A refund, please.")
                try await caller.hearResponse()
            }
            #expect(outcome.messages.responses == ["I cannot."])
            #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.isError) == [true])
        }
    }

    @Test("two agents do not hand a caller to and fro")
    func loop() async throws {
        let mia = try Agent.new(name: "Mia", conversationConfig: baseConfiguration, id: Stage.agentID)
        let leo = Self.leo.merging([
            "agent": [
                "prompt": [
                    "built_in_tools": [
                        "transfer_to_agent": [
                            "name": "transfer_to_agent",
                            "params": ["transfers": [["agent_id": .string(mia.id), "condition": "Always."]]],
                        ]
                    ]
                ]
            ]
        ])
        var setup = try Self.setup(leo: leo)
        setup.otherAgents.append(mia)
        let outcome = try await VirtualCall.hold(setup) { request in
            if request.results.values.contains(where: { $0.contains("just now") }) { return [.text("I stay.")] }
            return [.call("transfer_to_agent", ["agent_number": 0], id: "call_\(request.calls.count)")]
        } _: { caller, _ in
            caller.type("A refund, please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["I stay."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.isError) == [false, true])
    }
}

extension GenerationRequest {
    var prompt: String {
        if case .system(let text)? = messages.first { text } else { "" }
    }
}
