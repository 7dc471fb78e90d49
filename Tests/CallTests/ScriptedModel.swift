import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An OpenAI-compatible server on loopback whose answers follow from the request alone.
final class ScriptedModel: Sendable {
    enum Answer: Sendable {
        case text(String)
        /// A call of a tool, after some text or none.
        case call(String, JSONValue, after: String = "")
        case status(Int)
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    private let port: Int
    private let answer: @Sendable (JSONValue) -> Answer
    private let bodies = Mutex<[JSONValue]>([])

    /// The bodies of all requests so far.
    var requests: [JSONValue] { bodies.withLock { $0 } }

    /// The settings of an agent that is led by this model.
    func configuration(tools: [JSONValue] = [], builtIn: JSONValue = [:], firstMessage: String = "") -> JSONValue {
        [
            "agent": [
                "first_message": .string(firstMessage),
                "prompt": [
                    "llm": "custom-llm", "tools": .array(tools), "built_in_tools": builtIn,
                    "custom_llm": ["url": .string("http://127.0.0.1:\(port)/v1"), "model_id": "scripted"],
                ],
            ]
        ]
    }

    private init(port: Int, answer: @escaping @Sendable (JSONValue) -> Answer) {
        self.port = port
        self.answer = answer
    }

    static func run(
        _ answer: @escaping @Sendable (JSONValue) -> Answer, body: (ScriptedModel) async throws -> Void
    ) async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let model = ScriptedModel(port: listener.channel.localAddress?.port ?? 0, answer: answer)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                do {
                    try await listener.executeThenClose { connections in
                        try await withThrowingDiscardingTaskGroup { group in
                            for try await connection in connections {
                                group.addTask { try? await model.serve(connection) }
                            }
                        }
                    }
                } catch is CancellationError {
                    // The end of the test.
                }
            }
            try await body(model)
            group.cancelAll()
        }
    }

    private func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var body = ""
            for try await part in inbound {
                switch part {
                case .head: body = ""
                case .body(let buffer): body += String(buffer: buffer)
                case .end:
                    let request = try JSONValue(parsing: body)
                    bodies.withLock { $0.append(request) }
                    let answer = answer(request)
                    var status = 200
                    if case .status(let code) = answer { status = code }
                    let headers: HTTPHeaders = ["content-type": "text/event-stream", "transfer-encoding": "chunked"]
                    try await outbound.write(
                        .head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)))
                    for line in Self.lines(of: answer) {
                        try await outbound.write(.body(.byteBuffer(ByteBuffer(string: "data: \(line)\n\n"))))
                    }
                    try await outbound.write(.end(nil))
                }
            }
        }
    }

    private static func lines(of answer: Answer) -> [String] {
        func chunk(_ delta: JSONValue, finish: JSONValue = nil) -> String {
            let choice: JSONValue = ["index": 0, "delta": delta, "finish_reason": finish]
            let value: JSONValue = ["id": "1", "object": "chat.completion.chunk", "choices": [choice]]
            return value.text
        }
        func words(_ text: String) -> [String] {
            text.split(separator: " ", omittingEmptySubsequences: false).enumerated().map { index, word in
                chunk(["content": .string((index == 0 ? "" : " ") + word)])
            }
        }
        switch answer {
        case .text(let text):
            return words(text) + [chunk([:], finish: "stop"), "[DONE]"]
        case .call(let name, let arguments, let text):
            let call: JSONValue = [
                "index": 0, "id": "call_1", "type": "function",
                "function": ["name": .string(name), "arguments": .string(arguments.text)],
            ]
            return (text.isEmpty ? [] : words(text))
                + [chunk(["tool_calls": [call]]), chunk([:], finish: "tool_calls"), "[DONE]"]
        case .status:
            return []
        }
    }
}

extension JSONValue {
    /// The messages of a request.
    var requestMessages: [JSONValue] { self["messages"]?.arrayValue ?? [] }

    /// Whether a request goes on after a tool's result.
    var endsWithTool: Bool { requestMessages.last?["role"] == "tool" }
}
