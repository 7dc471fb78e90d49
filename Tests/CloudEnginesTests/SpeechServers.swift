import AsyncHTTPClient
import CloudEngines
import Engines
import Foundation
import TestSupport
import Testing

/// What must be in no error, log or record.
enum Secret {
    static let key = "sk-secret-0123456789abcdef"
    static let header = "hdr-secret-9876543210"

    static func endpoint(_ url: String) -> ServiceEndpoint {
        ServiceEndpoint(baseURL: url, apiKey: key, headers: ["X-Token": header])
    }
}

/// Answers that every client of a speech server has to make the same error of.
struct FailingAnswer: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: [ScriptedHTTPServer.Step]
    var kind: EngineError.Kind
    var retryAfter: Duration?

    init(_ name: String, _ kind: EngineError.Kind, retryAfter: Duration? = nil, _ script: [ScriptedHTTPServer.Step]) {
        testDescription = name
        self.kind = kind
        self.retryAfter = retryAfter
        self.script = script
    }

    /// How long a client waits for the answer: short where it has to give up, and no limit on a busy machine elsewhere.
    var patience: Duration { kind == .timeout ? .milliseconds(150) : .seconds(20) }

    private static func refusal(_ status: Int, headers: [String: String] = [:]) -> [ScriptedHTTPServer.Step] {
        let text = #"{"error":{"message":"no \#(Secret.key) \#(Secret.header)"}}"#
        return [.head(status, contentType: "application/json", headers: headers), .write(text), .end]
    }

    static let all = [
        FailingAnswer("401", .rejected, refusal(401)),
        FailingAnswer("429", .rateLimited, retryAfter: .seconds(7), refusal(429, headers: ["retry-after": "7"])),
        FailingAnswer("500", .failed, refusal(500)), FailingAnswer("503", .unavailable, refusal(503)),
        FailingAnswer("a redirect", .rejected, refusal(307, headers: ["location": "http://127.0.0.1:1/"])),
        FailingAnswer("nothing", .timeout, [.hang]),
        FailingAnswer("only a head", .timeout, [.head(contentType: "audio/pcm"), .hang]),
        FailingAnswer(
            "a page", .malformedAnswer, [.head(contentType: "text/html"), .write("<p>\(Secret.key)"), .end]),
    ]
}

extension EngineError {
    /// Everything that could be shown of it.
    var allText: String { "\(self) \(String(reflecting: self)) \(description) \(message)" }
}
