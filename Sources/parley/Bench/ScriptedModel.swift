import Client
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore

/// An OpenAI-compatible model on this machine with known answers and timing, so that the rest of an answer's latency is
/// the server's.
struct ScriptedModel: Sendable {
    /// Time from a request to the first token.
    var firstToken: Duration = .milliseconds(100)
    /// Time between tokens; hosted models write some 80 a second.
    var tokenInterval: Duration = .milliseconds(12)

    /// What the agent says first; nil for the agent's own first message.
    var firstMessage: String?
    /// The answers, used in turn and repeated.
    var answers = [
        "Of course, I can help you with that. Could you tell me your order number, please?",
        "Thank you for letting me know. I have found it in our system, and it looks fine.",
        "Yes, that is possible. Would you like to come in the morning, or in the afternoon?",
        "Let me see. It was sent yesterday, so it should be with you by tomorrow evening.",
    ]

    /// Whether a server at `url` can call this one, which is on the loopback interface.
    static func isReachable(from url: String) -> Bool {
        URL(string: url)?.host().map(["127.0.0.1", "localhost", "::1", "[::1]"].contains) ?? false
    }

    /// Creates a copy of `target`'s agent that uses this model, for as long as `body` runs.
    ///
    /// The server calls the model, so both must be on this machine.
    func lead<Result: Sendable>(
        _ target: CallTarget, _ body: @Sendable (CallTarget) async throws -> Result
    ) async throws -> Result {
        let agents = try AgentsClient(url: target.url, apiKey: target.apiKey)
        let original = try await agents.get(target.agentID)
        return try await serve { url in
            let model: JSONValue = ["url": .string(url), "model_id": "scripted"]
            var agent: [String: JSONValue] = ["prompt": ["llm": "custom-llm", "custom_llm": model]]
            agent["first_message"] = firstMessage.map(JSONValue.string)
            let change: JSONValue = ["agent": .object(agent)]
            let configuration: JSONValue = [
                "name": .string("\(original["name"]?.stringValue ?? "Agent") (bench, scripted model)"),
                // Its own model server and tools are removed first, since their keys are not shown.
                "conversation_config": (original["conversation_config"] ?? [:])
                    .merging(["agent": ["prompt": ["custom_llm": nil, "tools": nil, "tool_ids": nil]]])
                    .merging(change),
            ]
            var scripted = target
            scripted.agentID = try await agents.create(configuration)
            do {
                let result = try await body(scripted)
                try? await agents.delete(scripted.agentID)
                return result
            } catch {
                try? await agents.delete(scripted.agentID)
                throw error
            }
        }
    }

    /// Serves the model on a free port of the loopback interface while `body` runs.
    private func serve<Result: Sendable>(_ body: (String) async throws -> Result) async throws -> Result {
        let router = Router()
        router.post("/v1/chat/completions") { request, _ in
            let data = try await request.body.collect(upTo: 1 << 20)
            let messages = try? JSONValue(parsing: Data(data.readableBytesView))["messages"]?.arrayValue
            let words = tokens(of: answers[(messages?.count ?? 0) / 2 % answers.count])
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream"],
                body: ResponseBody { writer in
                    try await Task.sleep(for: firstToken)
                    for word in words {
                        try await writer.write(Self.event(["content": .string(word)], finish: nil))
                        try await Task.sleep(for: tokenInterval)
                    }
                    try await writer.write(Self.event([:], finish: "stop"))
                    try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
                    try await writer.finish(nil)
                })
        }
        return try await Self.serve(router, body)
    }

    /// Serves `router` on a free port of the loopback interface while `body` runs with the API's base URL.
    static func serve<Result: Sendable>(
        _ router: Router<BasicRequestContext>, _ body: (String) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "scripted-model")
        // The server is cancelled in the middle of a connection, which it would log.
        logger.logLevel = .critical
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let number = channel.localAddress?.port { port.yield(number) }
                port.finish()
            },
            logger: logger)
        let running = Task {
            defer { port.finish() }
            try await application.run()
        }
        defer { running.cancel() }
        guard let number = await ports.first(where: { _ in true }) else {
            throw CommandError.failed("The scripted model could not be started.")
        }
        return try await body("http://127.0.0.1:\(number)/v1")
    }

    /// The words with the space before them, which roughly are a model's tokens.
    private func tokens(of text: String) -> [String] {
        text.split(separator: " ").enumerated().map { ($0 == 0 ? "" : " ") + $1 }
    }

    private static func event(_ delta: JSONValue, finish: JSONValue) -> ByteBuffer {
        let choice: JSONValue = ["index": 0, "delta": delta, "finish_reason": finish]
        let chunk: JSONValue = ["id": "scripted", "object": "chat.completion.chunk", "choices": [choice]]
        return ByteBuffer(string: "data: \(chunk.text)\n\n")
    }
}
