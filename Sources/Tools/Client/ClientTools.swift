import Agents

/// Tools that the caller's end runs.
struct ClientTools: ToolRunner {
    func canRun(_ tool: ToolSettings) -> Bool { true }

    func begin(_ use: ToolUse) -> ToolBeginning {
        .atCallersEnd(within: use.tool.expectsResponse ? .seconds(use.tool.responseTimeout) : nil)
    }
}
