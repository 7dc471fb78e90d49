import WebSockets

/// Time-outs and bounds of transcription over a WebSocket.
public struct RealtimeTranscriptionOptions: Sendable, Hashable {
    /// Until the connection stands; several round trips around the world. What is said meanwhile waits for it.
    public var connectTimeout: Duration = .seconds(3)
    /// From the wish for a final transcript to its arrival.
    public var finalTimeout: Duration = .seconds(5)
    /// How long a session that was opened ahead waits for the next utterance. Services close idle ones earlier or later
    /// themselves, which costs nothing.
    public var idleTimeout: Duration = .seconds(30)
    /// Sessions that wait at most: one for each language and list of keywords.
    public var maximumSpares = 2
    /// The pause after a connection that failed; it doubles with each failure, up to `longestBackoff`.
    public var firstBackoff: Duration = .milliseconds(250)
    /// The longest pause after connections that failed in a row.
    public var longestBackoff: Duration = .seconds(8)
    /// Audio that may wait for its text, in seconds: a monologue over a connection that has to be opened again.
    public var maximumPending = 120.0
    /// Audio without a commit, in seconds; then one is made. Services advise 20 to 30.
    public var maximumUncommitted = 30.0
    /// The most audio that is sent, and paid for, again when the caller goes on after a pause, in seconds, so that a
    /// sentence with pauses in it is understood as one; 0 for none.
    public var maximumRepeated = 15.0
    /// The least audio of one message, in seconds, unless a transcript is awaited: three windows of voice activity.
    public var shortestMessage = 0.096
    /// The most audio of one message, in seconds: 32 kB as the services take it.
    public var longestMessage = 0.5
    /// The largest message read, in bytes: texts are kilobytes.
    public var maximumMessageSize = 1 << 20
    /// A PEM file of certificates to trust instead of the system's.
    public var trustedCertificates: String?

    /// The defaults.
    public init() {}

    var webSocket: WebSocket.Options {
        var options = WebSocket.Options()
        options.connectTimeout = connectTimeout
        options.maximumMessageSize = maximumMessageSize
        options.trustedCertificates = trustedCertificates
        return options
    }

    /// - Parameter shortestCommit: In seconds.
    func bounds(shortestCommit: Double) -> RealtimeTranscript.Bounds {
        func samples(_ seconds: Double) -> Int { Int((seconds * RealtimeUtterance.sampleRate).rounded()) }
        return RealtimeTranscript.Bounds(
            kept: samples(maximumPending), uncommitted: samples(maximumUncommitted),
            shortestMessage: max(1, samples(shortestMessage)), longestMessage: max(1, samples(longestMessage)),
            shortestCommit: samples(shortestCommit), repeated: samples(maximumRepeated))
    }
}
