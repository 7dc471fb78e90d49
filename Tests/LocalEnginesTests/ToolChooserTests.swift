import AsyncHTTPClient
import Engines
import Foundation
import JSON
import Testing

@testable import LocalEngines
@testable import ToolDecisions

@Suite("A larger model that chooses tools", .serialized, .timeLimit(.minutes(2)))
struct ToolChooserTests {
    /// What becomes of it in mid-call.
    enum Mishap: String, CaseIterable, Sendable {
        /// It takes a request and never answers.
        case hangs
        case fails
        /// Its program ends in the middle of a request, and is started again; the first request to it then fails.
        case dies
    }

    private static func tool(_ name: String) -> ToolDefinition {
        ToolDefinition(
            name: name, description: "Tells something about an order.",
            parameters: [
                "type": "object",
                "properties": ["order_number": ["type": "string", "description": "A letter and four digits"]],
                "required": ["order_number"],
            ])
    }

    private static let request = GenerationRequest(
        messages: [.user("Hi, where is my order? The number is A4711.")],
        tools: [ToolChooserTests.tool("get_order_status"), ToolChooserTests.tool("get_invoice")])

    /// The tools that are called.
    private static func calls(_ decider: LlamaToolDecider) async throws -> [String] {
        let session = await ToolDecidingModel(TalkingModel(), decider: decider).openSession()
        var names: [String] = []
        for try await case .toolCall(let call) in session.generate(request) {
            #expect(call.arguments == ["order_number": "A4711"])
            names.append(call.name)
        }
        await session.close()
        return names
    }

    @Test(
        "when it hangs, fails or dies in mid-call the small model chooses, once a turn, and when it is back it does again",
        arguments: Mishap.allCases)
    func mishaps(mishap: Mishap) async throws {
        let small = try ScriptedLlama(wants: "get_order_status")
        let larger = try ScriptedLlama(wants: "get_invoice")
        let running = [small, larger].map { model in Task { try await model.server.run() } }
        defer { for task in running { task.cancel() } }
        func decider(patience: Duration) async throws -> LlamaToolDecider {
            var options = ToolDecisionOptions()
            options.larger.patience = patience
            let decider = LlamaToolDecider(
                server: small.server, chooser: larger.server, client: .shared, options: options)
            try await decider.waitUntilPrepared(for: Self.request)
            return decider
        }
        let patient = try await decider(patience: .seconds(20))
        let hasty = try await decider(patience: .milliseconds(50))
        #expect(try await Self.calls(patient) == ["get_invoice"])

        let process = larger.server.processID
        try larger.become(mishap.rawValue)
        // Whoever waits for one that hangs waits as long as they may.
        let asked = mishap == .hangs ? hasty : patient
        for _ in 1...2 { #expect(try await Self.calls(asked) == ["get_order_status"]) }
        while mishap == .dies, !larger.server.isReady || larger.server.processID == process {
            try Task.checkCancellation()
            await Task.yield()
        }
        try larger.become("works")
        #expect(try await Self.calls(patient) == ["get_invoice"])
    }
}

/// A language model's server whose answers a test writes, in the place of the program.
private final class ScriptedLlama: Sendable {
    let server: LlamaServer
    private let folder: URL

    /// - Parameter tool: the one that it finds likely once the caller has said a number.
    init(wants tool: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        for name in ["bin", "models/fake"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        let program = folder.appending(path: "bin/llama-server")
        try Data(Self.program.utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        try Data().write(to: folder.appending(path: "models/fake/model.gguf"))
        try Data(tool.utf8).write(to: folder.appending(path: "wanted"))
        try Data("works".utf8).write(to: folder.appending(path: "state"))
        self.folder = folder
        server = try LlamaServer(model: "fake", home: EngineHome(path: folder.path), options: .toolDecision)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What it does with requests from now on: `works`, or a `Mishap`.
    func become(_ state: String) throws {
        try Data(state.utf8).write(to: folder.appending(path: "state"), options: .atomic)
    }

    private static let program = #"""
        #!/usr/bin/env python3
        import http.server, json, os, pathlib, socketserver, sys, threading, zlib

        HOME = pathlib.Path(__file__).resolve().parents[1]
        STATE = HOME / "state"
        WANTED = (HOME / "wanted").read_text()


        def token(name):
            return zlib.crc32(f" {name}(".encode())


        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def answer(self, body, status=200):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                self.answer({})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                state = STATE.read_text()
                if state == "hangs":
                    threading.Event().wait()
                if state == "fails":
                    return self.answer({}, 500)
                if state == "dies":
                    STATE.write_text("fails")
                    os._exit(1)
                if self.path == "/tokenize":
                    return self.answer({"tokens": [zlib.crc32(body["content"].encode())]})
                if "n_probs" not in body:
                    return self.answer({"content": "A4711"})
                is_neutral = "A4711" not in body["prompt"].rpartition("Caller:")[2]
                candidates = []
                for name in ("talk", "get_order_status", "get_invoice"):
                    likely = -1.0 if is_neutral else -0.1 if name == WANTED else -5.0
                    candidates.append({"id": token(name), "token": f" {name}(", "logprob": likely})
                self.answer({"completion_probabilities": [{"top_logprobs": candidates}]})


        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True


        Server(sys.argv[sys.argv.index("--host") + 1], Handler).serve_forever()

        """#
}

/// A model that only talks.
private struct TalkingModel: LanguageModel, LanguageModelSession {
    let id = "talking"

    func openSession() async -> any LanguageModelSession { self }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { continuation in
            continuation.yield(.text("Let me see."))
            continuation.yield(.finished(GenerationSummary(reason: "stop")))
            continuation.finish()
        }
    }

    func prefill(_ request: GenerationRequest) async throws {}
    func close() async {}
}
