import Foundation
import JSON
import MemoryStore
import TestSupport
import Testing

@testable import Agents

@Suite("Encrypted secrets")
struct SecretVaultTests {
    let vault = SecretVault()

    @Test("what is sealed differs each time, says nothing, and opens with the same key in the same place only")
    func seal() throws {
        let sealed = try vault.seal("s3cret", for: "a")
        #expect(try vault.seal("s3cret", for: "a") != sealed)
        #expect(try vault.open(sealed, for: "a") == "s3cret")
        #expect(throws: SecretVault.Unreadable.self) { try vault.open(sealed, for: "b") }
        #expect(throws: SecretVault.Unreadable.self) { try SecretVault().open(sealed, for: "a") }
        var altered = try #require(Data(base64Encoded: sealed))
        altered[20] ^= 1
        for text in [altered.base64EncodedString(), "", "AAAA", "no base 64"] {
            #expect(throws: SecretVault.Unreadable.self) { try vault.open(text, for: "a") }
        }
        let key = SecretVault.makeKey()
        let one = try #require(SecretVault(key: key))
        #expect(try SecretVault(key: key)?.open(one.seal("x", for: ""), for: "") == "x")
        #expect(SecretVault(key: key.dropLast()) == nil)
    }

    @Test("a configuration is sealed where secrets are written into it, and comes back as it was")
    func configuration() throws {
        let agent = try RedactionTests.agent()
        let sealed = try vault.sealing(agent.conversationConfig, for: "agent")
        #expect(!sealed.text.contains("s3cret"))
        #expect(
            sealed.value(at: "agent", "prompt", "custom_llm", "request_headers", "Content-Type") == "application/json")
        #expect(SecretVault.isSealed(sealed.text) && !SecretVault.isSealed(agent.platformSettings["auth"]?.text ?? ""))
        #expect(vault.opening(sealed, for: "agent") == agent.conversationConfig)
        #expect(vault.opening(sealed, for: "another").text.contains("$sealed"))
    }

    @Test("a secret's value is nowhere to be seen, and found by those who name it")
    func stored() async throws {
        let storage = MemoryStorage()
        let secret = try StoredSecret.new(
            body: ["type": "new", "name": "crm", "value": "s3cret"], vault: storage.vault)
        try await storage.resources.insert(secret)
        #expect(!secret.body.text.contains("s3cret"))
        #expect(StoredSecret.json(secret) == ["type": "stored", "secret_id": .string(secret.id), "name": "crm"])
        let named: JSONValue = ["custom_llm": ["api_key": ["secret_id": .string(secret.id)]]]
        let workspace = Workspace(storage)
        #expect(try await workspace.items(for: named).secrets.value(secret.id) == "s3cret")
        #expect(try await workspace.items(for: [:]).secrets.value(secret.id) == nil)
        let tool = try StoredTool.new(body: [
            "tool_config": [
                "type": "webhook", "name": "a", "description": "",
                "api_schema": [
                    "url": "https://a.example", "request_headers": ["X": ["secret_id": .string(secret.id)]],
                ],
            ]
        ])
        try await storage.resources.insert(tool)
        let items = try await workspace.items(for: ["tool_ids": [.string(tool.id)]])
        #expect(items.tools.keys.map(\.self) == [tool.id])
        #expect(items.secrets.value(for: ["secret_id": .string(secret.id)]) == "s3cret", "the tool names it")

        let changed = try StoredSecret.changed(secret, with: ["name": "crm", "value": "n3w"], vault: storage.vault)
        #expect(changed.id == secret.id)
        #expect(try StoredSecret.value(of: changed, vault: storage.vault) == "n3w")
        let renamed = try StoredSecret.changed(secret, with: ["type": "update", "name": "b"], vault: storage.vault)
        #expect(try StoredSecret.value(of: renamed, vault: storage.vault) == "s3cret")
    }

    @Test(
        "a secret without name or value is refused",
        arguments: [
            (["value": "x"], "name"), (["name": "x"], "value"), (["name": "", "value": "x"], "name"),
            (["name": "x", "value": ""], "value"), (["name": "x", "value": 1], "value"),
            (["name": "x", "value": "y", "type": "update"], "type"),
            (["name": "x", "value": .string(String(repeating: "x", count: 65_537))], "value"),
        ] as [(JSONValue, String)])
    func refused(body: JSONValue, place: String) throws {
        let error = #expect(throws: ValidationError.self) { try StoredSecret.new(body: body, vault: vault) }
        #expect(error?.issues.map(\.path) == [place])
    }
}
