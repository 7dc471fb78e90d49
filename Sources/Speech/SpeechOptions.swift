/// What voices and recognisers run with, in calls and outside of them.
public struct SpeechOptions: Sendable, Hashable {
    /// The longest wait for the first audio of a clause that the caller waits for, while there is another voice to fall
    /// back on.
    public var firstAudioTimeout: Duration = .seconds(3)
    /// The longest wait for the first audio of later clauses, which are queued.
    public var laterAudioTimeout: Duration = .seconds(8)
    /// The longest wait for the first audio outside of calls, where clauses of calls go first.
    public var patientAudioTimeout: Duration = .seconds(20)
    /// How long a voice may stall in the middle of a clause while there is another voice to fall back on.
    public var audioGapTimeout: Duration = .seconds(3)
    /// Length of the fades where one voice breaks off and another goes on.
    public var voiceFade: Duration = .milliseconds(8)
    /// The longest wait for a transcript while there is another recogniser to fall back on.
    public var transcriptTimeout: Duration = .seconds(5)
    /// Audio of an utterance that is kept so that another recogniser can take over: 4 MB.
    public var keptUtterance: Duration = .seconds(60)
    /// Pause between two sentences of an answer.
    public var sentencePause: Duration = .milliseconds(220)
    /// Pause at a comma or similar mark.
    public var clausePause: Duration = .milliseconds(90)

    /// The values above.
    public init() {}
}
