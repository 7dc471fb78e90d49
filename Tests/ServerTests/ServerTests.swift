import Agents
import Foundation
import JSON
import Logging
import Server
import TestSupport
import Testing

@Suite("The server", .timeLimit(.minutes(1)))
struct ServerTests {
    @Test("is live at once and ready when nothing is missing")
    func health() async throws {
        try await withServer(missing: { ["speech recognition", "language model"] }) { server in
            #expect(try await server.send("GET", "/health/live").json == ["status": "live"])
            let ready = try await server.send("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready.json["missing"] == ["speech recognition", "language model"])
        }
        try await withServer { server in
            let ready = try await server.send("GET", "/health/ready")
            #expect(ready.status == 200)
        }
    }

    @Test("a port in use is an error that names it")
    func portInUse() async throws {
        try await withServer { server in
            let second = ParleyServer(
                configuration: ServerConfiguration(port: server.port), storage: server.storage,
                recordings: server.recordings,
                catalog: ModelCatalog(voices: [], languageModels: [], transcribers: []), callHandler: EchoingCalls(),
                engines: { throw CancellationError() },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let error = await #expect(throws: ServerError.self) { try await second.run() }
            #expect(error == .portInUse(host: "127.0.0.1", port: server.port))
            #expect(error?.description.contains("\(server.port)") == true)
        }
    }

    @Test("pages of every origin may ask, and preflights are answered")
    func crossOrigin() async throws {
        try await withServer { server in
            let headers = ["Origin": "https://app.example", "Access-Control-Request-Method": "POST"]
            let preflight = try await server.send(
                "OPTIONS", "/v1/convai/conversations/conv_x/feedback", headers: headers)
            #expect((200...204).contains(preflight.status))
            #expect(preflight.header("Access-Control-Allow-Origin") == "*")
            #expect(preflight.header("Access-Control-Allow-Headers")?.contains("xi-api-key") == true)
            #expect(preflight.header("Access-Control-Allow-Methods")?.contains("PATCH") == true)
            let token = try await server.send("GET", "/v1/convai/conversation/token?agent_id=x", headers: headers)
            #expect(token.status == 404)
            #expect(token.json["detail"]?["message"]?.stringValue?.contains("WebRTC") == true)
            #expect(token.header("Access-Control-Allow-Origin") == "*")
        }
    }

    @Test("serves the page and its assets with their types and a policy, and nothing outside them")
    func pages() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: Identifier.make("web"))
        defer { try? FileManager.default.removeItem(at: root) }
        try FileManager.default.createDirectory(
            at: root.appending(path: "assets"), withIntermediateDirectories: true)
        try Data("<!doctype html>".utf8).write(to: root.appending(path: "index.html"))
        try Data("registerProcessor".utf8).write(to: root.appending(path: "assets/capture.js"))
        try Data("secret".utf8).write(to: root.appending(path: "secret.txt"))
        try await withServer(webRoot: root) { server in
            let page = try await server.send("GET", "/")
            #expect(page.status == 200)
            #expect(page.header("Content-Type")?.hasPrefix("text/html") == true)
            #expect(page.header("Content-Security-Policy")?.contains("default-src 'self'") == true)
            #expect(page.header("Cache-Control") == "no-cache")
            let script = try await server.send("GET", "/assets/capture.js")
            #expect(script.header("Content-Type")?.contains("javascript") == true)
            #expect(String(decoding: script.data, as: UTF8.self) == "registerProcessor")

            let own = ["Host: 127.0.0.1"]
            for path in [
                "/assets/../secret.txt", "/assets/%2e%2e/secret.txt", "/assets/..%2fsecret.txt", "/secret.txt",
                "/assets/nothing.js", "/assets/capture.js%00", "/assets/%00", "/%00", "/assets/capture.js%00.txt",
                "/assets/capture%0a.js", "/assets/%zz", "/assets/%", "/assets/%f", "/assets/%ff%fe", "/assets/%c0%af",
            ] {
                let answer = try await server.raw("GET \(path)", own)
                #expect(answer.hasPrefix("HTTP/1.1 40"), "\(path)")
                #expect(!answer.contains("secret\n") && !answer.hasSuffix("secret"))
            }
        }
    }

    @Test("lists what is here as voices, models and language models")
    func catalog() async throws {
        try await withServer { server in
            let voices = try await server.send("GET", "/v1/voices").json["voices"]?.arrayValue
            #expect(voices?.compactMap { $0["voice_id"]?.stringValue } == ["joe", "amy"])
            let page = try await server.send("GET", "/v2/voices?page_size=1").json
            #expect(page["has_more"] == true)
            #expect(page["total_count"] == 2)
            let token = try #require(page["next_page_token"]?.stringValue)
            let next = try await server.send("GET", "/v2/voices?page_size=1&next_page_token=\(token)").json
            #expect(next["voices"]?.arrayValue?.first?["voice_id"] == "amy")
            #expect(next["has_more"] == false)
            #expect(try await server.send("GET", "/v1/voices/joe").json["name"] == "Joe")
            #expect(try await server.send("GET", "/v1/voices/nobody").status == 404)
            #expect(try await server.send("GET", "/v1/models").json.arrayValue?.first?["model_id"] == "joe")
            let llms = try await server.send("GET", "/v1/convai/llm/list").json["llms"]?.arrayValue
            #expect(llms?.compactMap { $0["llm"]?.stringValue } == ["qwen"])
            #expect(try await server.send("GET", "/v1/user").json["subscription"]?["status"] == "active")
            #expect(try await server.send("GET", "/v1/user/subscription").json["tier"] == "self_hosted")
        }
    }

    @Test("the price of a minute is reckoned from the prompt, and needs to be told its length")
    func usage() async throws {
        try await withServer { server in
            let path = "/v1/convai/llm-usage/calculate"
            let whole: JSONValue = ["prompt_length": 4000, "number_of_pages": 2, "rag_enabled": true]
            let prices = try await server.send("POST", path, whole).json["llm_prices"]?.arrayValue
            #expect(prices?.count == 1 && prices?.first?["llm"] == "qwen")
            #expect(prices?.first?["price_per_minute"]?.doubleValue == 0)
            for (field, value) in [("prompt_length", -1), ("number_of_pages", nil), ("rag_enabled", 1)]
                as [(String, JSONValue?)]
            {
                var body = whole.objectValue ?? [:]
                body[field] = value
                let refused = try await server.send("POST", path, .object(body))
                #expect(refused.status == 422)
                #expect(refused.json.text.contains(field))
            }
            #expect(try await server.send("POST", "/v1/convai/agent/nobody/llm-usage/calculate").status == 404)
        }
    }

    @Test("the access log has no query")
    func accessLog() async throws {
        try await withServer { server in
            _ = try await server.send("GET", "/v1/convai/agents?conversation_signature=hush&token=whisper")
            #expect(server.log.text.contains("GET /v1/convai/agents"))
            #expect(!server.log.text.contains("hush"))
            #expect(!server.log.text.contains("whisper"))
        }
    }

    @Test("a request that is no HTTP is answered with 400")
    func noHTTP() async throws {
        try await withServer { server in
            try await RawSocket.connect(to: server.port) { socket in
                try await socket.write("\u{16}\u{3}\u{1} hello\r\n\r\n")
                #expect(try await socket.readToEnd().hasPrefix("HTTP/1.1 400 "))
            }
        }
    }
}
