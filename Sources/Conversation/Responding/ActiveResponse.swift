import Agents
import ConvAI
import Engines
import TurnTaking

/// The one response that is in the making, or heard.
struct ActiveResponse {
    let id: ResponseID
    var cause: ResponseCause
    let eventID: Int
    var scope = CancelScope()
    /// Fired at release: tools may run.
    let released = Signal()
    var playout: Playout
    var ledger = HeardLedger()
    /// What the model has written so far.
    var text = ""
    var hasCompleteText = false
    var isComplete = false
    var isReady = false
    var isReleased = false
    var hasAnnouncedText = false
    /// A tool that has run must not have its response interrupted until it is over.
    var isProtectedToItsEnd = false
    /// Sent when the agent hangs up after this response.
    var hangUp: AgentToolResponse?
    /// The turn in the record, once released.
    var place: Int?
    var turn: TranscriptTurn
    /// When the response was begun, on the call's clock.
    let start: Duration
    /// When the model was asked for it.
    var asked: Duration?
    /// Samples taken in by playout, over all clauses.
    var queued = 0
    /// Samples of silence at its end, in case there is more to say.
    var rest = 0
    /// How few of them will do once there is more.
    var shortestRest = 0
    var hasRested = false
    /// The second clause is there.
    var hasJoined = false
    /// Characters before the first word of the model's: fillers.
    var filled = 0
    /// Samples of them.
    var filledSamples = 0
    var fillers = 0
    /// When the first audio was there, on the call's clock.
    var firstAudio: Duration?
}
