import Language
import Testing

@testable import TurnTaking

@Suite("Calls that are replayed")
struct TurnLogTests {
    /// Two turns, the second with a pause in it, and an interruption.
    private func call(_ adjust: (inout TurnPolicy) -> Void = { _ in }) -> Scene {
        let scene = Scene.begun(adjust)
        scene.utterance("Book a table.")
        scene.quiet(96)
        scene.ready()
        scene.quiet(640)
        scene.feed(.said("For when?"))
        scene.finished()
        scene.quiet(960)
        scene.utterance("For six people.")
        scene.quiet(192)
        scene.say(480)
        scene.quiet(96)
        scene.transcript("For six people on Friday.")
        scene.quiet(96)
        scene.ready()
        scene.quiet(800)
        scene.say(480)
        scene.feed(.partial("No, wait, on Saturday"))
        scene.quiet(96)
        scene.feed(.said("For six people"))
        scene.transcript("No, wait, on Saturday.")
        scene.ready()
        scene.quiet(1500)
        return scene
    }

    @Test("A log repeats itself, and shows where another machine decided otherwise")
    func repeats() {
        let log = call().record
        #expect(log.replayed(in: MarkedEnglish()) == log)
        #expect(log.differences(from: log.replayed(in: MarkedEnglish())).isEmpty)
        var other = log
        other.policy.completeWait.unknown = .milliseconds(900)
        let places = log.differences(from: other.replayed(in: MarkedEnglish()))
        #expect(!places.isEmpty)
        #expect(
            places.allSatisfy {
                log.entries[$0].commands != other.replayed(in: MarkedEnglish()).entries[$0].commands
                    || log.entries[$0].decisions != other.replayed(in: MarkedEnglish()).entries[$0].decisions
            })
        var shorter = log
        shorter.entries.removeLast(2)
        #expect(log.differences(from: shorter) == [log.entries.count - 2, log.entries.count - 1])
    }

    @Test("The end of a turn says what it went by")
    func reasons() throws {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.say(640)
        scene.quiet(96)
        scene.feed(.ending(words: "Book a table.", probability: 0.6))
        scene.transcript("Book a table.")
        scene.feed(.verdict(pause: 1, probability: 0.5))
        scene.ready()
        scene.quiet(1000)
        let ends = scene.record.entries.flatMap(\.decisions).compactMap { decision in
            if case .turnOver(let end) = decision { end } else { nil }
        }
        let end = try #require(ends.first)
        #expect(ends.count == 1)
        #expect(end.basis == .silence && end.words == "Book a table." && end.completeness == .complete)
        #expect(end.odds == LogOdds.of(0.6) && end.ending == 0.6 && end.sound == 0.5 && end.pace == 1)
        #expect(end.silence >= end.wait && end.silence < end.wait + Scene.window)
    }

    @Test("An overlap says why the agent stopped, or went on")
    func overlaps() throws {
        func verdict(_ act: (Scene) -> Void) throws -> OverlapVerdict {
            let scene = Scene.answering()
            act(scene)
            let verdicts = scene.record.entries.flatMap(\.decisions).compactMap { decision in
                if case .overlap(let verdict) = decision { verdict } else { nil }
            }
            #expect(verdicts.count == 1)
            return try #require(verdicts.first)
        }
        let words = try verdict {
            $0.say(320)
            $0.feed(.partial("No, stop"))
        }
        #expect(words.basis == .words && words.takesFloor && words.words == "No, stop" && words.threshold == nil)
        #expect(words.speech == .milliseconds(320) && words.peak == -20 && words.nearLevel == -29)
        let length = try verdict { $0.say(1100) }
        #expect(length.basis == .length && length.takesFloor && length.threshold == .milliseconds(1000))
        let agreement = try verdict {
            $0.say(320)
            $0.quiet(96)
            $0.transcript("Mm-hm.")
        }
        #expect(agreement.basis == .agreement && !agreement.takesFloor)
        let faint = try verdict {
            $0.voice(0.95, level: -40, for: 320)
            $0.quiet(96)
            $0.transcript("What did they say?")
        }
        #expect(faint.basis == .faint && !faint.takesFloor && faint.peak == -40)
    }

    // MARK: Another policy

    @Test("A call enacted under its own policy goes as it went")
    func enactsItself() {
        let log = call().record
        let comparison = TurnComparison(
            from: log, to: TurnReenactment.run(log, policy: log.policy, language: MarkedEnglish()))
        #expect(comparison.answered.count == 3)
        #expect(comparison.answered.allSatisfy { abs(($0.after.wait - $0.before.wait).milliseconds) <= 32 })
        #expect(comparison.answered.map(\.before.words) == comparison.answered.map(\.after.words))
        #expect(comparison.cutOff.isEmpty && comparison.waitedFor.isEmpty)
        #expect(comparison.newInterruptions.isEmpty && comparison.lostInterruptions.isEmpty)
    }

    @Test("A patient policy answers later, an eager one cuts off who was still to go on")
    func changes() {
        let log = call().record
        var patient = log.policy
        patient.patience = 1.5
        let later = TurnComparison(from: log, to: TurnReenactment.run(log, policy: patient, language: MarkedEnglish()))
        #expect(later.answered.count == 3 && later.cutOff.isEmpty)
        #expect(later.answered.allSatisfy { $0.after.wait > $0.before.wait })
        var eager = log.policy
        eager.patience = 0.4
        let sooner = TurnComparison(from: log, to: TurnReenactment.run(log, policy: eager, language: MarkedEnglish()))
        #expect(sooner.cutOff.map(\.words) == ["For six people."])
        #expect(sooner.answered.contains { $0.after.wait < $0.before.wait })
    }

    @Test("A policy without interruptions loses them")
    func interruptions() {
        let log = call().record
        var stubborn = log.policy
        stubborn.allowsInterruption = false
        let comparison = TurnComparison(
            from: log, to: TurnReenactment.run(log, policy: stubborn, language: MarkedEnglish()))
        #expect(comparison.lostInterruptions.count == 1 && comparison.newInterruptions.isEmpty)
        let back = TurnComparison(from: TurnReenactment.run(log, policy: stubborn, language: MarkedEnglish()), to: log)
        #expect(back.newInterruptions == comparison.lostInterruptions)
    }

    @Test("Whatever a call was, its enactment under any policy keeps the rules of the floor", arguments: 0..<8)
    func enactsAnything(block: UInt64) {
        for seed in block * 40..<(block + 1) * 40 {
            let call = GeneratedCall(seed: seed, length: 400)
            var random = SplitMix64(state: ~seed)
            for policy in [call.policy, .random(using: &random), .hasty] {
                let enacted = TurnReenactment.run(call.log, policy: policy)
                var checker = CallChecker()
                for entry in enacted.entries { checker.follow(entry.event, entry.commands) }
                #expect(checker.violations.isEmpty, "seed \(seed): \(checker.violations.prefix(3))")
                #expect(zip(enacted.entries, enacted.entries.dropFirst()).allSatisfy { $0.time <= $1.time })
            }
        }
    }
}
