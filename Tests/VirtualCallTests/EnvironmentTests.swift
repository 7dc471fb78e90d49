import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import MemoryStore
import NIOHTTP1
import TestSupport
import Testing

/// Calls in one of the workspace's environments.
@Suite("Environments of calls", .timeLimit(.minutes(1)))
struct EnvironmentTests {
    private static func webhook(_ name: String) -> JSONValue {
        WebhookCallTests.webhook(
            name,
            [
                "api_schema": [
                    "url": "https://{{system_env__HOST}}.example/{{system__env_PATH}}",
                    "request_headers": ["X-Key": ["env_var_label": "KEY"]],
                ]
            ])
    }

    /// A workspace with an environment `staging`, whose variables have other values.
    private static func setup(_ configuration: JSONValue, sent: Log<EgressRequest>) async throws -> VirtualCall.Setup {
        let storage = MemoryStorage()
        try await storage.resources.insert(try EnvironmentVariable.environment("staging"))
        for (label, values) in [
            ("HOST", ["production": "live", "staging": "test"]),
            ("KEY", ["production": "live-key", "staging": "test-key"]),
            ("PATH", ["production": "book"]),
        ] as [(String, JSONValue)] {
            try await storage.resources.insert(
                try EnvironmentVariable.new(
                    body: ["type": "string", "label": .string(label), "values": values]))
        }
        var setup = VirtualCall.Setup(configuration: configuration, storage: storage)
        setup.send = { request, _ in
            sent.add(request)
            return WebhookCallTests.answer("{}")
        }
        return setup
    }

    private static func book(_ setup: VirtualCall.Setup) async throws -> VirtualCall.Outcome {
        try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
    }

    @Test(
        "what the line says counts, then what the client says, then production; the record keeps it",
        arguments: [
            (nil, nil, "live", nil), ("staging", nil, "test", "staging"), (nil, "staging", "test", "staging"),
            ("production", "staging", "live", "production"),
        ] as [(String?, String?, String, String?)])
    func chosen(line: String?, client: String?, host: String, recorded: String?) async throws {
        let sent = Log<EgressRequest>()
        var setup = try await Self.setup(tools(Self.webhook("book")), sent: sent)
        setup.environment = line
        setup.initiation?.environment = client
        let outcome = try await Self.book(setup)
        #expect(sent.entries.map(\.url) == ["https://\(host).example/book"])
        #expect(sent.entries.map { $0.headers.first(name: "x-key") } == ["\(host)-key"])
        let record = conversationJSON(outcome.record)
        #expect(record["environment"]?.stringValue == recorded ?? "production")
        #expect(record.value(at: "conversation_initiation_client_data", "environment")?.stringValue == recorded)
        #expect(outcome.record.details.warnings == [])
    }

    @Test("an environment that there is not has the values of production, and the record warns of it")
    func unknown() async throws {
        let sent = Log<EgressRequest>()
        var setup = try await Self.setup(tools(Self.webhook("book")), sent: sent)
        setup.environment = "stagng"
        let outcome = try await Self.book(setup)
        #expect(sent.entries.map(\.url) == ["https://live.example/book"])
        #expect(outcome.record.details.warnings.map { $0.contains("there is no environment stagng") } == [true])
    }

    @Test("the owner's server decides for each call; its own URL is of the environment that was known before")
    func advised() async throws {
        let sent = Log<EgressRequest>()
        var setup = try await Self.setup(tools(Self.webhook("book")), sent: sent)
        setup.platformSettings = [
            "overrides": ["enable_conversation_initiation_client_data_from_webhook": true],
            "workspace_overrides": [
                "conversation_initiation_client_data_webhook": [
                    "url": "https://{{system__env_HOST}}.example/init",
                    "request_headers": ["X-Key": ["env_var_label": "KEY"]],
                ]
            ],
        ]
        setup.send = { request, _ in
            sent.add(request)
            return WebhookCallTests.answer(request.url.hasSuffix("/init") ? #"{"environment":"production"}"# : "{}")
        }
        setup.initiation?.environment = "staging"
        let outcome = try await Self.book(setup)
        #expect(sent.entries.map(\.url) == ["https://test.example/init", "https://live.example/book"])
        #expect(sent.entries.map { $0.headers.first(name: "x-key") } == ["test-key", "live-key"])
        #expect(conversationJSON(outcome.record)["environment"] == "production")
    }

    @Test("an agent that takes over stays in it")
    func handedOver() async throws {
        let sent = Log<EgressRequest>()
        let leo = try Agent.new(
            name: "Leo",
            conversationConfig: baseConfiguration.merging(tools(Self.webhook("book"))).merging([
                "agent": ["prompt": ["prompt": "You are Leo."]]
            ]))
        let transfer: JSONValue = ["transfers": [["agent_id": .string(leo.id), "condition": "A booking."]]]
        var setup = try await Self.setup(
            ["agent": ["prompt": ["built_in_tools": ["transfer_to_agent": ["params": transfer]]]]], sent: sent)
        setup.otherAgents = [leo]
        setup.environment = "staging"
        _ = try await VirtualCall.hold(
            setup,
            model: { request in
                guard request.prompt.contains("Leo") else { return [.call("transfer_to_agent", ["agent_number": 0])] }
                return request.calls.contains { $0.name == "book" }
                    ? [.text("Done.")] : [.call("book", ["day": "Monday"])]
            }
        ) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(sent.entries.map(\.url) == ["https://test.example/book"])
    }
}
