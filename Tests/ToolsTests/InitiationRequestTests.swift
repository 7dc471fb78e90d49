import Agents
import Egress
import Foundation
import JSON
import MemoryStore
import NIOHTTP1
import Tasks
import TestSupport
import Testing

@testable import Tools

/// The conversation-initiation webhook on real sockets.
@Suite("Requests of the conversation-initiation webhook", .timeLimit(.minutes(1)))
struct InitiationRequestTests {
    /// What comes of asking a server at `url`.
    private func ask(
        _ url: String, policy: EgressPolicy = EgressPolicy(allowsPrivateAddresses: true),
        timeout: Duration = .seconds(20)
    ) async throws -> Result<InitiationAnswer, InitiationFailure> {
        let agent = try Agent.new(
            platformSettings: [
                "overrides": ["enable_conversation_initiation_client_data_from_webhook": true],
                "workspace_overrides": [
                    "conversation_initiation_client_data_webhook": [
                        "url": .string(url), "request_headers": ["X-Key": "s3cret"],
                    ]
                ],
            ])
        let webhook = try #require(try await Workspace(MemoryStorage()).initiationWebhook(for: agent))
        var warnings: [String] = []
        let request = try InitiationRequest(
            webhook, about: ["agent_id": "agent_1", "caller_id": "+431"], variables: [:], key: "conv_1:initiation",
            timeout: timeout, &warnings)
        #expect(warnings == [])
        let client = EgressClient(policy: policy)
        let result: Result<InitiationAnswer, InitiationFailure>
        do {
            result = .success(try await request.answer { try await client.send($0) })
        } catch let error as InitiationFailure {
            result = .failure(error)
        }
        await client.shutdown()
        return result
    }

    private static func json(_ text: String) -> [ScriptedHTTPServer.Step] {
        [.head(contentType: "application/json"), .write(text), .end]
    }

    @Test("the request is as the hosted service sends it, and its answer is read")
    func wire() async throws {
        try await ScriptedHTTPServer.run(
            Self.json(#"{"dynamic_variables":{"name":"Ann","age":7},"user_id":"u","source_info":{"source":"x"}}"#)
        ) { server in
            let answer = try await ask(server.url).get()
            #expect(answer.initiation == CallInitiation(dynamicVariables: ["name": "Ann", "age": 7], userID: "u"))
            let request = try #require(server.requests.first)
            #expect(request.head.method == .POST && request.head.uri == "/v1")
            #expect(request.head.headers.first(name: "x-key") == "s3cret")
            #expect(request.head.headers.first(name: "content-type") == "application/json")
            #expect(request.head.headers.first(name: "idempotency-key") == "conv_1:initiation")
            #expect(
                try JSONValue(parsing: Data(request.body.utf8)) == ["agent_id": "agent_1", "caller_id": "+431"])
        }
    }

    @Test("an answer of nothing is one, if the server says so")
    func nothing() async throws {
        try await ScriptedHTTPServer.run([.head(204), .end]) { server in
            let answer = try await ask(server.url).get()
            #expect(answer.initiation == CallInitiation())
        }
    }

    @Test("redirects are not followed, wherever they lead")
    func redirect() async throws {
        try await ScriptedHTTPServer.run(
            [.head(307, headers: ["location": "http://169.254.169.254/latest/meta-data"]), .end],
            Self.json(#"{"user_id":"u"}"#)
        ) { server in
            let result = try await ask(server.url)
            #expect(result == .failure(InitiationFailure("the server answered 307")))
            #expect(server.requests.count == 1)
        }
    }

    @Test("an answer that is too long, that never ends or that never comes is given up")
    func bounds() async throws {
        let long = String(repeating: "x", count: InitiationRequest.longestAnswer)
        try await ScriptedHTTPServer.run(Self.json(#"{"user_id":"\#(long)"}"#)) { server in
            let result = try await ask(server.url)
            #expect(result == .failure(InitiationFailure("the answer is longer than 262144 bytes")))
        }
        for script in [[.hang], [.head(contentType: "application/json"), .write("{"), .hang]]
            as [[ScriptedHTTPServer.Step]]
        {
            try await ScriptedHTTPServer.run(script) { server in
                let result = try await ask(server.url, timeout: .milliseconds(100))
                #expect(result == .failure(InitiationFailure("there was no answer in time")))
            }
        }
    }

    @Test("a private address is not asked unless the server's owner allows it")
    func guarded() async throws {
        try await ScriptedHTTPServer.run(Self.json("{}")) { server in
            guard case .failure(let failure) = try await ask(server.url, policy: EgressPolicy()) else {
                Issue.record("it was asked")
                return
            }
            #expect(failure.description.contains("not on the public internet"))
            #expect(server.connectionCount == 0)
        }
    }
}
