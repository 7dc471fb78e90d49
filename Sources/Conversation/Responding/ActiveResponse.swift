import Agents
import Engines
import TurnTaking

/// The one response that is being made or heard.
struct ActiveResponse {
    let id: ResponseID
    var cause: ResponseCause
    let eventID: Int
    var scope = CancelScope()
    /// Fired at release, when tools may run.
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
    /// Whether a tool that has run forbids interruption until the response is over.
    var isProtectedToItsEnd = false
    /// Sent when the agent hangs up after this response; nil when it does not.
    var hangUp: CallOutput?
    /// The place of its turn in the record, once released.
    var place: Int?
    var turn: TranscriptTurn
    /// When the response was begun, on the call's clock.
    let start: Duration
    /// When the model was asked for it, on the call's clock.
    var asked: Duration?
    /// Samples given to playout, over all clauses.
    var queued = 0
    /// Samples of silence at the end of the queue: the pause before the next clause.
    var rest = 0
    /// How short that silence may become once the next clause is there.
    var shortestRest = 0
    var hasRested = false
    /// Whether the second clause has audio.
    var hasJoined = false
    /// Characters of fillers before the model's first word.
    var filled = 0
    /// Samples of those fillers.
    var filledSamples = 0
    var fillers = 0
    /// When the first audio was there, on the call's clock.
    var firstAudio: Duration?
}
