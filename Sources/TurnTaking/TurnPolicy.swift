/// Every number that decides who has the floor.
public struct TurnPolicy: Sendable, Hashable, Codable {
    // MARK: Voice activity

    /// A window at or above this probability is speech. Silero's own default.
    public var speechThreshold: Float = 0.5
    /// Below this a window is silence; between the two it is what the window before was, so that speech does not
    /// flicker. Silero's own default: 0.15 under the speech threshold.
    public var silenceThreshold: Float = 0.35
    /// Speech shorter than this does not open a turn: two windows, longer than most clicks.
    public var minimumSpeech: Span = .milliseconds(64)
    /// Audio before the detected onset that belongs to the speech: soft consonants come before the detector is sure.
    public var preRoll: Span = .milliseconds(320)

    // MARK: End of turn

    /// Silence after which the transcript is made final and an answer is prepared, heard by nobody yet.
    /// Three windows: the shortest pause that is not simply a stop consonant.
    public var softEnd: Span = .milliseconds(96)
    /// Wait after a transcript that ends as a sentence does.
    public var completeWait: Span = .milliseconds(480)
    /// Wait after a transcript that neither ends nor breaks off clearly.
    public var neutralWait: Span = .milliseconds(800)
    /// Wait after a transcript that is clearly unfinished ("and", "my number is").
    public var openWait: Span = .milliseconds(1600)
    /// Wait while no transcript has come: long enough for a slow engine, short enough not to seem dead.
    public var transcriptWait: Span = .milliseconds(4000)
    /// New speech within the pause that throws a prepared answer away: longer than a cough, shorter than a word.
    public var resumption: Span = .milliseconds(192)
    /// Factor on every wait: above 1 is patient, below 1 is eager.
    public var patience: Double = 1

    // MARK: Barge-in

    /// Speech over the agent that takes the floor.
    public var bargeIn: Span = .milliseconds(224)
    /// Whether the caller can interrupt at all.
    public var allowsInterruption = true
    /// Whether the caller can interrupt the first message.
    public var allowsGreetingInterruption = true
    /// Silence that ends an overlap which did not take the floor.
    public var overlapEnd: Span = .milliseconds(320)

    // MARK: Silence

    /// Silence of both sides after which the agent speaks up; nil never. The hosted service's default is 7 s.
    public var turnTimeout: Span? = .seconds(7)
    /// The same before the caller has said anything at all; nil stands for `turnTimeout`.
    public var initialWait: Span?
    /// Times in a row that the agent speaks up to a silent caller: three unanswered prompts are enough.
    public var maximumReengagements = 3
    /// Silence of the caller after which the call ends; nil never.
    public var silenceEndCall: Span?
    /// Typing holds the agent off for this long.
    public var activityHold: Span = .milliseconds(2000)
    /// Length of the call; nil for no limit.
    public var maximumDuration: Span? = .seconds(600)
    /// A response that has produced nothing by then is given up.
    public var responseTimeout: Span = .seconds(30)

    /// The values above, before any agent's configuration.
    public init() {}

    /// How long to wait in silence after `transcript`, counted from the last speech.
    public func wait(after transcript: String) -> Span {
        let wait: Span
        switch Completeness(of: transcript) {
        case .complete: wait = completeWait
        case .neutral: wait = neutralWait
        case .open: wait = openWait
        }
        return wait.scaled(by: patience)
    }
}
