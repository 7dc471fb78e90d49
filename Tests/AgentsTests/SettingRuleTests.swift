import Foundation
import JSON
import Testing

@testable import Agents

@Suite("What is done with each setting")
struct SettingRuleTests {
    /// The places of a schema that hold a value, as rules name them.
    private static func leaves(of schema: Schema, at path: String = "") -> [String] {
        func below(_ schema: Schema, _ step: String) -> [String] {
            leaves(of: schema, at: path.isEmpty || step == "[]" ? path + step : "\(path).\(step)")
        }
        switch schema.shape {
        case .object(let members): return members.sorted { $0.key < $1.key }.flatMap { below($1, $0) }
        case .map(let element): return below(element, "*")
        case .list(let element): return below(element, "[]")
        default: return [path]
        }
    }

    private static func covers(_ rule: SettingRule, _ leaf: String) -> Bool {
        let steps = SettingRule(path: leaf, state: .followed).steps
        return rule.steps.count <= steps.count && zip(rule.steps, steps).allSatisfy { $0 == "*" || $0 == $1 }
    }

    @Test("Every field of the schema has a rule, and every path is written once")
    func complete() {
        let leaves = Self.leaves(of: SettingRule.schema)
        #expect(leaves.count > 200)
        let bare = leaves.filter { leaf in !SettingRule.all.contains { Self.covers($0, leaf) } }
        #expect(bare == [])
        #expect(Set(SettingRule.all.map(\.path)).count == SettingRule.all.count)
    }

    private func agent(_ body: JSONValue) throws -> Agent { try Agent.new(body: body) }

    private func warnings(_ body: JSONValue) throws -> [String] {
        let agent = try agent(["conversation_config": [:]] as JSONValue).patched(with: body)
        return SettingRule.warnings(
            conversationConfig: agent.conversationConfig, platformSettings: agent.platformSettings,
            workflow: agent.workflow)
    }

    @Test("An agent at the defaults has no warning, also when it says every one of them")
    func defaults() throws {
        #expect(try warnings([:]) == [])
        let agent = try agent(["conversation_config": [:]])
        #expect(try warnings(agent.json) == [])
        #expect(demoAgent().warnings(available: Self.engines) == [])
        #expect(
            try warnings([
                "conversation_config": [
                    "agent": ["prompt": ["service_tier": "standard", "rag": ["enabled": false, "num_candidates": 5]]],
                    "conversation": ["file_input": ["enabled": false], "background_sound": [:]],
                    "turn": ["noisy_environment_detection": false],
                ],
                "platform_settings": [
                    "privacy": [
                        "retention_days": -1,
                        "conversation_history_redaction": ["enabled": false, "entities": ["name"]],
                    ],
                    "guardrails": [
                        "content": [
                            "execution_mode": "streaming", "config": ["sexual": ["is_enabled": false]],
                            "trigger_action": ["type": "end_call"],
                        ],
                        "custom": [
                            "config": ["configs": [["is_enabled": false, "name": "a", "prompt": "b"]]]
                        ],
                    ],
                ],
                "workflow": ["nodes": ["start_node": ["type": "start", "position": ["x": 0]]], "edges": [:]],
            ]) == [])
    }

    static let engines = AvailableEngines(
        languageModels: ["qwen"], voices: ["joe"], transcribers: ["moonshine"], languages: ["en"])

    @Test(
        "What is chosen and not followed is named",
        arguments: [
            (["agent": ["prompt": ["knowledge_base": [["type": "text", "id": "d1"]]]]], "agent.prompt.knowledge_base"),
            (["agent": ["prompt": ["rag": ["enabled": true]]]], "agent.prompt.rag"),
            (["agent": ["prompt": ["native_mcp_server_ids": ["m1"]]]], "agent.prompt.native_mcp_server_ids"),
            (["turn": ["mode": "silence"]], "turn.mode"),
            (["tts": ["audio_effects": ["filter": "x"]]], "tts.audio_effects"),
            (
                ["language_presets": ["de": ["overrides": ["turn": ["mode": "silence"]]]]],
                "language_presets.de.overrides.turn.mode"
            ),
        ] as [(JSONValue, String)])
    func chosen(configuration: JSONValue, path: String) throws {
        let warnings = try warnings(["conversation_config": configuration])
        try #require(warnings.count == 1)
        #expect(warnings[0].hasPrefix("\(path): not followed on this server: "))
    }

    @Test("Evaluation, data, webhooks and workflows are named, too")
    func platform() throws {
        let warnings = try warnings([
            "platform_settings": [
                "evaluation": ["criteria": [["id": "c", "name": "c", "conversation_goal_prompt": "Was it kind?"]]],
                "data_collection": ["name": ["type": "string"]],
                "workspace_overrides": ["webhooks": ["post_call_webhook_id": "w1"]],
            ], "workflow": ["nodes": ["a": ["type": "start"], "b": ["type": "say"]], "edges": ["e": ["source": "a"]]],
        ])
        #expect(
            warnings.map { String($0.prefix { $0 != ":" }) } == [
                "platform_settings.evaluation.criteria", "platform_settings.data_collection",
                "platform_settings.workspace_overrides.webhooks.post_call_webhook_id", "workflow.nodes",
                "workflow.edges",
            ])
    }

    private static let unkept: [JSONValue] = [
        ["privacy": ["zero_retention_mode": true]], ["privacy": ["retention_days": 30]],
        ["privacy": ["retention_days": 0]], ["privacy": ["delete_audio": true]],
        ["privacy": ["delete_transcript_and_pii": true]], ["privacy": ["apply_to_existing_conversations": true]],
        ["privacy": ["conversation_history_redaction": ["enabled": true]]],
        ["guardrails": ["focus": ["is_enabled": true]]], ["guardrails": ["prompt_injection": ["is_enabled": true]]],
        ["guardrails": ["content": ["config": ["sexual": ["is_enabled": true]]]]],
        // Enabled unless it says otherwise.
        ["guardrails": ["custom": ["config": ["configs": [["name": "a", "prompt": "b"]]]]]],
    ]

    @Test("Promises of safety and privacy are refused when an agent is made or changed", arguments: unkept)
    func promises(settings: JSONValue) throws {
        let body: JSONValue = ["conversation_config": [:], "platform_settings": settings]
        let made = #expect(throws: ValidationError.self) { try agent(body) }
        #expect(made?.issues.count == 1)
        #expect(made?.issues.first?.loc.prefix(2) == ["body", "platform_settings"])
        let changed = #expect(throws: ValidationError.self) {
            try agent(["conversation_config": [:]]).patched(with: ["platform_settings": settings])
        }
        #expect(changed == made)
    }

    @Test("An agent that was promised something earlier is warned of, and can be changed otherwise")
    func earlierPromises() throws {
        var agent = try Agent.new(platformSettings: ["privacy": ["zero_retention_mode": true]])
        let path = "platform_settings.privacy.zero_retention_mode"
        #expect(agent.warnings(available: Self.engines).map { $0.hasPrefix(path) } == [true])
        agent = try agent.patched(with: ["name": "Another"])
        let settings = try CallSettings(agent: agent, initiation: .init(), variables: CallVariables())
        #expect(settings.warnings.map { $0.hasPrefix(path) } == [true])
        agent = try agent.patched(with: ["platform_settings": ["privacy": ["zero_retention_mode": false]]])
        #expect(agent.warnings(available: Self.engines) == [])
    }

    @Test("Tools that can never run are named with the agent, and not only in the record of a call")
    func tools() throws {
        let agent = try agent([
            "conversation_config": [
                "agent": [
                    "prompt": [
                        "tool_ids": ["tool_1"],
                        "tools": [
                            ["type": "smb", "name": "book"],
                            ["type": "client", "name": "show"],
                        ], "built_in_tools": ["end_call": [:], "transfer_to_number": [:]],
                    ]
                ]
            ]
        ])
        let warnings = agent.warnings(available: Self.engines)
        #expect(warnings.map { $0.contains("show") || $0.contains("end_call") } == [false, false, false])
        let settings = try CallSettings(agent: agent, initiation: .init(), variables: CallVariables())
        #expect(Set(settings.warnings) == Set(warnings))
    }

    @Test("The table for readers has every field that is not followed, and says the same of it")
    func documented() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let page = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
        for rule in SettingRule.all {
            switch rule.state {
            case .stored(let words): #expect(page.contains("| `\(rule.path)` | stored, warned of | \(words) |"))
            case .refused(let words): #expect(page.contains("| `\(rule.path)` | refused (422) | \(words) |"))
            case .followed, .needless: continue
            }
        }
    }
}
