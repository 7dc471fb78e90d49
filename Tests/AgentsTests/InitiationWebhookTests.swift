import Foundation
import JSON
import MemoryStore
import Testing

@testable import Agents

@Suite("The conversation-initiation webhook of an agent")
struct InitiationWebhookTests {
    private static func settings(_ webhook: JSONValue, isPermitted: Bool = true) -> JSONValue {
        [
            "overrides": ["enable_conversation_initiation_client_data_from_webhook": .bool(isPermitted)],
            "workspace_overrides": ["conversation_initiation_client_data_webhook": webhook],
        ]
    }

    @Test("a variable may be the whole of the address up to its path, as in a tool's")
    func base() throws {
        let webhook: JSONValue = ["url": "{{system_env__BASE}}/init", "request_headers": [:]]
        #expect(throws: Never.self) {
            try Agent.new(body: ["conversation_config": [:], "platform_settings": Self.settings(webhook)])
        }
    }

    @Test("a webhook that could never be asked is refused, where a request sets it")
    func issues() throws {
        let agent = try Agent.new(body: ["conversation_config": [:]])
        for (webhook, place) in [
            (["url": "ftp://a.example", "request_headers": [:]], "url"),
            (["url": "https:", "request_headers": [:]], "url"),
            (["url": "{x}://a.example", "request_headers": [:]], "url"),
            (["url": "https://a.example", "request_headers": ["X Y": "a"]], "X Y"),
            (["url": "https://a.example", "request_headers": ["X": ["secret": "a"]]], "X"),
            (["request_headers": [:]], "url"),
        ] as [(JSONValue, String)] {
            let body: JSONValue = ["conversation_config": [:], "platform_settings": Self.settings(webhook)]
            do {
                _ = try Agent.new(body: body)
                Issue.record("\(webhook) was taken")
            } catch {
                #expect(error.issues.contains { $0.loc.last?.stringValue == place }, "\(error)")
            }
            #expect(throws: ValidationError.self) { try agent.patched(with: body) }
        }
        let valid: JSONValue = [
            "url": "https://{{system_env__HOST}}.example/init",
            "request_headers": ["A": "{{x}}", "B": ["secret_id": "s"], "C": ["env_var_label": "L"]],
        ]
        let made = try Agent.new(body: ["conversation_config": [:], "platform_settings": Self.settings(valid)])
        #expect(made.asksInitiationWebhook && made.initiationWebhook == valid)
        // Each environment may have a server of its own.
        let elsewhere: JSONValue = ["url": "{{system_env__BASE}}/init", "request_headers": [:]]
        _ = try Agent.new(body: ["conversation_config": [:], "platform_settings": Self.settings(elsewhere)])
        // What is shown can be sent back, and a part of it can be changed.
        #expect(
            try made.patched(with: ["platform_settings": made.json["platform_settings"] ?? .null]).initiationWebhook
                == valid)
        let moved = try made.patched(
            with: ["platform_settings": Self.settings(["url": "https://b.example"])])
        #expect(moved.initiationWebhook["url"] == "https://b.example")
        #expect(moved.initiationWebhook["request_headers"] == valid["request_headers"])
    }

    @Test("a webhook that is never asked is warned of")
    func unasked() throws {
        let webhook: JSONValue = ["url": "https://a.example", "request_headers": [:]]
        func warnings(_ isPermitted: Bool) throws -> [String] {
            let agent = try Agent.new(platformSettings: Self.settings(webhook, isPermitted: isPermitted))
            return SettingRule.warnings(
                conversationConfig: agent.conversationConfig, platformSettings: agent.platformSettings,
                workflow: agent.workflow)
        }
        #expect(try warnings(true) == [])
        #expect(try warnings(false).map { $0.contains("is asked only when") } == [true])
    }

    @Test("it depends on the caller only by variables that are neither the system's nor the workspace's")
    func dependence() async throws {
        let storage = MemoryStorage()
        func depends(_ url: String, _ headers: JSONValue = [:]) async throws -> Bool? {
            let agent = try Agent.new(
                platformSettings: Self.settings(["url": .string(url), "request_headers": headers]))
            return try await Workspace(storage).initiationWebhook(for: agent)?.dependsOnCaller
        }
        #expect(try await depends("https://a.example/{{system__caller_id}}/{{system_env__X}}") == false)
        #expect(
            try await depends("https://a.example", ["A": ["secret_id": "s"], "B": ["env_var_label": "l"]]) == false)
        #expect(try await depends("https://a.example/{{tenant}}") == true)
        #expect(try await depends("https://a.example", ["A": "Bearer {{secret__token}}"]) == true)
        #expect(try await depends("https://a.example", ["A": ["variable_name": "tenant"]]) == true)
    }
}
