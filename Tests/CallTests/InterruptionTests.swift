import Agents
import Audio
import ConvAI
import Conversation
import JSON
import Testing

extension CallTests {
    @Suite("Interruption")
    struct InterruptionTests {
        static let speech = """
            Welcome to our workshop. We repair city bikes, mountain bikes and electric bikes of every make. \
            A small service takes one day, and a full service takes two days. \
            You can park in front of the shop, which is opposite the train station.
            """

        @Test("speech over the agent stops it at the words that were heard")
        func bargeIn() async throws {
            let outcome = try await hold(greeting(Self.speech)) { caller in
                try await caller.hear(.seconds(3))
                try await caller.say("Wait, please. What are your opening hours on Saturday?")
                try await caller.response(2)
                try await caller.hear(.seconds(4))
            }
            let messages = outcome.messages
            #expect(messages.interruptions == [1])
            let corrections = messages.compactMap { message in
                if case .agentResponseCorrection(let original, let corrected, let id) = message {
                    (original: original, corrected: corrected, eventID: id)
                } else {
                    nil
                }
            }
            try #require(corrections.count == 1)
            let (original, corrected, eventID) = corrections[0]
            #expect(eventID == 1)
            #expect(original == Self.speech)
            #expect(!corrected.isEmpty)
            #expect(corrected.count < original.count)
            #expect(original.hasPrefix(corrected))
            #expect(corrected.last?.isWhitespace == false)
            let next = original.dropFirst(corrected.count).first
            #expect(next?.isLetter == false && next?.isNumber == false, "cut inside a word: \(corrected)")

            let place = try #require(messages.firstIndex { $0.type == "interruption" })
            #expect(messages[place...].map { $0 }.audio.allSatisfy { $0.eventID > 1 })
            try #require(messages.responses.count >= 2)
            #expect(messages.responses[1].eventID > 1)
            #expect(messages.audio.contains { $0.eventID == messages.responses[1].eventID })

            let first = try #require(outcome.record.transcript.first)
            #expect(first.isInterrupted)
            #expect(first.message == corrected)
            #expect(first.originalMessage == original)
            #expect(outcome.record.transcript.prefix(3).map(\.role) == [.agent, .user, .agent])
        }

        @Test(
            "agreement holds the agent for a moment, and it says all it had to say",
            arguments: ["Yeah, yeah.", "Okay."])
        func agreement(words: String) async throws {
            let outcome = try await hold(greeting(Self.speech)) { caller in
                try await caller.hear(.seconds(2))
                try await caller.say(words)
                try await caller.hearResponse()
            }
            let heard = outcome.messages.compactMap {
                if case .tentativeUserTranscript(let text, _) = $0 { text } else { nil }
            }
            #expect(outcome.messages.interruptions.isEmpty, "heard as \(heard)")
            let agent = outcome.record.transcript.filter { $0.role == .agent }
            #expect(agent.map(\.message) == [Self.speech])
            #expect(agent.allSatisfy { !$0.isInterrupted })
            let caller = outcome.record.transcript.filter { $0.role == .user }
            #expect(caller.allSatisfy { $0.isIgnoredAsBackchannel }, "heard or not, it asks for no answer")
        }

        @Test("a cough and a knock stop nothing")
        func cough() async throws {
            let outcome = try await hold(greeting(Self.speech)) { caller in
                try await caller.hear(.seconds(2))
                caller.microphone.say(Noise.cough(at: 16_000))
                try await caller.hear(.seconds(4))
                caller.microphone.say(Noise.knock(at: 16_000))
                try await caller.hearResponse()
            }
            #expect(outcome.messages.interruptions.isEmpty)
            #expect(outcome.record.transcript.map(\.message) == [Self.speech])
        }

        @Test("the agent's own voice from the caller's loudspeaker does not stop it")
        func echo() async throws {
            let outcome = try await hold(greeting(Self.speech)) { caller in
                // What the client plays comes back 120 ms later at a tenth of its loudness.
                caller.microphone.say([Float](repeating: 0, count: 16 * 120))
                var heard = 0
                while await !caller.inbox.messages.contains(where: { $0.type == "agent_response_complete" }) {
                    try await caller.hear(.milliseconds(40 * (heard + 1)))
                    let audio = await caller.inbox.messages.audio
                    for chunk in audio[heard...] {
                        var decoder = FrameDecoder(format: .pcm16000)
                        caller.microphone.say(decoder.decode(chunk.bytes).map { $0 * 0.1 })
                    }
                    heard = audio.count
                    if audio.count * 40 > 9000 { break }
                }
                try await caller.hearResponse()
            }
            #expect(outcome.messages.interruptions.isEmpty)
            #expect(outcome.record.transcript.map(\.message) == [Self.speech])
        }

        @Test("a first message that may not be interrupted is said to its end")
        func protectedGreeting() async throws {
            let text = "Welcome to our workshop. We repair city bikes, mountain bikes and electric bikes of every make."
            let configuration = greeting(text).merging(["agent": ["disable_first_message_interruptions": true]])
            let outcome = try await hold(configuration) { caller in
                try await caller.hear(.seconds(1))
                try await caller.say("Wait, please stop, I have a question.")
                try await caller.hearResponse()
            }
            #expect(outcome.messages.interruptions.isEmpty)
            #expect(outcome.messages.responses.first?.text == text)
            let first = try #require(outcome.record.transcript.first)
            #expect(first.message == text)
            #expect(!first.isInterrupted)
        }

        @Test("context, feedback, typing and unknown messages never interrupt")
        func quietMessages() async throws {
            let text = "Welcome to our workshop. We repair city bikes, mountain bikes and electric bikes of every make."
            let outcome = try await hold(greeting(text), speaks: false) { caller in
                try await caller.hear(.seconds(1))
                caller.send(.contextualUpdate(text: "The user looks at the page about brakes.", contextID: nil))
                caller.send(.userActivity)
                caller.send(.feedback(eventID: 1, score: .like))
                caller.send(.unknown(type: "something_new"))
                caller.send(.toolApproval(callID: "none", isApproved: true))
                caller.send(.clientToolResult(ClientToolResult(callID: "none", result: "late")))
                try await caller.hearResponse()
            }
            #expect(outcome.messages.interruptions.isEmpty)
            #expect(outcome.messages.responses.map(\.text) == [text])
            #expect(outcome.messages.types("error", "client_error").isEmpty)
            #expect(outcome.ending.code == 1000)
            #expect(outcome.record.transcript.map(\.message) == [text])
        }

        @Test("a client that vanishes leaves nothing running, and a record of what was heard")
        func vanishes() async throws {
            let engines = try #require(CallEngines.current)
            let calls = engines.callsInSlots
            let outcome = try await hold(greeting(Self.speech)) { caller in
                try await caller.hear(.seconds(2))
                #expect(engines.callsInSlots == calls + 1)
            }
            #expect(engines.callsInSlots == calls)
            #expect(outcome.ending.code == 1000)
            #expect(outcome.record.status == .done)
            let turn = try #require(outcome.record.transcript.first)
            let heard = try #require(turn.message)
            #expect(!heard.isEmpty && heard.count < Self.speech.count && Self.speech.hasPrefix(heard))
            #expect(turn.originalMessage == Self.speech)
        }

        @Test("a client that vanishes while the model writes gives its slot back")
        func vanishesDuringAnswer() async throws {
            let engines = try #require(CallEngines.current)
            let calls = engines.callsInSlots
            let outcome = try await hold(greeting("")) { caller in
                caller.send(.userMessage("Please tell me everything that you know about bicycles."))
                try await caller.inbox.wait(for: "agent_chat_response_part") {
                    if case .agentChatResponsePart(_, .delta, _) = $0 { true } else { false }
                }
            }
            #expect(engines.callsInSlots == calls)
            #expect(outcome.record.status == .done)
            #expect(outcome.record.transcript.first?.role == .user)
        }
    }
}

/// Sounds that are no speech.
enum Noise {
    /// Two bursts of breath, 120 ms each.
    static func cough(at rate: Int) -> [Float] {
        burst(0.12, at: rate, loudness: 0.4) + [Float](repeating: 0, count: rate / 12)
            + burst(0.12, at: rate, loudness: 0.3)
    }

    /// A knock on the table, 30 ms.
    static func knock(at rate: Int) -> [Float] { burst(0.03, at: rate, loudness: 0.6) }

    private static func burst(_ seconds: Double, at rate: Int, loudness: Float) -> [Float] {
        var state: UInt64 = 0x2545_F491_4F6C_DD1D
        let count = Int(seconds * Double(rate))
        var low: Float = 0
        return (0..<count).map { index in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let noise = Float(state % 2001) / 1000 - 1
            low += 0.35 * (noise - low)
            let decay = 1 - Float(index) / Float(count)
            return loudness * low * decay
        }
    }
}
