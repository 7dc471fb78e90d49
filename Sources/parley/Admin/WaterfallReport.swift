import Foundation
import JSON
import Server

/// Formats waterfalls, which show how answers came about, for a terminal.
enum WaterfallReport {
    /// Width of the bar in columns.
    private static let width = 40
    /// Longest time that a bar shows, in milliseconds: after long speech of the caller, earlier steps would squeeze the
    /// rest.
    static let longest = 3000

    static func text(_ waterfalls: [JSONValue]) -> String {
        waterfalls.map { waterfall in
            ([heading(waterfall)] + lines(waterfall["steps"]?.arrayValue ?? [])).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    /// The heading: when, what, after how long, and the words.
    static func heading(_ waterfall: JSONValue) -> String {
        let time = String(format: "%.2f s", waterfall["at_secs"]?.doubleValue ?? 0)
        let words = CallReport.string(waterfall["words"])
        let what =
            switch waterfall["subject"]?.stringValue {
            case "answer": "end of speech"
            case "overlap": "spoken over"
            default: "response (\(CallReport.string(waterfall["cause"])))"
            }
        let answer = waterfall["answered_after_ms"]?.intValue.map { ", heard after \($0) ms" } ?? ""
        return "\(time)  \(what)\(answer)\(words.isEmpty ? "" : ": \(words)")"
    }

    private static func lines(_ steps: [JSONValue]) -> [String] {
        let times = steps.compactMap { $0["at_ms"]?.intValue }
        guard let last = times.max() else { return [] }
        let first = max(times.min() ?? 0, last - longest)
        let scale = Double(width) / Double(max(last - first, 1))
        return steps.map { step in
            let time = step["at_ms"]?.intValue ?? 0
            let column = Int(Double(max(time, first) - first) * scale)
            let bar = String(repeating: "·", count: column) + "│" + String(repeating: " ", count: width - column)
            let name = CallReport.string(step["step"]).padded(to: 12)
            return "  \(String(time).padded(to: 6, atEnd: false)) ms  \(name) \(bar) \(detail(step))"
        }
    }

    /// The details of a step, the most interesting first.
    static func detail(_ step: JSONValue) -> String {
        let members = (step.objectValue ?? [:]).filter { !["step", "at_ms"].contains($0.key) && !$0.value.isNull }
        let order = [
            "words", "basis", "takes_floor", "completeness", "odds", "ending", "sound", "probability", "silence_ms",
            "wait_ms",
            "pace", "queued_ms", "left_ms", "needed_ms", "speech_ms", "threshold_ms", "peak_db", "near_level_db",
            "work_ms",
            "pause", "response",
        ]
        return order.compactMap { key in
            guard let value = members[key] else { return nil }
            if let text = value.stringValue?.onOneLine {
                return text.isEmpty ? nil : key == "words" ? "“\(text)”" : text
            }
            return "\(key.replacing("_", with: " ")) \(value.text)"
        }.joined(separator: ", ")
    }
}
