import Agents
import Tasks

/// Tools that the caller's end runs.
struct ClientTools: ToolRunner {
    let clock: TaskClock

    func canRun(_ tool: ToolSettings) -> Bool { true }

    func run(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        await conversation.invoke(use)
        guard use.tool.expectsResponse else { return ToolOutcome(result: "The tool was called.") }
        // The line brings the result, which counts before this time-out does, and after it too.
        try? await clock.sleep(.seconds(use.tool.responseTimeout))
        return .failure(ToolOutcome.timedOut, "no answer within \(Int(use.tool.responseTimeout)) seconds")
    }
}
