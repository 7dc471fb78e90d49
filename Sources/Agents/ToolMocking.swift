import Foundation
import JSON

/// Which tools of a call are not really run, but answered with results that their owner has written for tests.
public struct ToolMocking: Sendable, Hashable {
    /// What becomes of a call for which there is no written result.
    public enum Fallback: String, Sendable, Hashable {
        /// It fails.
        case raiseError = "raise_error"
        /// The tool is really run.
        case callRealTool = "call_real_tool"
    }

    private enum Strategy: String, Sendable, Hashable {
        case none
        case all
        case selected
    }

    private var strategy = Strategy.none
    private var names: Set<String> = []
    /// What becomes of a call for which there is no written result.
    public private(set) var fallback = Fallback.raiseError

    /// All tools are run.
    public init() {}

    /// Reads `tool_mock_config`: `mocking_strategy` (`none`, `all`, `selected`), `mocked_tool_names`, `fallback_strategy`
    /// (`raise_error`, `call_real_tool`).
    public init(_ configuration: JSONValue) {
        strategy = Strategy(rawValue: configuration["mocking_strategy"]?.stringValue ?? "") ?? .none
        names = Set(configuration["mocked_tool_names"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        fallback = Fallback(rawValue: configuration["fallback_strategy"]?.stringValue ?? "") ?? .raiseError
    }

    /// Whether the tool is not to be run. Those that act on the call itself always are: without them no test could end.
    public func covers(_ tool: ToolSettings) -> Bool {
        if case .system = tool.kind { return false }
        return strategy == .all || (strategy == .selected && names.contains(tool.name))
    }
}

/// A result that is written for a tool, and when it holds: one of a stored tool's `response_mocks`.
public struct ToolMock: Sendable, Hashable {
    private struct Condition: Sendable, Hashable {
        enum Test: Sendable, Hashable {
            case anything
            case exact(String)
            case pattern(String)
            /// One that no rule can judge.
            case unknown
        }

        let path: [String]
        let test: Test

        init(_ value: JSONValue) {
            path = (value["path"]?.stringValue ?? "").split(separator: ".").map(String.init)
            let eval = value["eval"]
            switch eval?["type"]?.stringValue {
            case "anything": test = .anything
            case "exact": test = .exact(eval?["expected_value"]?.stringValue ?? "")
            case "regex": test = .pattern(eval?["pattern"]?.stringValue ?? "")
            default: test = .unknown
            }
        }

        func holds(for arguments: JSONValue) -> Bool {
            var value: JSONValue? = arguments
            for step in path { value = value?[step] }
            guard let value, !value.isNull else { return test == .anything }
            let text = value.stringValue ?? value.text
            switch test {
            case .anything: return true
            case .exact(let expected): return text == expected
            case .pattern(let pattern): return text.range(of: pattern, options: .regularExpression) != nil
            case .unknown: return false
            }
        }
    }

    private let conditions: [Condition]
    /// The result.
    public let result: String
    /// Whether it is a failure.
    public let isError: Bool

    init(_ value: JSONValue) {
        conditions = (value["parameter_conditions"]?.arrayValue ?? []).map(Condition.init)
        result = value["mock_result"]?.stringValue ?? ""
        isError = value["is_error"]?.boolValue ?? false
    }

    /// Whether the result holds for a call with these arguments.
    public func holds(for arguments: JSONValue) -> Bool { conditions.allSatisfy { $0.holds(for: arguments) } }
}
