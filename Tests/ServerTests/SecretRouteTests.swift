import Agents
import Conversation
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Secrets over REST", .timeLimit(.minutes(1)))
struct SecretRouteTests {
    private static let path = "/v1/convai/secrets"

    private static func make(_ name: String, on server: TestServer) async throws -> String {
        let answer = try await server.send(
            "POST", path, ["type": "new", "name": .string(name), "value": "s3cret"])
        #expect(answer.status == 200 && answer.json["type"] == "stored")
        return try #require(answer.json["secret_id"]?.stringValue)
    }

    @Test("values are never returned or logged, and neither are they in the files")
    func values() async throws {
        try await withServer { server in
            let id = try await Self.make("crm", on: server)
            for answer in [
                try await server.send("GET", Self.path), try await server.send("GET", "\(Self.path)/\(id)"),
                try await server.send(
                    "PATCH", "\(Self.path)/\(id)", ["type": "update", "name": "b", "value": "s3cret-2"]),
            ] {
                #expect(answer.status == 200)
                #expect(!String(decoding: answer.data, as: UTF8.self).contains("s3cret"))
            }
            let wrong = try await server.send("POST", Self.path, ["name": "x", "value": ["s3cret"]])
            #expect(wrong.status == 422 && !String(decoding: wrong.data, as: UTF8.self).contains("s3cret"))
            _ = try await server.makeAgent([
                "conversation_config": [
                    "agent": ["prompt": ["custom_llm": ["url": "https://a.example", "api_key": "s3cret-3"]]]
                ]
            ])
            #expect(!server.log.text.contains("s3cret"))
            let folder = server.recordings.file(of: "x").deletingLastPathComponent().deletingLastPathComponent()
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                guard let data = try? Data(contentsOf: folder.appending(path: name)) else { continue }
                #expect(data.range(of: Data("s3cret".utf8)) == nil, "\(name)")
            }
        }
    }

    @Test("who uses a secret is said, and while somebody does it is not deleted")
    func dependencies() async throws {
        try await withServer { server in
            let id = try await Self.make("crm", on: server)
            let path = "\(Self.path)/\(id)"
            let headers: JSONValue = ["X-Key": ["secret_id": .string(id)]]
            let tool =
                try await server.send(
                    "POST", "/v1/convai/tools",
                    [
                        "tool_config": [
                            "type": "webhook", "name": "ask", "description": "",
                            "api_schema": ["url": "https://a.example", "request_headers": headers],
                        ]
                    ]
                ).json["id"]?.stringValue ?? ""
            let agent = try await server.makeAgent([
                "conversation_config": [
                    "agent": [
                        "prompt": [
                            "llm": "custom-llm",
                            "custom_llm": ["url": "https://a.example", "api_key": ["secret_id": .string(id)]],
                        ]
                    ]
                ]
            ])
            let used = try await server.send("GET", path).json["used_by"]
            #expect(used?["tools"]?.arrayValue?.map { $0["id"] } == [.string(tool)])
            #expect(used?["agents"]?.arrayValue?.map { $0["id"] } == [.string(agent)])
            #expect(used?["others"] == [])
            let none = try await server.send("GET", "\(Self.path)?dependency_limit=0").json["secrets"]?.arrayValue?
                .first
            #expect(none?.value(at: "used_by", "tools") == [])
            #expect(none?.value(at: "used_by", "tools_has_more") == true)
            for (type, found) in [("tools", [tool]), ("agents", [agent]), ("phone_numbers", [])] {
                let answer = try await server.send("GET", "\(path)/dependencies/\(type)").json
                #expect(answer["dependencies"]?.arrayValue?.map { $0["id"]?.stringValue } == found, "\(type)")
            }
            #expect(try await server.send("GET", "\(path)/dependencies/planets").status == 422)
            // The agent finds it.
            let metadata = try await server.send("GET", "/v1/convai/agents/\(agent)").json["metadata"]
            #expect(metadata?["warnings"]?.text.contains("there is no secret") == false)

            let refused = try await server.send("DELETE", path)
            #expect(refused.status == 400 && refused.json.value(at: "detail", "code") == "secret_in_use")
            #expect(try await server.send("DELETE", "/v1/convai/tools/\(tool)").status == 200)
            #expect(try await server.send("DELETE", path).status == 400)
            #expect(try await server.send("DELETE", "/v1/convai/agents/\(agent)").status == 200)
            #expect(try await server.send("DELETE", path).status == 200)
            #expect(try await server.send("GET", path).json.value(at: "detail", "code") == "secret_not_found")
        }
    }

    @Test("lists are found by the beginning of the name, and paged")
    func lists() async throws {
        try await withServer { server in
            for name in ["crm", "crm_2", "other"] { _ = try await Self.make(name, on: server) }
            func names(_ query: String) async throws -> [String] {
                try await server.send("GET", "\(Self.path)?\(query)").json["secrets"]?.arrayValue?
                    .compactMap { $0["name"]?.stringValue } ?? []
            }
            #expect(try await names("") == ["other", "crm_2", "crm"])
            #expect(try await names("search=crm") == ["crm_2", "crm"])
            let cursor = try await server.send("GET", "\(Self.path)?page_size=2").json["next_cursor"]?.stringValue
            #expect(try await names("page_size=2&cursor=\(try #require(cursor))") == ["crm"])
        }
    }
}
