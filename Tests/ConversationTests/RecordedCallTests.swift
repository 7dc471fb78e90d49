import Agents
import Foundation
import JSON
import Testing
import TurnTaking

@testable import Conversation
@testable import Speech

/// Logs of real calls, written by `parley replay ID --save`, held by the bench with recorded callers.
///
/// A change that decides otherwise fails here first. Where that was the purpose, the calls are to be held again.
@Suite("Recorded calls", .serialized)
struct RecordedCallTests {
    /// `answers`: seven turns, an orator's pauses of a second in mid-sentence among them. `barge-in`: five turns spoken
    /// into the agent's answers. `backchannel`: "yeah", "okay" and a cough while the agent speaks. `noise`: four turns
    /// among people talking 10 dB below the caller.
    static let names = ["answers", "barge-in", "backchannel", "noise"]

    private func log(_ name: String) throws -> TurnLog {
        let file = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
        let lines = try JSONValue(parsing: Data(contentsOf: file))["lines"]?.arrayValue ?? []
        return try CallLog(lines.compactMap(CallEvent.init(json:))).turns
    }

    @Test("come out as recorded, every decision and command", arguments: names)
    func replays(name: String) throws {
        let log = try log(name)
        #expect(log.entries.count { !$0.commands.isEmpty } > 20)
        let again = log.replayed()
        for place in log.differences(from: again) {
            let (before, after) = (log.entries[place], again.entries[place])
            Issue.record("\(before.event): \(before.commands), now \(after.commands)")
        }
    }

    @Test("enacted under its own policy a call keeps every answer")
    func enacted() throws {
        let log = try log("answers")
        let same = TurnComparison(from: log, to: TurnReenactment.run(log, policy: log.policy))
        #expect(same.answered.count >= 6)
        #expect(same.cutOff.isEmpty && same.waitedFor.isEmpty)
    }

    @Test("with more patience no answer comes earlier; with none the orator is cut off")
    func patience() throws {
        let log = try log("answers")
        var patient = log.policy
        patient.patience = 1.6
        let later = TurnComparison(from: log, to: TurnReenactment.run(log, policy: patient))
        #expect(!later.answered.isEmpty)
        #expect(later.answered.allSatisfy { $0.after.wait >= $0.before.wait })
        #expect(later.answered.contains { $0.after.wait > $0.before.wait })
        #expect(later.cutOff.isEmpty)

        var hasty = log.policy
        hasty.patience = 0.3
        // He was cut off once, from which this call has learnt.
        hasty.learnsPace = false
        let earlier = TurnComparison(from: log, to: TurnReenactment.run(log, policy: hasty))
        #expect(!earlier.cutOff.isEmpty)
    }

    @Test("people talking opened no turn and stopped nothing")
    func noise() throws {
        let commands = try log("noise").entries.flatMap(\.commands)
        #expect(commands.count { $0 == .closeUtterance(.answered) } == 4)
        #expect(!commands.contains { if case .interrupt = $0 { true } else { false } })
    }

    @Test("agreement, coughs and taps stopped nothing; words did")
    func overlaps() throws {
        func interruptions(_ name: String) throws -> Int {
            try log(name).entries.flatMap(\.commands).count { if case .interrupt = $0 { true } else { false } }
        }
        #expect(try interruptions("backchannel") == 0)
        #expect(try interruptions("barge-in") >= 4)
    }
}
