import Foundation
import JSON
import Server

/// Formats records of conversations for a terminal.
enum CallReport {
    /// One line for a conversation in a list.
    static func line(_ call: JSONValue) -> String {
        let columns = [
            string(call["conversation_id"]), date(call["start_time_unix_secs"]),
            duration(call["call_duration_secs"]).padded(to: 7, atEnd: false),
            string(call["status"]).padded(to: 11), "\(call["message_count"]?.intValue ?? 0) messages".padded(to: 12),
            string(call["agent_name"]),
        ]
        return columns.joined(separator: "  ")
    }

    /// A whole record as text.
    static func text(_ record: JSONValue) -> String {
        let metadata = record["metadata"] ?? [:]
        let failure = metadata["error"].flatMap { error in
            error["reason"]?.stringValue.map { "\($0) (\(error["code"]?.intValue ?? 0))" }
        }
        let source = [
            string(metadata["conversation_initiation_source"]),
            string(metadata["conversation_initiation_source_version"]), string(metadata["authorization_method"]),
            string(metadata["main_language"]),
        ]
        var lines = [
            row("Call", string(record["conversation_id"])),
            row("Agent", "\(string(record["agent_name"]))  \(string(record["agent_id"]))"),
            row("Client", source.filter { !$0.isEmpty }.joined(separator: ", ")),
            row("Begun", date(metadata["start_time_unix_secs"])),
            row("Lasted", duration(metadata["call_duration_secs"])),
            row("Status", string(record["status"])),
            row("Ended", failure?.onOneLine ?? string(metadata["termination_reason"])),
        ]
        for warning in metadata["warnings"]?.arrayValue ?? [] { lines.append(row("Warning", string(warning))) }
        lines.append("")
        for turn in record["transcript"]?.arrayValue ?? [] { lines += self.turn(turn) }
        return lines.joined(separator: "\n")
    }

    private static func turn(_ turn: JSONValue) -> [String] {
        let time = duration(turn["time_in_call_secs"]).padded(to: 7, atEnd: false)
        let speaker = turn["role"] == "agent" ? "Agent" : "User"
        let indent = String(repeating: " ", count: 16)
        var lines = ["\(time)  \(speaker.padded(to: 5))  \(string(turn["message"]))"]
        if turn["interrupted"] == true {
            lines.append("\(indent)interrupted; would have said: \(string(turn["original_message"]))")
        }
        let results = turn["tool_results"]?.arrayValue ?? []
        for call in turn["tool_calls"]?.arrayValue ?? [] {
            let result = results.first { $0["request_id"] == call["request_id"] }
            let outcome = result.map { result in
                let latency = result["tool_latency_secs"]?.doubleValue ?? 0
                return " → \(result["is_error"] == true ? "failed: " : "")\(string(result["result_value"])) "
                    + "(\(seconds(latency)))"
            }
            lines.append("\(indent)\(string(call["tool_name"]))(\(string(call["params_as_json"])))\(outcome ?? "")")
        }
        let metrics = (turn.value(at: "conversation_turn_metrics", "metrics")?.objectValue ?? [:])
            .compactMapValues { $0["elapsed_time"]?.doubleValue }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            .map { "\($0.key) \(seconds($0.value))" }
        if !metrics.isEmpty { lines.append(indent + metrics.joined(separator: ", ")) }
        if let score = turn.value(at: "feedback", "score")?.stringValue { lines.append("\(indent)feedback: \(score)") }
        return lines
    }

    private static func row(_ name: String, _ value: String) -> String { "\(name.padded(to: 9))\(value)" }

    /// A text on one line, without characters of the client's that would control the terminal.
    static func string(_ value: JSONValue?) -> String { (value?.stringValue ?? "").onOneLine }

    private static func seconds(_ value: Double) -> String { String(format: "%.3f s", value) }

    /// A duration in minutes and seconds.
    private static func duration(_ value: JSONValue?) -> String {
        let seconds = value?.intValue ?? 0
        return String(format: "%d:%02d", seconds / 60, seconds % 60)
    }

    /// A date and time in the local time zone.
    private static func date(_ value: JSONValue?) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return formatter.string(from: Date(timeIntervalSince1970: value?.doubleValue ?? 0))
    }
}

extension String {
    func padded(to width: Int, atEnd: Bool = true) -> String {
        let space = String(repeating: " ", count: max(0, width - count))
        return atEnd ? self + space : space + self
    }
}
