import CallMetrics
import Foundation

/// What the bench found; also its JSON. Times are in milliseconds.
struct BenchReport: Codable, Sendable {
    struct Figures: Codable, Sendable {
        /// End of the caller's speech to the first audible sample of the agent; turns that were not talked into.
        var answer: Distribution?
        /// Open WebSocket to the first audible sample.
        var greeting: Distribution?
        /// First audible sample of a barge-in to the `interruption` message.
        var interruption: Distribution?
        /// First audible sample of a barge-in to the agent's last audible one; barge-ins that were yielded to.
        var silence: Distribution?
        var turns = 0
        var unanswered = 0
        /// Turns into which the agent began to speak.
        var talkedInto = 0
        var bargeIns = 0
        /// Barge-ins without an `interruption`.
        var notYielded = 0
        /// Barge-ins so close to the end of the answer that they say nothing.
        var voidBargeIns = 0
        var underruns = 0
        var longestUnderrun: Double?
        /// Over the turns whose words are known.
        var wordErrors: WordErrors?
        var wordErrorRate: Double?
        /// How late the bench itself sent its frames; large values spoil the figures above.
        var sendingLate: Distribution?
    }

    struct Call: Codable, Sendable {
        var measurement: CallMeasurement
        var end: String
        var isComplete: Bool
        var recording: String?
    }

    struct Server: Codable, Sendable {
        var own: ProcessUsage.Report
        var children: ProcessUsage.Report
    }

    var date: Date
    var url: String
    var agent: String
    var concurrency: Int
    var figures: Figures
    var server: Server?
    /// Times inside are in seconds of the call.
    var calls: [Call]

    init(
        url: String, agent: String, results: [ScriptedCall.Result], recordings: [String?], references: [String: String],
        server: Server?
    ) {
        (date, self.url, self.agent, concurrency, self.server) = (.now, url, agent, results.count, server)
        let measurements = results.map { CallMeasurement($0.call) }
        calls = zip(results, zip(measurements, recordings)).map { result, rest in
            Call(measurement: rest.0, end: "\(result.end)", isComplete: result.isComplete, recording: rest.1)
        }
        figures = Figures(measurements, references: references)
        figures.sendingLate = Distribution(results.flatMap(\.lateness).map { $0 * 1000 })
    }

    var table: String {
        var lines = [row("", ["n", "p50", "p95", "max"])]
        func add(_ name: String, _ distribution: Distribution?) {
            guard let distribution else { return }
            let times = [distribution.p50, distribution.p95, distribution.max].map { "\(Int($0.rounded()))" }
            lines.append(row(name, ["\(distribution.count)"] + times))
        }
        add("end of speech -> answer audible, ms", figures.answer)
        add("WebSocket open -> greeting audible, ms", figures.greeting)
        add("barge-in -> interruption, ms", figures.interruption)
        add("barge-in -> agent silent, ms", figures.silence)
        add("(bench: frames sent late by, ms)", figures.sendingLate)
        lines.append("")
        lines.append("turns \(figures.turns), unanswered \(figures.unanswered), talked into \(figures.talkedInto)")
        if figures.bargeIns > 0 {
            lines.append(
                "barge-ins \(figures.bargeIns), not yielded \(figures.notYielded), void \(figures.voidBargeIns)")
        }
        let longest = figures.longestUnderrun.map { ", longest \(Int($0.rounded())) ms" } ?? ""
        lines.append("underruns (gaps over 40 ms inside an answer) \(figures.underruns)\(longest)")
        if let errors = figures.wordErrors {
            lines.append(
                "word error rate \(Self.decimal(errors.rate * 100)) % (\(errors.errors) of \(errors.words) words)")
        }
        if let server {
            for (name, part) in [("server", server.own), ("its child processes", server.children)] {
                lines.append(
                    "\(name): memory \(Int(part.initialMemory)) MB at first, \(Int(part.peakMemory)) MB at most; "
                        + "\(Self.decimal(part.processors)) processors")
            }
        }
        let broken = calls.filter { !$0.isComplete }
        for call in broken { lines.append("a call ended early: \(call.end)") }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ cells: [String]) -> String {
        name.padding(toLength: 42, withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(0, 8 - $0.count)) + $0 }.joined()
    }

    private static func decimal(_ value: Double) -> String { String(format: "%.2f", value) }
}

extension BenchReport.Figures {
    init(_ calls: [CallMeasurement], references: [String: String]) {
        let ordinary = calls.flatMap(\.turns).filter { !$0.isBargeIn }
        let bargeIns = calls.flatMap(\.bargeIns)
        let underrunLengths = calls.flatMap(\.underruns).map { $0.length * 1000 }
        answer = Distribution(ordinary.filter { !$0.isTalkedInto }.compactMap(\.answerAfter).map { $0 * 1000 })
        greeting = Distribution(calls.compactMap(\.greetingAfter).map { $0 * 1000 })
        interruption = Distribution(bargeIns.compactMap(\.interruptionAfter).map { $0 * 1000 })
        silence = Distribution(bargeIns.filter { $0.interruptionAfter != nil }.map { $0.silentAfter * 1000 })
        turns = ordinary.count
        unanswered = ordinary.count { $0.answerAfter == nil && !$0.isTalkedInto }
        talkedInto = ordinary.count(where: \.isTalkedInto)
        self.bargeIns = bargeIns.count
        notYielded = bargeIns.count { $0.interruptionAfter == nil && !$0.isVoid }
        voidBargeIns = bargeIns.count(where: \.isVoid)
        underruns = underrunLengths.count
        longestUnderrun = underrunLengths.max()
        let known = calls.flatMap(\.turns).compactMap { turn in
            references[turn.name].map { WordErrors(reference: $0, hypothesis: turn.transcript) }
        }
        if !known.isEmpty {
            let sum = known.reduce(WordErrors(), +)
            (wordErrors, wordErrorRate) = (sum, sum.rate)
        }
    }
}
