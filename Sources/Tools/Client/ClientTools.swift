import Agents

/// Tools that the caller's end runs.
struct ClientTools: ToolRunner {
    func canRun(_ tool: ToolSettings) -> Bool { true }

    func begin(_ use: ToolUse) -> ToolBeginning {
        do throws(ToolMistake) {
            return .atCallersEnd(
                try use.tool.arguments(from: use.given, use.variables),
                within: use.tool.expectsResponse ? .seconds(use.tool.responseTimeout) : nil)
        } catch {
            return .over(.failure("invalid_arguments", message: error.message, isCalled: false))
        }
    }
}
