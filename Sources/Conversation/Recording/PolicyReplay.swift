import Foundation
import JSON
import TurnTaking

/// The differences that another policy would have made in a recorded call.
public struct PolicyReplay: Sendable {
    package let comparison: TurnComparison
    /// How far the simulation differs from the recording when the policy is not changed.
    package let drift: Span

    /// Simulates the call twice: under the policy that it was held under, and under `policy`.
    public init(_ log: TurnLog, under policy: TurnPolicy) {
        // Both sides are simulated, so that deviations of the simulation itself cancel out.
        let before = TurnReenactment.run(log, policy: log.policy)
        comparison = TurnComparison(from: before, to: TurnReenactment.run(log, policy: policy))
        let recorded = TurnComparison(from: log, to: before)
        drift = recorded.answered.map { Span(samples: abs(($0.after.wait - $0.before.wait).samples)) }.max() ?? .zero
    }

    /// As `parley replay --json` and the API have it: times in seconds of the call, waits in milliseconds.
    public var json: JSONValue {
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
