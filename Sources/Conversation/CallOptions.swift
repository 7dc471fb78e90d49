import Speech
import TurnTaking

/// Every number that tunes a call, apart from who has the floor (`TurnPolicy`).
public struct CallOptions: Sendable, Hashable {
    /// The policy that an agent's configuration is laid over.
    public var turnPolicy = TurnPolicy()

    // MARK: Start

    /// Longest wait for the client's initiation message when nothing else arrives either. Bridges never send one: their
    /// first audio starts the call at once. On a slow link the message needs a retransmission or two, 1 to 3 s.
    public var initiationGrace: Duration = .seconds(3)

    /// How long the owner's server may take to say what is special about a call, which begins without that then: longer
    /// than common servers need, and as long as somebody who called waits for a greeting without wondering.
    public var initiationWebhookTimeout: Duration = .seconds(2)
    /// What may come in while a conversation is opened before the caller is held back, in bytes: ten seconds of audio.
    public var openingBacklog = 1_048_576

    /// The longest result of a client's tool, in bytes: a web page.
    public var longestToolResult = 262_144

    // MARK: The caller's audio

    /// How far the caller's audio may run ahead of real time before it is held back: room for a burst after a stall.
    public var inputLead: Span = .milliseconds(500)
    /// How far the caller's audio may lag before the gap is filled with silence; the official Python client sends 250
    /// ms at a time.
    public var inputLag: Span = .milliseconds(600)
    /// Audio that may be held back when a client sends faster than real time; more ends the call.
    public var inputBacklog: Span = .seconds(120)
    /// Audio kept for the start of an utterance, and for the turn detector, which listens to 8 s.
    public var lookBack: Span = .milliseconds(8192)
    /// Speech between two partial transcripts of an open utterance.
    public var partialInterval: Span = .milliseconds(480)
    /// Speech between two partial transcripts while the agent is spoken over, when the words decide whether it stops.
    public var urgentPartialInterval: Span = .milliseconds(96)
    /// Least speech between a partial transcript and one made at the first silence, in case the caller pauses.
    public var previewInterval: Span = .milliseconds(192)
    /// Utterances shorter than this, the 0.3 s before their onset included, are transcribed again at the soft end.
    public var shortUtterance: Span = .milliseconds(1600)
    /// How long an utterance over the agent is transcribed every `urgentPartialInterval`, the audio before its onset
    /// included.
    public var urgentFor: Span = .milliseconds(1600)
    /// Speech after a pause from which on partial transcripts are made again: voice activity detection stays sure of a
    /// voice for up to five windows after its end, three of which lie before the pause is known.
    public var partialsAfter: Span = .milliseconds(128)
    /// Probability of speech from which on a silence may hide speech, for `retranscribe_on_turn_timeout`.
    public var hintThreshold: Float = 0.15
    /// Consecutive windows, of 32 ms, that an overloaded server may fail to judge before the call ends: 2 s.
    public var unjudgedWindows = 60
    /// Windows that may wait to be judged: 30 s. A server that is further behind ends the call.
    public var listeningBacklog = 940

    // MARK: The agent's audio

    /// How far ahead of real time the agent's audio is sent before the network's jitter is known: enough for usual
    /// jitter, little enough that a client that never empties its buffer still stops soon.
    public var playoutLead: Duration = .milliseconds(200)
    /// The lead on a network without jitter: two and a half frames, more than a busy server is late by.
    public var shortestPlayoutLead: Duration = .milliseconds(100)
    /// The longest lead, on the worst of networks.
    public var longestPlayoutLead: Duration = .milliseconds(400)
    /// The lead while somebody speaks over the agent, so that its reaction is heard at once.
    public var brakedLead: Duration = .milliseconds(60)
    /// Length of one audio message while somebody speaks over the agent.
    public var brakedFrame: Duration = .milliseconds(20)
    /// Length of every change of gain: the shortest that does not click.
    public var fade: Duration = .milliseconds(20)
    /// The longest fade-out of what an interrupted client's buffer holds before the client is told to drop it.
    public var longestFadeOut: Duration = .milliseconds(160)
    /// How long after the first sound over the agent a word may end for the agent to finish it; a longer word is cut
    /// off.
    public var wordEnd: Duration = .milliseconds(200)
    /// Length of one audio message.
    public var frame: Duration = .milliseconds(40)
    /// Interval at which playout and time-outs are checked.
    public var pace: Duration = .milliseconds(10)
    /// How far speech is synthesized ahead of what is heard; more would be wasted at an interruption.
    public var speechAhead: Duration = .seconds(12)
    /// The longest pause after the first clause of an answer while the second is not ready: a speaker who thinks about
    /// the next words rests as long.
    public var firstPause: Duration = .milliseconds(280)

    // MARK: Answers

    /// Rounds of tools in one answer.
    public var maximumToolRounds = 5
    /// How often it is looked whether the words before a tool with `post_tool_speech` have been heard.
    public var announcementInterval: Duration = .milliseconds(50)
    /// Tools that one round may call at once; a model that asks for more has lost its way.
    public var maximumParallelTools = 16
    /// Tool calls whose late results are still accepted; the oldest completed ones are forgotten.
    public var keptTools = 128
    /// Agents that a call may be handed to before the caller's next turn, each once: a receptionist, a department and a
    /// specialist.
    public var maximumHandOvers = 4
    /// Tokens of a tool's result that a model is shown at most, however much it takes: a long page.
    public var longestShownResult = 8_000
    /// Characters of a tool's result that `agent_tool_response_full_payload` holds.
    public var longestToolPayload = 10_000
    /// Characters of one answer; a longer one is cut there.
    public var maximumAnswer = 8_000
    /// Tokens of a model's context that are reserved for an answer whose length the agent does not bound.
    public var answerTokens = 512
    /// Turns that a model is shown, newest first; older ones leave its context.
    public var maximumHistory = 60
    /// The longest that an answer waits for its context; a caller notices a third of a second more.
    public var contextBudget: Duration = .milliseconds(300)
    /// The part of a model's room for the conversation that context may take, if there are sources of it.
    public var contextShare = 0.25
    /// The share of the room beside prompt and own tools that the tools of MCP servers may take: their servers decide how
    /// much they say of themselves.
    public var remoteToolShare = 0.25
    /// The most tokens for the tools of MCP servers: some hundred tools, among which no model chooses well.
    public var longestRemoteTools = 32_000
    /// Tokens of context that are asked for at most, however much the model takes.
    public var longestContext = 4_000
    /// Tokens of text of the caller's files that a model is shown at most, however much it takes: some twenty pages.
    public var longestFiles = 12_000
    /// Bytes of images, in base 64, that a request holds at most: each answer waits until they are sent.
    public var shownImages = 8 << 20
    /// How much silence there may be while a person answers in the agent's place, before a call is ended for it.
    public var humanPatience: Span = .seconds(600)
    /// How long a person in the agent's place, whose connection is lost, may take to come back: a page reloads within
    /// a few seconds, a telephone changes its network within ten.
    public var takeoverGrace: Duration = .seconds(15)
    /// Files that one message may name.
    public var filesOfMessage = 10
    /// The longest wait for a file that a message names.
    public var fileTimeout: Duration = .seconds(3)
    /// Different warnings that a call adds to its record.
    public var maximumWarnings = 10

    /// Characters after which a sentence is judged as if it were over, where claims need a receipt: text that never ends
    /// is not held back for ever.
    public var longestSentence = 600
    /// What is said, in English, when a model insists on something that no tool has done. True also when an earlier
    /// deed is meant that is not taken for it.
    public var unconfirmed = "I can't confirm yet that this has been done."
    /// The same when the latest tool has failed.
    public var unsuccessful = "I'm sorry, that did not work."
    /// The same while a tool runs that may do it.
    public var unfinished = "It isn't finished yet; I'll tell you as soon as it is."

    /// How long the models of an agent together may take for the first word of an answer before the agent
    /// apologises; synthesizing it takes less than a second more.
    public var answerBudget: Duration = .seconds(7)
    /// How long after the end of a turn the agent says a filler when it has no soft time-out of its own.
    public var fillerDelay: Duration = .seconds(2)
    /// The silence before the second filler of an answer whose tools are slow; before each further one it is twice as
    /// long, since a caller who knows that it takes long is not to be told so all the time.
    public var toolFillerInterval: Duration = .seconds(6)

    /// The longest that a model may take to write a filler before one of the configured fillers is said instead.
    public var fillerTimeout: Duration = .milliseconds(1500)
    /// Tokens of a filler that a model writes: a short sentence.
    public var fillerTokens = 24
    /// How long the judging of the caller's last words waits for the first token of the answer, which mostly comes
    /// within it.
    public var judgementPatience: Duration = .milliseconds(192)

    // MARK: Voices and recognisers

    /// Pauses between clauses, and time-outs of engines that fail.
    public var speech = SpeechOptions()

    // MARK: The line and the record

    /// Entries of the record that may wait for a disk that does not write; some 60 come in a second.
    public var recordBacklog = 20_000
    /// Messages that may wait for a client that does not read.
    public var outboundBacklog = 2_000
    /// The longest wait for the last messages to be sent.
    public var flushTimeout: Duration = .seconds(5)
    /// Interval between writes of changes to the record. With the time that a write takes, a crash loses no more than
    /// the last second.
    public var saveInterval: Duration = .milliseconds(750)

    /// Creates the values above, which a server runs with unless told otherwise.
    public init() {}
}

extension CallOptions {
    /// The options of a response, at an output of `rate` samples a second.
    func response(rate: Int, lead: Duration, isSpoken: Bool) -> ResponseMachine.Options {
        func samples(_ duration: Duration) -> Int { Int(duration / .seconds(1) * Double(rate)) }
        return ResponseMachine.Options(
            rate: rate,
            playout: Playout.Options(
                frame: samples(frame), lead: samples(lead), brakedFrame: samples(brakedFrame),
                brakedLead: samples(brakedLead), fade: samples(fade), wordEnd: samples(wordEnd)),
            firstPause: samples(firstPause), longestFadeOut: samples(longestFadeOut), isSpoken: isSpoken)
    }
}
