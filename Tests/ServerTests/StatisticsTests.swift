import Agents
import Foundation
import JSON
import Testing

@Suite("Statistics over REST", .timeLimit(.minutes(1)))
struct StatisticsTests {
    private static let path = "/v1/parley/statistics"
    private static let start = 1_700_000_000

    /// Stores a call that is over.
    private static func store(
        at time: Int, of agent: String = "agent_a", status: ConversationStatus = .done, lasting duration: Double = 10,
        _ turns: [TranscriptTurn] = [], on server: TestServer
    ) async throws {
        let id = Identifier.make("conv")
        let conversations = server.storage.conversations
        try await conversations.begin(
            ConversationStart(id: id, agentID: agent, agentName: "A", startTime: time))
        for (index, turn) in turns.enumerated() { try await conversations.save(turn: turn, at: index, in: id) }
        try await conversations.finish(
            id, ConversationOutcome(status: status, duration: duration, terminationReason: "done"))
    }

    /// A question that is answered so many seconds later.
    private static func exchange(_ latency: Double, interrupted: Bool = false) -> [TranscriptTurn] {
        [
            TranscriptTurn(role: .user, message: "When do you open?", timeInCall: 1, sourceMedium: "audio"),
            TranscriptTurn(
                role: .agent, message: "At nine.", timeInCall: 2, isInterrupted: interrupted,
                metrics: ["parley_answer_latency": latency]),
        ]
    }

    @Test("calls are counted step by step and in all, with how long and how good they were")
    func steps() async throws {
        try await withServer { server in
            try await Self.store(
                at: Self.start, lasting: 12.4, Self.exchange(0.5) + Self.exchange(1.5, interrupted: true), on: server)
            try await Self.store(at: Self.start + 59, status: .failed, lasting: 1, on: server)
            try await Self.store(at: Self.start + 60, of: "agent_b", lasting: 30, Self.exchange(0.75), on: server)
            // Before and after.
            try await Self.store(at: Self.start - 1, on: server)
            try await Self.store(at: Self.start + 180, on: server)
            let query = "from=\(Self.start)&to=\(Self.start + 180)&step=60"
            let answer = try await server.send("GET", "\(Self.path)?\(query)")
            #expect(answer.status == 200)
            let steps = answer.json["steps"]?.arrayValue ?? []
            #expect(
                steps == [
                    [
                        "start_time_unix_secs": .integer(Self.start), "calls": 2, "seconds": 13, "failed": 1,
                        "turns": 2, "interruptions": 1, "latency_ms": ["p50": 500, "p95": 1500],
                    ],
                    [
                        "start_time_unix_secs": .integer(Self.start + 60), "calls": 1, "seconds": 30, "failed": 0,
                        "turns": 1, "interruptions": 0, "latency_ms": ["p50": 750, "p95": 750],
                    ],
                    [
                        "start_time_unix_secs": .integer(Self.start + 120), "calls": 0, "seconds": 0, "failed": 0,
                        "turns": 0, "interruptions": 0, "latency_ms": nil,
                    ],
                ])
            #expect(
                answer.json["total"] == [
                    "calls": 3, "seconds": 43, "failed": 1, "turns": 3, "interruptions": 1,
                    "latency_ms": ["p50": 750, "p95": 1500],
                ])
            let one = try await server.send("GET", "\(Self.path)?\(query)&agent_id=agent_b").json
            #expect(one.value(at: "total", "calls") == 1 && one.value(at: "total", "seconds") == 30)
            let none = try await server.send("GET", "\(Self.path)?\(query)&agent_id=agent_c").json
            #expect(none.value(at: "total", "calls") == 0 && none.value(at: "total", "latency_ms") == .null)
        }
    }

    @Test("unless told otherwise it is the week until now, day by day, with the calls in progress")
    func week() async throws {
        try await withServer { server in
            let now = Int(Date().timeIntervalSince1970)
            try await server.storage.conversations.begin(
                ConversationStart(id: "conv_now", agentID: "agent_a", agentName: "A", startTime: now - 60))
            try await Self.store(at: now - 6 * 86_400 + 3600, on: server)
            try await Self.store(at: now - 8 * 86_400, on: server)
            let answer = try await server.send("GET", Self.path).json
            #expect(answer["steps"]?.arrayValue?.map { $0["calls"]?.intValue } == [0, 1, 0, 0, 0, 0, 1])
            #expect(answer.value(at: "total", "calls") == 2 && answer.value(at: "total", "seconds") == 10)
        }
    }

    @Test(
        "times that are none, the wrong way round or too far apart are refused",
        arguments: [
            "from=x", "to=1.5", "from=5&to=5", "from=9&to=5", "step=0", "step=-60", "step=x",
            "from=0&to=100000&step=60", "from=-99999999999999&to=0", "from=0&to=99999999999999",
            "step=9223372036854775807", "to=9223372036854775807", "to=-9223372036854775808",
            "from=-9223372036854775808&to=9223372036854775807&step=1", "until=5",
        ])
    func refusals(query: String) async throws {
        try await withServer { server in
            let answer = try await server.send("GET", "\(Self.path)?\(query)")
            #expect(answer.status == 422)
            #expect(answer.json["detail"]?.arrayValue?.first?["loc"]?.arrayValue?.first == "query")
        }
    }

    @Test("a year of days, and more, is one answer")
    func longest() async throws {
        try await withServer { server in
            let answer = try await server.send("GET", "\(Self.path)?from=0&to=\(749 * 86_400 + 1)&step=86400").json
            #expect(answer["steps"]?.arrayValue?.count == 750)
        }
    }

    @Test("they are for the owner")
    func access() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let key = try await server.storage.keys.create(name: "test").key
            #expect(try await server.send("GET", Self.path).status == 401)
            #expect(try await server.send("GET", Self.path, headers: ["xi-api-key": key]).status == 200)
        }
    }
}
