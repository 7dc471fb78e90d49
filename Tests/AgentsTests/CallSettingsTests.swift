import Agents
import JSON
import Testing

@Suite("Call settings")
struct CallSettingsTests {
    func settings(
        _ config: JSONValue = [:], _ initiation: CallInitiation = CallInitiation(),
        system: [String: String] = [:], platform: JSONValue = [:]
    ) throws -> CallSettings {
        try CallSettings(
            agent: try Agent.new(conversationConfig: config, platformSettings: platform), initiation: initiation,
            variables: try CallVariables(initiation.dynamicVariables, system: system))
    }

    @Test("the defaults as a call sees them")
    func defaults() throws {
        let settings = try settings()
        #expect(settings.prompt == "")
        #expect(settings.firstMessage == "")
        #expect(settings.language == "en")
        #expect(settings.llm == "gemini-2.5-flash")
        #expect(settings.temperature == 0)
        #expect(settings.maxTokens == nil)
        #expect(settings.reasoningEffort == nil)
        #expect(settings.customLLM == nil)
        #expect(settings.ignoreDefaultPersonality)
        #expect(settings.cascadeTimeout == 4)
        #expect(settings.tools.isEmpty)
        #expect(settings.voice.voiceID == "cjVigY5qzO86Huf0OWal")
        #expect(settings.voice.modelID == "eleven_flash_v2")
        #expect(settings.voice.speed == 1)
        #expect(settings.voice.stability == nil)
        #expect(settings.voice.similarityBoost == nil)
        #expect(settings.voice.outputFormat == "pcm_16000")
        #expect(settings.asr.inputFormat == "pcm_16000")
        #expect(settings.asr.keywords.isEmpty)
        #expect(settings.turn.timeout == 7)
        #expect(settings.turn.initialWait == nil)
        #expect(settings.turn.silenceEndCallTimeout == nil)
        #expect(settings.turn.eagerness == .normal)
        #expect(settings.turn.spellingPatience == .auto)
        #expect(settings.turn.isSpeculative)
        #expect(settings.turn.softTimeout.timeout == nil)
        #expect(settings.turn.softTimeout.message == "Hhmmmm...yeah.")
        #expect(settings.turn.softTimeout.maxPerGeneration == 1)
        #expect(settings.conversation.maxDuration == 600)
        #expect(settings.conversation.allowsInterruption)
        #expect(settings.recordsVoice)
        #expect(settings.warnings.isEmpty)
    }

    @Test("what is configured arrives")
    func configured() throws {
        let settings = try settings([
            "agent": [
                "prompt": [
                    "temperature": nil, "max_tokens": 50, "reasoning_effort": "low", "timezone": "Europe/Vienna",
                    "ignore_default_personality": false, "cascade_timeout_seconds": 8,
                ],
                "disable_first_message_interruptions": true,
            ],
            "tts": ["agent_output_audio_format": "ulaw_8000"], "asr": ["user_input_audio_format": "pcm_48000"],
            "turn": [
                "turn_timeout": -1, "silence_end_call_timeout": 20, "turn_eagerness": "eager",
                "spelling_patience": "off", "speculative_turn": false, "interruption_ignore_terms": ["ok"],
                "soft_timeout_config": ["timeout_seconds": 1.5, "max_soft_timeouts_per_generation": 3],
            ],
            "conversation": ["client_events": ["audio"]],
        ])
        #expect(settings.temperature == nil)
        #expect(settings.maxTokens == 50)
        #expect(settings.reasoningEffort == "low")
        #expect(settings.timezone == "Europe/Vienna")
        #expect(!settings.ignoreDefaultPersonality)
        #expect(settings.cascadeTimeout == 8)
        #expect(settings.disableFirstMessageInterruptions)
        #expect(settings.voice.outputFormat == "ulaw_8000")
        #expect(settings.asr.inputFormat == "pcm_48000")
        #expect(settings.turn.timeout == nil)
        #expect(settings.turn.silenceEndCallTimeout == 20)
        #expect(settings.turn.eagerness == .eager)
        #expect(settings.turn.spellingPatience == .off)
        #expect(!settings.turn.isSpeculative)
        #expect(settings.turn.ignoreTerms == ["ok"])
        #expect(settings.turn.softTimeout.timeout == 1.5)
        #expect(settings.turn.softTimeout.maxPerGeneration == 3)
        #expect(!settings.conversation.allowsInterruption)
    }

    @Test(
        "the wait before the caller's first turn: as configured, as later by default, and with -1 for ever",
        arguments: [(nil, nil), (3.5, 3.5), (0, 0), (-1, 86_400)] as [(Double?, Double?)])
    func initialWait(configured: Double?, expected: Double?) throws {
        let value = configured.map(JSONValue.number) ?? .null
        let settings = try settings(["turn": ["turn_timeout": 5, "initial_wait_time": value]])
        #expect(settings.turn.initialWait == expected)
        #expect(settings.turn.timeout == 5)
    }

    @Test("the client's word for its user is kept for model servers")
    func userID() throws {
        #expect(try settings([:], CallInitiation(userID: "u-7")).userID == "u-7")
    }

    @Test("the voice is not recorded when privacy says so", arguments: ["record_voice", "zero_retention_mode"])
    func privacy(field: String) throws {
        let settings = try settings(platform: ["privacy": [field: .bool(field == "zero_retention_mode")]])
        #expect(!settings.recordsVoice)
    }

    // MARK: Dynamic variables

    static let variables: JSONValue = [
        "agent": [
            "first_message": "Hello {{name}}!",
            "prompt": ["prompt": "The user is {{ name }}, aged {{age}}, member: {{member}}. {{not a variable}} {{}}"],
            "max_conversation_duration_message": "Bye {{name}}.",
            "dynamic_variables": ["dynamic_variable_placeholders": ["name": "Test", "age": 1, "member": false]],
        ]
    ]

    @Test("are filled in everywhere, the client's before the placeholders")
    func fill() throws {
        let settings = try settings(
            Self.variables, CallInitiation(dynamicVariables: ["name": "Ana", "age": 42.5, "extra": "x"]))
        #expect(settings.firstMessage == "Hello Ana!")
        #expect(
            settings.prompt == "The user is Ana, aged 42.5, member: false. {{not a variable}} {{}}")
        #expect(settings.maxDurationMessage == "Bye Ana.")
        #expect(
            settings.dynamicVariables
                == ["name": "Ana", "age": 42.5, "member": false, "extra": "x", "system__is_text_only": "false"])
    }

    @Test("values are not searched for variables")
    func injection() throws {
        let settings = try settings(
            ["agent": ["prompt": ["prompt": "{{a}}"]]],
            CallInitiation(dynamicVariables: ["a": "{{secret__key}} {{b}}", "b": "no", "secret__key": "no"]))
        #expect(settings.prompt == "{{secret__key}} {{b}}")
    }

    @Test("all missing ones are named at once")
    func missing() throws {
        let error = #expect(throws: CallSettingsError.self) {
            try settings(
                [
                    "agent": ["first_message": "Hi {{name}}", "prompt": ["prompt": "{{plan}} of {{name}} {{given}}"]]
                ], CallInitiation(dynamicVariables: ["given": 1]))
        }
        #expect(error?.type == "missing_dynamic_variable")
        #expect(error?.code == 1008)
        #expect(error?.message == "Missing required dynamic variables: name, plan (in first message, prompt).")
    }

    @Test("one that an override brings along must have a value too")
    func missingInOverride() throws {
        let error = #expect(throws: CallSettingsError.self) {
            try settings(
                [:], CallInitiation(configOverride: ["agent": ["first_message": "Hi {{who}}"]]),
                platform: ["overrides": ["conversation_config_override": ["agent": ["first_message": true]]]])
        }
        #expect(error?.message.contains("who") == true)
    }

    @Test("system variables are the server's; those without a value are empty; the prefix is reserved")
    func system() throws {
        let settings = try settings(
            [
                "agent": [
                    "prompt": ["prompt": "{{system__time_utc}}|{{system__caller_id}}|{{system__conversation_id}}"]
                ]
            ], CallInitiation(dynamicVariables: ["system__conversation_id": "forged"]),
            system: ["system__time_utc": "noon", "system__conversation_id": "conv_1"])
        #expect(settings.prompt == "noon||conv_1")
        #expect(
            settings.dynamicVariables == [
                "system__time_utc": "noon", "system__conversation_id": "conv_1", "system__is_text_only": "false",
            ])
        #expect(settings.warnings.first?.contains("system__conversation_id") == true)
        #expect(throws: CallSettingsError.self) {
            try self.settings(["agent": ["first_message": "{{system__invented}}"]])
        }
    }

    @Test(
        "the time is said in the agent's time zone, in UTC without one or with one that is not",
        arguments: [
            ("Europe/Vienna", "Friday, 13:33 12 December 2025", "Europe/Vienna", 0),
            ("America/New_York", "Friday, 07:33 12 December 2025", "America/New_York", 0),
            (nil, "Friday, 12:33 12 December 2025", "UTC", 0),
            ("Mars/Olympus", "Friday, 12:33 12 December 2025", "UTC", 1),
        ] as [(String?, String, String, Int)])
    func localTime(zone: String?, time: String, name: String, warnings: Int) throws {
        let settings = try settings(
            [
                "agent": [
                    "first_message": "{{system__time}} in {{system__timezone}}",
                    "prompt": ["timezone": zone.map(JSONValue.string) ?? .null],
                ]
            ], system: ["system__time_utc": "2025-12-12T12:33:10Z", "system__time": "2025-12-12T12:33:10Z"])
        #expect(settings.firstMessage == "\(time) in \(name)")
        #expect(settings.warnings.count == warnings)
    }

    @Test("secrets never reach the prompt, the first message or the record")
    func secrets() throws {
        let initiation = CallInitiation(dynamicVariables: ["secret__token": "s3cret", "name": "Ana"])
        let settings = try settings(
            ["agent": ["first_message": "{{secret__token}} hi {{name}}", "prompt": ["prompt": "[{{secret__token}}]"]]],
            initiation)
        #expect(settings.firstMessage == " hi Ana")
        #expect(settings.prompt == "[]")
        #expect(settings.dynamicVariables == ["name": "Ana", "system__is_text_only": "false"])
        #expect(!settings.warnings.joined().contains("s3cret"))
        #expect(!initiation.record(variables: settings.dynamicVariables).text.contains("s3cret"))
        #expect(!initiation.record().text.contains("s3cret"))
    }

    @Test("only text, numbers and booleans are values", arguments: [["list"], ["a": 1]] as [JSONValue])
    func badValue(value: JSONValue) {
        let error = #expect(throws: CallSettingsError.self) {
            try settings([:], CallInitiation(dynamicVariables: ["thing": value]))
        }
        #expect(error?.type == "value_error")
        #expect(error?.message.contains("thing") == true)
    }
}
