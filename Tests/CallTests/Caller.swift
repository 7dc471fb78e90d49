import Agents
import Audio
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import SQLiteStore
import Server
import Synchronization
import Testing

/// The client's end of one call.
struct Caller: Sendable {
    let inbox: Inbox
    let microphone: Microphone
    let engines: CallEngines
    private let outbox: AsyncStream<ClientMessage>.Continuation

    init(
        inbox: Inbox, microphone: Microphone, engines: CallEngines, outbox: AsyncStream<ClientMessage>.Continuation
    ) {
        self.inbox = inbox
        self.microphone = microphone
        self.engines = engines
        self.outbox = outbox
    }

    func send(_ message: ClientMessage) { outbox.yield(message) }

    /// Says `text` from now on, at the pace of speech.
    func say(_ text: String) async throws {
        microphone.say(try await engines.speech(text, at: microphone.format.sampleRate))
    }

    /// Waits until the agent has been heard for `duration`, in messages of 40 ms.
    func hear(_ duration: Duration) async throws {
        try await inbox.wait(for: "\(duration) of audio", count: Int(duration / .milliseconds(40))) {
            if case .audio = $0 { true } else { false }
        }
    }

    /// Waits until the `count`th response has been heard to its end.
    func hearResponse(_ count: Int = 1) async throws {
        try await inbox.wait(for: "agent_response_complete \(count)", count: count) {
            if case .agentResponseComplete = $0 { true } else { false }
        }
    }

    @discardableResult
    func response(_ count: Int = 1) async throws -> ServerMessage {
        try await inbox.wait(for: "agent_response \(count)", count: count) {
            if case .agentResponse = $0 { true } else { false }
        }
    }

    /// Goes away without a word.
    func hangUp() { outbox.finish() }
}

/// Sends what is said, and silence between, in frames of 20 ms in real time.
final class Microphone: Sendable {
    let format: AudioFormat
    private let speech = Mutex<ArraySlice<Float>>([])

    init(format: AudioFormat) { self.format = format }

    /// Adds `samples` at the format's rate to what is to be sent.
    func say(_ samples: [Float]) { speech.withLock { $0 += samples } }

    func run(into outbox: AsyncStream<ClientMessage>.Continuation) async {
        let clock = ContinuousClock()
        let frame = format.sampleRate / 50
        var next = clock.now
        while !Task.isCancelled {
            var samples = speech.withLock { speech in
                defer { speech = speech.dropFirst(frame) }
                return Array(speech.prefix(frame))
            }
            samples += [Float](repeating: 0, count: frame - samples.count)
            outbox.yield(.audio(FrameEncoder.encode(samples, as: format)))
            next += .milliseconds(20)
            try? await clock.sleep(until: next)
        }
    }
}

/// A call that is over.
struct Outcome: Sendable {
    var ending: CallEnding
    var received: [Received]
    var record: ConversationRecord
    var recording: URL
    /// Keeps the record's files until the test is done with them.
    var storage: any Storage

    var messages: [ServerMessage] { received.map(\.message) }
}

/// What an agent is set up with unless a test says otherwise: every event is sent, and nobody speaks up to silence.
let baseConfiguration: JSONValue = [
    "agent": [
        "first_message": "Hello, this is Mia. How can I help you?",
        "prompt": [
            "prompt": """
            You are Mia, the friendly receptionist of a bicycle workshop. Answer in one short sentence. \
            We are open from nine to six, and on Saturday from ten to two.
            """, "temperature": 0, "max_tokens": 40,
        ],
    ],
    "turn": ["turn_timeout": -1],
    "conversation": [
        "client_events": [
            "audio", "interruption", "agent_response", "agent_response_correction", "user_transcript",
            "tentative_user_transcript", "agent_chat_response_part", "agent_response_complete", "agent_tool_request",
            "agent_tool_response", "agent_tool_response_full_payload",
        ]
    ],
]

func greeting(_ text: String, _ more: JSONValue = [:]) -> JSONValue {
    let configuration: JSONValue = ["agent": ["first_message": .string(text)]]
    return configuration.merging(more)
}

/// Holds one call: `body` is the client, which hangs up when it returns.
///
/// - Parameters:
///   - configuration: laid over `baseConfiguration`.
///   - initiation: what the client begins with; nil: it says nothing.
///   - options: what a server tunes calls with.
///   - engines: changes the engines of this call.
///   - speaks: whether the client has a microphone, which is on all the time.
func hold(
    _ configuration: JSONValue = [:], platform: JSONValue = [:],
    initiation: ConversationInitiation? = ConversationInitiation(), input: AudioFormat = .pcm16000, speaks: Bool = true,
    options: CallOptions = CallOptions(), engines change: (inout EngineCatalog) -> Void = { _ in },
    _ body: (Caller) async throws -> Void
) async throws -> Outcome {
    let engines = try #require(CallEngines.current)
    var catalog = engines.catalog
    // What fails in one call is not to rest in another.
    catalog.health = EngineHealth()
    change(&catalog)
    let storage = try SQLiteStorage.temporary()
    let agent = try Agent.new(
        conversationConfig: baseConfiguration.merging(configuration), platformSettings: platform)
    let id = Identifier.make("conv")
    let recordings = RecordingFolder(storage.directory.appending(path: "recordings"))
    let environment = CallEnvironment(
        engines: catalog, conversations: storage.conversations, recordings: recordings,
        options: options, logger: CallEngines.quietLogger)
    let call = ConversationCall(
        CallRequest(agent: agent, conversationID: id, authorization: "public"), environment: environment)
    let (messages, outbox) = AsyncStream<ClientMessage>.makeStream()
    let inbox = Inbox()
    let caller = Caller(inbox: inbox, microphone: Microphone(format: input), engines: engines, outbox: outbox)
    if let initiation { outbox.yield(.initiation(initiation)) }

    @Sendable func run() async -> CallEnding {
        let ending = await call.run(messages) { message in
            await inbox.add(message)
            if case .ping(let eventID, _) = message { outbox.yield(.pong(eventID: eventID)) }
        }
        await inbox.finish()
        return ending
    }
    async let ending = run()
    async let _: Void = speaks ? caller.microphone.run(into: outbox) : ()
    do {
        try await body(caller)
    } catch {
        outbox.finish()
        _ = await ending
        throw error
    }
    outbox.finish()
    let result = await ending
    let record = try #require(try await storage.conversations.get(id))
    return Outcome(
        ending: result, received: await inbox.received, record: record,
        recording: recordings.file(of: id), storage: storage)
}
