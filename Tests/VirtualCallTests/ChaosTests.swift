import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing

/// Calls in which everything happens at once: the rules of the protocol hold in all of them.
@Suite("Calls of chance", .timeLimit(.minutes(5)))
struct ChaosTests {
    /// What a model does to one request: slowly, wrongly, with tools, aloud thinking, or as it should.
    private static func answer(_ request: GenerationRequest, _ random: inout SeededGenerator) -> [TestModel.Step] {
        var steps: [TestModel.Step] = [.wait(.milliseconds(Int.random(in: 0...1500, using: &random)))]
        if Int.random(in: 0..<12, using: &random) == 0 { return steps + [.fail(.unavailable)] }
        if Int.random(in: 0..<20, using: &random) == 0 { return steps + [.hang] }
        if Int.random(in: 0..<6, using: &random) == 0 { steps.append(.text("<think>What would they want?</think>")) }
        for sentence in [
            "Of course. ", "We are open from nine to six, ", "and on Saturday until two. ", "Is that all?",
        ] {
            guard Int.random(in: 0..<4, using: &random) > 0 else { continue }
            steps += [.text(sentence), .wait(.milliseconds(Int.random(in: 0...600, using: &random)))]
        }
        if !request.tools.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
            let days = ["Monday", "Tuesday"].shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
            steps += days.map { .call(Bool.random(using: &random) ? "book" : "note", ["day": .string($0)]) }
        }
        if steps.count == 1 { steps.append(.text("Yes.")) }
        return Int.random(in: 0..<15, using: &random) == 0 ? steps + [.fail(.failed)] : steps
    }

    @Test("the rules hold, whatever happens", arguments: UInt64(1)...100)
    func everything(seed: UInt64) async throws {
        let configuration: JSONValue = [
            "agent": ["first_message": "Hello, this is Mia. How can I help you?"],
            "turn": ["turn_timeout": 5],
        ]
        let tools = tools(
            clientTool(
                "book",
                ["response_timeout_secs": 3, "interruption_mode": seed % 3 == 0 ? "disable_during_tool" : "allow"]),
            clientTool("note", ["expects_response": false]))
        let setup = VirtualCall.Setup(configuration: configuration.merging(tools), seed: seed)
        // The model's chance does not depend on when it is asked.
        let outcome = try await VirtualCall.hold(setup) { request in
            var random = SeededGenerator(state: seed &* 1000 &+ UInt64(request.messages.count))
            return Self.answer(request, &random)
        } _: { caller, _ in
            var random = SeededGenerator(state: seed)
            var answered = 0
            for _ in 0..<12 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3: try await caller.say("When do you open on Saturday?")
                case 3: try await caller.say("Yes.")
                case 4: try await caller.say("Wait, I have another question about that.")
                case 5: caller.type("Book a table for Monday.")
                case 6: caller.send(.userActivity)
                case 7: caller.send(.contextualUpdate(text: "The page shows shoes.", contextID: "page"))
                case 8: caller.send(.clientToolResult(ClientToolResult(callID: "call_9", result: "?")))
                default: break
                }
                let calls = caller.messages.toolCalls.filter(\.expectsResponse)
                while answered < calls.count, Int.random(in: 0..<3, using: &random) > 0 {
                    caller.send(
                        .clientToolResult(ClientToolResult(callID: calls[answered].callID, result: "Done.")))
                    answered += 1
                }
                try await caller.sleep(.milliseconds(Int.random(in: 0...3000, using: &random)))
                if Int.random(in: 0..<40, using: &random) == 0 { break }
            }
        }
        // `hold` has checked the rules; a call that ends by itself does so for a reason.
        #expect([1000, 1002].contains(outcome.ending.code))
        #expect(!outcome.ending.reason.isEmpty)
    }

    @Test("the same seed makes the same call", arguments: UInt64(1)...20)
    func repeatable(seed: UInt64) async throws {
        var accounts: [[String]] = []
        for _ in 0..<2 {
            let outcome = try await VirtualCall.hold(.init(seed: seed)) { _ in
                [.wait(.milliseconds(700)), .text("We open at nine, and close at six.")]
            } _: { caller, _ in
                try await caller.say("When do you open?")
                try await caller.sleep(.seconds(1))
                try await caller.say("And on Saturday? Do you close earlier then?")
                try await caller.hearResponse()
            }
            accounts.append(outcome.received.map { "\($0.time) \($0.message.type)" })
        }
        #expect(accounts[0] == accounts[1])
    }
}
