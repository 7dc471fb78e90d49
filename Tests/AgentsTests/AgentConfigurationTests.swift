import Agents
import Foundation
import JSON
import Testing

/// What a tutorial for the hosted service sends to `POST /v1/convai/agents/create`.
let tutorialBody: JSONValue = [
    "name": "Support Agent",
    "conversation_config": [
        "agent": [
            "prompt": ["prompt": "You are a helpful support agent.", "llm": "gpt-4o", "temperature": 0.7],
            "first_message": "Hello! How can I help you today?", "language": "en",
        ],
        "tts": [
            "voice_id": "21m00Tcm4TlvDq8ikWAM", "model_id": "eleven_turbo_v2_5",
            "agent_output_audio_format": "pcm_16000",
        ],
        "stt": ["model_id": "scribe_v1"],
    ],
]

@Suite("Creating and patching agents")
struct AgentConfigurationTests {
    @Test("the tutorial's body is taken as it is, its unknown section kept")
    func tutorial() throws {
        let agent = try Agent.new(body: tutorialBody)
        #expect(agent.name == "Support Agent")
        let prompt = try #require(agent.conversationConfig.value(at: "agent", "prompt"))
        #expect(prompt["llm"] == "gpt-4o")
        #expect(prompt["temperature"] == 0.7)
        #expect(prompt["max_tokens"] == -1)
        #expect(agent.conversationConfig["stt"] == ["model_id": "scribe_v1"])
        #expect(agent.conversationConfig.value(at: "tts", "voice_id") == "21m00Tcm4TlvDq8ikWAM")
        #expect(agent.conversationConfig.value(at: "tts", "speed") == 1.0)
        #expect(agent.json["conversation_config"]?["stt"] == ["model_id": "scribe_v1"])
    }

    @Test("one leaf is patched, its neighbours stay")
    func deepMerge() throws {
        let agent = try Agent.new(body: tutorialBody, now: Date(timeIntervalSince1970: 100))
        let patched = try agent.patched(
            with: [
                "name": "Renamed",
                "conversation_config": [
                    "agent": ["dynamic_variables": ["dynamic_variable_placeholders": ["city": "Graz"]]],
                    "tts": ["speed": 1.1],
                ],
            ], now: Date(timeIntervalSince1970: 200))
        #expect(patched.id == agent.id)
        #expect(patched.name == "Renamed")
        #expect(patched.createdAt == 100)
        #expect(patched.updatedAt == 200)
        #expect(patched.conversationConfig.value(at: "tts", "speed") == 1.1)
        #expect(patched.conversationConfig.value(at: "tts", "voice_id") == "21m00Tcm4TlvDq8ikWAM")
        #expect(patched.conversationConfig["stt"] == ["model_id": "scribe_v1"])
        #expect(
            patched.conversationConfig.value(at: "agent", "prompt")
                == agent.conversationConfig.value(at: "agent", "prompt"))
    }

    @Test("lists are replaced, not joined")
    func lists() throws {
        let agent = try Agent.new(tags: ["a", "b"], conversationConfig: ["asr": ["keywords": ["one", "two"]]])
        let patched = try agent.patched(with: ["tags": ["c"], "conversation_config": ["asr": ["keywords": ["three"]]]])
        #expect(patched.tags == ["c"])
        #expect(patched.conversationConfig.value(at: "asr", "keywords") == ["three"])
    }

    @Test("null removes a member of a map, such as a header, a variable or a language, and nothing else")
    func removal() throws {
        let agent = try Agent.new(body: [
            "conversation_config": [
                "agent": [
                    "dynamic_variables": ["dynamic_variable_placeholders": ["name": "Ann", "room": "5"]],
                    "prompt": [
                        "llm": "custom-llm",
                        "custom_llm": [
                            "url": "https://llm.example", "model_id": "m",
                            "request_headers": ["X-One": "1", "X-Two": "2"],
                        ],
                    ],
                ],
                "language_presets": [
                    "de": ["overrides": ["agent": ["first_message": "Hallo!"]]],
                    "fr": ["overrides": ["agent": ["first_message": "Bonjour!"]]],
                ],
            ]
        ])
        let patched = try agent.patched(with: [
            "conversation_config": [
                "agent": [
                    "dynamic_variables": ["dynamic_variable_placeholders": ["room": nil, "floor": "2", "none": nil]],
                    "prompt": ["custom_llm": ["request_headers": ["X-One": nil]]],
                ],
                "language_presets": ["de": nil],
            ]
        ])
        let config = patched.conversationConfig
        let variables = config.value(at: "agent", "dynamic_variables", "dynamic_variable_placeholders")
        #expect(variables == ["name": "Ann", "floor": "2"])
        let custom = config.value(at: "agent", "prompt", "custom_llm")
        #expect(custom?["request_headers"] == ["X-Two": "2"] && custom?["url"] == "https://llm.example")
        #expect(config["language_presets"]?.objectValue?.keys.sorted() == ["fr"])
    }

    @Test("null sets null where the field has one, and otherwise the default")
    func nulls() throws {
        let agent = try Agent.new(conversationConfig: [
            "agent": [
                "first_message": "Hi",
                "prompt": [
                    "custom_llm": ["url": "http://localhost/v1"], "timezone": "Europe/Vienna", "temperature": 1,
                ],
            ],
            "mine": ["kept": true],
        ])
        let patched = try agent.patched(with: [
            "conversation_config": [
                "agent": [
                    "first_message": nil, "prompt": ["custom_llm": nil, "timezone": nil, "temperature": nil],
                ],
                "mine": ["kept": nil],
            ]
        ])
        let prompt = try #require(patched.conversationConfig.value(at: "agent", "prompt"))
        #expect(prompt["custom_llm"] == .null)
        #expect(prompt["timezone"] == .null)
        #expect(prompt["temperature"] == .null)
        #expect(patched.conversationConfig.value(at: "agent", "first_message") == "")
        #expect(patched.conversationConfig["mine"] == ["kept": nil])
    }

    @Test("inline tools are kept as sent")
    func inlineTools() throws {
        let tool: JSONValue = ["type": "client", "name": "show_map", "description": "Shows a map", "future": [1, 2]]
        let agent = try Agent.new(conversationConfig: ["agent": ["prompt": ["tools": [tool]]]])
        #expect(agent.conversationConfig.value(at: "agent", "prompt", "tools") == [tool])
    }

    @Test(
        "a field of the wrong type is named, with the type that it should have",
        arguments: [
            (["agent": ["first_message": 5]], ["agent", "first_message"], "string_type"),
            (["agent": ["prompt": "You are…"]], ["agent", "prompt"], "dict_type"),
            (["agent": ["prompt": ["temperature": "hot"]]], ["agent", "prompt", "temperature"], "float_type"),
            (["agent": ["prompt": ["max_tokens": 1.5]]], ["agent", "prompt", "max_tokens"], "int_from_float"),
            (["agent": ["prompt": ["tool_ids": "tool_1"]]], ["agent", "prompt", "tool_ids"], "list_type"),
            (["agent": ["prompt": ["tool_ids": ["tool_1", 2]]]], ["agent", "prompt", "tool_ids", 1], "string_type"),
            (
                ["agent": ["prompt": ["tools": [["type": "client"]]]]], ["agent", "prompt", "tools", 0, "name"],
                "missing"
            ),
            (["agent": ["prompt": ["custom_llm": [:]]]], ["agent", "prompt", "custom_llm", "url"], "missing"),
            (["turn": ["turn_eagerness": "hasty"]], ["turn", "turn_eagerness"], "enum"),
            (["turn": ["speculative_turn": "yes"]], ["turn", "speculative_turn"], "bool_type"),
            (["turn": ["turn_timeout": 0]], ["turn", "turn_timeout"], "greater_than_equal"),
            (["tts": ["speed": 3]], ["tts", "speed"], "less_than_equal"),
            (["tts": ["agent_output_audio_format": "mp3_44100"]], ["tts", "agent_output_audio_format"], "enum"),
            (["conversation": ["max_duration_seconds": "long"]], ["conversation", "max_duration_seconds"], "int_type"),
            (
                ["language_presets": ["de": ["overrides": ["agent": ["first_message": 1]]]]],
                ["language_presets", "de", "overrides", "agent", "first_message"], "string_type"
            ),
        ] as [(JSONValue, [JSONValue], String)])
    func wrongTypes(config: JSONValue, path: [JSONValue], type: String) {
        let error = #expect(throws: ValidationError.self) { try Agent.new(conversationConfig: config) }
        #expect(error?.issues.map(\.loc) == [["body", "conversation_config"] + path])
        #expect(error?.issues.map(\.type) == [type])
        #expect(error?.issues.first?.msg.isEmpty == false)
    }

    @Test("all faults are told at once, in the shape of a 422 answer")
    func allIssues() {
        let error = #expect(throws: ValidationError.self) {
            try Agent.new(
                conversationConfig: ["agent": ["language": 1], "tts": ["voice_id": false]],
                platformSettings: ["privacy": ["record_voice": "no"]])
        }
        #expect(
            error?.json == [
                "detail": [
                    [
                        "loc": ["body", "conversation_config", "agent", "language"],
                        "msg": "Input should be a valid string", "type": "string_type",
                    ],
                    [
                        "loc": ["body", "conversation_config", "tts", "voice_id"],
                        "msg": "Input should be a valid string", "type": "string_type",
                    ],
                    [
                        "loc": ["body", "platform_settings", "privacy", "record_voice"],
                        "msg": "Input should be a valid boolean", "type": "bool_type",
                    ],
                ]
            ])
    }

    @Test("a body without conversation_config, or that is no object, is refused")
    func bodies() {
        let missing = #expect(throws: ValidationError.self) { try Agent.new(body: ["name": "x"]) }
        #expect(missing?.issues.map(\.path) == ["conversation_config"])
        #expect(missing?.issues.map(\.type) == ["missing"])
        #expect(throws: ValidationError.self) { try Agent.new(body: ["a list"]) }
        let name = #expect(throws: ValidationError.self) {
            try Agent.new(body: ["name": 1, "conversation_config": [:]])
        }
        #expect(name?.issues.map(\.path) == ["name"])
    }

    @Test("a patch of the wrong type names the field and changes nothing")
    func badPatch() throws {
        let agent = try Agent.new()
        let error = #expect(throws: ValidationError.self) {
            try agent.patched(with: ["conversation_config": ["tts": ["stability": "high"]]])
        }
        #expect(error?.issues.map(\.path) == ["conversation_config.tts.stability"])
        #expect(throws: ValidationError.self) { try agent.patched(with: ["conversation_config": "all"]) }
        #expect(throws: ValidationError.self) { try agent.patched(with: 5) }
    }

    @Test("ids of models and voices that nobody knows are taken")
    func openEnums() throws {
        let agent = try Agent.new(conversationConfig: [
            "agent": ["prompt": ["llm": "some-model-of-tomorrow"], "language": "pt-br"],
            "tts": ["model_id": "eleven_v9", "voice_id": "whoever"], "asr": ["provider": "elevenlabs"],
        ])
        #expect(agent.conversationConfig.value(at: "tts", "model_id") == "eleven_v9")
    }

    @Test("-1 switches timeouts off")
    func switchedOff() throws {
        let agent = try Agent.new(conversationConfig: [
            "turn": [
                "turn_timeout": -1, "silence_end_call_timeout": -1, "soft_timeout_config": ["timeout_seconds": -1],
            ]
        ])
        #expect(agent.conversationConfig.value(at: "turn", "turn_timeout") == -1)
    }

    @Test("the GET answer has every member, and no literal API key")
    func json() throws {
        let agent = try Agent.new(conversationConfig: [
            "agent": [
                "prompt": ["llm": "custom-llm", "custom_llm": ["url": "http://localhost/v1", "api_key": "sk-42"]]
            ]
        ])
        #expect(!agent.json.text.contains("sk-42"))
        #expect(
            Set((agent.json.objectValue ?? [:]).keys) == [
                "agent_id", "name", "conversation_config", "metadata", "platform_settings", "phone_numbers",
                "whatsapp_accounts", "workflow", "access_info", "tags", "version_id", "branch_id", "main_branch_id",
                "procedures",
            ])
        // A client that sends back what it got keeps the key.
        let patched = try agent.patched(with: agent.json)
        #expect(
            patched.conversationConfig.value(at: "agent", "prompt", "custom_llm", "api_key") == "sk-42")
        let changed = try agent.patched(with: [
            "conversation_config": ["agent": ["prompt": ["custom_llm": ["api_key": "sk-43"]]]]
        ])
        #expect(changed.conversationConfig.value(at: "agent", "prompt", "custom_llm", "api_key") == "sk-43")
    }

    @Test("origins: an empty allow list admits all, a filled one only its hosts")
    func origins() throws {
        let open = try Agent.new()
        #expect(open.admits(origin: nil))
        #expect(open.admits(origin: "https://anywhere.example"))
        let closed = try Agent.new(platformSettings: [
            "auth": ["allowlist": [["hostname": "Shop.example"], ["hostname": "localhost:3000"]]]
        ])
        #expect(closed.admits(origin: "https://shop.example"))
        #expect(closed.admits(origin: "https://shop.example:8443"))
        #expect(closed.admits(origin: "http://localhost:3000"))
        #expect(!closed.admits(origin: "http://localhost:4000"))
        #expect(!closed.admits(origin: "https://evil-shop.example"))
        #expect(!closed.admits(origin: "null"))
        #expect(closed.admits(origin: nil))
        let strict = try Agent.new(platformSettings: ["auth": ["require_origin_header": true]])
        #expect(!strict.admits(origin: nil))
    }

    @Test("the demo agent is complete, valid and always the same one")
    func demo() throws {
        let demo = demoAgent()
        #expect(demo.id == demoAgentID)
        #expect(demo.id.wholeMatch(of: /agent_[0-9a-z]{28}/) != nil)
        // Filled without checks; the checks must agree.
        let checked = try Agent.new(
            conversationConfig: demo.conversationConfig, platformSettings: demo.platformSettings)
        #expect(checked.conversationConfig == demo.conversationConfig)
        #expect(demo.conversationConfig.value(at: "agent", "first_message")?.stringValue?.isEmpty == false)
        #expect(!demo.requiresAuthentication)
    }
}
