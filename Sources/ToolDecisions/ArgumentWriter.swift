import Engines
import Foundation
import JSON
import LocalEngines

/// Asks a small model for the arguments of a tool one by one, and takes only what was said.
struct ArgumentWriter: Sendable {
    let client: LlamaClient
    let likelihoods: ToolLikelihoods
    let options: ToolDecisionOptions
    let said: Said

    /// Most tokens of an argument: a name, an address or a sentence.
    static let longestValue = 48
    /// Most tokens of an argument that is an object or a list.
    private static let longestObject = 256

    /// What the caller has said.
    struct Said {
        var evidence: SpokenEvidence
        var moments: SpokenMoments
        /// The description of a matter, in the caller's words.
        var account: String
    }

    /// The call as far as it is written, after the dialogue and after neutral words.
    struct Script {
        private(set) var text: String
        private(set) var neutral: String
        private var hasArguments = false

        init(text: String, neutral: String) { (self.text, self.neutral) = (text, neutral) }

        mutating func append(_ argument: String) {
            text += piece(argument)
            neutral += piece(argument)
            hasArguments = true
        }

        func piece(_ argument: String) -> String { (hasArguments ? ", " : "") + argument }
    }

    /// What there is of a tool's arguments.
    enum Written {
        case all([String: JSONValue])
        /// A required one that was not said.
        case missing(ToolArgument)
    }

    /// The arguments of a tool.
    func values(for tool: ToolDefinition, _ script: Script) async throws -> Written {
        var (script, values) = (script, [String: JSONValue]())
        for argument in tool.arguments {
            if let value = try await value(of: argument, &script) {
                values[argument.name] = value
            } else if argument.isRequired {
                return .missing(argument)
            }
        }
        return .all(values)
    }

    /// The value of an argument; nil when it was not said.
    private func value(of argument: ToolArgument, _ script: inout Script) async throws -> JSONValue? {
        let asked = script.text + script.piece("\(argument.name)=")
        let anyway = script.neutral + script.piece("\(argument.name)=")
        let value: JSONValue?
        switch argument.kind {
        case .choice(let options):
            if argument.isRequired, options.count == 1 {
                value = options[0]
            } else if let option = said.evidence.lastSaid(of: options) {
                value = option
            } else {
                value = argument.isRequired ? try await likeliest(of: options, asked, anyway) : nil
            }
        case .flag:
            value = argument.isRequired ? try await likeliest(of: [true, false], asked) : nil
        case .integer, .number:
            let written = try await client.continuation(
                of: asked, upTo: [",", ")"], limit: Self.longestValue, slot: client.server.decidingSlot)
            value = Double(written.trimmingCharacters(in: .whitespaces)).flatMap { number in
                guard let whole = Int(exactly: number) else { return argument.isWhole ? nil : .number(number) }
                return said.evidence.numbers.contains(whole) ? .integer(whole) : nil
            }
        case .text, .date, .time, .dateTime:
            // An optional argument is asked for only where the model would give it.
            if !argument.isRequired, !(argument.isOfDay && said.moments.isDaySaid), try await isLeftOut(asked) {
                return nil
            }
            let written = try await client.continuation(
                of: asked + "\"", upTo: ["\""], limit: Self.longestValue, slot: client.server.decidingSlot)
            value = text(written, argument).map(JSONValue.string)
        case .other:
            let written = try await client.continuation(
                of: asked, limit: Self.longestObject, schema: argument.schema, slot: client.server.decidingSlot)
            value = argument.isRequired ? try? JSONValue(parsing: written) : nil
        }
        if let value { script.append("\(argument.name)=\(value.text)") }
        return value
    }

    private func text(_ written: String, _ argument: ToolArgument) -> String? {
        switch argument.kind {
        case .date: return said.moments.day(written)
        case .time: return said.moments.time(written)
        case .dateTime:
            guard let day = said.moments.day(written), let time = said.moments.time(written) else { return nil }
            return "\(day)T\(time):00"
        default:
            if argument.isTimeZone {
                let place = String(written.split(separator: "/").last ?? "").replacing("_", with: " ")
                let spoken = said.evidence.text(place) ?? said.evidence.text(written)
                return spoken.map { TimeZoneNames.identifier(for: $0) ?? $0 }
            }
            if argument.isOfDigits, !written.contains(where: \.isNumber), said.evidence.text(written)?.isNumber != true
            {
                return nil
            }
            return said.evidence.text(written) ?? (argument.isRequired && argument.isAccount ? said.account : nil)
        }
    }

    private func isLeftOut(_ text: String) async throws -> Bool {
        let candidates = try await client.candidates(
            after: text, count: options.candidates, slot: client.server.decidingSlot)
        func logarithm(_ prefix: String) -> Double {
            candidates.filter { $0.token.hasPrefix(prefix) }.map(\.logprob).max() ?? ToolLikelihoods.unlikely
        }
        return logarithm("None") >= logarithm("\"")
    }

    /// - Parameter anyway: The same question after neutral words. Where they make the option as likely, the dialogue is
    ///   no evidence for it.
    private func likeliest(
        of options: [JSONValue], _ asked: String, _ anyway: String? = nil
    ) async throws -> JSONValue? {
        // The quotation mark that begins a text is one token with the sign before it.
        let isText = options.allSatisfy { $0.stringValue != nil }
        func written(_ option: JSONValue) -> String {
            option.boolValue.map { $0 ? "True" : "False" } ?? (isText ? String(option.text.dropFirst()) : option.text)
        }
        var tokens: [String: [Int]] = [:]
        for option in options { tokens[written(option)] = try await client.tokens(of: written(option)) }
        let quote = isText ? "\"" : ""
        let here = try await likelihoods.logarithms(of: tokens, after: asked + quote)
        guard let best = options.max(by: { (here[written($0)] ?? 0) < (here[written($1)] ?? 0) }) else { return nil }
        guard let anyway else { return best }
        let without = try await likelihoods.logarithms(of: tokens, after: anyway + quote)
        let evidence = (here[written(best)] ?? 0) - (without[written(best)] ?? 0)
        // `nil` would be a JSON null here.
        return evidence > self.options.choiceEvidence ? best : Optional.none
    }
}

extension ToolArgument {
    private var words: String { "\(name) \(schema["description"]?.stringValue ?? "")".lowercased() }

    /// The question for a day or a time. What else is missing the model asks for in its own words.
    var question: String? {
        switch kind {
        case .date: "For which day?"
        case .time: "At what time?"
        case .dateTime: "For which day, and at what time?"
        default: nil
        }
    }

    /// Whether its description asks for digits.
    fileprivate var isOfDigits: Bool { words.contains("digit") }

    /// Whether it is a zone of the time zone database.
    fileprivate var isTimeZone: Bool { ["timezone", "time zone", "time_zone"].contains { words.contains($0) } }

    /// Whether it is a day.
    fileprivate var isOfDay: Bool { ["day", "date"].contains { words.contains($0) } }

    /// Whether it is to hold the caller's account of a matter, and not a name or a number.
    var isAccount: Bool {
        [
            "message", "what ", "whathappened", "reason", "describe", "description", "summary", "note", "problem",
            "in the caller's words",
        ]
        .contains { words.contains($0) }
    }

    /// Whether it is a whole number.
    fileprivate var isWhole: Bool {
        if case .integer = kind { true } else { false }
    }
}

extension String {
    fileprivate var isNumber: Bool { !isEmpty && allSatisfy(\.isNumber) }
}
