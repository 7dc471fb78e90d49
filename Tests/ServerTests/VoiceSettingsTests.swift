import JSON
import Testing

@Suite("Voice settings", .timeLimit(.minutes(1)))
struct VoiceSettingsTests {
    @Test("what is set for a voice is kept, member by member, and for that voice alone")
    func kept() async throws {
        try await withServer { server in
            let path = "/v1/voices/amy/settings"
            let standard = try await server.send("GET", "/v1/voices/settings/default").json
            #expect(try await server.send("GET", path).json == standard)
            for change in [["speed": 1.1, "stability": 0.2], ["speed": 0.9, "other": 1]] as [JSONValue] {
                #expect(try await server.send("POST", "\(path)/edit", change).json == ["status": "ok"])
            }
            let changed = standard.merging(["speed": 0.9, "stability": 0.2])
            #expect(try await server.send("GET", path).json == changed)
            #expect(try await server.send("GET", "/v1/voices/amy").json["settings"] == changed)
            #expect(try await server.send("GET", "/v1/voices/joe/settings").json == standard)
        }
    }

    @Test(
        "what a voice cannot be is refused",
        arguments: [
            ("speed", 3), ("speed", "fast"), ("stability", -1), ("use_speaker_boost", "yes"),
        ] as [(String, JSONValue)])
    func refused(name: String, value: JSONValue) async throws {
        try await withServer { server in
            let answer = try await server.send("POST", "/v1/voices/joe/settings/edit", .object([name: value]))
            #expect(answer.status == 422)
            #expect(answer.json["detail"]?.arrayValue?.first?["loc"]?.arrayValue?.last == .string(name))
            #expect(try await server.send("POST", "/v1/voices/nobody/settings/edit", [:]).status == 404)
        }
    }
}
