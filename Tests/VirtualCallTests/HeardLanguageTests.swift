import Agents
import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing

/// The language is heard by the sound of the voice, before a model has read a word.
@Suite("A caller who speaks another of the agent's languages", .timeLimit(.minutes(1)))
struct HeardLanguageTests {
    private static let german = "Guten Tag ich will morgen ein Rad leihen."
    private static let english = "I want to rent a bike for tomorrow."

    /// An agent in English, with German and French, whose callers' language is told by `rule`.
    private static func setup(
        _ params: JSONValue = [:], telling rule: @escaping @Sendable (String) -> [String: Float]?
    ) -> VirtualCall.Setup {
        var setup = VirtualCall.Setup()
        setup.configuration = [
            "agent": [
                "prompt": [
                    "built_in_tools": ["language_detection": ["name": "language_detection", "params": params]]
                ]
            ],
            "language_presets": ["de": [:], "fr": [:]],
        ]
        setup.otherVoices = ["german-voice"]
        setup.otherEars = ["german-ears"]
        setup.languages = ["test-ears": ["en"], "test-voice": ["en"], "german-ears": ["de"], "german-voice": ["de"]]
        setup.languageRule = rule
        return setup
    }

    /// German words are German, with so much certainty, and all others English.
    private static func rule(_ certainty: Float) -> @Sendable (String) -> [String: Float]? {
        { words in
            words.contains("Guten") || words.contains("Rad")
                ? ["de": certainty, "en": 1 - certainty] : ["de": 1 - certainty, "en": certainty]
        }
    }

    /// Answers in the language of its prompt, and calls no tool.
    @Sendable private static func script(_ request: GenerationRequest) -> [TestModel.Step] {
        if case .tool(_, let result, _) = request.messages.last, result.hasPrefix("Error") {
            return [.text("I cannot.")]
        }
        return [.text(request.prompt.contains("German") ? "Gerne." : "Sure.")]
    }

    @Test("the utterance is heard again in that language, and answered in it; no model is asked in the other")
    func changes() async throws {
        let requests = Log<GenerationRequest>()
        let heard = Log<[String]>()
        let outcome = try await VirtualCall.hold(Self.setup(telling: Self.rule(0.95)), model: Self.script) {
            caller, model in
            try await caller.say(Self.german)
            try await caller.hearResponse(2)
            try await caller.say(Self.german)
            try await caller.hearResponse(3)
            for request in model.requests.entries { requests.add(request) }
            for ears in caller.ears { heard.add(ears.opened.entries) }
        }
        #expect(outcome.messages.responses == ["Gerne.", "Gerne."])
        #expect(requests.entries.map { $0.prompt.contains("German") } == [true, true])
        // What was said in English is the greeting; a preset without one opens with what the call says by itself.
        let former = FormerLanguage(userMessages: 0, opening: "Einen Moment, bitte.")
        #expect(requests.entries.map(\.formerLanguage) == [former, former])
        #expect(requests.entries.allSatisfy { $0.automaticTools == ["language_detection"] && !$0.tools.isEmpty })
        #expect(heard.entries == [["en"], ["de", "de"]])
        #expect(outcome.record.transcript.filter { $0.role == .user }.map(\.message) == [Self.german, Self.german])
        #expect(
            outcome.record.transcript.filter { $0.role == .user }.map(\.asrProvider) == ["german-ears", "german-ears"])
        let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
        #expect(!result.isError && result.value.contains("The user was heard to speak German."))
        #expect(outcome.record.details.language == "de")
    }

    @Test("and the call comes back with the caller")
    func back() async throws {
        let outcome = try await VirtualCall.hold(Self.setup(telling: Self.rule(0.95)), model: Self.script) {
            caller, _ in
            try await caller.say(Self.german)
            try await caller.hearResponse(2)
            try await caller.say(Self.english)
            try await caller.hearResponse(4)
        }
        #expect(outcome.messages.responses == ["Gerne.", "Sure."])
        #expect(outcome.record.details.language == "en")
    }

    @Test("what is not certain, or fails, changes nothing", arguments: [0.85, nil] as [Float?])
    func uncertain(certainty: Float?) async throws {
        let heard = Log<[String]>()
        let setup = Self.setup { words in certainty.flatMap { Self.rule($0)(words) } }
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            try await caller.say(Self.german)
            try await caller.hearResponse()
            for ears in caller.ears { heard.add(ears.opened.entries) }
        }
        #expect(outcome.messages.responses == ["Sure."])
        #expect(heard.entries == [["en"], []])
        #expect(outcome.record.transcript.flatMap(\.toolResults).isEmpty)
    }

    @Test("two words are too few to tell, and nobody is asked")
    func short() async throws {
        let asked = Log<String>()
        let setup = Self.setup { words in
            asked.add(words)
            return Self.rule(0.95)(words)
        }
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            try await caller.say("Guten Tag.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Sure."])
        #expect(asked.entries == [])
    }

    @Test("with only_at_conversation_start, the third turn is heard in its language and changes nothing")
    func onlyAtStart() async throws {
        let setup = Self.setup(["only_at_conversation_start": true], telling: Self.rule(0.95))
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            for turn in 1...2 {
                try await caller.say(Self.english)
                try await caller.hearResponse(turn)
            }
            try await caller.say(Self.german)
            try await caller.hearResponse(3)
        }
        #expect(outcome.messages.responses == ["Sure.", "Sure.", "Sure."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).isEmpty)
        #expect(outcome.record.transcript.last { $0.role == .user }?.message == Self.german)
    }

    @Test("a language for which there is no voice is refused once, and not tried again")
    func refused() async throws {
        var setup = Self.setup(telling: Self.rule(0.95))
        setup.languages["german-voice"] = ["fr"]
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            try await caller.say(Self.german)
            try await caller.hearResponse()
            try await caller.say(Self.german)
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["I cannot.", "Sure."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.isError) == [true])
    }

    @Test("a language that is told too late is not waited for, and a hang-up meanwhile leaves nothing running")
    func late() async throws {
        var setup = Self.setup(telling: Self.rule(0.95))
        setup.languageLatency = .seconds(60)
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            try await caller.say(Self.german)
            try await caller.hearResponse()
            // Its language is being told when the caller goes.
            try await caller.say(Self.german)
        }
        #expect(outcome.messages.responses == ["Sure."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).isEmpty)
    }

    @Test("a recogniser that understands one language alone does not change the call's by naming it")
    func fixed() async throws {
        var setup = Self.setup(telling: Self.rule(0.95))
        setup.languageRule = nil
        setup.reportedLanguage = "de"
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            try await caller.say(Self.english)
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Sure."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).isEmpty)
    }

    @Test("where nothing tells languages by their sound, the record says so")
    func deaf() async throws {
        var setup = Self.setup(telling: Self.rule(0.95))
        setup.languageRule = nil
        let outcome = try await VirtualCall.hold(setup, model: Self.script) { caller, _ in
            try await caller.say(Self.german)
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["Sure."])
        #expect(outcome.record.details.warnings.contains { $0.contains("tells languages by their sound") })
    }
}
