import Agents
import Foundation
import JSON
import TestSupport
import Testing

@Suite("API keys over REST", .timeLimit(.minutes(1)))
struct KeyRouteTests {
    private static let path = "/v1/parley/keys"

    @Test("a key is shown once, when it is made, and never listed or logged")
    func shownOnce() async throws {
        try await withServer { server in
            let made = try await server.send("POST", Self.path, ["name": "  laptop "])
            #expect(made.status == 200 && made.json["name"] == "laptop")
            let key = try #require(made.json["key"]?.stringValue)
            #expect(try await server.storage.keys.verify(key)?.id == made.json["id"]?.stringValue)
            _ = try await server.send("POST", Self.path, ["name": "phone"])
            let list = try await server.send("GET", Self.path)
            #expect(list.status == 200)
            // Those of one second come in any order.
            let keys = (list.json["keys"]?.arrayValue ?? []).sorted {
                ($0["name"]?.stringValue ?? "") < ($1["name"]?.stringValue ?? "")
            }
            #expect(keys.map { $0["name"]?.stringValue } == ["laptop", "phone"])
            for entry in keys {
                #expect(
                    Set((entry.objectValue ?? [:]).keys) == [
                        "id", "name", "prefix", "created_at_unix_secs", "last_used_at_unix_secs",
                    ])
            }
            let prefix = try #require(keys.first?["prefix"]?.stringValue)
            #expect(key.hasPrefix(prefix) && prefix.count < 12)
            #expect(keys.first?["last_used_at_unix_secs"]?.intValue != nil)
            #expect(keys.last?["last_used_at_unix_secs"] == .null)
            #expect(!String(decoding: list.data, as: UTF8.self).contains(key))
            #expect(!server.log.text.contains(key))
        }
    }

    @Test("a revoked key opens nothing any more, and the others go on")
    func revoke() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let first = try await server.storage.keys.create(name: "first").key
            let headers = ["xi-api-key": first]
            let second = try await server.send("POST", Self.path, ["name": "second"], headers: headers).json
            let key = try #require(second["key"]?.stringValue)
            let id = try #require(second["id"]?.stringValue)
            #expect(try await server.send("GET", Self.path, headers: ["xi-api-key": key]).status == 200)
            #expect(try await server.send("DELETE", "\(Self.path)/\(id)", headers: headers).status == 200)
            #expect(try await server.send("GET", Self.path, headers: ["xi-api-key": key]).status == 401)
            let keys = try await server.send("GET", Self.path, headers: headers).json["keys"]?.arrayValue
            #expect(keys?.map { $0["name"]?.stringValue } == ["first"])
            let again = try await server.send("DELETE", "\(Self.path)/\(id)", headers: headers)
            #expect(again.status == 404 && again.json.value(at: "detail", "code") == "key_not_found")
            // Nobody else may do any of it.
            #expect(try await server.send("GET", Self.path).status == 401)
            #expect(try await server.send("POST", Self.path, ["name": "third"]).status == 401)
            #expect(try await server.send("DELETE", "\(Self.path)/\(id)").status == 401)
        }
    }

    @Test("a key needs a name of at most a hundred characters, and without one none is made")
    func names() async throws {
        try await withServer { server in
            let long = JSONValue.string(String(repeating: "ü", count: 101))
            for body in [
                [:], ["name": ""], ["name": " \n "], ["name": long], ["name": 5], ["name": nil],
            ] as [JSONValue] {
                let answer = try await server.send("POST", Self.path, body)
                #expect(answer.status == 422, "\(body.text)")
                #expect(answer.json["detail"]?.arrayValue?.first?["loc"] == ["body", "name"])
            }
            #expect(try await server.storage.keys.list().isEmpty)
            let longest = JSONValue.string(String(repeating: "ü", count: 100))
            #expect(try await server.send("POST", Self.path, ["name": longest]).status == 200)
        }
    }
}
