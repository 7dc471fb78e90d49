import Agents
import Foundation
import JSON
import Testing
import TurnTaking

/// Nothing of the recorded calls is printed: expectations see numbers of theirs alone.
@Suite("Replays over REST", .timeLimit(.minutes(1)))
struct ReplayRouteTests {
    /// What an answer says that another policy would have changed.
    private struct Differences: Equatable {
        var answered = 0
        var earlier = 0
        var later = 0
        var cutOff = 0
        var waitedFor = 0

        init(_ json: JSONValue) {
            let pairs = json["answered"]?.arrayValue ?? []
            answered = pairs.count
            for pair in pairs {
                guard let before = pair.value(at: "before", "wait_ms")?.intValue,
                    let after = pair.value(at: "after", "wait_ms")?.intValue
                else { continue }
                if after < before { earlier += 1 }
                if after > before { later += 1 }
            }
            cutOff = json["cut_off"]?.arrayValue?.count ?? -1
            waitedFor = json["waited_for"]?.arrayValue?.count ?? -1
        }
    }

    /// Stores the call "answers" of `RecordedCallTests`; returns its path.
    private static func record(on server: TestServer) async throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appending(path: "ConversationTests/Fixtures/answers.json")
        let lines = try JSONValue(parsing: Data(contentsOf: file))["lines"]?.arrayValue ?? []
        return try await store(lines.compactMap { CallEvent(json: $0) }, on: server)
    }

    private static func store(_ lines: [CallEvent], on server: TestServer) async throws -> String {
        let id = Identifier.make("conv")
        try await server.storage.conversations.begin(
            ConversationStart(id: id, agentID: "agent_a", agentName: "A", startTime: 0))
        try await server.storage.conversations.append(events: lines, in: id)
        return "/v1/parley/conversations/\(id)/replay"
    }

    @Test("more patience makes answers later, too little cuts the caller off, and the same changes nothing")
    func patience() async throws {
        try await withServer { server in
            let path = try await Self.record(on: server)
            func replay(_ policy: JSONValue) async throws -> Differences {
                let answer = try await server.send("POST", path, ["policy": policy])
                #expect(answer.status == 200)
                return Differences(answer.json)
            }
            let same = try await replay([:])
            #expect(same.answered >= 6)
            #expect(same.earlier == 0 && same.later == 0 && same.cutOff == 0 && same.waitedFor == 0)
            let patient = try await replay(["patience": 1.6])
            #expect(patient.later > 0 && patient.earlier == 0 && patient.cutOff == 0)
            // The caller was cut off once, from which the call has learnt.
            let hasty = try await replay(["patience": 0.3, "learnsPace": false])
            #expect(hasty.cutOff > 0)
        }
    }

    @Test("the answer has the policy of the call, with lengths as they are written, and it is understood as it is")
    func policy() async throws {
        try await withServer { server in
            let path = try await Self.record(on: server)
            let json = try await server.send("POST", path).json
            #expect(json["conversation_id"]?.stringValue.map { path.contains($0) } == true)
            #expect(json["enactment_drift_ms"]?.intValue != nil)
            for name in ["new_interruptions", "lost_interruptions"] {
                let count = json[name]?.arrayValue?.count
                #expect(count == 0, "\(name)")
            }
            let policy = try #require(json["policy"])
            let end = policy["softEnd"]?.stringValue
            #expect(end?.hasSuffix(" ms") == true)
            let names = Set((policy.objectValue ?? [:]).keys)
            #expect(names == Set(Mirror(reflecting: TurnPolicy()).children.compactMap(\.label)))
            let again = try await server.send("POST", path, ["policy": policy])
            #expect(again.status == 200)
            #expect(Differences(again.json) == Differences(json))
        }
    }

    @Test(
        "what is no policy is refused with what is wrong in it",
        arguments: [
            (["patienc": 1], "There is no patienc."), (["patience": "much"], "patience"),
            (["softEnd": "soon"], "softEnd"), (["softEnd": true], "softEnd"),
            (["completeWait": ["certain": [1]]], "completeWait"), (["judgements": "96 ms"], "judgements"),
            (["language": 5], "language"), ([1, 2], "not a JSON object"), ("softEnd", "not a JSON object"),
        ] as [(JSONValue, String)])
    func wrong(policy: JSONValue, message: String) async throws {
        try await withServer { server in
            let path = try await Self.record(on: server)
            let answer = try await server.send("POST", path, ["policy": policy])
            #expect(answer.status == 422)
            let issue = answer.json["detail"]?.arrayValue?.first
            #expect(issue?["loc"] == ["body", "policy"])
            #expect(issue?["msg"]?.stringValue?.contains(message) == true, "\(issue?["msg"]?.text ?? "")")
        }
    }

    @Test("however absurd a number is, it is refused or followed, and the server goes on")
    func absurd() async throws {
        try await withServer { server in
            let path = try await Self.record(on: server)
            let endless: [JSONValue] = [
                "1e300 s", "99999999999 s", "-99999999999 s", "999999999999999999999999999 ms", 1e300, -1e300,
                99_999_999_999, .integer(.max), .integer(.min),
            ]
            let lengths = [
                "softEnd", "leadTime", "turnTimeout", "maximumUtterance", "maximumDuration", "softTimeout",
                "silenceEndCall",
            ]
            func status(_ policy: JSONValue) async throws -> Int {
                try await server.send("POST", path, ["policy": policy]).status
            }
            for value in endless {
                for name in lengths + ["patience", "maximumSpeculations", "presumedLevel"] {
                    #expect(try await status([name: value]) == 422, "\(name) \(value.text)")
                }
                #expect(try await status(["judgements": ["96 ms", value]]) == 422, "\(value.text)")
                #expect(try await status(["openWait": ["unknown": value]]) == 422, "\(value.text)")
            }
            // What is only odd is simulated.
            for name in lengths {
                for value in ["-5 s", "0 ms", "60000 s"] as [JSONValue] {
                    let code = try await status([name: value])
                    #expect(code == 200 || code == 422, "\(name) \(value.text)")
                }
            }
            for policy in [
                ["patience": -3], ["patience": 1e9], ["maximumFillers": -1], ["maximumSpeculations": -1],
                ["judgements": []], ["judgements": ["-1 s", "0 ms"]], ["othersMemory": "0 ms"],
                ["minimumSpeech": "-1 s"], ["speechThreshold": -1], ["language": ""],
            ] as [JSONValue] {
                let code = try await status(policy)
                #expect(code == 200 || code == 422, "\(policy.text)")
            }
            #expect(try await server.send("GET", "/health/live").status == 200)
        }
    }

    @Test("a call without a log, or that is not there, has no replay, and whoever is not the owner gets none")
    func missing() async throws {
        try await withServer { server in
            let empty = try await server.send("POST", try await Self.store([], on: server))
            #expect(empty.status == 404 && empty.json.value(at: "detail", "code") == "log_not_readable")
            let none = try await server.send("POST", "/v1/parley/conversations/conv_none/replay", ["policy": [:]])
            #expect(none.status == 404 && none.json.value(at: "detail", "code") == "conversation_not_found")
        }
        try await withServer(host: "0.0.0.0") { server in
            let path = try await Self.record(on: server)
            #expect(try await server.send("POST", path, ["policy": [:]]).status == 401)
        }
    }
}
