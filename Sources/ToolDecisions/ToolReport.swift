import Engines
import JSON

/// What an agent says about a tool's result, as a script that the model completes by reading the result out. In the
/// form of a conversation, a small model would make up half of it, or say that it cannot help.
struct ToolReport: Sendable {
    /// What is said without asking the model: a failure, or whole sentences; nil otherwise.
    let ready: String?
    /// The script up to the agent's words, without the space before them.
    let script: String

    /// Longest result that is read out, in characters.
    private static let longestAnswer = 600

    /// - Parameter results: The results of the latest tool calls, with the tools' names.
    init(of results: [(tool: String, result: String)], after dialogue: [DialogueLine]) {
        let caller = dialogue.last { $0.speaker == .caller }.map { "Caller: \($0.text)\n" } ?? ""
        let answers = results.map { "\($0.tool.replacing("_", with: " ")): \(Self.words($0.result))" }
        ready = results.count == 1 ? Self.sentence(results[0].result) : nil
        let text = results.map { $0.result.lowercased() }.joined(separator: " ")
        // The example of a failure is shown only where there may be one, because the model imitates it.
        let mayHaveFailed = Self.failures.contains { text.contains($0) }
        script =
            Self.demonstrations + (mayHaveFailed ? Self.failedDemonstration : "") + caller + "Computer: "
            + answers.joined(separator: "; ") + "\nAgent:"
    }

    private static func sentence(_ result: String) -> String? {
        let text = ToolPrompt.line(result)
        if text.hasPrefix(failed) {
            let cause = text.dropFirst(failed.count).drop { !($0.isLetter || $0.isNumber) }
            let isWordy = cause.isEmpty || cause.count > longestCause
            return isWordy ? "I'm sorry, that did not work." : "I'm sorry, that did not work: \(cause)"
        }
        let isProse =
            text.first?.isUppercase == true && text.last.map { ".!?".contains($0) } == true && text.contains(" ")
            // The colon of a time is no sign of data.
            && !text.replacing(/\d:\d/, with: "").contains(where: { "{}[]<>=_|:".contains($0) })
        return isProse && text.count <= longestAnswer ? text : nil
    }

    /// The beginning of the result of a tool that failed.
    private static let failed = "Error:"
    /// Longest cause of a failure that is told, in characters.
    private static let longestCause = 120
    private static let failures = [
        "error", "fail", "false", "not ", "no ", "unable", "invalid", "unavailable", "denied",
    ]

    /// A tool's result on one line; of JSON the values with their names. An empty result means success.
    static func words(_ result: String) -> String {
        let text = (try? JSONValue(parsing: result)).map(words) ?? ToolPrompt.line(result)
        return text.isEmpty ? "ok" : String(text.prefix(longestAnswer))
    }

    private static func words(_ value: JSONValue) -> String {
        if let members = value.objectValue {
            return members.sorted { $0.key < $1.key }
                .map { "\($0.key.replacing("_", with: " ")): \(words($0.value))" }.joined(separator: ", ")
        }
        if let elements = value.arrayValue {
            let isTable = elements.contains { $0.objectValue != nil }
            return elements.map(words).joined(separator: isTable ? "; " : ", ")
        }
        return value == .null ? "" : ToolPrompt.line(value.stringValue ?? value.text)
    }

    private static let demonstrations = """
        # An agent on the telephone reads out to the caller what the computer has answered. All words and numbers of \
        the computer's answer are said as they are.

        Caller: Could you send a taxi to 12 Elm Street, please?
        Computer: order taxi: status: accepted, order id: T-7702
        Agent: The status is accepted, and the order id is T-7702.

        Caller: When are you open on Sunday?
        Computer: opening hours: opens: 10:00, closes: 16:30
        Agent: We open at 10:00 and close at 16:30.

        Caller: Which sizes do you have of the blue shoes?
        Computer: check stock: 8, 10, 11
        Agent: We have 8, 10 and 11.

        Caller: Turn the heating down a bit.
        Computer: set heating: ok
        Agent: That is done.

        Caller: Which rooms are there?
        Computer: list rooms: name: Garden, persons: 2; name: Tower, persons: 4
        Agent: There is Garden for 2 persons, and Tower for 4 persons.


        """
    private static let failedDemonstration = """
        Caller: Please move my lesson to Monday.
        Computer: move lesson: error: teacher not available
        Agent: I'm sorry, that did not work: teacher not available.


        """
}
