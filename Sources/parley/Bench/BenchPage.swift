import CallMetrics
import Foundation
import JSON

/// The report as one HTML page without scripts and other files: a table of all runs, then a bar for every turn.
struct BenchPage {
    var report: BenchReport

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Parley bench</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <h1>How the agent answers</h1>
        <p>\(escape(report.agent)) at \(escape(report.url)), \(report.date.ISO8601Format()). Times in milliseconds, from
        the audio as the caller heard it.</p>
        \(table)
        \(legend)
        \(report.runs.map(turns).joined(separator: "\n"))
        </body>
        </html>

        """
    }

    // MARK: The table

    private var table: String {
        let heads = [
            "Run", "Turns", "Answer p50", "p95", "max", "Over 1.5 s", "Un&shy;answered", "Talked into", "Silent p50",
            "p95", "Inter&shy;rupted", "Turns opened", "Spelled exactly", "Gaps", "Clicks", "Leading silence",
            "Word errors",
        ]
        let rows = report.runs.map { run -> String in
            let figures = run.figures
            let interrupted: String? =
                switch run.set {
                case .bargeIn: "\(figures.bargeIns - figures.notYielded - figures.voidBargeIns) of \(figures.bargeIns)"
                case .backchannel:
                    "\(figures.interruptingBackchannels) of \(figures.backchannels - figures.voidBackchannels)"
                default: "\(figures.unaskedInterruptions) of \(figures.answers)"
                }
            let cells: [String?] = [
                "\(figures.turns)", time(figures.answer?.p50), time(figures.answer?.p95), time(figures.answer?.max),
                "\(figures.lateAnswers)", "\(figures.unanswered)", "\(figures.cutOff)", time(figures.silence?.p50),
                time(figures.silence?.p95), interrupted, "\(figures.openedTurns)",
                figures.spelled > 0 ? "\(figures.spelledExactly) of \(figures.spelled)" : nil, "\(figures.underruns)",
                "\(figures.clicks)", "\(figures.leadingSilences)",
                figures.wordErrorRate.map { "\(BenchReport.Run.decimal($0 * 100)) %" },
            ]
            return "<tr><th scope=\"row\">\(escape(run.name))</th>"
                + cells.map { "<td>\($0 ?? "–")</td>" }.joined() + "</tr>"
        }
        return """
            <div class="wide"><table>
            <thead><tr>\(heads.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table></div>
            """
    }

    // MARK: The turns

    private var legend: String {
        """
        <p class="legend">After the end of the caller's speech: <i class="words"></i> until the final transcript
        <i class="audio"></i> until the agent's audio begins <i class="lead"></i> silence at its head. After the onset of a
        barge-in: <i class="yield"></i> until the <code>interruption</code> <i class="tail"></i> until the agent is silent.
        A line every 500 ms.</p>
        """
    }

    private func turns(of run: BenchReport.Run) -> String {
        // One scale for a run, so that its bars can be compared.
        let values = run.calls.flatMap { call in
            call.measurement.turns.compactMap(\.answerAfter) + call.measurement.bargeIns.map(\.silentAfter)
        }
        let scale = max(2, (values.max() ?? 0) * 1.05)
        let calls = run.calls.enumerated().map { index, call -> String in
            let title = run.calls.count > 1 ? "<h3>Call \(index + 1)</h3>" : ""
            return title
                + call.measurement.turns.map { row($0, of: call.measurement, scale: scale) }.joined(separator: "\n")
                + waterfalls(call.waterfalls ?? [])
        }
        return """
            <section><h2>\(escape(run.name))</h2>
            <div class="turns" style="--step: \(Self.percent(0.5 / scale))">
            \(calls.joined(separator: "\n"))
            </div></section>
            """
    }

    private func row(_ turn: TurnMeasurement, of call: CallMeasurement, scale: Double) -> String {
        let bar: [(String, Double)]
        let result: String
        if turn.role == .bargeIn, let bargeIn = bargeIn(turn, in: call) {
            let stopped = bargeIn.interruptionAfter ?? bargeIn.silentAfter
            bar = [("yield", min(stopped, bargeIn.silentAfter)), ("tail", max(0, bargeIn.silentAfter - stopped))]
            result =
                bargeIn.isVoid
                ? "was over" : bargeIn.interruptionAfter == nil ? "not yielded" : time(bargeIn.silentAfter * 1000)
        } else if let answer = turn.answerAfter {
            let audio = min(max(0, turn.audioAfter ?? answer), answer)
            let words = min(max(0, turn.transcriptAfter ?? 0), audio)
            bar = [("words", words), ("audio", audio - words), ("lead", answer - audio)]
            result = turn.isCutOff ? "cut off" : time(answer * 1000)
        } else {
            bar = []
            result = turn.isCutOff ? "cut off" : "unanswered"
        }
        let pieces = bar.filter { $0.1 > 0 }.map {
            "<span class=\"\($0.0)\" style=\"width: \(Self.percent($0.1 / scale))\" title=\"\(time($0.1 * 1000))\"></span>"
        }
        let isGood = result.allSatisfy(\.isNumber)
        return """
            <div class="turn"><span class="name">\(escape(turn.name))</span><span class="bar">\(pieces.joined())</span>\
            <span class="result\(isGood ? "" : " bad")">\(result)</span><span class="said">\(escape(turn.transcript))</span></div>
            """
    }

    /// The waterfalls of the answers, folded away, as each has some twenty lines.
    private func waterfalls(_ waterfalls: [JSONValue]) -> String {
        guard !waterfalls.isEmpty else { return "" }
        let blocks = waterfalls.map { waterfall -> String in
            let steps = waterfall["steps"]?.arrayValue ?? []
            let times = steps.compactMap { $0["at_ms"]?.intValue }
            let last = times.max() ?? 0
            let first = max(times.min() ?? 0, last - WaterfallReport.longest)
            let rows = steps.map { step -> String in
                let time = step["at_ms"]?.intValue ?? 0
                let place = Double(max(time, first) - first) / Double(max(last - first, 1))
                return """
                    <div class="step"><span>\(escape(step["step"]?.stringValue ?? ""))</span><span class="at">\(time)</span>\
                    <span class="line"><i style="left: \(Self.percent(place * 0.99))"></i></span>\
                    <span>\(escape(WaterfallReport.detail(step)))</span></div>
                    """
            }
            return "<h4>\(escape(WaterfallReport.heading(waterfall)))</h4>\n\(rows.joined(separator: "\n"))"
        }
        return "<details><summary>How each answer came about</summary>\n\(blocks.joined(separator: "\n"))\n</details>"
    }

    private func bargeIn(_ turn: TurnMeasurement, in call: CallMeasurement) -> BargeInMeasurement? {
        let turns = call.turns.filter { $0.role == .bargeIn }
        return turns.firstIndex(of: turn).flatMap { $0 < call.bargeIns.count ? call.bargeIns[$0] : nil }
    }

    // MARK: Pieces

    private func time(_ milliseconds: Double?) -> String { milliseconds.map { "\(Int($0.rounded()))" } ?? "–" }

    private static func percent(_ share: Double) -> String { String(format: "%.2f%%", share * 100) }

    private func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }

    private static let style = """
        :root { color-scheme: light dark; --line: #8885; --words: #4a7fb5; --audio: #8fb9dc; --lead: #d9822b;
          --yield: #6b8f47; --tail: #b9cf8a; }
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: .95rem; margin: .8rem 0 .2rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
        thead th { vertical-align: bottom; font-size: .8rem; } th[scope=row], thead th:first-child { text-align: left; white-space: nowrap; }
        .turn { display: grid; grid-template-columns: 13rem 1fr 6rem 18rem; gap: .8rem; align-items: center; font-size: .85rem; }
        .name, .said { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .said { opacity: .75; }
        .result { text-align: right; font-variant-numeric: tabular-nums; } .bad { color: #c0392b; font-weight: 600; }
        .bar { display: flex; height: 1.1rem; background: repeating-linear-gradient(to right, var(--line) 0 1px, transparent 1px var(--step)); }
        .words { background: var(--words); } .audio { background: var(--audio); } .lead { background: var(--lead); }
        .yield { background: var(--yield); } .tail { background: var(--tail); }
        .legend i { display: inline-block; width: .9rem; height: .9rem; vertical-align: -.1rem; margin-left: .6rem; }
        details { margin: .6rem 0 1.2rem; } summary { cursor: pointer; font-size: .85rem; }
        h4 { font-size: .85rem; margin: 1rem 0 .2rem; }
        .step { display: grid; grid-template-columns: 8rem 4rem 1fr 30rem; gap: .8rem; font-size: .8rem; }
        .at { text-align: right; font-variant-numeric: tabular-nums; }
        .line { position: relative; border-bottom: 1px dotted var(--line); }
        .line i { position: absolute; top: .1rem; bottom: .1rem; width: 3px; background: var(--words); }
        @media (max-width: 50rem) { .turn { grid-template-columns: 7rem 1fr 5rem; } .said { display: none; } }
        """
}
