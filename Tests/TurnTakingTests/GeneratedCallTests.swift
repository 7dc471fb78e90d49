import Language
import Testing

@testable import TurnTaking

/// 2,400 calls of at least 800 events each.
@Suite("Calls of chance")
struct GeneratedCallTests {
    private static let blocks = 0..<8
    private static func seeds(of block: Int) -> Range<UInt64> { UInt64(block) * 300..<UInt64(block + 1) * 300 }

    @Test("No sequence of events breaks a rule of the floor", arguments: blocks)
    func invariants(block: Int) {
        for seed in Self.seeds(of: block) {
            let call = GeneratedCall(seed: seed)
            #expect(call.checker.violations.isEmpty, "seed \(seed): \(call.account)")
        }
    }

    @Test("The same events give the same commands, and another policy keeps the rules as well", arguments: blocks)
    func replay(block: Int) {
        for seed in Self.seeds(of: block) {
            let call = GeneratedCall(seed: seed)
            // Compared here and not in the expectation, which would print a whole call.
            let isSame = call.replayed(under: call.policy).commands == call.commands
            #expect(isSame, "seed \(seed)")
            var random = SplitMix64(state: ~seed)
            for policy in [TurnPolicy(), .random(using: &random), .hasty, .endless] {
                let violations = call.replayed(under: policy).violations
                #expect(violations.isEmpty, "seed \(seed): \(violations.prefix(3))")
            }
        }
    }

    @Test("From wherever a call has come to, silence brings it to rest", arguments: blocks)
    func liveness(block: Int) {
        for seed in Self.seeds(of: block) {
            // Cut off in all kinds of places, not only after a long time.
            let call = GeneratedCall(seed: seed, length: 60 + Int(seed % 300))
            let policy = call.policy
            let waits = [policy.openWait, policy.neutralWait, policy.completeWait].flatMap {
                [$0.certain, $0.unknown, $0.doubtful]
            }
            // The slowest caller's pace is 1.5.
            let wait = max(waits.max() ?? .zero, policy.longestWait).scaled(by: max(policy.patience, 1) * 1.5)
            let limit = wait + policy.softEnd + policy.overlapWait + policy.activityHold + policy.farewellGrace
            let slack = Span.milliseconds(500)
            #expect(
                call.settles(within: limit + slack, isMute: false) != nil,
                "seed \(seed): \(call.machine.caller) \(call.machine.agent)\n\(call.account)")
            let mute = limit + policy.transcriptWait + policy.responseTimeout.scaled(by: 3) + slack
            #expect(
                call.settles(within: mute, isMute: true) != nil,
                "seed \(seed), mute: \(call.machine.caller) \(call.machine.agent)\n\(call.account)")
        }
    }

    @Test("The calls of chance go everywhere")
    func coverage() {
        var seen: [String: Int] = [:]
        for seed in Self.seeds(of: 0).lowerBound..<Self.seeds(of: 4).upperBound {
            seen.merge(GeneratedCall(seed: seed).checker.seen, uniquingKeysWith: +)
        }
        let kinds = [
            "open", "finalize", "answered", "ignored", "unanswered", "superseded", "prepare greeting",
            "prepare speech", "prepare typed", "prepare takeover", "prepare silence", "prepare farewell", "release",
            "discard",
            "interrupt", "judge", "backchannel", "kept", "prepare overheard", "fill", "deliver full",
            "deliver braked", "deliver ducked", "deliver held", "end maximumDuration", "end silence", "end hangUp",
        ]
        for kind in kinds { #expect(seen[kind, default: 0] >= 20, "\(kind): \(seen[kind, default: 0])") }
        #expect(seen.count == kinds.count)
    }
}
