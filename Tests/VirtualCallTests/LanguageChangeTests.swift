import Agents
import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing

/// `language_detection`: the language changes in mid-call as an agent does in a hand-over.
@Suite("A change of language in mid-call", .timeLimit(.minutes(1)))
struct LanguageChangeTests {
    private static func setup(_ params: JSONValue = [:]) -> VirtualCall.Setup {
        var setup = VirtualCall.Setup()
        setup.configuration = [
            "agent": [
                "prompt": [
                    "built_in_tools": ["language_detection": ["name": "language_detection", "params": params]]
                ]
            ],
            "language_presets": [
                "de": [
                    "overrides": ["tts": ["voice_id": "german-voice"]],
                    "first_message_translation": ["source_hash": "", "text": "Hallo!"],
                ],
                "fr": [:],
            ],
        ]
        setup.otherVoices = ["german-voice"]
        setup.otherEars = ["german-ears"]
        setup.languages = ["test-ears": ["en"], "test-voice": ["en"], "german-ears": ["de"], "german-voice": ["de"]]
        return setup
    }

    /// Changes to the language that the caller names last, and answers in the one of the prompt.
    @Sendable private static func script(_ request: GenerationRequest) -> [TestModel.Step] {
        if case .tool(_, let result, _) = request.messages.last, result.hasPrefix("Error") {
            return [.text("I cannot.")]
        }
        let asked = ["German": "de", "French": "fr", "English": "en"].first { request.lastUser.contains($0.key) }
        let current = request.prompt.contains("German") ? "de" : "en"
        guard let asked, asked.value != current else { return [.text(current == "de" ? "Gerne." : "Sure.")] }
        return [
            .call(
                "language_detection", ["reason": "The user asked.", "language": .string(asked.value)],
                id: "call_\(request.calls.count)")
        ]
    }

    @Test("recogniser, voice and prompt change, nothing that was said is lost, and the record says so")
    func changes() async throws {
        let requests = Log<GenerationRequest>()
        let spoken = Log<[String]>()
        let heard = Log<[String]>()
        let outcome = try await VirtualCall.hold(Self.setup(), model: Self.script) { caller, model in
            try await caller.say("Speak German please.")
            try await caller.hearResponse(2)
            try await caller.say("Vielen Dank.")
            try await caller.hearResponse(3)
            for request in model.requests.entries { requests.add(request) }
            spoken.add(caller.voices["german-voice"]?.spoken.entries ?? [])
            for ears in caller.ears { heard.add(ears.opened.entries) }
        }
        #expect(outcome.messages.responses == ["Gerne.", "Gerne."])
        #expect(spoken.entries == [["Gerne.", "Gerne."]])
        #expect(heard.entries == [["en"], ["de"]])
        let first = try #require(requests.entries.first { $0.prompt.contains("German") })
        #expect(first.lastUser == "Speak German please.")
        #expect(
            first.results.values.contains { $0.contains(#""status":"success""#) && $0.contains(#""language":"de""#) })
        #expect(outcome.record.details.language == "de")
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.isError) == [false])
        let change = try #require(outcome.events.first { $0.kind == "language" })
        #expect(change.detail == ["from": "en", "to": "de"])
        #expect(!outcome.events.contains { $0.kind == "hand_over" })
    }

    @Test("the call can come back to the agent's own language")
    func back() async throws {
        let outcome = try await VirtualCall.hold(Self.setup(), model: Self.script) { caller, _ in
            try await caller.say("Speak German please.")
            try await caller.hearResponse(2)
            try await caller.say("English again please.")
            try await caller.hearResponse(4)
        }
        #expect(outcome.messages.responses == ["Gerne.", "Sure."])
        #expect(outcome.record.details.language == "en")
    }

    @Test("a language that no recogniser and no voice here has is refused, and the model is told what is missing")
    func missing() async throws {
        let cases: [(has: [String: [String]], reason: String)] = [
            ([:], "no recogniser that understands French and no voice that speaks French"),
            (["german-ears": ["de", "fr"]], "has no voice that speaks French"),
            (["german-voice": ["de", "fr"]], "has no recogniser that understands French"),
        ]
        for (has, reason) in cases {
            var setup = Self.setup()
            setup.languages.merge(has) { $1 }
            let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
                try await caller.say("Speak French please.")
                try await caller.hearResponse()
            }
            #expect(outcome.messages.responses == ["I cannot."])
            let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
            #expect(result.isError && !result.hasBeenCalled && result.value.contains(reason), "\(result.value)")
            #expect(outcome.record.details.language == "en")
        }
    }

    @Test("a variable that a tool sets after the change is filled in, and the language stays")
    func assigned() async throws {
        var setup = Self.setup()
        let book = WebhookCallTests.webhook(
            "book", ["assignments": [["source": "response", "dynamic_variable": "name", "value_path": "name"]]])
        setup.configuration = setup.configuration.merging([
            "agent": [
                "dynamic_variables": ["dynamic_variable_placeholders": ["name": "nobody"]],
                "prompt": ["prompt": "You serve {{name}}.", "tools": [book]],
            ]
        ])
        setup.send = { _, _ in WebhookCallTests.answer(#"{"name":"Ann Lee"}"#) }
        let prompts = Log<String>()
        let spoken = Log<[String]>()
        _ = try await VirtualCall.hold(setup) { request in
            guard request.lastUser.contains("Book") else { return Self.script(request) }
            return request.results.values.contains { $0.contains("Ann Lee") }
                ? [.text("Fertig.")] : [.call("book", ["day": "Monday"], id: "booking")]
        } _: { caller, model in
            try await caller.say("Speak German please.")
            try await caller.hearResponse(2)
            try await caller.say("Book Monday please.")
            try await caller.hearResponse(3)
            try await caller.say("Vielen Dank.")
            try await caller.hearResponse(4)
            for request in model.requests.entries { prompts.add(request.prompt) }
            spoken.add(caller.voices["german-voice"]?.spoken.entries ?? [])
        }
        let last = try #require(prompts.entries.last)
        #expect(last.hasPrefix("You serve Ann Lee.") && last.contains("German"), "\(last)")
        #expect(spoken.entries == [["Gerne.", "Fertig.", "Gerne."]])
    }

    @Test("in a text conversation no recogniser and no voice is needed")
    func typed() async throws {
        var setup = Self.setup()
        setup.initiation?.isTextOnly = true
        let outcome = try await VirtualCall.hold(setup) { request in
            request.prompt.contains("French") ? [.text("Bien sûr.")] : Self.script(request)
        } _: { caller, _ in
            caller.type("Speak French please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["Bien sûr."])
    }

    @Test("with only_at_conversation_start the first change comes within two turns, or never", arguments: [2, 3])
    func onlyAtStart(turn: Int) async throws {
        let outcome = try await VirtualCall.hold(
            Self.setup(["only_at_conversation_start": true]), model: Self.script
        ) { caller, _ in
            for number in 1..<turn {
                caller.type("Hello.")
                try await caller.hearResponse(number)
            }
            caller.type("Speak German please.")
            try await caller.hearResponse(turn + (turn == 2 ? 1 : 0))
            guard turn == 2 else { return }
            // Who has changed once may change again.
            caller.type("English again please.")
            try await caller.hearResponse(5)
        }
        let answers = turn == 2 ? ["Sure.", "Gerne.", "Sure."] : ["Sure.", "Sure.", "I cannot."]
        #expect(outcome.messages.responses == answers)
    }

    @Test("a model that changes to and fro without the caller is stopped")
    func loop() async throws {
        let outcome = try await VirtualCall.hold(Self.setup()) { request in
            if request.results.values.contains(where: { $0.contains("just now") }) { return [.text("Gerne.")] }
            return [
                .call(
                    "language_detection",
                    ["reason": "", "language": request.prompt.contains("German") ? "en" : "de"],
                    id: "call_\(request.calls.count)")
            ]
        } _: { caller, _ in
            caller.type("Hello.")
            try await caller.hearResponse(2)
            try await caller.sleep(.seconds(3))
        }
        #expect(outcome.messages.responses == ["Gerne."])
        #expect(outcome.events.count { $0.kind == "language" } == 1)
    }

    @Test("an agent with one language is not offered the tool, and its owner is told")
    func oneLanguage() async throws {
        var setup = VirtualCall.Setup()
        setup.configuration = [
            "agent": ["prompt": ["built_in_tools": ["language_detection": ["name": "language_detection"]]]]
        ]
        let offered = Log<[String]>()
        let outcome = try await VirtualCall.hold(setup) { _ in
            [.text("Hello.")]
        } _: { caller, model in
            caller.type("Hello.")
            try await caller.hearResponse()
            for request in model.requests.entries { offered.add(request.tools.map(\.name)) }
        }
        #expect(offered.entries == [[]])
        #expect(outcome.record.details.warnings.contains { $0.contains("language_presets names no other language") })
    }
}
