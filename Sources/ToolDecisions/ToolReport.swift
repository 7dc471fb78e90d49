import Engines
import JSON
import Language

/// What a tool has brought.
struct ToolFinding: Sendable, Hashable {
    var callID: String
    /// The tool's name.
    var tool: String
    /// A text for models.
    var result: String
    /// What callers can be told of it.
    var kind = ToolResultKind.answer

    /// What a model that is shown no tools is told of it. It is no sentence of a conversation, and a claim if it is said:
    /// otherwise the model would imitate it instead of calling the tool.
    var note: String {
        let name = tool.replacing("_", with: " ")
        switch kind {
        case .answer: return "\(Self.done) \(name): \(ToolReport.words(result))"
        case .done, .settled: return "\(Self.done) \(name)"
        case .failed(let isTold): return "\(Self.failed) \(name)\(isTold ? ": \(ToolReport.words(result))" : "")"
        case .running: return "\(Self.running) \(name)"
        }
    }

    private static let done = "Done by the computer:"
    private static let failed = "Not done by the computer:"
    private static let running = "The computer is at it:"

    /// Whether a text is such a note; nil as long as it may become one.
    static func isNote(_ text: String) -> Bool? {
        let text = text.drop(while: \.isWhitespace).lowercased()
        let notes = [done, failed, running].map { $0.lowercased() }
        if notes.contains(where: text.hasPrefix) { return true }
        return notes.contains { $0.hasPrefix(text) } ? nil : false
    }
}

/// What an agent says about a tool's result, as a script that the model completes by reading the result out. In the
/// form of a conversation, a small model would make up half of it, or say that it cannot help.
struct ToolReport: Sendable {
    /// What is said without asking the model: that a tool runs, is done or has failed, or whole sentences of its own; nil
    /// otherwise.
    let ready: String?
    /// The script up to the agent's words, without the space before them.
    let script: String

    /// Longest result that is read out, in characters.
    private static let longestAnswer = 600

    /// - Parameter language: the language of the conversation, BCP-47. Results are read out in English where the model has to
    ///   find the words.
    init(of finding: ToolFinding, after dialogue: [DialogueLine], in language: String = "en") {
        let caller = dialogue.last { $0.speaker == .caller }.map { "Caller: \($0.text)\n" } ?? ""
        ready = Self.sentence(finding, CallPhrases.of(language) ?? .english)
        // The example of a failure is shown only where there is one, because the model imitates it.
        let hasFailed = English().verdict(on: finding.result, of: finding.tool) == .failed
        script =
            Self.demonstrations + (hasFailed ? Self.failedDemonstration : "") + caller
            + "Computer: \(finding.tool.replacing("_", with: " ")): \(Self.words(finding.result))\nAgent:"
    }

    private static func sentence(_ finding: ToolFinding, _ phrases: CallPhrases) -> String? {
        let text = ToolPrompt.line(finding.result)
        switch finding.kind {
        // "It is done" would be a claim, also of what only looks something up.
        case .done, .settled: return phrases.toolDone
        case .running: return phrases.toolRunning
        case .failed(isTold: true): return failure(text, phrases)
        case .failed(isTold: false): return phrases.toolFailed
        case .answer: return text.hasPrefix(failed) ? failure(text, phrases) : prose(text) ?? message(finding.result)
        }
    }

    /// The one text of data that is said as it is: `{"status": "ok", "message": "A table for two is booked."}`.
    private static func message(_ result: String) -> String? {
        let values = (try? JSONValue(parsing: result))?.objectValue?.values.compactMap(\.stringValue) ?? []
        let sentences = values.compactMap { prose(ToolPrompt.line($0)) }
        return sentences.count == 1 ? sentences[0] : nil
    }

    private static func failure(_ text: String, _ phrases: CallPhrases) -> String {
        let cause = text.dropFirst(failed.count).drop { !($0.isLetter || $0.isNumber) }
        // What was written for programmers is not read aloud.
        let isTold =
            !cause.isEmpty && cause.count <= longestCause && !cause.contains { "{}[]<>=_|\"".contains($0) }
        let sentence = phrases.toolFailed
        return isTold ? "\(sentence.dropLast()): \(cause)" : sentence
    }

    /// Whole sentences as they are; nil for anything else.
    private static func prose(_ text: String) -> String? {
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
