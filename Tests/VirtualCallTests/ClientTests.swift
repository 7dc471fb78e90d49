import Agents
import ConvAI
import Conversation
import JSON
import Testing

/// How a call begins, and what a client may send.
@Suite("What clients send", .timeLimit(.minutes(2)))
struct ClientTests {
    private static let greeting: JSONValue = ["agent": ["first_message": "Hello {{name}}, this is Mia."]]
    private static let initiation = ClientMessage.initiation(ConversationInitiation(dynamicVariables: ["name": "Ann"]))

    @Test("an initiation that takes two seconds and a half on a slow link is applied")
    func slowInitiation() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.greeting, initiation: nil)) { _ in
            []
        } _: { caller, _ in
            try await caller.sleep(.seconds(2.5))
            caller.send(Self.initiation)
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Hello Ann, this is Mia."])
        #expect(outcome.record.details.warnings.isEmpty)
    }

    @Test("an initiation that comes after the conversation has begun is in the record as a warning")
    func lateInitiation() async throws {
        let outcome = try await VirtualCall.hold(.init(initiation: nil)) { _ in
            [.text("Hello.")]
        } _: { caller, _ in
            try await caller.say("Hello?")
            caller.send(Self.initiation)
            try await caller.hearResponse()
        }
        #expect(outcome.record.details.warnings.contains { $0.contains("conversation_initiation_client_data") })
    }

    @Test("without an initiation or audio the call begins by itself")
    func noInitiation() async throws {
        let outcome = try await VirtualCall.hold(
            .init(configuration: ["agent": ["first_message": "Hello."]], initiation: nil)
        ) { _ in
            []
        } _: { caller, _ in
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Hello."])
    }

    @Test("a text that is too long is refused with an error, and the call goes on")
    func longText() async throws {
        let outcome = try await VirtualCall.hold { _ in
            [.text("Yes.")]
        } _: { caller, _ in
            caller.send(.contextualUpdate(text: String(repeating: "x", count: 1_000_000), contextID: nil))
            caller.type("Are you there?")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Yes."])
        #expect(
            outcome.messages.contains {
                if case .error(let error) = $0 { error.type == "invalid_message" } else { false }
            })
        #expect(outcome.ending.code == 1000)
    }

    @Test("a client that sends more texts than a call may hold is stopped")
    func manyTexts() async throws {
        let outcome = try await VirtualCall.hold { _ in
            []
        } _: { caller, _ in
            for _ in 0..<200 {
                caller.send(.contextualUpdate(text: String(repeating: "x", count: 60_000), contextID: nil))
                try await caller.sleep(.milliseconds(100))
            }
        }
        #expect(outcome.ending.code == 1008)
        #expect(outcome.events.filter { $0.kind == "contextual_update" }.count < 150)
    }

    @Test("a client that sends faster than anybody types is stopped")
    func flood() async throws {
        let outcome = try await VirtualCall.hold { _ in
            []
        } _: { caller, _ in
            for _ in 0..<10_000 { caller.send(.userActivity) }
            try await caller.sleep(.seconds(1))
        }
        #expect(outcome.ending.code == 1008)
    }
}
