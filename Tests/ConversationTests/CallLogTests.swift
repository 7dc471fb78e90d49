import Agents
import JSON
import Testing
import TurnTaking

@testable import Conversation
@testable import Speech

@Suite("The log of a call")
struct CallLogTests {
    @Test("A policy of an older build lacks numbers, which are such that nothing changes; what it left open stays open")
    func olderPolicy() throws {
        var policy = TurnPolicy()
        (policy.patience, policy.turnTimeout, policy.silenceEndCall) = (1.6, nil, .seconds(40))
        var members = try #require(policy.json.objectValue)
        members["yieldGrace"] = nil
        policy.yieldGrace = .zero
        let log = try CallLog([CallEvent(time: 0, kind: "policy", detail: .object(members))])
        #expect(log.turns.policy == policy)
    }

    @Test("A policy that is none is refused with its place")
    func brokenPolicy() {
        let line = CallEvent(time: 0, kind: "policy", detail: ["patience": "much"])
        #expect(throws: CallLog.Unreadable.self) { try CallLog([line]) }
    }
}
