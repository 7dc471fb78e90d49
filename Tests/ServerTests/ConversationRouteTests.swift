import Agents
import Audio
import ConvAI
import Conversation
import Foundation
import JSON
import Server
import Testing
import TurnTaking

@Suite("Conversations over REST", .timeLimit(.minutes(1)))
struct ConversationRouteTests {
    @Test("lists are filtered and paged; a record is shown whole; deleting removes it")
    func records() async throws {
        try await withServer { server in
            let (first, second) = (Identifier.make("conv"), Identifier.make("conv"))
            for (id, agent, time) in [(first, "agent_a", 1000), (second, "agent_b", 2000)] {
                try await server.storage.conversations.begin(
                    ConversationStart(id: id, agentID: agent, agentName: "A", startTime: time))
            }
            let path = "/v1/convai/conversations"
            let page = try await server.send("GET", "\(path)?page_size=1").json
            #expect(page["conversations"]?.arrayValue?.first?["conversation_id"]?.stringValue == second)
            #expect(page["has_more"] == true)
            let cursor = try #require(page["next_cursor"]?.stringValue)
            let rest = try await server.send("GET", "\(path)?page_size=1&cursor=\(cursor)").json
            #expect(rest["conversations"]?.arrayValue?.first?["conversation_id"]?.stringValue == first)
            let filtered = try await server.send("GET", "\(path)?agent_id=agent_a&call_start_before_unix=1500").json
            #expect(filtered["conversations"]?.arrayValue?.count == 1)

            let record = try await server.send("GET", "\(path)/\(first)")
            #expect(record.status == 200)
            #expect(record.json["status"] == "in-progress")
            #expect(try await server.send("DELETE", "\(path)/\(first)").status == 200)
            let gone = try await server.send("GET", "\(path)/\(first)")
            #expect(gone.status == 404)
            #expect(gone.json["detail"]?["code"] == "conversation_not_found")
        }
    }

    @Test("the log is shown line by line, and as waterfalls when it can be read")
    func log() async throws {
        try await withServer { server in
            let id = Identifier.make("conv")
            try await server.storage.conversations.begin(
                ConversationStart(id: id, agentID: "agent_a", agentName: "A", startTime: 0))
            let path = "/v1/parley/conversations/\(id)"
            #expect(try await server.send("GET", "\(path)/log").json["lines"] == [])
            let unreadable = try await server.send("GET", "\(path)/waterfalls")
            #expect(unreadable.status == 404)
            #expect(unreadable.json["detail"]?["code"] == "log_not_readable")

            let policy = try JSONValue(parsing: JSONEncoder().encode(TurnPolicy()))
            let lines = [
                CallEvent(time: 0, kind: "policy", detail: policy),
                CallEvent(time: 0, kind: "event", detail: ["began": ["greets": true]]),
                CallEvent(time: 0, kind: "command", detail: ["prepare": ["_0": 1, "_1": ["greeting": [:]]]]),
                CallEvent(time: 0, kind: "event", detail: ["ready": ["_0": 1]]),
                CallEvent(time: 0, kind: "command", detail: ["release": ["_0": 1]]),
                CallEvent(time: 0, kind: "milestone", detail: ["response": 1, "name": "heard", "at": 1600]),
            ]
            try await server.storage.conversations.append(events: lines, in: id)
            #expect(try await server.send("GET", "\(path)/log").json["lines"]?.arrayValue?.count == 6)
            let waterfalls = try await server.send("GET", "\(path)/waterfalls").json["waterfalls"]?.arrayValue ?? []
            #expect(waterfalls.count == 1)
            #expect(waterfalls.first?["cause"] == "greeting")
            #expect(waterfalls.first?["answered_after_ms"] == 100)
            #expect(try await server.send("GET", "/v1/parley/conversations/conv_none/log").status == 404)

            try await server.storage.conversations.append(
                events: [
                    CallEvent(time: 0, kind: "voice", detail: ["probabilities": [0.1], "levels": [], "echoes": []])
                ],
                in: id)
            #expect(try await server.send("GET", "\(path)/waterfalls").status == 404)
        }
    }

    @Test("the recording is streamed as MP3, and 404 when there is none")
    func audio() async throws {
        try await withServer { server in
            let id = Identifier.make("conv")
            let file = server.recordings.file(of: id)
            // Seven seconds take several pieces, the last of them short.
            let tone = (0..<(7 * 16_000 + 123)).map { index -> Float in 0.3 * sin(Float(index) * 0.17) }
            try WAV(sampleRate: 16_000, channels: [tone, tone]).encoded().write(to: file)
            try await server.storage.conversations.begin(
                ConversationStart(id: id, agentID: "agent_a", agentName: "A", startTime: 0))
            let path = "/v1/convai/conversations/\(id)/audio"
            #expect(try await server.send("GET", path).status == 404)

            try await server.storage.conversations.finish(
                id, ConversationOutcome(duration: 7, terminationReason: "done", hasUserAudio: true))
            let answer = try await server.send("GET", path)
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "audio/mpeg")
            #expect(answer.data.first == 0xFF)
            // 96 kbit/s of constant bit rate tell the length.
            let seconds = Double(answer.data.count) * 8 / 96_000
            #expect(abs(seconds - 7.05) < 0.2)
            #expect(answer.header("Content-Length") == "\(answer.data.count)")
            #expect(answer.header("Accept-Ranges") == "bytes")
            let head = try await server.send("HEAD", path)
            #expect(head.header("Content-Length") == "\(answer.data.count)")
            #expect(head.data.isEmpty)

            // Any part is the same bytes as in the whole.
            let size = answer.data.count
            for (range, expected) in [
                ("bytes=0-", 0..<size), ("bytes=0-0", 0..<1), ("bytes=431-70000", 431..<70_001),
                ("bytes=\(size - 5)-\(size + 100)", (size - 5)..<size), ("bytes=-1000", (size - 1000)..<size),
                ("bytes=-\(size * 2)", 0..<size),
            ] as [(String, Range<Int>)] {
                let part = try await server.send("GET", path, headers: ["Range": range])
                #expect(part.status == 206, "\(range)")
                #expect(part.data == answer.data[expected], "\(range)")
                #expect(
                    part.header("Content-Range")
                        == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/\(size)")
            }
            for range in ["bytes=\(size)-", "bytes=-0"] {
                let none = try await server.send("GET", path, headers: ["Range": range])
                #expect(none.status == 416, "\(range)")
                #expect(none.header("Content-Range") == "bytes */\(size)")
                #expect(none.json["detail"]?["code"] == "range_not_satisfiable")
            }
            for range in ["bytes=5-1", "bytes=a-b", "bytes=0-1,4-5", "lines=0-1", "bytes=-"] {
                let whole = try await server.send("GET", path, headers: ["Range": range])
                #expect(whole.status == 200, "\(range)")
                #expect(whole.data == answer.data, "\(range)")
            }

            try FileManager.default.removeItem(at: file)
            let gone = try await server.send("GET", path)
            #expect(gone.status == 404)
            #expect(gone.json["detail"]?["code"] == "audio_not_found")
        }
    }

    @Test("feedback is taken without a key, member by member")
    func feedback() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let id = Identifier.make("conv")
            try await server.storage.conversations.begin(
                ConversationStart(id: id, agentID: "agent_a", agentName: "A", startTime: 0))
            let path = "/v1/convai/conversations/\(id)/feedback"
            #expect(try await server.send("POST", path, ["feedback": "like"]).status == 200)
            #expect(try await server.send("POST", path, ["rating": 4, "comment": "good"]).status == 200)
            var feedback = try await server.storage.conversations.get(id)?.feedback
            #expect(feedback == ConversationFeedback(score: .like, rating: 4, comment: "good"))
            #expect(try await server.send("POST", path, ["feedback": nil]).status == 200)
            feedback = try await server.storage.conversations.get(id)?.feedback
            #expect(feedback == ConversationFeedback(score: nil, rating: 4, comment: "good"))

            // Without a key there is no need for more than a long comment, each character of it escaped.
            let longest = String(repeating: #"\ud83d\ude42"#, count: 10_000)
            let escaped = try await server.send("POST", path, raw: Data(#"{"comment":"\#(longest)"}"#.utf8))
            #expect(escaped.status == 200)
            let large: JSONValue = ["comment": .string(String(repeating: "a", count: 200_000))]
            #expect(try await server.send("POST", path, large).status == 413)
            for body in [["feedback": "meh"], ["rating": 6], ["comment": 1]] as [JSONValue] {
                #expect(try await server.send("POST", path, body).status == 422)
            }
            #expect(
                try await server.send("POST", "/v1/convai/conversations/conv_x/feedback", ["feedback": "like"]).status
                    == 404)
        }
    }
}
