import Agents
import ConvAI
import Conversation
import JSON
import Testing
import TurnTaking

extension CallTests {
    /// What the caller said is told and kept, whatever becomes of the answer.
    @Suite("The caller's words")
    struct WordsTests {
        @Test("they are told when the turn is over, and kept, though the model says nothing")
        func beforeTheAnswer() async throws {
            try await ScriptedModel.run { _ in
                .silence
            } body: { model in
                let outcome = try await hold(model.configuration()) { caller in
                    try await caller.say("What are your opening hours on Saturday?")
                    try await caller.inbox.wait(for: "the caller's words", count: 1) {
                        if case .userTranscript = $0 { true } else { false }
                    }
                }
                #expect(outcome.messages.responses.isEmpty)
                let words = try #require(outcome.messages.transcripts.first?.text)
                #expect(outcome.record.transcript.map(\.role) == [.user])
                #expect(outcome.record.transcript.map(\.message) == [words])
            }
        }

        @Test("a voice that nobody took for speech is found when the agent is about to speak up, and answered")
        func retranscribed() async throws {
            var options = CallOptions()
            // No voice is certain enough.
            options.turnPolicy.speechThreshold = 1.1
            let question = "What are your opening hours on Saturday?"
            let outcome = try await hold(
                ["turn": ["turn_timeout": 6, "retranscribe_on_turn_timeout": true]], options: options
            ) { caller in
                try await caller.hearResponse()
                try await caller.say(question)
                try await caller.response(2)
            }
            #expect(outcome.messages.transcripts.count == 1)
            // The recogniser may mishear a word; the voice is never twice the same.
            let heard = plainWords(outcome.messages.transcripts.first?.text ?? "")
            #expect(plainWords(question).count { !heard.contains($0) } <= 2, "\(heard)")
            #expect(outcome.record.transcript.prefix(3).map(\.role) == [.agent, .user, .agent])
            #expect(outcome.messages.responses.last?.text.contains("still there") == false)
        }

        @Test("they are kept when the caller hangs up with the last word")
        func hangsUp() async throws {
            let outcome = try await hold(["agent": ["first_message": ""]]) { caller in
                try await caller.say("Thank you very much, and goodbye.")
                try await caller.inbox.wait(for: "a transcript", count: 1) {
                    if case .tentativeUserTranscript(let text, _) = $0 {
                        text.lowercased().contains("thank you very much")
                    } else {
                        false
                    }
                }
            }
            #expect(outcome.messages.transcripts.isEmpty)
            let turn = try #require(outcome.record.transcript.first)
            #expect(turn.role == .user && turn.message?.lowercased().contains("thank you very much") == true)
        }
    }
}
