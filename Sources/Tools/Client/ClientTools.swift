import Agents

/// Tools that the caller's end runs.
struct ClientTools: ToolRunner {
    func canRun(_ tool: ToolSettings) -> Bool { true }

    func begin(_ use: ToolUse) -> ToolBeginning {
        do throws(ToolMistake) {
            let arguments = try use.tool.arguments(from: use.given, use.variables)
            guard use.tool.expectsResponse else { return .atCallersEnd(arguments, .none) }
            return .atCallersEnd(
                arguments, use.tool.waitsWithoutLimit ? .whenever : .within(.seconds(use.tool.responseTimeout)))
        } catch {
            return .over(.failure("invalid_arguments", message: error.message, isCalled: false))
        }
    }
}
