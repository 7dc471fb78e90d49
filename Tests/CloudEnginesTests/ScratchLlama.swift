import AsyncHTTPClient
import Engines
import Foundation
import JSON
import NIOCore
import Testing
@testable import CloudEngines

@Suite(.serialized) struct ScratchLlama {
    struct One: SlotProvider { func acquireSlot() async -> Int? { 0 }; func release(slot: Int) async {} }
    @Test(.enabled(if: ProcessInfo.processInfo.environment["LLAMA"] != nil)) func real() async throws {
        let base = ProcessInfo.processInfo.environment["LLAMA"]!
        var o = OpenAICompatibleModel.Options(); o.supportsPrefill = true; o.extraBody = ["cache_prompt": true];
        o.firstEventTimeout = .seconds(100)
        let client = HTTPClient(configuration: OpenAICompatibleModel.clientConfiguration(for: o))
        let model = OpenAICompatibleModel(
            id: "qwen", endpoint: .init(baseURL: base + "/v1"), httpClient: client, options: o, slots: One())
        @Sendable func busy() async throws -> Bool {
            let r = try await client.execute(HTTPClientRequest(url: base + "/slots"), timeout: .seconds(5))
            let v = try JSONValue(parsing: Data((try await r.body.collect(upTo: 1 << 20)).readableBytesView))
            return v.arrayValue!.contains { $0["is_processing"] == true }
        }
        func idle() async throws -> Duration {
            let t = ContinuousClock.now; while try await busy() { try await Task.sleep(for: .milliseconds(5)) };
            return .now - t
        }
        func sys(_ n: Int) -> ChatMessage {
            .system(
                "\(UUID()) " + (0..<n).map { "Rule \($0): be kind, open from \($0) to \($0+5)." }.joined(separator: " ")
            )
        }
        let s = await model.openSession()
        let p = sys(40)
        var t = ContinuousClock.now
        try await s.prefill(.init(messages: [p])); print("prefill", ContinuousClock.now - t)
        t = .now; var first: Duration?
        for try await e in s.generate(.init(messages: [p, .user("When do you open?")], maxTokens: 20)) {
            if first == nil { first = .now - t };
            if case .finished(let x) = e { print("generate first", first!, "all", ContinuousClock.now - t, x) }
        }
        t = .now
        for try await _ in s.generate(.init(messages: [p, .user("Tell me a very long story.")], maxTokens: 500)) {
            break
        }
        print("break after", ContinuousClock.now - t, "idle after", try await idle())
        let long = sys(80)
        let task = Task { for try await _ in s.generate(.init(messages: [long])) {} }
        try await Task.sleep(for: .milliseconds(500)); print("busy", try await busy()); task.cancel()
        print("cancelled in prompt: idle after", try await idle())
        let pre = Task { try await s.prefill(.init(messages: [sys(80)])) }
        try await Task.sleep(for: .milliseconds(300)); t = .now; first = nil
        for try await e in s.generate(.init(messages: [p, .user("When do you close?")], maxTokens: 5)) {
            if first == nil { first = .now - t };
            if case .finished(let x) = e { print("after stopping prefill: first", first!, x) }
        }
        _ = await pre.result
        let q = sys(80); let pre2 = Task { try await s.prefill(.init(messages: [q])) }
        try await Task.sleep(for: .milliseconds(700)); t = .now; first = nil
        for try await e in s.generate(.init(messages: [q, .user("When do you close?")], maxTokens: 5)) {
            if first == nil { first = .now - t };
            if case .finished(let x) = e { print("after stopping prefill of the same: first", first!, x) }
        }
        _ = await pre2.result
        try await client.shutdown()
    }
}
