import JSON
import Testing

@testable import MCP

@Suite struct ReplyStreamTests {
    private let options = MCPOptions()

    private func event(_ json: JSONValue, id: String? = nil) -> String {
        (id.map { "id: \($0)\n" } ?? "") + "event: message\ndata: \(json.text)\n\n"
    }

    private let answer: JSONValue = ["jsonrpc": "2.0", "id": 7, "result": ["ok": true]]

    @Test func answerEndsTheStreamAndWhatComesBeforeIsTold() {
        var stream = ReplyStream(for: 7, options: options)
        let progress: JSONValue = ["jsonrpc": "2.0", "method": "notifications/progress", "params": ["progress": 1]]
        let ping: JSONValue = ["jsonrpc": "2.0", "id": "p", "method": "ping"]
        let sampling: JSONValue = ["jsonrpc": "2.0", "id": 3, "method": "sampling/createMessage", "params": [:]]
        let other: JSONValue = ["jsonrpc": "2.0", "id": 6, "result": [:]]
        let steps = stream.take(
            ([progress, ping, sampling, other, answer, progress].map { event($0) }.joined() + ": ping\r\n\r\n").utf8)
        #expect(
            steps == [
                .notice("notifications/progress"),
                .send(["jsonrpc": "2.0", "id": "p", "result": [:]]),
                .send(RPCMessage.answer(to: "sampling/createMessage", id: 3)), .reply(.success(["ok": true])),
            ])
    }

    @Test func errorIsTheAnswerToo() {
        var stream = ReplyStream(for: 7, options: options)
        let error: JSONValue = ["jsonrpc": "2.0", "id": 7, "error": ["code": -32602, "message": "bad"]]
        #expect(
            stream.take(event(error).utf8) == [.reply(.failure(.rpc(RPCError(code: -32602, message: "bad"))))])
    }

    @Test func brokenStreamIsTakenUpAfterTheLastEventThatHadAnID() {
        var stream = ReplyStream(for: 7, options: options)
        // An event without data only gives the place.
        #expect(stream.take("id: a\nretry: 20\ndata:\n\n".utf8).isEmpty)
        #expect(stream.ended("") == .resume(after: .milliseconds(20), eventID: "a"))
        // Half an event of the broken connection is forgotten.
        #expect(stream.take(event(answer, id: "b").utf8) == [.reply(.success(["ok": true]))])
    }

    @Test func streamThatBreaksAgainAndAgainIsGivenUp() {
        var stream = ReplyStream(for: 7, options: options)
        #expect(stream.ended("cut off") == .reply(.failure(.lost("cut off"))))
        _ = stream.take("id: a\ndata:\n\n".utf8)
        for _ in 0..<options.mostReconnects {
            #expect(stream.ended("") == .resume(after: options.reconnectDelay, eventID: "a"))
        }
        #expect(stream.ended("cut off") == .reply(.failure(.lost("cut off"))))
        // Whoever gets on is not given up.
        _ = stream.take("id: b\ndata:\n\n".utf8)
        #expect(stream.ended("") == .resume(after: options.reconnectDelay, eventID: "b"))
    }

    @Test func serverCannotMakeAClientWaitForEver() {
        var stream = ReplyStream(for: 7, options: options)
        _ = stream.take("id: a\nretry: 99999999\ndata:\n\n".utf8)
        #expect(stream.ended("") == .resume(after: options.longestReconnectDelay, eventID: "a"))
    }

    @Test func whatIsNoMessageIsAClearError() {
        var stream = ReplyStream(for: 7, options: options)
        guard case .reply(.failure(.notMCP(let reason)))? = stream.take("data: {\"jsonrpc\":\n\n".utf8).first else {
            Issue.record("half a JSON was taken")
            return
        }
        #expect(reason.contains("no valid JSON"))
        var options = options
        options.longestAnswer = 100
        var short = ReplyStream(for: 7, options: options)
        #expect(
            short.take("data: \(String(repeating: "x", count: 200))\n\n".utf8)
                == [.reply(.failure(.tooLarge(limit: 100)))])
    }

    @Test func depthIsBounded() {
        var stream = ReplyStream(for: 7, options: options)
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        guard
            case .reply(.failure(.notMCP))? =
                stream.take("data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":\(deep)}}\n\n".utf8).first
        else {
            Issue.record("200 levels were taken")
            return
        }
    }
}
