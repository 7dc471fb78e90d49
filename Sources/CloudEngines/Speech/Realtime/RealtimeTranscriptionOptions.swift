import WebSockets

/// Time-outs and bounds of transcription over a WebSocket.
public struct RealtimeTranscriptionOptions: Sendable, Hashable {
    /// Time-out for connecting: several round trips around the world. Speech is kept meanwhile.
    public var connectTimeout: Duration = .seconds(3)
    /// Time-out for a final transcript.
    public var finalTimeout: Duration = .seconds(5)
    /// How long a session that was opened ahead waits for the next utterance. Services may close idle ones earlier,
    /// which costs nothing.
    public var idleTimeout: Duration = .seconds(30)
    /// Most sessions that are opened ahead: one for each language and list of keywords.
    public var maximumSpares = 2
    /// The pause after a failed connection; it doubles with each failure, up to `longestBackoff`.
    public var firstBackoff: Duration = .milliseconds(250)
    /// The longest pause after consecutive failed connections.
    public var longestBackoff: Duration = .seconds(8)
    /// The longest audio that may wait for its text, in seconds: a monologue while the connection is reopened.
    public var maximumPending = 120.0
    /// Audio without a commit, in seconds, after which one is made. Services advise 20 to 30.
    public var maximumUncommitted = 30.0
    /// The longest audio that is sent, and paid for, again when the caller goes on after a pause, in seconds, so that a
    /// sentence with pauses is transcribed as one; 0 for none.
    public var maximumRepeated = 15.0
    /// The shortest audio of one message, in seconds, unless a transcript is awaited: three windows of voice activity.
    public var shortestMessage = 0.096
    /// The longest audio of one message, in seconds: 32 kB in the services' formats.
    public var longestMessage = 0.5
    /// The largest message that is read, in bytes.
    public var maximumMessageSize = 1 << 20
    /// A PEM file of certificates to trust instead of the system's.
    public var trustedCertificates: String?

    /// Creates the values above.
    public init() {}

    var webSocket: WebSocket.Options {
        var options = WebSocket.Options()
        options.connectTimeout = connectTimeout
        options.maximumMessageSize = maximumMessageSize
        options.trustedCertificates = trustedCertificates
        return options
    }

    /// - Parameter shortestCommit: The shortest commit of the service, in seconds.
    func bounds(shortestCommit: Double) -> RealtimeTranscript.Bounds {
        func samples(_ seconds: Double) -> Int { Int((seconds * RealtimeUtterance.sampleRate).rounded()) }
        return RealtimeTranscript.Bounds(
            kept: samples(maximumPending), uncommitted: samples(maximumUncommitted),
            shortestMessage: max(1, samples(shortestMessage)), longestMessage: max(1, samples(longestMessage)),
            shortestCommit: samples(shortestCommit), repeated: samples(maximumRepeated))
    }
}
