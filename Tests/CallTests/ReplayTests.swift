import Agents
import ConvAI
import Conversation
import JSON
import Testing
import TurnTaking

extension CallTests {
    /// What the log of a real call is good for.
    @Suite("Replay")
    struct ReplayTests {
        private func log(of outcome: Outcome) async throws -> CallLog {
            let lines = try await outcome.storage.conversations.events(of: outcome.record.id)
            // As it comes over the API.
            return try CallLog(lines.map { try #require(CallEvent(json: try JSONValue(parsing: $0.json.text))) })
        }

        @Test("a call with an interruption repeats to the last command, and tells how each answer came about")
        func spoken() async throws {
            let outcome = try await hold(greeting(InterruptionTests.speech)) { caller in
                try await caller.hear(.seconds(2))
                try await caller.say("Wait, please. What are your opening hours on Saturday?")
                try await caller.response(2)
                // Where a filler came first, the answer's own audio follows its text.
                try await caller.hearResponse()
            }
            let log = try await log(of: outcome)
            #expect(log.turns.differences(from: log.turns.replayed()).isEmpty)
            #expect(log.turns.entries.count > 100)

            let waterfalls = TurnWaterfall.all(in: log)
            let overlap = try #require(waterfalls.first { $0.subject == .overlap })
            let settled = try #require(overlap.steps.last { $0.name == "settled" })
            #expect(settled.detail["takes_floor"] == true)
            let answer = try #require(waterfalls.last { $0.subject == .answer })
            let words = outcome.record.transcript.last { $0.role == .user }?.message
            #expect(answer.words == words)
            let names = answer.steps.map(\.name)
            for name in [
                "soft_end", "transcript", "verdict", "turn_over", "gate_open", "first_token", "first_audio", "heard",
            ] {
                #expect(names.contains(name), "\(answer.steps.map { "\($0.name) \($0.offset.milliseconds)" })")
            }
            #expect(zip(answer.steps, answer.steps.dropFirst()).allSatisfy { $0.offset <= $1.offset })
            let over = try #require(answer.steps.last { $0.name == "turn_over" })
            let (silence, wait) = (over.detail["silence_ms"]?.intValue ?? 0, over.detail["wait_ms"]?.intValue ?? 0)
            #expect(silence >= wait && wait > 0)
            #expect(over.offset.milliseconds == silence, "it counts from the end of speech")
            #expect(try #require(answer.answerTime) > .zero)
            #expect(waterfalls.first?.subject == .response && waterfalls.first?.cause == "greeting")
        }

        @Test("a typed conversation repeats as well")
        func typed() async throws {
            let initiation = ConversationInitiation(configOverride: ["conversation": ["text_only": true]])
            let outcome = try await hold(
                ["agent": ["first_message": "Hello."]], platform: overridesTextOnly, initiation: initiation,
                speaks: false
            ) { caller in
                try await caller.response(1)
                caller.send(.userMessage("When are you open?"))
                try await caller.response(2)
            }
            let log = try await log(of: outcome)
            #expect(log.turns.differences(from: log.turns.replayed()).isEmpty)
            #expect(TurnWaterfall.all(in: log).map(\.cause) == ["greeting", "typed"])
        }

        private let overridesTextOnly: JSONValue = [
            "overrides": ["conversation_config_override": ["conversation": ["text_only": true]]]
        ]
    }
}
