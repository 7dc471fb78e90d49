import Engines
import JSON

/// Shows an agent's tools to a small model as functions of a script, which it completes: a model that was trained on
/// code does this far better than it follows instructions.
struct ToolPrompt: Sendable {
    /// The function that the script calls for speaking without a tool.
    static let talk = "talk"

    /// Neutral words of a caller, after which the model's likelihoods are its prior.
    static let neutralWords = ["Hello.", "Okay.", "Um.", "Hello, can you help me?", "Yes."]

    /// The script before the dialogue.
    private let head: String

    init(_ tools: [ToolDefinition]) {
        let functions = tools.map { tool in
            let needed = tool.requiredNames
            let needs = needed.isEmpty ? "" : " Needs \(needed.joined(separator: " and "))."
            return "# \(Self.signature(of: tool)) \(Self.line(tool.description))\(needs)\n"
        }
        head = Self.demonstrations + "## Agent: another one\n" + functions.joined() + "\n"
    }

    /// The script up to the name of the function, without the space before the name.
    ///
    /// - Parameter isOpen: whether more will be said before that.
    func text(_ lines: [DialogueLine], isOpen: Bool = false) -> String {
        head + lines.map { "\($0.speaker == .agent ? "Agent" : "Caller"): \($0.text)" }.joined(separator: "\n")
            + (isOpen ? "" : "\n>>>")
    }

    private static func signature(of tool: ToolDefinition) -> String {
        let needed = Set(tool.requiredNames)
        let arguments = tool.arguments.map { argument in
            "\(argument.name): \(type(of: argument))\(needed.contains(argument.name) ? "" : " = None")"
        }
        return "\(tool.name)(\(arguments.joined(separator: ", ")))"
    }

    private static func type(of argument: ToolArgument) -> String {
        switch argument.kind {
        case .choice(let options): options.map(\.text).joined(separator: "|")
        case .text, .date, .time, .dateTime: "str"
        case .integer: "int"
        case .number: "float"
        case .flag: "bool"
        case .other: "dict"
        }
    }

    static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static let demonstrations = #"""
        # Telephone calls, and what the agent does after the caller's last words. It calls a function once the caller wants that and has said all that the function needs. Otherwise it talks: to answer a question, to ask for what is missing, or because the caller wants to wait or says no.

        ## Agent: taxi company
        # order_taxi(address: str, time: str = None) Orders a taxi. Needs the address.
        # cancel_taxi(name: str) Cancels an order. Needs the name.
        # hang_up() Ends the call after a goodbye.

        Caller: Could you send a taxi to 12 Elm Street, please?
        >>> order_taxi(address="12 Elm Street")

        Caller: Hello, I need a taxi.
        >>> talk("From which address?")

        Caller: How much is a ride to the airport?
        >>> talk("About thirty dollars.")

        Caller: I need a taxi at nine.
        Agent: From which address?
        Caller: 5 King's Road.
        >>> order_taxi(address="5 King's Road", time="nine")

        Caller: I want to cancel my taxi.
        >>> talk("What is your name?")

        Caller: Wait, um, let me look that up.
        >>> talk("Take your time.")

        Caller: Please cancel my taxi. The name is Miller.
        >>> cancel_taxi(name="Miller")

        Caller: A taxi to 3 Hill Street.
        Agent: To 3 Hill Street. Shall I order it?
        Caller: No, not yet, thanks.
        >>> talk("All right.")

        Agent: Is there anything else?
        Caller: No, that's all. Bye.
        >>> hang_up()

        Caller: Do you drive at night, too?
        >>> talk("Yes, all night.")


        """#
}

/// One entry of a dialogue.
struct DialogueLine: Sendable, Hashable {
    enum Speaker: Sendable, Hashable {
        case agent
        case caller
    }

    var speaker: Speaker
    /// The words on one line.
    var text: String
}

/// One argument of a tool, as far as its schema is supported.
struct ToolArgument: Sendable {
    enum Kind: Sendable {
        case text
        /// A date such as `2026-03-31`.
        case date
        /// A time such as `16:15`.
        case time
        /// A date and time such as `2026-03-31T16:15:00`.
        case dateTime
        case choice([JSONValue])
        case integer
        case number
        case flag
        case other
    }

    var name: String
    var schema: JSONValue
    var isRequired: Bool

    var kind: Kind {
        if let options = schema["enum"]?.arrayValue, !options.isEmpty { return .choice(options) }
        let type =
            schema["type"]?.stringValue
            ?? schema["type"]?.arrayValue?.compactMap(\.stringValue).first { $0 != "null" } ?? "string"
        switch type {
        case "integer": return .integer
        case "number": return .number
        case "boolean": return .flag
        case "string": break
        default: return .other
        }
        let description = schema["description"]?.stringValue ?? ""
        switch schema["format"]?.stringValue {
        case "date": return .date
        case "time": return .time
        case "date-time": return .dateTime
        default:
            if description.contains("YYYY-MM-DDT") { return .dateTime }
            if description.contains("YYYY-MM-DD") { return .date }
            return description.contains("HH:MM") ? .time : .text
        }
    }
}

extension ToolDefinition {
    var requiredNames: [String] { parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    /// The arguments: the required ones in the schema's order, then the others by name.
    var arguments: [ToolArgument] {
        let properties = parameters["properties"]?.objectValue ?? [:]
        let required = requiredNames.filter { properties[$0] != nil }
        let names = required + properties.keys.filter { !required.contains($0) }.sorted()
        return names.map {
            ToolArgument(name: $0, schema: properties[$0] ?? .null, isRequired: required.contains($0))
        }
    }
}
