import TurnTaking

/// Every number that tunes a call, apart from who has the floor (`TurnPolicy`).
public struct CallOptions: Sendable, Hashable {
    /// The policy that an agent's configuration is laid over.
    public var turnPolicy = TurnPolicy()

    // MARK: Start

    /// Wait for the client's initiation message where nothing else comes either: bridges never send one, and begin with
    /// audio, which starts the call at once; on a slow link it comes after a retransmission or two, 1 to 3 s.
    public var initiationGrace: Duration = .seconds(3)

    // MARK: What a client may send in words

    /// The longest text, in bytes: some twenty pages, more than any model here is shown at once.
    public var longestText = 65_536
    /// The longest result of a client's tool, in bytes: a web page.
    public var longestToolResult = 262_144
    /// All texts of a call, in bytes: what an hour of typing does not come near. Results of tools are bounded by how many
    /// of them the model asks for.
    public var textBudget = 8_388_608
    /// Messages other than audio and pongs, in a second over longer times: five times what somebody types.
    public var messageRate = 50.0
    /// The same at once, as after a stall.
    public var messageBurst = 200.0

    // MARK: The caller's audio

    /// How far the caller's audio may run ahead of real time before it waits; what a burst after a stall needs.
    public var inputLead: Span = .milliseconds(500)
    /// How far it may lag before the gap is taken for silence; the official Python client sends 250 ms at a time.
    public var inputLag: Span = .milliseconds(600)
    /// Audio that may wait its turn when a client sends faster than real time; more ends the call.
    public var inputBacklog: Span = .seconds(120)
    /// Audio kept for the start of an utterance, and for the turn detector, which listens to 8 s.
    public var lookBack: Span = .milliseconds(8192)
    /// Between two partial transcripts of an utterance that grows.
    public var partialInterval: Span = .milliseconds(480)
    /// The same while the agent is spoken over, where the words decide whether it stops.
    public var urgentPartialInterval: Span = .milliseconds(96)
    /// Between a partial transcript and one made because the caller may be about to pause.
    public var previewInterval: Span = .milliseconds(192)
    /// Utterances shorter than this, the 0.3 s before them included, are decoded again at the soft end.
    public var shortUtterance: Span = .milliseconds(1600)
    /// The beginning of an utterance for which that holds, the audio before its onset included.
    public var urgentFor: Span = .milliseconds(1600)
    /// Speech after a pause that has partial transcripts made again: the detector's certainty outlasts a voice by up to
    /// five windows, three of which lie before the pause is known.
    public var partialsAfter: Span = .milliseconds(128)
    /// Voice activity from which on a silence may hide speech, for `retranscribe_on_turn_timeout`.
    public var hintThreshold: Float = 0.15
    /// Windows in a row, of 32 ms, that a busy server may fail to judge before the call ends: 2 s.
    public var unjudgedWindows = 60
    /// Windows that wait to be judged: a server that is further behind, 30 s, hears nobody any more.
    public var listeningBacklog = 940

    // MARK: The agent's audio

    /// How far the agent's audio is sent ahead of real time before anything is known of the network: enough for usual
    /// jitter, little enough that a client that never empties its buffer still stops soon.
    public var playoutLead: Duration = .milliseconds(200)
    /// The same where messages are never delayed: two frames and a half, above what a busy server is late by.
    public var shortestPlayoutLead: Duration = .milliseconds(100)
    /// The same on the worst of networks.
    public var longestPlayoutLead: Duration = .milliseconds(400)
    /// The same while somebody speaks over the agent, so that what it does about it is heard at once.
    public var brakedLead: Duration = .milliseconds(60)
    /// The length of its messages then.
    public var brakedFrame: Duration = .milliseconds(20)
    /// Length of every change of gain: the shortest that does not click.
    public var fade: Duration = .milliseconds(20)
    /// The longest that an interrupted client's buffer is left to fade out before it is told to drop it.
    public var longestFadeOut: Duration = .milliseconds(160)
    /// How long after the first sound over the agent a word may end for it to stop there and not inside it.
    public var wordEnd: Duration = .milliseconds(200)
    /// Length of one audio message.
    public var frame: Duration = .milliseconds(40)
    /// How often playout is looked after.
    public var pace: Duration = .milliseconds(10)
    /// Speech made ahead of what is heard; more would be work thrown away at an interruption.
    public var speechAhead: Duration = .seconds(12)
    /// Pause between two sentences of an answer.
    public var sentencePause: Duration = .milliseconds(220)
    /// The longest pause after the first clause of an answer, when the second is not there yet: a speaker who thinks
    /// about the next words rests as long.
    public var firstPause: Duration = .milliseconds(280)
    /// Pause at a comma or its like.
    public var clausePause: Duration = .milliseconds(90)

    // MARK: Answers

    /// Rounds of tools in one answer.
    public var maximumToolRounds = 5
    /// Tools that one round may call at once; a model that asks for more has lost its way.
    public var maximumParallelTools = 16
    /// Tool calls whose late results are still taken; the oldest that are over are forgotten.
    public var keptTools = 128
    /// Characters of a tool's result that `agent_tool_response_full_payload` holds.
    public var longestToolPayload = 10_000
    /// Characters of one answer; a model that never stops is cut there.
    public var maximumAnswer = 8_000
    /// Tokens of a model's context that are left for an answer whose length the agent does not bound.
    public var answerTokens = 512
    /// Turns that a model is shown, newest first; older ones leave its context.
    public var maximumHistory = 60
    /// Different warnings that a call adds to its record.
    public var maximumWarnings = 10
    /// What is said when a model fails, so that nobody hears silence without a reason.
    public var apology = "I'm sorry, I had a problem answering. Could you say that again?"

    /// How long the models of an agent together may take for the first word of an answer, before the apology above is
    /// said, which with the voice takes less than a second more.
    public var answerBudget: Duration = .seconds(7)
    /// How long after the end of a turn an agent that has no soft time-out of its own bridges the wait, in English.
    public var fillerDelay: Duration = .seconds(2)
    /// What it says then.
    public var filler = "One moment, please."

    /// The longest that a model may take to write a filler, before one of the configured ones is said instead.
    public var fillerTimeout: Duration = .milliseconds(1500)
    /// Tokens of such a filler: a short sentence.
    public var fillerTokens = 24
    /// How long the caller's words wait to be judged for the first word of the answer to them, which is mostly there by
    /// then.
    public var judgementPatience: Duration = .milliseconds(192)

    // MARK: Failing engines

    /// The longest wait for the first audio of a clause that a caller waits for, while another voice could speak it.
    public var firstAudioTimeout: Duration = .seconds(3)
    /// The same for clauses after the first, which wait their turn.
    public var laterAudioTimeout: Duration = .seconds(8)
    /// The same outside of calls, whose clauses come first.
    public var patientAudioTimeout: Duration = .seconds(20)
    /// How long a voice may stand still in the middle of a clause, while another could go on.
    public var audioGapTimeout: Duration = .seconds(3)
    /// Length of the fades where a voice breaks off and another goes on.
    public var voiceFade: Duration = .milliseconds(8)
    /// The longest wait for a transcript, while another recogniser could make it.
    public var transcriptTimeout: Duration = .seconds(5)
    /// Audio of an utterance that is kept for another recogniser to take over, in seconds: 4 MB.
    public var keptUtterance: Span = .seconds(60)

    // MARK: The connection

    /// Between pings.
    public var pingInterval: Duration = .seconds(2)
    /// Silence of the client's connection, not of the caller, after which it is taken for dead.
    public var receiveTimeout: Duration = .seconds(60)
    /// Entries of the record that wait for a disk that does not write; some 60 come in a second.
    public var recordBacklog = 20_000
    /// Messages waiting for a client that does not read.
    public var outboundBacklog = 2_000
    /// Wait for the last messages to go out.
    public var flushTimeout: Duration = .seconds(5)
    /// Between writes of what has changed to the record. With the time that a write takes, nothing older than a second
    /// is missing after a crash.
    public var saveInterval: Duration = .milliseconds(750)

    /// The values above, which a server runs with unless told otherwise.
    public init() {}
}
