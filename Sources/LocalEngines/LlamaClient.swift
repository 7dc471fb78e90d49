import AsyncHTTPClient
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Tasks

/// llama-server's own API, for requests that the OpenAI-compatible API does not have.
package struct LlamaClient: Sendable {
    package let server: LlamaServer
    private let http: HTTPClient
    /// Time-out for a whole answer.
    private let timeout: Duration

    private static let answerLimit = 1 << 20

    package init(server: LlamaServer, http: HTTPClient, timeout: Duration) {
        self.server = server
        self.http = http
        self.timeout = timeout
    }

    /// A token that may come next.
    package struct Candidate: Decodable, Sendable {
        package var id: Int
        /// The text of the token, which may be empty.
        package var token: String
        /// The natural logarithm of its probability.
        package var logprob: Double
    }

    /// The most likely tokens after `prompt`, which is evaluated in `slot`.
    package func candidates(after prompt: String, count: Int, slot: Int) async throws -> [Candidate] {
        struct Answer: Decodable {
            struct Position: Decodable { var top_logprobs: [Candidate] }
            var completion_probabilities: [Position]?
        }
        let answer: Answer = try await post(
            "/completion",
            [
                "prompt": .string(prompt), "n_predict": 1, "n_probs": .integer(count), "temperature": 0,
                "cache_prompt": true, "id_slot": .integer(slot),
            ])
        return answer.completion_probabilities?.first?.top_logprobs ?? []
    }

    /// The most likely text after `prompt`, up to the first of `stops`.
    ///
    /// - Parameters:
    ///   - limit: The most tokens.
    ///   - schema: A JSON Schema that the text has to satisfy; nil for any text.
    package func continuation(
        of prompt: String, upTo stops: [String] = [], limit: Int, schema: JSONValue? = nil, slot: Int
    ) async throws -> String {
        struct Answer: Decodable { var content: String }
        var body: [String: JSONValue] = [
            "prompt": .string(prompt), "n_predict": .integer(limit), "temperature": 0,
            "stop": .array(stops.map(JSONValue.string)), "cache_prompt": true, "id_slot": .integer(slot),
        ]
        body["json_schema"] = schema
        let answer: Answer = try await post("/completion", .object(body))
        return answer.content
    }

    /// The ids of a text's tokens.
    package func tokens(of text: String) async throws -> [Int] {
        struct Answer: Decodable { var tokens: [Int] }
        let answer: Answer = try await post("/tokenize", ["content": .string(text), "add_special": false])
        return answer.tokens
    }

    /// - Throws: `EngineError`, or `CancellationError`.
    private func post<Answer: Decodable & Sendable>(_ path: String, _ body: JSONValue) async throws -> Answer {
        var request = HTTPClientRequest(url: server.address + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body.data))
        do {
            // The HTTP client's own time-out ends with the head of the answer.
            let data = try await TaskClock.continuous().value(
                within: timeout, orThrow: EngineError(.timeout, engine: server.model, "no answer within \(timeout)")
            ) { [request] in try await self.answer(to: request) }
            return try JSONValue(parsing: Data(data.readableBytesView)).decode()
        } catch let error as EngineError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw EngineError(.failed, engine: server.model, "\(path) was not answered")
        }
    }

    private func answer(to request: HTTPClientRequest) async throws -> ByteBuffer {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, deadline: .distantFuture)
        } catch  where error as? HTTPClientError == .remoteConnectionClosed || error is ChannelError || error is IOError
        {
            // The server closes connections after 5 s without requests, sometimes just as one is reused. All requests
            // made here can be repeated.
            response = try await http.execute(request, deadline: .distantFuture)
        }
        guard response.status == .ok else {
            throw EngineError(.failed, engine: server.model, "status \(response.status.code)")
        }
        return try await response.body.collect(upTo: Self.answerLimit)
    }
}
