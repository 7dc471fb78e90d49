import CallMetrics
import Foundation
import JSON

/// The results of the bench, also in the form of its JSON. Figures are in milliseconds, times within a call in seconds.
struct BenchReport: Codable, Sendable {
    struct Call: Codable, Sendable {
        var measurement: CallMeasurement
        var end: String
        /// Whether the caller said everything.
        var isComplete: Bool
        /// The name of the call's WAV file; nil when there is none.
        var recording: String?
        /// How each answer came about, where the server tells; see `GET /v1/parley/conversations/{id}/waterfalls`.
        var waterfalls: [JSONValue]?
    }

    struct Server: Codable, Sendable {
        var own: ProcessUsage.Report
        var children: ProcessUsage.Report
    }

    /// The calls under one condition.
    struct Run: Codable, Sendable {
        var name: String
        var set: BenchSet
        /// Whether its callers are speakers on whom nothing was tuned; nil where that is not told apart.
        var isUnseen: Bool?
        /// The other server that was called with the same callers; nil for the server that is measured.
        var peer: String?
        var concurrency: Int
        var figures: CallFigures
        var server: Server?
        var calls: [Call]
        /// Memory that each call beyond the first needs, in MB: from the peaks with one call and with all calls.
        var memoryPerCall: Double?
        /// Memory that each call beyond the first needs in the child processes, in MB.
        var childMemoryPerCall: Double?

        init(
            _ run: BenchRun, results: [ScriptedCall.Result], recordings: [String?], waterfalls: [[JSONValue]?],
            references: [String: String], server: Server?
        ) {
            (name, set, isUnseen, self.server) = (run.name, run.set, run.isUnseen, server)
            concurrency = run.calls
            let measurements = results.map { CallMeasurement($0.call) }
            calls = results.indices.map { index in
                Call(
                    measurement: measurements[index], end: "\(results[index].end)",
                    isComplete: results[index].isComplete, recording: recordings[index], waterfalls: waterfalls[index])
            }
            figures = CallFigures(measurements, references: references, spelled: run.spelled)
            figures.sendingLate = Distribution(results.flatMap(\.lateness).map { $0 * 1000 })
        }

        /// Computes the memory of each further call from a run with one call.
        mutating func compare(with single: Server) {
            guard concurrency > 1, let server else { return }
            func cost(_ part: KeyPath<Server, ProcessUsage.Report>) -> Double {
                (server[keyPath: part].peakMemory - single[keyPath: part].peakMemory) / Double(concurrency - 1)
            }
            memoryPerCall = cost(\.own)
            childMemoryPerCall = cost(\.children)
        }
    }

    var date: Date
    var url: String
    var agent: String
    var runs: [Run] = []
    var speech: SpeechBench.Figures?
    var tools: ToolBench.Figures?

    var isEmpty: Bool { speech == nil && tools == nil && runs.allSatisfy { $0.figures.turns == 0 } }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }
}

// MARK: As text

extension BenchReport.Run {
    /// The figures of this run, only those that its set is about, and faults.
    var table: String {
        let rows: [String?] = [
            Self.row(name, ["n", "p50", "p95", "max"]),
            Self.row("end of speech -> answer audible, ms", figures.answer),
            Self.row("WebSocket open -> greeting audible, ms", figures.greeting),
            Self.row("barge-in -> interruption, ms", figures.interruption),
            Self.row("barge-in -> agent silent, ms", figures.silence),
            Self.row("(bench: frames sent late by, ms)", figures.sendingLate),
        ]
        var lines = rows.compactMap { $0 } + counts + faults + usage
        for call in calls where !call.isComplete { lines.append("a call ended early: \(call.end)") }
        return lines.joined(separator: "\n")
    }

    /// The figures beside those of the same run with the callers on whom numbers were tuned.
    func comparison(with tuned: Self) -> String {
        comparison(with: tuned, ["tuned", "unseen", "gap"]) { known, unseen, digits in
            (unseen >= known ? "+" : "") + String(format: "%.\(digits)f", unseen - known)
        }
    }

    /// The figures beside those of another server with the same callers.
    func comparison(against peer: Self) -> String {
        comparison(with: peer, ["other", "this", "ratio"]) { other, this, _ in
            other == 0 ? "-" : String(format: "%.2f", this / other)
        }
    }

    private func comparison(
        with other: Self, _ names: [String], _ relation: (_ other: Double, _ own: Double, _ digits: Int) -> String
    ) -> String {
        let times: [(String, KeyPath<CallFigures, Distribution?>)] = [
            ("answer", \.answer), ("barge-in -> interruption", \.interruption), ("barge-in -> silent", \.silence),
        ]
        let rates: [(String, (CallFigures) -> Double?)] = [
            ("cut off, %", { $0.turns == 0 ? nil : Double($0.cutOff) / Double($0.turns) * 100 }),
            (
                "backchannels that interrupted, %",
                {
                    let counted = $0.backchannels - $0.voidBackchannels
                    return counted == 0 ? nil : Double($0.interruptingBackchannels) / Double(counted) * 100
                }
            ),
            ("word error rate, %", { $0.wordErrorRate.map { $0 * 100 } }),
        ]
        func row(_ name: String, _ first: Double?, _ second: Double?, digits: Int) -> String? {
            guard let first, let second else { return nil }
            let values = [first, second].map { String(format: "%.\(digits)f", $0) }
            return Self.row(name, values + [relation(first, second, digits)])
        }
        let lines =
            times.flatMap { name, path in
                [("p50", \Distribution.p50), ("p95", \.p95)].compactMap { part, value in
                    row(
                        "\(name) \(part), ms", other.figures[keyPath: path]?[keyPath: value],
                        figures[keyPath: path]?[keyPath: value], digits: 0)
                }
            } + rates.compactMap { name, rate in row(name, rate(other.figures), rate(figures), digits: 1) }
        return ([Self.row(name, names)] + lines).joined(separator: "\n")
    }

    private var counts: [String] {
        let answered = figures.turns - figures.unanswered - figures.cutOff
        var lines = [
            "turns \(figures.turns), unanswered \(figures.unanswered), "
                + "cut off \(Self.share(figures.cutOff, figures.turns)), "
                + "later than 1.5 s \(Self.share(figures.lateAnswers, answered))"
        ]
        if figures.bargeIns > 0 {
            lines.append(
                "barge-ins \(figures.bargeIns), not yielded \(figures.notYielded), void \(figures.voidBargeIns)")
        }
        if figures.backchannels > 0 {
            let counted = figures.backchannels - figures.voidBackchannels
            lines.append(
                "backchannels that interrupted \(Self.share(figures.interruptingBackchannels, counted)), "
                    + "void \(figures.voidBackchannels)")
        }
        if set == .noise || set == .echo || figures.unaskedInterruptions > 0 {
            lines.append(
                "answers interrupted although nobody spoke \(Self.share(figures.unaskedInterruptions, figures.answers))"
            )
        }
        if [.noise, .echo, .backchannel].contains(set) || figures.openedTurns > 0 {
            lines.append("turns opened by sounds that were no turn \(figures.openedTurns)")
        }
        if figures.spelled > 0 {
            lines.append("spelled exactly \(Self.share(figures.spelledExactly, figures.spelled))")
        }
        return lines
    }

    private var faults: [String] {
        let longest = figures.longestUnderrun.map { ", longest \(Int($0.rounded())) ms" } ?? ""
        var lines = [
            "underruns (gaps over 40 ms inside an answer) \(figures.underruns)\(longest); clicks \(figures.clicks); "
                + "answers with over 40 ms of leading silence \(figures.leadingSilences)"
        ]
        if let errors = figures.wordErrors {
            lines.append(
                "word error rate \(Self.decimal(errors.rate * 100)) % (\(errors.errors) of \(errors.words) words)")
        }
        return lines
    }

    private var usage: [String] {
        guard let server else { return [] }
        var lines = [("server", server.own), ("its child processes", server.children)].map { name, part in
            "\(name): memory \(Int(part.initialMemory)) MB at first, \(Int(part.peakMemory)) MB at most; "
                + "\(Self.decimal(part.processors)) processors"
        }
        if let memoryPerCall, let childMemoryPerCall {
            lines.append(
                "each further call: \(Self.decimal(memoryPerCall)) MB, child processes \(Self.decimal(childMemoryPerCall)) MB"
            )
        }
        return lines
    }

    static func row(_ name: String, _ cells: [String]) -> String {
        name.padding(toLength: 42, withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(0, 8 - $0.count)) + $0 }.joined()
    }

    /// The row of a distribution; nil without one.
    static func row(
        _ name: String, _ distribution: Distribution?, _ format: (Double) -> String = { "\(Int($0.rounded()))" }
    ) -> String? {
        distribution.map { row(name, ["\($0.count)"] + [$0.p50, $0.p95, $0.max].map(format)) }
    }

    static func decimal(_ value: Double) -> String { String(format: "%.2f", value) }

    /// A count with its percentage, such as "2 of 20 (10 %)".
    static func share(_ count: Int, _ total: Int) -> String {
        guard total > 0 else { return "\(count)" }
        return "\(count) of \(total) (\(Int((Double(count) / Double(total) * 100).rounded())) %)"
    }
}
