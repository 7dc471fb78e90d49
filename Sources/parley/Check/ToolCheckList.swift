import Agents
import Conversation
import Engines
import Foundation
import JSON
import Yams

/// Utterances with the correct tool call for each, as in Examples/tool-check.yaml.
struct ToolCheckList: Decodable, Sendable {
    struct Agent: Decodable, Sendable {
        struct Tool: Decodable, Sendable {
            var name: String
            var description: String
            /// The parameters as a JSON Schema object.
            var parameters: JSONValue
        }

        /// An agent that it can hand the call to, as `transfer_to_agent` has it.
        struct Transfer: Decodable, Sendable {
            /// Its name.
            var agent: String
            var condition: String
        }

        var prompt: String
        var tools: [Tool]
        var transfers: [Transfer]?

        var definitions: [ToolDefinition] {
            get throws {
                let own = tools.map {
                    ToolDefinition(name: $0.name, description: $0.description, parameters: $0.parameters)
                }
                guard let transfers else { return own }
                let list = transfers.map { transfer -> JSONValue in
                    ["agent_id": .string(transfer.agent), "condition": .string(transfer.condition)]
                }
                let handOver: JSONValue = [
                    "type": "system", "name": "transfer_to_agent", "params": ["transfers": .array(list)],
                ]
                let config: JSONValue = [
                    "agent": ["prompt": ["built_in_tools": ["transfer_to_agent": handOver]]]
                ]
                let settings = try CallSettings(
                    agent: try Agents.Agent.new(conversationConfig: config), initiation: CallInitiation(),
                    variables: try CallVariables([:], system: [:]))
                return own + settings.tools.filter { $0.name == "transfer_to_agent" }.map(\.definition)
            }
        }
    }

    struct Case: Decodable, Sendable {
        var id: String
        var agent: String
        /// The preceding dialogue: entries of one member each, `agent` or `caller`.
        var dialogue: [[String: String]]?
        var caller: String
        var expect: Expectation
    }

    /// The correct tool call.
    struct Expectation: Decodable, Sendable {
        /// The tool to call; nil where none is to be called.
        var tool: String?
        /// The accepted values of each required argument.
        var arguments: [String: [JSONValue]] = [:]
        /// Arguments that are accepted with any value; others are wrong.
        var optional: [String] = []

        private enum CodingKeys: String, CodingKey {
            case tool, arguments, optional
        }

        init(from decoder: any Decoder) throws {
            if let word = try? decoder.singleValueContainer().decode(String.self) {
                guard word == "none" else {
                    throw DecodingError.dataCorrupted(
                        .init(codingPath: decoder.codingPath, debugDescription: "is neither `none` nor a tool call"))
                }
                return
            }
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            tool = try fields.decode(String.self, forKey: .tool)
            arguments = try fields.decodeIfPresent([String: [JSONValue]].self, forKey: .arguments) ?? [:]
            optional = try fields.decodeIfPresent([String].self, forKey: .optional) ?? []
        }
    }

    /// The result of a model in one case.
    enum Verdict: Sendable, Hashable, CustomStringConvertible {
        case right
        case calledForNothing
        case notCalled
        case anotherTool
        case otherArguments
        case severalCalls
        /// The model did not answer, for this reason.
        case failed(String)

        var description: String {
            switch self {
            case .right: "right"
            case .calledForNothing: "called a tool for nothing"
            case .notCalled: "called nothing"
            case .anotherTool: "called another tool"
            case .otherArguments: "gave other arguments"
            case .severalCalls: "called several tools"
            case .failed(let reason): "failed: \(reason)"
            }
        }
    }

    var agents: [String: Agent]
    var cases: [Case]

    /// - Throws: `CommandError` when the file cannot be read, or is inconsistent.
    init(file: URL) throws {
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw CommandError.failed("\(file.path) cannot be read.")
        }
        do {
            self = try YAMLDecoder().decode(Self.self, from: text)
        } catch let error as DecodingError {
            throw CommandError.failed("\(file.path): \(error.explanation)")
        } catch {
            throw CommandError.failed("\(file.path): \(error)")
        }
        for entry in cases {
            guard let agent = agents[entry.agent] else {
                throw CommandError.failed("\(file.path): \(entry.id): there is no agent \(entry.agent)")
            }
            if let tool = entry.expect.tool, try !agent.definitions.contains(where: { $0.name == tool }) {
                throw CommandError.failed("\(file.path): \(entry.id): \(entry.agent) has no tool \(tool)")
            }
            for line in entry.dialogue ?? [] where line.count != 1 || line["agent"] ?? line["caller"] == nil {
                throw CommandError.failed(
                    "\(file.path): \(entry.id): an entry of the dialogue must have either `agent` or `caller`")
            }
        }
    }
}

extension ToolCheckList.Expectation {
    func verdict(on calls: [ToolCall]) -> ToolCheckList.Verdict {
        guard let call = calls.first else { return tool == nil ? .right : .notCalled }
        guard let tool else { return .calledForNothing }
        if calls.count > 1 { return .severalCalls }
        guard call.name == tool else { return .anotherTool }
        let given = (call.arguments.objectValue ?? [:]).filter { !$0.value.isAbsent }
        let isComplete = arguments.allSatisfy { name, accepted in
            given[name].map { value in accepted.contains { value.comparable == $0.comparable } } ?? false
        }
        let isPlain = given.keys.allSatisfy { arguments[$0] != nil || optional.contains($0) }
        return isComplete && isPlain ? .right : .otherArguments
    }
}

extension JSONValue {
    /// Whether it is a value that models give for unknown arguments.
    fileprivate var isAbsent: Bool { isNull || stringValue == "" }

    /// A form for comparison: numbers by value, texts in lower case, without spaces and punctuation at their ends.
    fileprivate var comparable: String {
        if let number = doubleValue ?? stringValue.flatMap(Double.init) { return "\(number)" }
        guard let text = stringValue else { return self.text }
        return text.lowercased().trimmingCharacters(in: .whitespacesAndNewlines.union(.punctuationCharacters))
    }
}
