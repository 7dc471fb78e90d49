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
    /// How likely another language than the call's must be to be taken for the one that is spoken. Of 52 English, 6 German, 26
    /// Spanish and 61 French utterances, none was taken for another of these, also not by its first 1.5 s alone.
    public var languageCertainty: Float = 0.9
    /// The shortest speech whose language is looked for: less is told badly.
    public var identifiableSpeech: Duration = .milliseconds(1500)
    /// How much longer an utterance has to be before its language is looked for again, while it goes on.
    public var identificationInterval: Duration = .seconds(1)
    /// The same at its end.
    public var lastIdentification: Duration = .milliseconds(300)
    /// The longest that a transcript waits for its language; it takes some 60 ms, and seconds while the model is being loaded.
    public var identificationTimeout: Duration = .milliseconds(500)
    /// Pause between two sentences of an answer.
    public var sentencePause: Duration = .milliseconds(220)
    /// Pause at a comma or similar mark.
    public var clausePause: Duration = .milliseconds(90)

    /// The values above.
    public init() {}
}
