import Agents
import Engines
import Synchronization
import Tasks
import TurnTaking

/// The outcome of a tool call.
struct ToolOutcome: Sendable, Hashable {
    /// The result for the model; the error's description when `isError`.
    var result: String
    var isError = false
    /// The kind of error for the record, such as `client_timeout`; nil without an error.
    var errorType: String?
    /// Whether the tool was really run.
    var isCalled = true
    /// Whether the answer ends without another word, as after `end_call`.
    var endsAnswer = false
    /// What is said before the answer ends; nil for nothing.
    var farewell: String?

    /// The result as the model is told it, with errors in words.
    var told: String { isError ? "Error: \(result)" : result }
}

/// One tool call from the moment it is started.
///
/// It belongs to the call and not to the response that asked for it: after an interruption it goes on, and record and
/// model learn its outcome.
final class ToolRun: Sendable {
    let call: ToolCall
    /// Nil for a tool that the agent does not have.
    let tool: ToolSettings?
    let response: ResponseID
    /// The event id of its messages.
    let eventID: Int
    /// The place in the record of the agent's turn that asked for it.
    let place: Int
    /// When it was started, on the call's clock.
    let start: Duration
    /// Fired when there is an outcome.
    let done = Signal()

    private let state = Mutex<ToolOutcome?>(nil)

    init(
        _ call: ToolCall, of tool: ToolSettings?, response: ResponseID, eventID: Int, place: Int, start: Duration
    ) {
        self.call = call
        self.tool = tool
        self.response = response
        self.eventID = eventID
        self.place = place
        self.start = start
    }

    /// Nil while the tool runs.
    var outcome: ToolOutcome? { state.withLock(\.self) }

    /// `client`, `system` or `webhook`; `client` for an unknown tool.
    var type: String { tool?.kind.toolType ?? "client" }

    /// The call, as the caller's end is told of it.
    var notice: CallOutput.ToolNotice {
        CallOutput.ToolNotice(name: call.name, callID: call.id, type: type, eventID: eventID)
    }

    /// A later outcome replaces an earlier one: a result that came after its time-out is what really happened.
    func finish(_ outcome: ToolOutcome) {
        state.withLock { $0 = outcome }
        done.fire()
    }
}
