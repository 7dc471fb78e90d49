import Agents
import ConvAI
import Conversation
import Engines
import JSON
import Tasks
import TestSupport
import Testing

/// A tool that has been sent out is never forgotten, whatever the caller does before its result is there.
@Suite("Tools in flight", .timeLimit(.minutes(2)))
struct ToolCallTests {
    static let booking = tools(clientTool("book"))

    /// Books when a booking is wanted that nothing is known of yet; else says how it stands.
    @Sendable static func book(_ request: GenerationRequest) -> [TestModel.Step] {
        guard let call = request.calls.last else {
            return [.wait(.milliseconds(200)), .call("book", ["day": "Monday"])]
        }
        let result = request.results[call.id] ?? ""
        return [
            .wait(.milliseconds(200)), .text(result.contains("running") ? "I am still booking it." : "It is booked."),
        ]
    }

    @Test("a client's tool without a time-out is waited for as long as the call lasts")
    func withoutLimit() async throws {
        let setup = VirtualCall.Setup(configuration: tools(clientTool("book", ["response_timeout_secs": -1])))
        let outcome = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.sleep(.seconds(150))
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked for Monday.")))
            try await caller.hearResponse()
        }
        // The wait has been bridged.
        #expect(outcome.messages.responses.last?.hasSuffix("It is booked.") == true)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == ["Booked for Monday."])
        let left = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
            try await caller.say("Reserve a bike for Monday.")
            _ = try await caller.toolCall()
            try await caller.sleep(.seconds(150))
        }
        #expect(left.record.transcript.flatMap(\.toolResults).map(\.errorType) == ["call_ended"])
    }

    @Test(
        "what the caller says during a tool is answered knowing that it runs, and its result is told as soon as it comes"
    )
    func spokenInto() async throws {
        let requests = Log<GenerationRequest>()
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking), model: Self.book) {
            caller, model in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.sleep(.seconds(1))
            try await caller.say("Hello? Are you still there?")
            try await caller.hearResponse(1)
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked for Monday.")))
            try await caller.hearResponse(2)
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(outcome.messages.toolCalls.count == 1)
        #expect(outcome.messages.responses == ["I am still booking it.", "It is booked."])
        let second = try #require(requests.entries.first { $0.lastUser.contains("Hello?") })
        #expect(second.untold.isEmpty && requests.entries.last?.untold == ["call_1"])
        #expect(
            second.messages.suffix(4) == [
                .user("Reserve a bike for Monday."),
                .assistant("", toolCalls: [ToolCall(id: "call_1", name: "book", arguments: ["day": "Monday"])]),
                .tool(
                    callID: "call_1",
                    result: "This is still running, and its result will follow. Do not call it again.", kind: .running
                ),
                .user("Hello? Are you still there?"),
            ])
        let turns = outcome.record.transcript
        #expect(
            turns.map(\.message) == [
                "Reserve a bike for Monday.", "", "Hello? Are you still there?", "I am still booking it.",
                "It is booked.",
            ])
        #expect(turns[1].toolCalls.map(\.name) == ["book"])
        #expect(turns[1].toolResults.map(\.value) == ["Booked for Monday."])
    }

    @Test("tools that are called at once reach the client in the order of the model")
    func order() async throws {
        let names = ["navigate", "highlight", "scroll"]
        let outcome = try await VirtualCall.hold(
            .init(
                configuration: tools(
                    clientTool("navigate"), clientTool("highlight", ["expects_response": false]), clientTool("scroll")))
        ) { request in
            guard request.calls.isEmpty else { return [.text("Done.")] }
            return names.map { .call($0, id: $0) }
        } _: { caller, _ in
            caller.type("Show me the prices.")
            _ = try await caller.toolCall(3)
            for name in ["scroll", "navigate"] {
                caller.send(.clientToolResult(ClientToolResult(callID: name, result: "ok")))
            }
            try await caller.hearResponse()
        }
        let steps = outcome.messages.compactMap { message -> String? in
            switch message {
            case .agentToolRequest(let request): "request \(request.name)"
            case .clientToolCall(let call): "call \(call.name)"
            default: nil
            }
        }
        #expect(steps == names.flatMap { ["request \($0)", "call \($0)"] })
    }

    @Test("a server that shuts down during a tool records that the call has ended, and no time-out")
    func shutDown() async throws {
        let stage = try Stage(.init(configuration: Self.booking), model: Self.book)
        let record = try await stage.run {
            let (inputs, input) = AsyncStream<CallInput>.makeStream()
            let started = Signal()
            let call = Call(stage.request(), environment: stage.environment, clock: stage.time.clock())
            let holding = Task {
                await call.run(inputs) { if case .invocation = $0 { started.fire() } }
            }
            input.yield(.words("Reserve a bike for Monday."))
            await started.wait()
            holding.cancel()
            _ = await holding.value
            return try await stage.record()
        }
        #expect(record.transcript.flatMap(\.toolResults).map(\.errorType) == ["call_ended"])
    }

    @Test("a turn that is typed during a tool is answered knowing that it runs")
    func typedInto() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking), model: Self.book) {
            caller, model in
            caller.type("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            caller.type("Are you there?")
            try await caller.hearResponse(1)
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked.")))
            try await caller.hearResponse(2)
            #expect(model.requests.entries.count == 3)
        }
        #expect(outcome.messages.toolCalls.count == 1)
        #expect(outcome.messages.responses == ["I am still booking it.", "It is booked."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == ["Booked."])
    }

    @Test("a caller who speaks over the sentence before a tool does not undo the tool")
    func interruptedBefore() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            guard request.calls.isEmpty else { return Self.book(request) }
            return [
                .text("Let me book that for you right now, it will only take a short moment of your time. "),
                .call("book", ["day": "Monday"]),
            ]
        } _: { caller, _ in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.hearAudio()
            try await caller.say("Please make it a red one if you have that.")
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked.")))
            try await caller.wait(for: "the answer") {
                if case .agentResponse("It is booked.", _) = $0 { true } else { nil }
            }
        }
        #expect(outcome.messages.interruptions.count == 1)
        #expect(outcome.messages.toolCalls.count == 1)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == ["Booked."])
    }

    @Test("of a tool that runs when the caller hangs up the record holds the call, and that there was no result")
    func hungUp() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking), model: Self.book) { caller, _ in
            try await caller.say("Reserve a bike for Monday.")
            try await caller.toolCall()
        }
        let turn = try #require(outcome.record.transcript.last)
        #expect(turn.toolCalls.map(\.name) == ["book"])
        #expect(turn.toolCalls.map(\.hasBeenCalled) == [true])
        #expect(turn.toolResults.map(\.errorType) == ["call_ended"])
        #expect(turn.toolResults.map(\.hasBeenCalled) == [true])
    }

    @Test("a result that comes after the tool's time-out takes the place of the failure")
    func lateResult() async throws {
        let configuration = tools(clientTool("book", ["response_timeout_secs": 2]))
        let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { request in
            switch request.results["call_1"] {
            case nil: [.call("book", ["day": "Monday"])]
            case "Booked.": [.text("It is booked after all.")]
            default: [.text("That did not work.")]
            }
        } _: { caller, _ in
            caller.type("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.hearResponse(1)
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked.")))
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["That did not work.", "It is booked after all."])
        let results = outcome.record.transcript.flatMap(\.toolResults)
        #expect(results.map(\.value) == ["Booked."])
        #expect(results.map(\.isError) == [false])
    }

    @Test("the calls of one round run at the same time, and the model gets their results in its order")
    func parallel() async throws {
        let configuration = tools(clientTool("first"), clientTool("second"))
        let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { request in
            request.endsWithTool
                ? [.text("\(request.results["a"] ?? "") and \(request.results["b"] ?? "").")]
                : [.call("first", id: "a"), .call("second", id: "b")]
        } _: { caller, _ in
            caller.type("Do both.")
            try await caller.toolCall(2)
            caller.send(.clientToolResult(ClientToolResult(callID: "b", result: "two")))
            caller.send(.clientToolResult(ClientToolResult(callID: "a", result: "one")))
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["one and two."])
        #expect(outcome.record.transcript.last?.toolCalls.map(\.name) == ["first", "second"])
    }

    @Test("the agent hangs up after its last word, and says so only then", arguments: ["Goodbye.", ""])
    func hangUp(farewell: String) async throws {
        let configuration: JSONValue = [
            "agent": ["prompt": ["built_in_tools": ["end_call": ["type": "system", "name": "end_call"]]]]
        ]
        let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { _ in
            [.call("end_call", ["reason": "done", "message": .string(farewell)])]
        } _: { caller, _ in
            caller.type("That was all, thank you.")
            try await caller.wait(for: "the end") {
                if case .agentToolResponse = $0 { true } else { nil }
            }
        }
        #expect(outcome.messages.responses == (farewell.isEmpty ? [] : [farewell]))
        #expect(outcome.messages.last { $0.type != "ping" }?.type == "agent_tool_response")
        let end = outcome.received.last { if case .audio = $0.message { true } else { false } }?.time
        let told = outcome.received.last { if case .agentToolResponse = $0.message { true } else { false } }?.time
        if let end, let told { #expect(told > end, "the goodbye is heard first") }
        #expect(outcome.ending == CallEnding(code: 1000, reason: "The agent ended the call."))
    }

    @Test("a model that makes the same call again while it runs gets the result of the first")
    func sameCallAgain() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            request.endsWithTool && request.results.values.contains("Booked.")
                ? [.text("It is booked.")] : [.call("book", ["day": "Monday"], id: "call_\(request.messages.count)")]
        } _: { caller, _ in
            caller.type("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            caller.type("Hello?")
            try await caller.sleep(.seconds(2))
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked.")))
            try await caller.hearResponse()
        }
        #expect(outcome.messages.toolCalls.count == 1)
        #expect(outcome.messages.responses == ["It is booked."])
    }

    @Test("calls of one name that the model numbers from one each time are told apart")
    func sameIDs() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.booking)) { request in
            request.endsWithTool ? [.text("Done.")] : [.call("book", ["day": .string(request.lastUser)])]
        } _: { caller, _ in
            for (number, day) in ["Monday", "Tuesday"].enumerated() {
                caller.type(day)
                let call = try await caller.toolCall(number + 1)
                caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: .string(day))))
                try await caller.hearResponse(number + 1)
            }
        }
        #expect(Set(outcome.messages.toolCalls.map(\.callID)).count == 2)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == ["Monday", "Tuesday"])
    }

    @Test(
        "however a call goes on while tools run, none is forgotten and none is made twice", arguments: UInt64(1)...40)
    func random(seed: UInt64) async throws {
        let configuration = tools(clientTool("book", ["response_timeout_secs": 120]))
        let outcome = try await VirtualCall.hold(.init(configuration: configuration, seed: seed)) { request in
            // Books every day that the caller has named, and that no call is known for.
            let booked = Set(request.calls.compactMap { $0.arguments["day"]?.stringValue })
            let wanted = request.messages.flatMap { message -> [String] in
                guard case .user(let text, _) = message else { return [] }
                return text.split(separator: " ").map { $0.filter(\.isLetter) }.filter { $0.hasSuffix("day") }
            }
            let open = wanted.filter { !booked.contains($0) }
            guard !open.isEmpty, !request.tools.isEmpty else {
                return [.wait(.milliseconds(300)), .text("Let me see, I am at it.")]
            }
            return [.wait(.milliseconds(300)), .text("I will book that now. ")]
                + Set(open).sorted().map { .call("book", ["day": .string($0)], id: "call_\($0)") }
        } _: { caller, _ in
            var random = SeededGenerator(state: seed)
            let days = ["Monday", "Tuesday", "Wednesday", "Thursday"]
            var answered = 0
            for day in days {
                if Bool.random(using: &random) {
                    caller.type("Book \(day)")
                } else {
                    try await caller.say("Please book \(day).")
                }
                try await caller.sleep(.milliseconds(Int.random(in: 0...4000, using: &random)))
                let calls = caller.messages.toolCalls
                while answered < calls.count, Int.random(in: 0..<3, using: &random) > 0 {
                    caller.send(
                        .clientToolResult(ClientToolResult(callID: calls[answered].callID, result: "Booked.")))
                    answered += 1
                }
                if Int.random(in: 0..<8, using: &random) == 0 { return }
            }
            try await caller.sleep(.milliseconds(Int.random(in: 0...8000, using: &random)))
        }
        let sent = outcome.messages.toolCalls
        let days = sent.compactMap { $0.parameters["day"]?.stringValue }
        #expect(Set(days).count == days.count, "a day was booked twice: \(days)")
        let recorded = outcome.record.transcript.flatMap(\.toolCalls).map(\.requestID)
        #expect(recorded.sorted() == sent.map(\.callID).sorted())
        let results = outcome.record.transcript.flatMap(\.toolResults).map(\.requestID)
        #expect(results.sorted() == sent.map(\.callID).sorted())
    }
}
