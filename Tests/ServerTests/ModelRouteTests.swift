import JSON
import Testing

@Suite("Models", .timeLimit(.minutes(1)))
struct ModelRouteTests {
    private static let own = ["joe", "amy", "moonshine"]

    @Test(
        "the hosted API's clients get a bare list, with the hosted models that are taken",
        arguments: [
            [:], ["xi-api-key": "k"], ["xi-api-key": "k", "Authorization": "Bearer k"],
            ["Authorization": "Bearer k", "User-Agent": "elevenlabs/2.78.0"],
        ] as [[String: String]])
    func hosted(headers: [String: String]) async throws {
        try await withServer { server in
            let models = try await server.send("GET", "/v1/models", headers: headers).json.arrayValue ?? []
            let ids = models.compactMap { $0["model_id"]?.stringValue }
            #expect(ids.starts(with: Self.own) && Set(ids).count == ids.count)
            for id in ["eleven_v3", "eleven_multilingual_v2", "eleven_flash_v2_5", "scribe_v1", "scribe_v2_realtime"] {
                let model = try #require(models.first { $0["model_id"] == .string(id) })
                #expect(model["can_do_text_to_speech"] == .bool(id.hasPrefix("eleven")))
                #expect(model["languages"]?.arrayValue?.isEmpty == false)
            }
            #expect(!ids.contains("tts-1"))
        }
    }

    @Test(
        "OpenAI's clients get their own shape",
        arguments: [
            ["Authorization": "Bearer k"], ["User-Agent": "OpenAI/Python 2.0"], ["User-Agent": "AsyncOpenAI/JS 6"],
        ] as [[String: String]])
    func openAI(headers: [String: String]) async throws {
        try await withServer { server in
            let list = try await server.send("GET", "/v1/models", headers: headers)
            #expect(list.json["object"] == "list")
            #expect(list.header("Vary")?.contains("xi-api-key") == true)
            let models = list.json["data"]?.arrayValue ?? []
            let ids = models.compactMap { $0["id"]?.stringValue }
            #expect(ids.starts(with: Self.own) && ids.contains("tts-1") && ids.contains("whisper-1"))
            #expect(!ids.contains("eleven_v3"))
            for model in models {
                #expect(model["object"] == "model" && model["created"]?.intValue != nil)
                #expect(model["owned_by"]?.stringValue != nil)
            }
            let one = try await server.send("GET", "/v1/models/tts-1", headers: headers)
            #expect(models.contains(one.json))
            let none = try await server.send("GET", "/v1/models/none", headers: headers)
            #expect(none.status == 404)
            #expect(none.json.value(at: "error", "code") == "model_not_found")
        }
    }

    @Test("OpenAI's clients are told what is wrong in their own shape too")
    func errors() async throws {
        try await withServer { server in
            let wrong = try await server.send("POST", "/v1/audio/speech", ["input": "a", "response_format": "aac"])
            #expect(wrong.status == 422 && wrong.json["detail"] != nil)
            let error = wrong.json["error"]
            #expect(error?["param"] == "response_format" && error?["type"] == "invalid_request_error")
            #expect(error?["message"]?.stringValue?.contains("mp3") == true)
            let failed = try await server.send("POST", "/v1/audio/speech", ["input": "a"])
            #expect(failed.status == 503 && failed.json.value(at: "error", "message")?.stringValue != nil)
            let hosted = try await server.send("POST", "/v1/text-to-speech/x", ["text": 5])
            #expect(hosted.status == 422 && hosted.json["error"] == nil)
        }
    }
}
