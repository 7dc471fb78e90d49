import Agents
import ConvAI
import Conversation
import JSON
import Language
import Testing

extension CallTests {
    @Suite("Text")
    struct TextTests {
        @Test("a text-only call streams each answer and sends no audio")
        func textOnly() async throws {
            let outcome = try await hold(
                ["conversation": ["client_events": ["agent_response"]]],
                initiation: ConversationInitiation(isTextOnly: true), speaks: false
            ) { caller in
                try await caller.response(1)
                caller.send(.userMessage("When are you open on Saturday?"))
                try await caller.response(2)
                try await caller.inbox.wait(for: "stop of the answer", count: 2) {
                    if case .agentChatResponsePart(_, .stop, _) = $0 { true } else { false }
                }
            }
            let messages = outcome.messages
            #expect(messages.audio.isEmpty)
            try #require(messages.responses.count == 2)
            for response in messages.responses {
                let parts = messages.compactMap { message in
                    if case .agentChatResponsePart(let text, let kind, response.eventID) = message {
                        (text: text, kind: kind)
                    } else {
                        nil
                    }
                }
                #expect(parts.first?.kind == .start)
                #expect(parts.last?.kind == .stop)
                #expect(parts.count >= 3)
                #expect(parts.dropFirst().dropLast().allSatisfy { $0.kind == .delta })
                let joined = parts.map(\.text).joined()
                #expect(plainWords(joined) == plainWords(response.text))
                #expect(joined.hasPrefix(response.text))
                #expect(joined.dropFirst(response.text.count).allSatisfy { $0.isWhitespace })
            }
            #expect(messages.responses[1].eventID > messages.responses[0].eventID)
            #expect(outcome.record.transcript.map(\.role) == [.agent, .user, .agent])
            #expect(outcome.record.transcript[1].sourceMedium == "text")
            #expect(outcome.record.transcript[1].message == "When are you open on Saturday?")
            #expect(outcome.record.transcript[2].message == messages.responses[1].text)
            #expect(!outcome.record.hasAudio)
            let model = try #require(outcome.record.transcript[2].producingLLM)
            let usage = try #require(outcome.record.transcript[2].llmUsage?.objectValue)
            #expect(Array(usage.keys) == [model], "by the model's name, as the API has it under model_usage")
            #expect(usage[model]?["input"]?["tokens"]?.intValue ?? 0 > 20)
            #expect(usage[model]?["output_total"]?["tokens"]?.intValue ?? 0 > 2)
        }

        @Test("what is typed in a voice call interrupts, and is answered aloud")
        func typedInVoiceCall() async throws {
            let outcome = try await hold(greeting(InterruptionTests.speech)) { caller in
                try await caller.hear(.seconds(1))
                caller.send(.userMessage("When are you open on Saturday?"))
                try await caller.hearResponse()
            }
            let messages = outcome.messages
            #expect(messages.interruptions == [1])
            let answer = try #require(messages.responses.last)
            #expect(answer.eventID > 1)
            #expect(answer.text != CallPhrases.english.apology)
            #expect(messages.audio.contains { $0.eventID == answer.eventID })
            #expect(outcome.record.transcript.map(\.role) == [.agent, .user, .agent])
            #expect(outcome.record.transcript.first?.isInterrupted == true)
        }
    }
}
