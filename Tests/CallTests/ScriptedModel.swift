import JSON
import TestSupport

/// An OpenAI-compatible server on loopback whose answers follow from the request alone.
final class ScriptedModel: Sendable {
    enum Answer: Sendable {
        case text(String)
        /// A call of a tool, after some text or none.
        case call(String, JSONValue, after: String = "")
        case status(Int)
        /// Nothing, ever.
        case silence
    }

    private let server: ScriptedHTTPServer

    /// The bodies of all requests so far.
    var requests: [JSONValue] { server.requests.compactMap { try? JSONValue(parsing: $0.body) } }

    /// The settings of an agent that is led by this model.
    func configuration(tools: [JSONValue] = [], builtIn: JSONValue = [:], firstMessage: String = "") -> JSONValue {
        [
            "agent": [
                "first_message": .string(firstMessage),
                "prompt": [
                    "llm": "custom-llm", "tools": .array(tools), "built_in_tools": builtIn,
                    "custom_llm": ["url": .string(server.url), "model_id": "scripted"],
                ],
            ]
        ]
    }

    private init(_ server: ScriptedHTTPServer) { self.server = server }

    static func run(
        _ answer: @escaping @Sendable (JSONValue) -> Answer, body: (ScriptedModel) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.run { request in
            let answer = answer((try? JSONValue(parsing: request.body)) ?? .null)
            var status = 200
            if case .status(let code) = answer { status = code }
            var steps = [ScriptedHTTPServer.Step.head(status)]
            for line in lines(of: answer) { steps.append(.write("data: \(line)\n\n")) }
            if case .silence = answer { return steps + [.hang] }
            return steps + [.end]
        } body: {
            try await body(ScriptedModel($0))
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
        case .status, .silence:
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
