import Agents
import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing

/// Agents that require receipts say of nothing that it is done before a tool has done it.
@Suite("No claim without a receipt", .timeLimit(.minutes(2)))
struct ClaimCallTests {
    /// An agent with these tools that requires receipts.
    private static func agent(_ list: JSONValue..., builtIn: JSONValue = [:]) -> JSONValue {
        ["agent": ["prompt": ["requires_receipts": true, "tools": .array(list), "built_in_tools": builtIn]]]
    }

    private static let booking = agent(clientTool("book"))

    private static func withheld(_ outcome: VirtualCall.Outcome) -> [String] {
        outcome.events.filter { $0.kind == "claim_withheld" }.compactMap { $0.detail["sentence"]?.stringValue }
    }

    /// All that the caller's end was told of the agent's words, in any form.
    private static func told(_ outcome: VirtualCall.Outcome) -> String {
        let parts = outcome.messages.compactMap { message -> String? in
            switch message {
            case .agentResponse(let text, _): text
            case .agentChatResponsePart(let text, _, _): text
            default: nil
            }
        }
        return (parts + outcome.record.transcript.filter { $0.role == .agent }.map { $0.message ?? "" }).joined(
            separator: "\n")
    }

    private static func isCorrection(_ request: GenerationRequest) -> Bool {
        if case .system(let note) = request.messages.last { note.contains("has not been done") } else { false }
    }

    @Test("a claim that no tool bears out is neither heard nor kept; the model is asked once more with the fact")
    func withoutTool() async throws {
        let voiced = Log<String>()
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            Self.isCorrection(request)
                ? [.text("Which name may I book it under?")]
                : [.text("Good choice. "), .text("I've boo"), .text("ked it for Monday. See"), .text(" you then.")]
        } _: { caller, model in
            try await caller.say("Reserve a bike for Monday.")
            try await caller.hearResponse()
            #expect(model.requests.entries.count == 2)
            let correction = try #require(model.requests.entries.last)
            #expect(correction.messages.dropLast().last == .assistant("Good choice. "))
            #expect(!correction.tools.isEmpty, "it may still call the tool")
            #expect(correction.plainAnswer == CallOptions().unconfirmed)
            for text in caller.voice.spoken.entries { voiced.add(text) }
        }
        #expect(outcome.messages.responses == ["Good choice. Which name may I book it under?"])
        #expect(!Self.told(outcome).contains("I've"))
        #expect(!voiced.entries.joined().contains("I've") && !voiced.entries.isEmpty)
        #expect(Self.withheld(outcome) == ["I've booked it for Monday."])
        #expect(outcome.record.details.warnings.count { $0.contains("I've booked it for Monday.") } == 1)
    }

    @Test("of a sentence that is held back nothing is heard, although its beginning could have been any sentence's")
    func fragment() async throws {
        let voiced = Log<String>()
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            Self.isCorrection(request)
                ? [.text("Which name is it under?")]
                : [.text("Good choice. That's"), .text(" your membership cancelled, then.")]
        } _: { caller, model in
            try await caller.say("Stop my membership.")
            try await caller.hearResponse()
            #expect(model.requests.entries.last?.messages.dropLast().last == .assistant("Good choice. "))
            for text in caller.voice.spoken.entries { voiced.add(text) }
        }
        #expect(outcome.messages.responses == ["Good choice. Which name is it under?"])
        #expect(Self.withheld(outcome) == ["That's your membership cancelled, then."])
        #expect(!Self.told(outcome).contains("That's") && !voiced.entries.joined().contains("That's"))
    }

    @Test("a model that insists is not asked a third time: the agent says that it cannot confirm it")
    func insists() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { _ in
            [.text("Sure. I've booked it for Monday.")]
        } _: { caller, model in
            caller.type("Reserve a bike for Monday.")
            try await caller.hearResponse()
            #expect(model.requests.entries.count == 2)
        }
        #expect(outcome.messages.responses == ["Sure. I can't confirm yet that this has been done."])
        #expect(Self.withheld(outcome).count == 2)
    }

    @Test("a model that says nothing more leaves the caller no silence")
    func silent() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            Self.isCorrection(request) ? [] : [.text("I've booked it for Monday.")]
        } _: { caller, _ in
            caller.type("Reserve a bike for Monday.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["I can't confirm yet that this has been done."])
    }

    @Test("the model that is asked once more may call the tool, and then says that it is done")
    func catchesUp() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            if request.endsWithTool { return [.text("It is booked for Monday.")] }
            return Self.isCorrection(request)
                ? [.call("book", ["day": "Monday"])] : [.text("I've booked it for Monday.")]
        } _: { caller, _ in
            caller.type("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "ok")))
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["It is booked for Monday."])
        #expect(Self.withheld(outcome) == ["I've booked it for Monday."])
    }

    @Test("what a tool has done is said at once; a failure is no receipt", arguments: [false, true])
    func withTool(fails: Bool) async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            if Self.isCorrection(request) { return [.text("Sorry, that did not work.")] }
            return request.endsWithTool ? [.text("I've booked it for Monday.")] : [.call("book", ["day": "Monday"])]
        } _: { caller, model in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            caller.send(
                .clientToolResult(ClientToolResult(callID: call.callID, result: "done", isError: fails)))
            try await caller.hearResponse()
            #expect(model.requests.entries.count == (fails ? 3 : 2))
        }
        #expect(outcome.messages.responses == [fails ? "Sorry, that did not work." : "I've booked it for Monday."])
        #expect(Self.withheld(outcome).count == (fails ? 1 : 0))
    }

    @Test(
        "what is claimed before the tool of the same round waits for it",
        arguments: [
            (false, "It is booked for Monday.", "One moment. It is booked for Monday."),
            (false, "", "One moment. I've booked it."),
            (true, "", "One moment. I'm sorry, that did not work."),
            (true, "That did not work.", "One moment. That did not work."),
        ])
    func beforeTool(fails: Bool, answer: String, heard: String) async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            request.endsWithTool
                ? [.text(answer)] : [.text("One moment. I've booked it."), .call("book", ["day": "Monday"])]
        } _: { caller, model in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.sleep(.seconds(1))
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "done", isError: fails)))
            try await caller.hearResponse()
            // The model is shown what was heard.
            guard let second = model.requests.entries.last else { return }
            #expect(second.messages.contains { if case .assistant("One moment. ", _) = $0 { true } else { false } })
        }
        #expect(outcome.messages.responses == [heard])
    }

    @Test("while the tool runs nothing is done yet; once it has, the claim is said")
    func running() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            request.calls.isEmpty ? [.call("book", ["day": "Monday"])] : [.text("It is booked.")]
        } _: { caller, _ in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.sleep(.seconds(1))
            try await caller.say("Hello? Are you still there?")
            try await caller.hearResponse(1)
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "done")))
            try await caller.hearResponse(2)
        }
        #expect(
            outcome.messages.responses == ["It isn't finished yet; I'll tell you as soon as it is.", "It is booked."])
    }

    @Test("one booking bears out no second one")
    func second() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            if Self.isCorrection(request) { return [.text("I have not booked Tuesday yet.")] }
            if request.lastUser.contains("Tuesday") { return [.text("I've booked Tuesday too.")] }
            if request.lastUser.contains("Thanks") { return [.text("You're welcome. Your bike is booked for Monday.")] }
            return request.endsWithTool ? [.text("I've booked Monday.")] : [.call("book", ["day": "Monday"])]
        } _: { caller, _ in
            caller.type("Book Monday")
            let call = try await caller.toolCall()
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "done")))
            try await caller.hearResponse(1)
            caller.type("And Tuesday, please.")
            try await caller.hearResponse(2)
            caller.type("Thanks")
            try await caller.hearResponse(3)
        }
        #expect(
            outcome.messages.responses == [
                "I've booked Monday.", "I have not booked Tuesday yet.",
                "You're welcome. Your bike is booked for Monday.",
            ])
    }

    @Test("what the agent says when it hangs up is held to the same")
    func farewell() async throws {
        let configuration = Self.agent(
            clientTool("book"), builtIn: ["end_call": ["type": "system", "name": "end_call"]])
        let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { _ in
            [.call("end_call", ["reason": "done", "message": "Thank you. I've booked it for Monday. Goodbye."])]
        } _: { caller, _ in
            caller.type("That was all.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Thank you. I can't confirm yet that this has been done."])
    }

    @Test(
        "a caller who interrupts or hangs up while a claim waits has heard what came before", arguments: [false, true])
    func goesAway(hangsUp: Bool) async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            request.lastUser.contains("stop")
                ? [.text("All right.")]
                : [
                    .text("Let me see what there is for you on that day. "), .text("I've booked "), .wait(.seconds(20)),
                    .text("it."),
                ]
        } _: { caller, _ in
            try await caller.say("Reserve a bike for Monday.")
            try await caller.hearAudio()
            try await caller.sleep(.seconds(hangsUp ? 3 : 1))
            guard !hangsUp else { return }
            try await caller.say("Wait please stop that now")
            try await caller.wait(for: "the answer") {
                if case .agentResponse("All right.", _) = $0 { true } else { nil }
            }
        }
        #expect(!Self.told(outcome).contains("booked"))
        #expect(Self.withheld(outcome).isEmpty)
        #expect(outcome.record.transcript.contains { $0.role == .agent && $0.message?.hasPrefix("Let me see") == true })
    }

    @Test("without the switch, and in a language of which nothing is known, everything is said")
    func off() async throws {
        let german = Self.booking.merging(["agent": ["language": "de"]])
        for configuration in [tools(clientTool("book")), german] {
            let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { _ in
                [.text("I've booked it.")]
            } _: { caller, _ in
                caller.type("Reserve a bike for Monday.")
                try await caller.hearResponse()
            }
            #expect(outcome.messages.responses == ["I've booked it."])
            let isWarned = outcome.record.details.warnings.contains { $0.contains("requires_receipts") }
            #expect(isWarned == (configuration == german))
        }
    }

    @Test("an answer without a claim is heard as early as without the switch, and costs no request")
    func free() async throws {
        let answers = [
            "Sure, I can help you with that. We have three bikes left on Monday.",
            "We open at nine and close at six. Would you like a city bike or a mountain bike?",
            "Let me check that for you. I found two free bikes on Monday, one red and one blue.",
            "I'd be happy to book one for you, but I need your name first.",
            "You can pick it up at the station once it is booked.",
        ]
        for answer in answers {
            var times: [[Duration]] = []
            for isOn in [false, true] {
                let configuration = isOn ? Self.booking : tools(clientTool("book"))
                let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { _ in
                    // 40 words a second, as an embedded model writes.
                    answer.split(separator: " ").flatMap { [TestModel.Step.text($0 + " "), .wait(.milliseconds(25))] }
                } _: { caller, model in
                    try await caller.say("Reserve a bike for Monday.")
                    try await caller.hearResponse()
                    #expect(model.requests.entries.count == 1)
                }
                times.append(outcome.received.compactMap { if case .audio = $0.message { $0.time } else { nil } })
            }
            #expect(times[0].first == times[1].first, "\(answer)")
            #expect(times[0].last == times[1].last, "\(answer)")
        }
    }

    // MARK: A hundred calls

    /// Ways of saying that something is booked.
    static let claims = [
        "I've booked it", "I have booked that for you", "I just booked your bike", "Your bike is booked",
        "Your bike has been reserved", "It's booked", "That's all booked for Monday", "You're all set",
        "You are booked for Monday",
        "The booking is confirmed", "Your reservation went through", "I went ahead and reserved it", "Done",
        "I've made the booking", "Everything is arranged", "I have you down for Monday at nine",
        "Your booking number is 4711", "I've got you a spot on Monday", "We've scheduled your pick-up",
        "I can confirm that your bike is reserved",
    ]
    static let openings = ["", "Great, ", "Okay. ", "Thank you, Anna. ", "Perfect! "]

    @Test(
        "of 100 calls in which the model claims a booking none is heard without a tool, and none is held back with it")
    func hundred() async throws {
        for hasTool in [false, true] {
            var heard = 0
            var held = 0
            for (number, claim) in Self.claims.enumerated() {
                for (variant, opening) in Self.openings.enumerated() {
                    let answer = opening + claim + [".", "!"][variant % 2]
                    let outcome = try await VirtualCall.hold(
                        .init(configuration: Self.booking, seed: UInt64(number * 5 + variant))
                    ) { request in
                        if hasTool, request.calls.isEmpty { return [.call("book", ["day": "Monday"])] }
                        // In pieces that do not end with words.
                        var rest = answer[...]
                        var steps: [TestModel.Step] = []
                        while !rest.isEmpty {
                            steps.append(.text(String(rest.prefix(3 + variant))))
                            rest = rest.dropFirst(3 + variant)
                        }
                        return steps
                    } _: { caller, _ in
                        caller.type("Reserve a bike for Monday.")
                        if hasTool {
                            let call = try await caller.toolCall()
                            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "done")))
                        }
                        try await caller.hearResponse()
                    }
                    if Self.told(outcome).contains(claim.suffix(8)) { heard += 1 }
                    held += Self.withheld(outcome).isEmpty ? 0 : 1
                }
            }
            #expect(heard == (hasTool ? 100 : 0))
            #expect(held == (hasTool ? 0 : 100))
        }
    }
}
