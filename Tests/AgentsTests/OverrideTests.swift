import Agents
import JSON
import Testing

@Suite("Overrides")
struct OverrideTests {
    /// An override of one field, the permission that it needs, and how the settings show it.
    struct Field: Sendable, CustomTestStringConvertible {
        var path: [String]
        var value: JSONValue
        var shows: @Sendable (CallSettings) -> Bool

        init(_ path: String, _ value: JSONValue, shows: @escaping @Sendable (CallSettings) -> Bool) {
            self.path = path.split(separator: ".").map(String.init)
            self.value = value
            self.shows = shows
        }

        var testDescription: String { path.joined(separator: ".") }
        func nested(_ leaf: JSONValue) -> JSONValue { path.reversed().reduce(leaf) { [$1: $0] } }
        var initiation: CallInitiation { CallInitiation(configOverride: nested(value)) }
    }

    static let fields = [
        Field("agent.first_message", "Servus!") { $0.firstMessage == "Servus!" },
        Field("agent.language", "de") { $0.language == "de" },
        Field("agent.max_conversation_duration_message", "Time is up.") { $0.maxDurationMessage == "Time is up." },
        Field("agent.prompt.prompt", "Be brief.") { $0.prompt == "Be brief." },
        Field("agent.prompt.llm", "gpt-5") { $0.llm == "gpt-5" },
        Field("agent.prompt.tool_ids", ["tool_1"]) { $0.tools.map(\.name) == ["lookup"] },
        Field("agent.prompt.knowledge_base", [["type": "text", "id": "doc_1"]]) { $0.prompt == "" },
        Field("agent.prompt.native_mcp_server_ids", ["mcp_1"]) { $0.prompt == "" },
        Field("asr.keywords", ["Parley"]) { $0.asr.keywords == ["Parley"] },
        Field("turn.soft_timeout_config.message", "One moment.") { $0.turn.softTimeout.message == "One moment." },
        Field("turn.soft_timeout_config.additional_soft_timeout_messages", ["Well…"]) {
            $0.turn.softTimeout.additionalMessages == ["Well…"]
        },
        Field("tts.voice_id", "other") { $0.voice.voiceID == "other" },
        Field("tts.model_id", "eleven_v3") { $0.voice.modelID == "eleven_v3" },
        Field("tts.stability", 0.1) { $0.voice.stability == 0.1 },
        Field("tts.speed", 1.2) { $0.voice.speed == 1.2 },
        Field("tts.similarity_boost", 0.3) { $0.voice.similarityBoost == 0.3 },
        Field("tts.pronunciation_dictionary_locators", [["pronunciation_dictionary_id": "p"]]) { $0.voice.speed == 1 },
        Field("conversation.text_only", true) { $0.conversation.isTextOnly },
        Field("conversation.max_duration_seconds", 30) { $0.conversation.maxDuration == 30 },
    ]

    func settings(
        _ initiation: CallInitiation, permitting permissions: JSONValue = [:], config: JSONValue = [:]
    ) throws -> CallSettings {
        let agent = try Agent.new(
            conversationConfig: config,
            platformSettings: ["overrides": ["conversation_config_override": permissions]])
        return try CallSettings(
            agent: agent, initiation: initiation, variables: CallVariables(initiation.dynamicVariables),
            workspace: WorkspaceItems(tools: ["tool_1": StoredTool.Content(["type": "client", "name": "lookup"])]))
    }

    @Test("is applied where it is permitted", arguments: fields)
    func permitted(field: Field) throws {
        let settings = try settings(field.initiation, permitting: field.nested(true))
        #expect(field.shows(settings))
    }

    @Test("is refused where it is not, by name", arguments: fields)
    func refused(field: Field) throws {
        // Everything else is permitted: only the field's own permission counts.
        var permissions: JSONValue = [:]
        for other in Self.fields where other.path != field.path {
            permissions = permissions.merging(other.nested(true))
        }
        let error = #expect(throws: CallSettingsError.self) {
            try settings(field.initiation, permitting: permissions)
        }
        #expect(error?.type == "override_error")
        #expect(error?.code == 1008)
        #expect(error?.message.contains("'\(field.path.joined(separator: "."))'") == true, "\(error?.message ?? "")")
    }

    @Test("nothing, empty objects and nulls are no violation")
    func empty() throws {
        for override in [[:], ["agent": [:]], ["agent": ["prompt": [:]], "tts": [:]], ["agent": ["language": nil]]]
            as [JSONValue]
        {
            #expect(throws: Never.self) { try settings(CallInitiation(configOverride: override)) }
        }
    }

    @Test("saying what is so already is no violation")
    func same() throws {
        let settings = try settings(
            CallInitiation(configOverride: [
                "agent": ["language": "en", "first_message": "Hi"], "tts": ["speed": 1],
                "conversation": ["text_only": false],
            ]), config: ["agent": ["first_message": "Hi"]])
        #expect(settings.language == "en")
        #expect(settings.firstMessage == "Hi")
    }

    @Test("a field that only the configuration has cannot be overridden")
    func unlisted() {
        let error = #expect(throws: CallSettingsError.self) {
            try settings(CallInitiation(configOverride: ["agent": ["prompt": ["temperature": 1.5]]]))
        }
        #expect(error?.type == "override_error")
        #expect(error?.message.contains("agent.prompt.temperature") == true)
    }

    @Test("a field that nobody knows is ignored, and the record says so")
    func unknown() throws {
        let settings = try settings(CallInitiation(configOverride: ["tts": ["sparkle": true]]))
        #expect(settings.warnings == ["conversation_config_override.tts.sparkle: unknown field; it was ignored."])
    }

    @Test("branches, workflows and procedures that a client names are in the record's warnings")
    func unfollowed() throws {
        let settings = try CallSettings(
            agent: try Agent.new(conversationConfig: [:]),
            initiation: CallInitiation(unfollowed: ["branch_id", "procedure_ids", "branch_id"]),
            variables: CallVariables())
        for name in ["branch_id", "procedure_ids"] {
            #expect(
                settings.warnings.filter { $0.hasPrefix("conversation_initiation_client_data.\(name): there are no") }
                    .count == 1)
        }
    }

    @Test("a value of the wrong type is a value_error that names the field")
    func wrongType() {
        let error = #expect(throws: CallSettingsError.self) {
            try settings(
                CallInitiation(configOverride: ["agent": ["first_message": 5]]),
                permitting: ["agent": ["first_message": true]])
        }
        #expect(error?.type == "value_error")
        #expect(error?.message.contains("conversation_config_override.agent.first_message") == true)
    }

    @Test("custom_llm_extra_body needs its permission; an empty one does not")
    func extraBody() throws {
        let given = CallInitiation(customLLMExtraBody: ["session": "abc"])
        let error = #expect(throws: CallSettingsError.self) { try self.settings(given) }
        #expect(error?.type == "override_error")
        #expect(error?.message.contains("custom_llm_extra_body") == true)
        let agent = try Agent.new(platformSettings: ["overrides": ["custom_llm_extra_body": true]])
        let settings = try CallSettings(
            agent: agent, initiation: given, variables: CallVariables(given.dynamicVariables))
        #expect(settings.customLLMExtraBody == ["session": "abc"])
        #expect(throws: Never.self) { try self.settings(CallInitiation(customLLMExtraBody: [:])) }
    }

    @Test("a client without audio needs no permission for text only")
    func textOnlyClient() throws {
        let settings = try settings(CallInitiation(isTextOnly: true))
        #expect(settings.conversation.isTextOnly)
    }

    // MARK: Language presets

    static let presets: JSONValue = [
        "agent": ["first_message": "Hello", "language": "en"],
        "language_presets": [
            "de": [
                "overrides": ["agent": ["first_message": "Hallo", "prompt": nil], "tts": ["voice_id": "german"]]
            ],
            "fr": ["overrides": [:], "first_message_translation": ["source_hash": "x", "text": "Bonjour"]],
        ],
    ]

    @Test("the language's preset applies, without permissions of its own")
    func preset() throws {
        let german = try settings(
            CallInitiation(configOverride: ["agent": ["language": "de"]]),
            permitting: ["agent": ["language": true]], config: Self.presets)
        #expect(german.language == "de")
        #expect(german.firstMessage == "Hallo")
        #expect(german.voice.voiceID == "german")
        let french = try settings(
            CallInitiation(configOverride: ["agent": ["language": "fr"]]),
            permitting: ["agent": ["language": true]], config: Self.presets)
        #expect(french.firstMessage == "Bonjour")
    }

    @Test("a preset for the agent's own language applies without an override")
    func ownLanguage() throws {
        let settings = try settings(
            CallInitiation(), config: Self.presets.merging(["agent": ["language": "de"]]))
        #expect(settings.firstMessage == "Hallo")
    }

    @Test("what the client asks for wins over the preset")
    func clientOverPreset() throws {
        let settings = try settings(
            CallInitiation(configOverride: ["agent": ["language": "de", "first_message": "Moin"]]),
            permitting: ["agent": ["language": true, "first_message": true]], config: Self.presets)
        #expect(settings.firstMessage == "Moin")
        #expect(settings.voice.voiceID == "german")
    }

    @Test("a language without a preset changes nothing but the language")
    func noPreset() throws {
        let settings = try settings(
            CallInitiation(configOverride: ["agent": ["language": "es"]]),
            permitting: ["agent": ["language": true]], config: Self.presets)
        #expect(settings.language == "es")
        #expect(settings.firstMessage == "Hello")
    }

    @Test("an agent that takes over inherits the call's language, if it is made for it, and a voice that is kept")
    func inheritance() throws {
        let config: JSONValue = [
            "agent": ["first_message": "Hello!"], "tts": ["voice_id": "own", "speed": 1.1],
            "language_presets": [
                "de": ["overrides": ["tts": ["voice_id": "german"]], "first_message_translation": ["text": "Hallo!"]]
            ],
        ]
        func settings(_ inheritance: CallInheritance) throws -> CallSettings {
            try CallSettings(
                agent: Agent.new(conversationConfig: config), initiation: CallInitiation(),
                variables: CallVariables(), inheriting: inheritance)
        }
        var inheritance = CallInheritance()
        inheritance.language = "de"
        let german = try settings(inheritance)
        #expect(german.language == "de" && german.firstMessage == "Hallo!" && german.voice.voiceID == "german")
        inheritance.language = "fr"
        #expect(try settings(inheritance).language == "en")
        inheritance.voice = CallInheritance.Voice(own: ["voice_id": "kept", "speed": 0.9], client: ["speed": 0.8])
        let kept = try settings(inheritance)
        #expect(kept.voice.voiceID == "kept" && kept.voice.speed == 0.8)
        #expect(kept.voiceSettings.own["speed"] == 0.9 && kept.voiceSettings.client == ["speed": 0.8])
        #expect(kept.voiceSettings.own["agent_output_audio_format"] == nil, "a format of the line's")
    }
}
