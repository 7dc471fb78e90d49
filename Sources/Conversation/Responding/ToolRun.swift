import Agents
import Engines
import Synchronization
import TurnTaking

/// What came of a tool call.
struct ToolOutcome: Sendable, Hashable {
    /// For the model; what went wrong when `isError`.
    var result: String
    var isError = false
    /// For the record, such as `client_timeout`.
    var errorType: String?
    /// Whether the tool was really run.
    var isCalled = true
    /// Nothing is said after it, as after `end_call`.
    var endsAnswer = false
    /// Said before the answer ends.
    var farewell: String?

    /// Models are told by words alone what went wrong.
    var told: String { isError ? "Error: \(result)" : result }
}

/// One tool call from the moment it is sent out.
///
/// It belongs to the call and not to the response that asked for it: whoever interrupts, what was sent out has been sent
/// out, and what comes of it is known to the record and to the model.
final class ToolRun: Sendable {
    let call: ToolCall
    /// Nil for a tool that the agent does not have.
    let tool: ToolSettings?
    let response: ResponseID
    /// The event that its messages belong to.
    let eventID: Int
    /// The agent's turn in the record that asked for it.
    let place: Int
    /// When it was sent out, on the call's clock.
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

    /// `client`, `system` or `webhook`; `client` for a tool that there is not.
    var type: String { tool?.kind.toolType ?? "client" }

    /// A later outcome takes the place of an earlier one: a result that came after its time-out is the truth.
    func finish(_ outcome: ToolOutcome) {
        state.withLock { $0 = outcome }
        done.fire()
    }
}
