import AsyncHTTPClient
import Audio
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

extension CallTests {
    /// `parley` itself with every kind of service, each of which fails and repeats what it was sent.
    @Suite("Keys of services", .timeLimit(.minutes(4)))
    struct ServiceKeyTests {
        /// Stands in every key, and nowhere else.
        private static let mark = "hush"
        private static let entries = [
            "chat", "responses", "messages", "whisper", "gpt-live", "scribe", "scribe-batch", "alloy", "flash", "v3",
        ]

        private static func engines(_ url: String) -> String {
            func secrets(_ entry: String) -> String {
                let name = variable(entry)
                return
                    "base_url: \"\(url)\", api_key: \"${\(name)_KEY}\", headers: {X-Token: \"Bearer ${\(name)_TOKEN}\"}"
            }
            return """
                language_models:
                  - {name: Chat, models: [chat], \(secrets("chat"))}
                  - {name: Responses, models: [responses], api: responses, \(secrets("responses"))}
                  - {name: Messages, models: [messages], api: messages, \(secrets("messages"))}
                transcribers:
                  - {id: whisper, kind: openai, model: whisper-1, \(secrets("whisper"))}
                  - {id: gpt-live, kind: openai-realtime, model: gpt-live-transcribe, \(secrets("gpt-live"))}
                  - {id: scribe, kind: elevenlabs, model_id: scribe_v2_realtime, \(secrets("scribe"))}
                  - {id: scribe-batch, kind: elevenlabs, model_id: scribe_v2, \(secrets("scribe-batch"))}
                voices:
                  - {id: alloy, kind: openai, model: tts-1, voice: alloy, \(secrets("alloy"))}
                  - {id: flash, kind: elevenlabs, voice_id: joe, \(secrets("flash"))}
                  - {id: v3, kind: elevenlabs, voice_id: joe, model_id: eleven_v3, \(secrets("v3"))}
                """
        }

        private static func variable(_ entry: String) -> String {
            entry.uppercased().replacing("-", with: "_")
        }

        private static let secrets = entries.flatMap { entry in
            ["KEY", "TOKEN"].map { (name: "\(variable(entry))_\($0)", value: "\(mark)-\(entry)-\($0)-0123456789") }
        }

        @Test("are in no log, answer, record or file, whatever the services say")
        func keys() async throws {
            let seen = Mutex<Set<String>>([])
            try await ScriptedHTTPServer.run { request in
                // Without the word before it, as services repeat keys.
                let said = request.head.headers.map(\.value).filter { $0.contains(Self.mark) }
                    .map { $0.replacing("Bearer ", with: "") }
                seen.withLock { $0.formUnion(said) }
                let body: JSONValue = ["error": ["message": .string("no " + said.joined(separator: " "))]]
                return [
                    .head(
                        request.head.method == .GET && !request.head.isUpgrade ? 401 : 500,
                        contentType: "application/json", headers: ["x-said": said.joined(separator: " ")]),
                    .write(body.text), .end,
                ]
            } body: { services in
                let folder = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(at: folder) }
                let file = folder.appending(path: "engines.yaml")
                try Self.engines(services.url).write(to: file, atomically: true, encoding: .utf8)
                var environment = ProcessInfo.processInfo.environment
                environment["PARLEY_ENGINES"] = file.path
                environment["PARLEY_DATA"] = folder.appending(path: "data").path
                environment["PARLEY_LOG_LEVEL"] = "trace"
                for secret in Self.secrets { environment[secret.name] = secret.value }

                let server = try Program(["serve", "--port", "0"], environment)
                let answers: [String]
                do {
                    answers = try await talk(on: try await server.port())
                } catch {
                    _ = await server.stop()
                    throw error
                }
                var texts = answers + [await server.stop()]
                for arguments in [
                    ["doctor"], ["models", "list"], ["calls"], ["serve", "--port", "x"],
                ] {
                    texts.append(await (try Program(arguments, environment)).output())
                }
                #expect(seen.withLock(\.self) == Set(Self.secrets.map(\.value)), "every service was asked")
                #expect(texts[answers.count].contains("listening") && texts[answers.count].contains("debug"))
                #expect(answers.contains { $0.contains("[hidden]") }, "the record tells what the services said")
                for text in texts { Self.expectNothing(in: Data(text.utf8), "\(text.prefix(200))") }
                let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
                while let file = files?.nextObject() as? URL {
                    if let data = try? Data(contentsOf: file) { Self.expectNothing(in: data, file.lastPathComponent) }
                }
            }
        }

        private static func expectNothing(in data: Data, _ what: String) {
            #expect(data.range(of: Data(mark.utf8)) == nil, "\(what)")
        }

        /// Holds a call, asks the other interfaces, and returns all that the server said.
        private func talk(on port: Int) async throws -> [String] {
            func ask(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> String {
                var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
                request.method = method
                request.headers.add(name: "content-type", value: "application/json")
                if let body { request.body = .bytes(ByteBuffer(bytes: body.data)) }
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
                let answer = try await response.body.collect(upTo: 32 << 20)
                return "\(response.status) \(response.headers) " + String(buffer: answer)
            }
            let created = try await ask(
                .POST, "/v1/convai/agents/create",
                ["conversation_config": baseConfiguration.merging(["agent": ["first_message": "Hello there."]])])
            let id = try #require(created.firstMatch(of: /agent_[a-z0-9]{20,}/)).output
            var answers = [created]
            try await TestWebSocket.connect(to: port, "/v1/convai/conversation?agent_id=\(id)") { socket in
                try await socket.send(["type": "conversation_initiation_client_data"])
                answers.append(try await socket.message("audio").text)
                for frame in try await frames(of: "What are your opening hours on Saturday?") {
                    try await socket.send(["user_audio_chunk": .string(frame.base64EncodedString())])
                    // At the pace of speech.
                    try await Task.sleep(for: .milliseconds(20))
                }
                answers.append(try await socket.message("user_transcript").text)
                answers.append(try await socket.message("agent_response").text)
            }
            let list = try await ask(.GET, "/v1/convai/conversations")
            let conversation = try #require(list.firstMatch(of: /conv_[a-z0-9]{20,}/)).output
            answers.append(list)
            for path in [
                "/v1/convai/agents", "/v1/convai/agents/\(id)", "/v1/convai/conversations/\(conversation)",
                "/v1/parley/conversations/\(conversation)/log", "/v1/voices", "/v1/models", "/v1/convai/llm/list",
                "/v1/user", "/v1/voices/alloy/settings", "/health", "/v1/voices/alloy", "/v1/voices/nobody",
            ] { answers.append(try await ask(.GET, path)) }
            for voice in ["alloy", "flash", "v3"] {
                answers.append(try await ask(.POST, "/v1/text-to-speech/\(voice)", ["text": "Good morning."]))
            }
            return answers
        }

        /// Half a second of silence, `text`, and two seconds of silence, in 20 ms of 16-bit PCM at 16 kHz.
        private func frames(of text: String) async throws -> [Data] {
            let engines = try #require(CallEngines.current)
            let speech = try await engines.speech(text, at: 16_000)
            let samples = [Float](repeating: 0, count: 8000) + speech + [Float](repeating: 0, count: 32_000)
            return stride(from: 0, to: samples.count, by: 320).map { start in
                FrameEncoder.encode(samples[start..<min(start + 320, samples.count)], as: .pcm16000)
            }
        }
    }

    /// The command beside these tests, and all that it prints.
    private final class Program: Sendable {
        private let process: Process
        private let lines: AsyncStream<String>
        private let text = Mutex("")
        private let exit: AsyncStream<Void>

        init(_ arguments: [String], _ environment: [String: String]) throws {
            let (lines, line) = AsyncStream.makeStream(of: String.self)
            let (exit, exited) = AsyncStream.makeStream(of: Void.self)
            (self.lines, self.exit) = (lines, exit)
            process = Process()
            process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
                .deletingLastPathComponent().appending(path: "parley")
            process.arguments = arguments
            process.environment = environment
            let pipe = Pipe()
            (process.standardOutput, process.standardError) = (pipe, pipe)
            pipe.fileHandleForReading.readabilityHandler = { handle in
                let data = handle.availableData
                if data.isEmpty {
                    handle.readabilityHandler = nil
                    line.finish()
                } else {
                    line.yield(String(decoding: data, as: UTF8.self))
                }
            }
            process.terminationHandler = { _ in exited.finish() }
            try process.run()
        }

        /// Where the server listens.
        func port() async throws -> Int {
            for await part in lines {
                let all = text.withLock { text in
                    text += part
                    return text
                }
                if let match = all.firstMatch(of: /listening on http:\/\/127\.0\.0\.1:(\d+)\n/) {
                    return try #require(Int(match.output.1))
                }
            }
            throw TestWebSocket.Ended(description: "The server ended: \(text.withLock(\.self))")
        }

        /// Everything up to its end.
        func output() async -> String {
            for await part in lines { text.withLock { $0 += part } }
            for await _ in exit {}
            return text.withLock(\.self)
        }

        /// The same of one that runs until it is told to stop.
        func stop() async -> String {
            process.terminate()
            return await output()
        }
    }
}

extension HTTPRequestHead {
    fileprivate var isUpgrade: Bool { headers.contains(name: "upgrade") }
}
