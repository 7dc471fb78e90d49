import Conversation
import Foundation
import Server
import TurnTaking

extension PolicyReplay {
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
}
