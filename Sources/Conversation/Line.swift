import Agents
import Audio
import Engines
import TurnTaking

/// The line of a call: how the caller's audio comes in and the agent's goes out. It stays when another agent takes over.
struct Line: Sendable {
    let input: AudioFormat
    let output: AudioFormat
    let isTextOnly: Bool
    /// What the listener has to do.
    let items: AsyncStream<Listener.Item>
    private let listening: AsyncStream<Listener.Item>.Continuation
    var timeline: InputTimeline
    /// Nil in a text-only conversation.
    var echo: EchoDetector?
    /// The end of the last judged window: the machine's time.
    var heardUntil: CallTime = .zero
    /// Real time at which the last window was judged.
    var heardAt: CallTime = .zero
    /// When the caller was last heard.
    var lastVoice: CallTime = .zero

    /// - Throws: `CallFault` for formats that are not known.
    init(_ settings: CallSettings, formats: LineFormats?, _ options: CallOptions) throws(CallFault) {
        guard let output = formats?.output ?? AudioFormat(rawValue: settings.voice.outputFormat),
            let input = formats?.input ?? AudioFormat(rawValue: settings.asr.inputFormat)
        else {
            let known = AudioFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw CallFault(
                code: 1008, type: "value_error",
                message: "Unknown audio format \(settings.voice.outputFormat) or \(settings.asr.inputFormat); known "
                    + "are \(known).")
        }
        guard let timeline = try? InputTimeline(format: input, options: options) else {
            throw CallFault(code: 1011, type: "unknown", message: "The server cannot read \(input.rawValue).")
        }
        self.input = input
        self.output = output
        self.timeline = timeline
        isTextOnly = settings.conversation.isTextOnly
        echo = isTextOnly ? nil : try? EchoDetector(outputRate: output.sampleRate)
        (items, listening) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(options.listeningBacklog))
    }

    /// Queues work for the listener; false when its queue is full.
    func listen(_ item: Listener.Item) -> Bool {
        if case .dropped = listening.yield(item) { false } else { true }
    }

    /// Nothing more is listened to.
    func stopListening() { listening.finish() }
}

extension AudioFormat {
    /// A length of time in samples of this format.
    func samples(_ duration: Duration) -> Int { Int(duration / .seconds(1) * Double(sampleRate)) }

    /// A length of this format in the machine's samples.
    func span(_ samples: Int) -> Span { Span(samples: samples * CallTime.rate / sampleRate) }
}
