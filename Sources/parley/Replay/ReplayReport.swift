import Foundation
import JSON
import Server
import TurnTaking

/// The differences that another policy would have made in a call, for a terminal and as JSON.
struct ReplayReport {
    private let comparison: TurnComparison
    /// How far the simulation differs from the recording when the policy is not changed.
    private let drift: Span

    init(_ log: TurnLog, under policy: TurnPolicy) {
        // Both sides are simulated, so that deviations of the simulation itself cancel out.
        let before = TurnReenactment.run(log, policy: log.policy)
        comparison = TurnComparison(from: before, to: TurnReenactment.run(log, policy: policy))
        let recorded = TurnComparison(from: log, to: before)
        drift = recorded.answered.map { Span(samples: abs(($0.after.wait - $0.before.wait).samples)) }.max() ?? .zero
    }

    static func clock(_ time: CallTime) -> String { String(format: "%7.2f s", (time - CallTime.zero).seconds) }

    var text: String {
        var lines: [String] = []
        for pair in comparison.answered {
            let change = (pair.after.wait - pair.before.wait).milliseconds
            let verdict = change == 0 ? "as before" : change < 0 ? "\(-change) ms earlier" : "\(change) ms later"
            lines.append(
                "\(Self.clock(pair.before.end))  answered after \(pair.before.wait.milliseconds) → "
                    + "\(pair.after.wait.milliseconds) ms, \(verdict): \(pair.after.words)")
        }
        for turn in comparison.cutOff {
            lines.append(
                "\(Self.clock(turn.end))  CUT OFF after \(turn.wait.milliseconds) ms, the caller went on: \(turn.words)"
            )
        }
        for turn in comparison.waitedFor {
            lines.append("\(Self.clock(turn.end))  no longer answered here, joined with what follows: \(turn.words)")
        }
        for time in comparison.newInterruptions { lines.append("\(Self.clock(time))  would be interrupted") }
        for time in comparison.lostInterruptions { lines.append("\(Self.clock(time))  would no longer be interrupted") }
        let changes = comparison.answered.map { ($0.after.wait - $0.before.wait).milliseconds }
        let earlier = changes.filter { $0 < 0 }.count
        let later = changes.filter { $0 > 0 }.count
        lines.append(
            "\(comparison.answered.count) answers: \(earlier) earlier, \(later) later; \(comparison.cutOff.count) cut off, "
                + "\(comparison.waitedFor.count) joined; interruptions: \(comparison.newInterruptions.count) more, "
                + "\(comparison.lostInterruptions.count) fewer.")
        if drift > .milliseconds(64) {
            lines.append(
                "The simulation differs from the recorded call by up to \(drift.milliseconds) ms; "
                    + "both sides above are simulated.")
        }
        return lines.map(\.onOneLine).joined(separator: "\n")
    }

    var json: JSONValue {
        func turn(_ turn: TurnComparison.Turn) -> JSONValue {
            [
                "end_secs": .number((turn.end - CallTime.zero).seconds), "wait_ms": .integer(turn.wait.milliseconds),
                "words": .string(turn.words),
            ]
        }
        func times(_ times: [CallTime]) -> JSONValue { .array(times.map { .number(($0 - CallTime.zero).seconds) }) }
        return [
            "answered": .array(comparison.answered.map { ["before": turn($0.before), "after": turn($0.after)] }),
            "cut_off": .array(comparison.cutOff.map(turn)), "waited_for": .array(comparison.waitedFor.map(turn)),
            "new_interruptions": times(comparison.newInterruptions),
            "lost_interruptions": times(comparison.lostInterruptions),
            "enactment_drift_ms": .integer(drift.milliseconds),
        ]
    }
}
