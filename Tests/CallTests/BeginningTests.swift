import Agents
import Audio
import ConvAI
import Conversation
import Foundation
import JSON
import Language
import Testing

extension CallTests {
    @Suite("Beginning and turn")
    struct BeginningTests {
        @Test("the agent greets, hears a question, and answers it under the same event id; all of it is recorded")
        func turn() async throws {
            let outcome = try await hold { caller in
                try await caller.hearResponse(1)
                try await caller.say("What are your opening hours on Saturday?")
                try await caller.hearResponse(2)
            }
            let messages = outcome.messages
            guard case .initiationMetadata(let metadata) = messages.first else {
                Issue.record("The first message was \(String(describing: messages.first)).")
                return
            }
            #expect(messages.metadata == [metadata])
            #expect(metadata.conversationID == outcome.record.id)
            #expect(metadata.agentOutputAudioFormat == "pcm_16000")
            #expect(metadata.userInputAudioFormat == "pcm_16000")
            #expect(messages.audio.first?.eventID == 1)
            #expect(messages.audio.map(\.eventID).isNeverDecreasing)
            #expect(messages.pings.isNeverDecreasing)
            #expect(messages.responses.first?.text == "Hello, this is Mia. How can I help you?")
            #expect(messages.responses.first?.eventID == 1)

            let words = try #require(messages.transcripts.first)
            #expect(messages.transcripts.count == 1)
            #expect(plainWords(words.text).contains("saturday"))
            try #require(messages.responses.count == 2)
            let answer = messages.responses[1]
            #expect(!answer.text.isEmpty && answer.text != CallPhrases.english.apology)
            #expect(answer.eventID == words.eventID)
            #expect(words.eventID > 1)
            #expect(messages.audio.contains { $0.eventID == answer.eventID })
            let order = messages.types("user_transcript", "agent_response")
            #expect(order == ["agent_response", "user_transcript", "agent_response"])
            let transcript = try #require(messages.firstIndex { $0.type == "user_transcript" })
            let voice = try #require(
                messages.firstIndex {
                    if case .audio(let audio) = $0 { audio.eventID == words.eventID } else { false }
                })
            #expect(transcript < voice)
            #expect(messages.interruptions.isEmpty)

            let record = outcome.record
            #expect(outcome.ending.code == 1000)
            #expect(record.status == .done)
            #expect(record.transcript.map(\.role) == [.agent, .user, .agent])
            #expect(record.transcript.map(\.message) == [messages.responses[0].text, words.text, answer.text])
            #expect(record.transcript.allSatisfy { !$0.isInterrupted })
            #expect(record.hasUserAudio && record.hasResponseAudio)
            let recording = try WAV(contentsOf: outcome.recording)
            #expect(recording.sampleRate == 16_000)
            try #require(recording.channels.count == 2)
            #expect(recording.channels.allSatisfy { Level.rms($0) > 0.005 })
            let heard = try await CallEngines.current?.transcript(recording.channels[0], at: 16_000) ?? ""
            #expect(plainWords(heard).contains("saturday"), "left is the caller")
        }

        @Test("a client that only sends audio is greeted")
        func audioOnly() async throws {
            let outcome = try await hold(initiation: nil) { try await $0.hearResponse() }
            #expect(outcome.messages.first?.type == "conversation_initiation_metadata")
            #expect(outcome.messages.responses.map(\.eventID) == [1])
            #expect(!outcome.messages.audio.isEmpty)
        }

        @Test("a client that sends nothing is greeted")
        func silentClient() async throws {
            let outcome = try await hold(initiation: nil, speaks: false) { try await $0.hearResponse() }
            #expect(outcome.messages.first?.type == "conversation_initiation_metadata")
            #expect(outcome.messages.metadata.count == 1)
            #expect(outcome.messages.responses.map(\.eventID) == [1])
            #expect(!outcome.messages.audio.isEmpty)
        }

        @Test("an override that is not permitted ends the call and is named")
        func override() async throws {
            let outcome = try await hold(
                initiation: ConversationInitiation(configOverride: ["agent": ["prompt": ["prompt": "Be rude."]]])
            ) { try await $0.inbox.waitForEnd() }
            #expect(
                outcome.messages.map(\.type) == ["conversation_initiation_metadata", "error", "client_error"])
            try expectFailure(outcome, naming: "agent.prompt.prompt", type: "override_error")
        }

        @Test("a variable without a value ends the call and is named")
        func missingVariable() async throws {
            let outcome = try await hold(greeting("Hello {{customer_name}}.")) { try await $0.inbox.waitForEnd() }
            #expect(
                outcome.messages.map(\.type) == ["conversation_initiation_metadata", "error", "client_error"])
            try expectFailure(outcome, naming: "customer_name", type: "missing_dynamic_variable")
        }

        @Test("a variable with a value is said")
        func variable() async throws {
            let outcome = try await hold(
                greeting("Hello {{customer_name}}."),
                initiation: ConversationInitiation(dynamicVariables: ["customer_name": "Maria"])
            ) { try await $0.hearResponse() }
            #expect(outcome.messages.responses.map(\.text) == ["Hello Maria."])
        }

        private func expectFailure(_ outcome: Outcome, naming name: String, type: String) throws {
            #expect(outcome.ending.code == 1008)
            #expect(outcome.ending.reason.contains(name))
            guard case .error(let error) = outcome.messages[1] else {
                Issue.record("There was no error.")
                return
            }
            #expect(error.code == 1008)
            #expect(error.type == type)
            #expect(error.message.contains(name))
            #expect(outcome.record.status == .failed)
            let failure = try #require(outcome.record.failure)
            #expect(failure.code == 1008)
            #expect(failure.reason.contains(name))
        }
    }
}
