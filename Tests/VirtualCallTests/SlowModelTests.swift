import Agents
import ConvAI
import Conversation
import Engines
import JSON
import Language
import Testing

/// Models that are slow, fail, break off, or think aloud: the caller hears something in time, and all of the answer.
@Suite("Slow and failing models", .timeLimit(.minutes(2)))
struct SlowModelTests {
    private static func softTimeout(_ seconds: JSONValue) -> JSONValue {
        ["turn": ["soft_timeout_config": ["timeout_seconds": seconds, "message": "One moment please."]]]
    }

    /// When audio came, from `moment` on.
    private func audio(of outcome: VirtualCall.Outcome, after moment: Duration) -> Duration? {
        let first = outcome.received.first { received in
            if case .audio = received.message { received.time >= moment } else { false }
        }
        return first.map { $0.time - moment }
    }

    @Test("the answer follows the filler that bridged the wait for it")
    func filler() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: Self.softTimeout(1))) { _ in
            [.wait(.seconds(3)), .text("We open at nine.")]
        } _: { caller, model in
            try await caller.say("What time do you open?")
            try await caller.hearResponse()
            #expect(model.requests.entries.count == 1)
            #expect(model.cancelled.entries.isEmpty)
        }
        #expect(outcome.messages.responses == ["One moment please. We open at nine."])
        #expect(outcome.record.transcript.last?.message == "One moment please. We open at nine.")
    }

    @Test("before the caller's first words there is no filler, whatever the agent says", arguments: [true, false])
    func noFillerYet(isSet: Bool) async throws {
        let configuration: JSONValue = [
            // For Latin nothing is written that the call would say by itself.
            "agent": ["language": "la"],
            "turn": [
                "turn_timeout": 2,
                "soft_timeout_config": [
                    "timeout_seconds": 1, "message": "Exspecta.",
                    "disable_until_first_user_message": .bool(isSet),
                ],
            ],
        ]
        let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { _ in
            [.wait(.seconds(3)), .text("Adhuc ades?")]
        } _: { caller, _ in
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Adhuc ades?"])
    }

    @Test("a model that never answers is bridged after two seconds, and apologised for within eight")
    func silent() async throws {
        let end = Log<Duration>()
        let outcome = try await VirtualCall.hold { _ in
            [.hang]
        } _: { caller, _ in
            try await caller.say("I have a question.")
            end.add(caller.time.now)
            try await caller.hearResponse()
        }
        let moment = try #require(end.entries.first)
        let phrases = CallPhrases.english
        #expect(outcome.messages.responses == ["\(phrases.fillers[0]) \(phrases.apology)"])
        let filler = try #require(audio(of: outcome, after: moment))
        // The turn is over a second after the last word, by the words alone.
        #expect(filler < .seconds(3.5))
        let answer = try #require(TurnWaterfall.all(in: CallLog(outcome.events)).last { $0.subject == .answer })
        let order = answer.steps.map(\.name).filter { ["gate_open", "bridged", "failed", "apology"].contains($0) }
        #expect(order.suffix(3) == ["bridged", "failed", "apology"] && order.contains("gate_open"), "\(order)")
        let apology = try #require(
            outcome.received.first { received in
                if case .agentChatResponsePart(let text, .delta, _) = received.message {
                    text.contains(phrases.apology)
                } else {
                    false
                }
            })
        #expect(apology.time - moment < .seconds(8))
    }

    @Test(
        "a model that fails again and again is apologised for within eight seconds",
        arguments: [EngineError.Kind.unavailable, .failed, .rateLimited])
    func failing(kind: EngineError.Kind) async throws {
        let end = Log<Duration>()
        let outcome = try await VirtualCall.hold { _ in
            [.wait(.seconds(3)), .fail(kind)]
        } _: { caller, _ in
            try await caller.say("What time do you open?")
            end.add(caller.time.now)
            try await caller.hearResponse()
        }
        let moment = try #require(end.entries.first)
        #expect(outcome.messages.responses.first?.hasSuffix(CallPhrases.english.apology) == true)
        let apology = try #require(
            outcome.received.first { received in
                if case .agentChatResponsePart(let text, .delta, _) = received.message {
                    text.contains("sorry")
                } else {
                    false
                }
            })
        #expect(apology.time - moment < .seconds(8))
    }

    @Test(
        "a caller of another language is told to wait, apologised to and asked again in it", arguments: ["de", "fr-CA"])
    func otherLanguages(language: String) async throws {
        let configuration: JSONValue = ["agent": ["language": .string(language)], "turn": ["turn_timeout": 5]]
        let outcome = try await VirtualCall.hold(.init(configuration: configuration)) { request in
            request.lastUser == "Salut" ? [.text("Bon. Quoi?")] : [.hang]
        } _: { caller, _ in
            caller.type("Salut")
            try await caller.hearResponse(1)
            try await caller.sleep(.seconds(7))
            caller.type("Allo")
            try await caller.sleep(.seconds(12))
        }
        let phrases = try #require(CallPhrases.of(language))
        #expect(
            outcome.messages.responses == [
                "Bon. Quoi?", "\(phrases.rePrompt) Quoi?", "\(phrases.fillers[0]) \(phrases.apology)",
            ])
    }

    @Test("the log tells of a response that failed before anything of it was heard, and of what failed")
    func unheard() async throws {
        var setup = VirtualCall.Setup(configuration: ["agent": ["first_message": "Hello."]])
        setup.failingVoices = ["test-voice"]
        let outcome = try await VirtualCall.hold(setup) { _ in
            [.text("At nine.")]
        } _: { caller, _ in
            try await caller.sleep(.seconds(5))
        }
        #expect(outcome.record.status == .failed)
        let waterfalls = TurnWaterfall.all(in: try CallLog(outcome.events))
        let greeting = try #require(waterfalls.first { $0.cause == "greeting" })
        let failure = try #require(greeting.steps.last)
        #expect(failure.name == "failed" && failure.detail["engine"] == "test-voice")
        #expect(greeting.answerTime == nil && !greeting.steps.map(\.name).contains("gate_open"))
    }

    @Test("another model answers within eight seconds when the first says nothing")
    func backup() async throws {
        var setup = VirtualCall.Setup()
        setup.backups = { time in
            [TestModel(id: "backup", time: time) { _ in [.wait(.milliseconds(500)), .text("We open at nine.")] }]
        }
        let end = Log<Duration>()
        let outcome = try await VirtualCall.hold(setup) { _ in
            [.hang]
        } _: { caller, _ in
            try await caller.say("What time do you open?")
            end.add(caller.time.now)
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses.first?.hasSuffix("We open at nine.") == true)
        let moment = try #require(end.entries.first)
        let answer = try #require(
            outcome.received.first { received in
                if case .agentChatResponsePart(let text, .delta, _) = received.message {
                    text.contains("nine")
                } else {
                    false
                }
            })
        #expect(answer.time - moment < .seconds(8))
    }

    @Test("an answer that breaks off twice ends with an apology, not in the middle of a sentence")
    func brokenOff() async throws {
        let outcome = try await VirtualCall.hold { _ in
            [.text("We open at nine, and "), .fail(.failed)]
        } _: { caller, _ in
            try await caller.say("What time do you open?")
            try await caller.hearResponse()
        }
        let apology = CallPhrases.english.apology
        #expect(outcome.messages.responses.first?.hasPrefix("We open at nine, and ") == true)
        #expect(outcome.messages.responses.first?.hasSuffix(apology) == true)
    }

    @Test("what a model thinks aloud is neither heard nor read nor kept")
    func reasoning() async throws {
        let outcome = try await VirtualCall.hold { request in
            request.lastUser.contains("Saturday")
                ? [.text("Until two.")]
                : "<think>\nThe user wants to know <the hours>.\n</think>\n\nWe open at nine.".map { .text(String($0)) }
        } _: { caller, model in
            caller.type("What time do you open?")
            try await caller.hearResponse(1)
            caller.type("And on Saturday?")
            try await caller.hearResponse(2)
            #expect(model.requests.entries.last?.messages.contains(.assistant("We open at nine.")) == true)
            #expect(caller.voice.spoken.entries == ["We open at nine.", "Until two."])
        }
        #expect(outcome.messages.responses == ["We open at nine.", "Until two."])
        let parts = outcome.messages.compactMap { message in
            if case .agentChatResponsePart(let text, .delta, _) = message { text } else { nil }
        }
        #expect(parts.joined().contains("think") == false)
        #expect(outcome.record.transcript.compactMap(\.message).contains { $0.contains("think") } == false)
    }
}
