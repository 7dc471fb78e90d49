import Agents
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Environments, connections and settings over REST", .timeLimit(.minutes(1)))
struct WorkspaceRouteTests {
    @Test("environment variables: create, list, change and delete, with the environments that exist")
    func variables() async throws {
        try await withServer { server in
            let path = "/v1/convai/environment-variables"
            let body: JSONValue = ["type": "string", "label": "BASE", "values": ["production": "a", "staging": "b"]]
            #expect(try await server.send("POST", path, body).status == 422, "there is no staging yet")
            #expect(try await server.send("POST", "/v1/convai/environments", ["name": "staging"]).status == 200)
            let created = try await server.send("POST", path, body)
            #expect(created.status == 200 && created.json["values"] == ["production": "a", "staging": "b"])
            let id = try #require(created.json["id"]?.stringValue)
            let twice = try await server.send("POST", path, body)
            #expect(
                twice.status == 400 && twice.json.value(at: "detail", "code") == "environment_variable_already_exists")
            func values(_ query: String) async throws -> [JSONValue?] {
                try await server.send("GET", "\(path)?\(query)").json["environment_variables"]?.arrayValue?
                    .map { $0["values"] } ?? []
            }
            #expect(try await values("label=BASE&environment=staging&type=string") == [["staging": "b"]])
            #expect(try await values("environment=nowhere").isEmpty)
            #expect(try await values("label=bas").isEmpty)
            let wrong = try await server.send("PATCH", "\(path)/\(id)", ["values": ["test": "c"]])
            #expect(wrong.status == 422)
            let changed = try await server.send("PATCH", "\(path)/\(id)", ["values": ["production": "z"]])
            #expect(changed.json["values"] == ["production": "z", "staging": "b"])

            let environments = try await server.send("GET", "/v1/convai/environments").json["environments"]?.arrayValue
            #expect(environments?.map { $0["name"] } == ["production", "staging"])
            #expect(try await server.send("DELETE", "/v1/convai/environments/production").status == 400)
            #expect(try await server.send("DELETE", "/v1/convai/environments/staging").status == 200)
            #expect(try await server.send("GET", "\(path)/\(id)").json["values"] == ["production": "z"])

            _ = try await server.send(
                "POST", "/v1/convai/tools",
                [
                    "tool_config": [
                        "type": "webhook", "name": "a", "description": "",
                        "api_schema": [
                            "url": "https://a.example", "request_headers": ["X": ["env_var_label": "BASE"]],
                        ],
                    ]
                ])
            let refused = try await server.send("DELETE", "\(path)/\(id)")
            #expect(refused.status == 400 && refused.json.value(at: "detail", "code") == "environment_variable_in_use")
        }
    }

    @Test("auth connections: create, list, change and delete, without their secrets")
    func connections() async throws {
        try await withServer { server in
            let path = "/v1/workspace/auth-connections"
            let created = try await server.send(
                "POST", path, ["auth_type": "bearer_auth", "name": "CRM", "provider": "acme", "token": "s3cret"])
            #expect(created.status == 200 && created.json["token"] == nil)
            let id = try #require(created.json["id"]?.stringValue)
            let changed = try await server.send(
                "PATCH", "\(path)/\(id)", ["auth_type": "bearer_auth", "token": "s3cret-2", "provider": "other"])
            #expect(changed.status == 200 && changed.json["provider"] == "other")
            let tool = try await server.send(
                "POST", "/v1/convai/tools",
                [
                    "tool_config": [
                        "type": "webhook", "name": "a", "description": "",
                        "api_schema": [
                            "url": "https://a.example", "auth_connection": ["auth_connection_id": .string(id)],
                        ],
                    ]
                ])
            let listed = try await server.send("GET", path)
            #expect(!String(decoding: listed.data, as: UTF8.self).contains("s3cret"))
            let used = listed.json["auth_connections"]?.arrayValue?.first?.value(at: "used_by", "tools")
            #expect(used?.arrayValue?.map { $0["id"] } == [tool.json["id"]])
            let refused = try await server.send("DELETE", "\(path)/\(id)")
            #expect(refused.json.value(at: "detail", "code") == "auth_connection_in_use")
            _ = try await server.send("DELETE", "/v1/convai/tools/\(tool.json["id"]?.stringValue ?? "")")
            #expect(try await server.send("DELETE", "\(path)/\(id)").status == 200)
        }
    }

    @Test("settings: what is sent is kept, hidden where it is secret, and said where it is not followed")
    func settings() async throws {
        try await withServer { server in
            let path = "/v1/convai/settings"
            #expect(try await server.send("GET", path).json["rag_retention_period_days"] == 10)
            let changed = try await server.send(
                "PATCH", path,
                [
                    "webhooks": ["post_call_webhook_id": "wh_1", "events": ["transcript", "audio"]],
                    "conversation_initiation_client_data_webhook": [
                        "url": "https://hook.example", "request_headers": ["X-Key": "s3cret"],
                    ],
                ])
            #expect(changed.status == 200)
            #expect(
                changed.json.value(at: "conversation_initiation_client_data_webhook", "request_headers", "X-Key")
                    == "********")
            let read = try await server.send("GET", path)
            #expect(read.json == changed.json)
            #expect(read.json.value(at: "metadata", "warnings")?.arrayValue?.count == 1)
            #expect(try await server.send("PATCH", path, ["can_use_mcp_servers": 1]).status == 422)
        }
    }
}
