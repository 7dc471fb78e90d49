import Agents
import Audio
import ConvAI
import Conversation
import Credentials
import Egress
import Engines
import Foundation
import GRDB
import JSON
import Logging
import MemoryStore
import Server
import Synchronization
import Testing
import Tools

@testable import SQLiteStore

/// A message with the moment at which the client got it.
struct Received: Sendable {
    var message: ServerMessage
    var time: Duration
}

/// What a call needs: storage, engines written by the test, and a clock by hand.
struct Stage: Sendable {
    /// Where the call's record and recording go.
    enum Store: Sendable {
        /// No other thread has a part in the call.
        case memory
        /// Real ones, which have threads of their own.
        case files
    }

    let storage: any Storage
    let time = VirtualTime()
    let vocabulary = Vocabulary()
    /// By their ids.
    let voices: [String: TestVoice]
    let voice: TestVoice
    /// The recognisers, in order of preference.
    let ears: [TestTranscriber]
    let model: TestModel
    let environment: CallEnvironment
    let agent: Agent

    /// Waits until other threads have done what the call waits for.
    private let settle: @Sendable () -> Void

    static let conversationID = "conv_virtual"
    /// The agent that is called.
    static let agentID = "agent_virtual"

    /// - Parameter script: what the agent's model answers.
    init(
        _ setup: VirtualCall.Setup = VirtualCall.Setup(),
        model script: @escaping @Sendable (GenerationRequest) -> [TestModel.Step]
    ) throws {
        let recordings: any RecordingStore
        switch setup.store {
        case .memory:
            storage = setup.storage ?? MemoryStorage()
            recordings = MemoryRecordings()
            settle = {}
        case .files:
            let files = try SQLiteStorage.temporary()
            storage = files
            recordings = RecordingFolder(files.directory.appending(path: "recordings"))
            // Waits for all writes that were begun before.
            settle = { files.pool.writeWithoutTransaction { _ in } }
        }
        let time = time
        func voice(_ id: String) -> TestVoice {
            var voice = TestVoice(id: id, time: time)
            voice.languages = setup.languages[id] ?? voice.languages
            voice.fails = setup.failingVoices.contains(id)
            return voice
        }
        let first = voice("test-voice")
        let others = setup.otherVoices.map(voice)
        let vocabulary = vocabulary
        let ears = (["test-ears"] + setup.otherEars).map { id in
            var ears = TestTranscriber(vocabulary: vocabulary, time: time)
            ears.id = id
            ears.languages = setup.languages[id] ?? ears.languages
            ears.reported = setup.reportedLanguage
            return ears
        }
        self.ears = ears
        self.voice = first
        voices = Dictionary(uniqueKeysWithValues: ([first] + others).map { ($0.id, $0) })
        var model = TestModel(id: "test-model", time: time, script: script)
        model.seesImages = setup.seesImages
        self.model = model
        let answering = model
        var catalog = EngineCatalog(
            voiceActivityDetector: TestVoiceActivity(),
            transcribers: ears, languageModels: [model] + setup.backups(time), synthesizers: [first] + others
        ) { _ in answering }
        catalog.languageIdentifier = setup.languageRule.map {
            TestLanguageIdentifier(vocabulary: vocabulary, time: time, rule: $0, latency: setup.languageLatency)
        }
        var logger = Logger(label: "virtual")
        logger.logLevel = .critical
        var send: (@Sendable (EgressRequest) async throws -> EgressAnswer)?
        if let answer = setup.send { send = { try await answer($0, time) } }
        var environment = CallEnvironment(
            engines: catalog, conversations: storage.conversations,
            recordings: recordings, contextSources: setup.contextSources(time),
            findAgent: { id in setup.otherAgents.first { $0.id == id } },
            send: send,
            workspace: { [storage] agent, override, environment in
                var items = try await Workspace(storage).items(
                    for: agent.conversationConfig, override, environment: environment)
                for server in setup.mcpServers { items.servers[server.id] = server }
                return items
            }, options: setup.options,
            instruments: setup.instruments, logger: logger,
            random: { _ in 0 })
        environment.authorizer = send.map { Authorizer(clock: time.clock(), send: $0) }
        environment.mcp = setup.mcp?(time)
        environment.files = storage.files
        environment.initiationWebhook = { [storage] in
            try await Workspace(storage).initiationWebhook(for: $0, environment: $1)
        }
        self.environment = environment
        agent = try Agent.new(
            conversationConfig: baseConfiguration.merging(setup.configuration),
            platformSettings: setup.platformSettings, id: Self.agentID)
    }

    func request(
        formats: LineFormats? = nil, telephone: TelephoneCall? = nil, abilities: Set<LineAbility> = []
    ) -> CallRequest {
        CallRequest(
            agent: agent, conversationID: Self.conversationID, authorization: "public", formats: formats,
            telephone: telephone, abilities: abilities)
    }

    func record() async throws -> ConversationRecord {
        try #require(try await storage.conversations.get(Self.conversationID))
    }

    /// Runs `body` and everything that it starts on one thread, in virtual time.
    func run<Value: Sendable>(
        seed: UInt64? = nil, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await SingleThread.run(time, seed: seed, settle: settle, body)
    }
}

/// A whole call in virtual time: a real `Call`, whose engines are written by the test. Every call is checked
/// against the rules of the protocol, and its record against what the client was told.
struct VirtualCall: Sendable {
    let time: VirtualTime
    let voice: TestVoice
    let voices: [String: TestVoice]
    let ears: [TestTranscriber]
    let storage: any Storage
    private let vocabulary: Vocabulary
    private let outbox: AsyncStream<ClientMessage>.Continuation
    private let inbox: Inbox

    struct Outcome: Sendable {
        var ending: CallEnding
        var received: [Received]
        var record: ConversationRecord
        var events: [CallEvent]

        var messages: [ServerMessage] { received.map(\.message) }
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    /// What a test may change of a call.
    struct Setup: Sendable {
        var configuration: JSONValue = [:]
        var platformSettings: JSONValue = [:]
        /// Nil: the client sends none.
        var initiation: ConversationInitiation? = ConversationInitiation()
        /// The environment that the line says; nil leaves it to the client.
        var environment: String?
        var options = CallOptions()
        var store = Stage.Store.memory
        /// The store in memory; nil for a new one.
        var storage: (any Storage)?
        /// The servers that webhook tools ask; nil where none are asked.
        var send: (@Sendable (EgressRequest, VirtualTime) async throws -> EgressAnswer)?
        /// Reaches the MCP servers; nil where none are asked.
        var mcp: (@Sendable (VirtualTime) -> any MCPAccess)?
        /// The MCP servers of the workspace.
        var mcpServers: [Resource] = []
        var instruments = CallInstruments.process
        /// Agents that the call can be handed to.
        var otherAgents: [Agent] = []
        /// Stored tools that agents may name.
        var tools: [Resource] = []
        /// Ids of voices beside `test-voice`.
        var otherVoices: [String] = []
        /// Ids of voices that fail.
        var failingVoices: Set<String> = []
        /// Ids of recognisers beside `test-ears`.
        var otherEars: [String] = []
        /// The languages of voices and recognisers that have not all, by their ids.
        var languages: [String: [String]] = [:]
        /// How likely languages are, by the words; nil where nothing tells them.
        var languageRule: (@Sendable (String) -> [String: Float]?)?
        var languageLatency = Duration.milliseconds(60)
        /// The language that recognisers report.
        var reportedLanguage: String?
        var contextSources: @Sendable (VirtualTime) -> [any ContextSource] = { _ in [] }
        /// Other models that step in.
        var backups: @Sendable (VirtualTime) -> [any LanguageModel] = { _ in [] }
        /// Whether the agent's model takes images.
        var seesImages = false
        /// Whether the client answers pings.
        var answersPings = true
        /// Decides the order of what could happen at the same time.
        var seed: UInt64?
    }

    /// Holds one call; `body` is the client, which hangs up when it returns.
    ///
    /// - Parameter script: what the agent's model answers.
    static func hold(
        _ setup: Setup = Setup(), model script: @escaping @Sendable (GenerationRequest) -> [TestModel.Step],
        _ body: @escaping @Sendable (VirtualCall, TestModel) async throws -> Void
    ) async throws -> Outcome {
        let stage = try Stage(setup, model: script)
        return try await stage.run(seed: setup.seed) {
            let (time, storage, model) = (stage.time, stage.storage, stage.model)
            for tool in setup.tools { try await storage.resources.insert(tool) }
            let (messages, outbox) = AsyncStream<ClientMessage>.makeStream()
            let inbox = Inbox()
            let client = VirtualCall(
                time: time, voice: stage.voice, voices: stage.voices, ears: stage.ears, storage: storage,
                vocabulary: stage.vocabulary, outbox: outbox, inbox: inbox)
            if let initiation = setup.initiation { outbox.yield(.initiation(initiation)) }
            var request = stage.request()
            request.environment = setup.environment
            let call = ConversationCall(request, environment: stage.environment, clock: time.clock())
            async let ending = call.run(messages) { message in
                inbox.add(Received(message: message, time: time.now))
                if case .ping(let id, _) = message, setup.answersPings { outbox.yield(.pong(eventID: id)) }
            }
            do {
                try await body(client, model)
            } catch {
                outbox.finish()
                _ = await ending
                throw error
            }
            outbox.finish()
            let result = await ending
            await stage.environment.effects.drain(within: .seconds(300), clock: time.clock())
            let record = try await stage.record()
            let events = try await storage.conversations.events(of: Stage.conversationID)
            let violations = ProtocolRules(inbox.received).violations
            let contradictions = record.contradictions(to: inbox.received.map(\.message))
            let account = "seed \(setup.seed ?? 0)\n\(inbox.received.account)"
            #expect(violations.isEmpty, "\(account)")
            #expect(contradictions.isEmpty, "\(account)")
            return Outcome(ending: result, received: inbox.received, record: record, events: events)
        }
    }

    // MARK: What a client does

    func send(_ message: ClientMessage) { outbox.yield(message) }

    func type(_ text: String) { send(.userMessage(text)) }

    func sleep(_ duration: Duration) async throws { try await time.sleep(duration) }

    /// Goes away without a word.
    func hangUp() { outbox.finish() }

    /// Says `text` in frames of 20 ms, and is silent afterwards.
    func say(_ text: String) async throws {
        let samples = vocabulary.samples(saying: text)
        for start in stride(from: 0, to: samples.count, by: 320) {
            let frame = samples[start..<min(start + 320, samples.count)]
            send(.audio(frame.withUnsafeBytes { Data($0) }))
            try await time.sleep(.milliseconds(20))
        }
    }

    /// Sends silence in frames of 20 ms, as a client does whose microphone is open.
    func listen(for duration: Duration) async throws {
        for _ in 0..<Int(duration / .milliseconds(20)) {
            send(.audio(Data(count: 640)))
            try await time.sleep(.milliseconds(20))
        }
    }

    var received: [Received] { inbox.received }

    var messages: [ServerMessage] { received.map(\.message) }

    /// Waits for the `count`th message that matches.
    @discardableResult
    func wait<Value: Sendable>(
        for what: String, count: Int = 1, within limit: Duration = .seconds(60),
        _ match: @Sendable (ServerMessage) -> Value?
    ) async throws -> Value {
        let end = time.now + limit
        while true {
            let found = messages.compactMap(match)
            if found.count >= count { return found[count - 1] }
            guard time.now < end else {
                throw Missing(description: "No \(what) within \(limit); there were \(messages.types).")
            }
            try await time.sleep(.milliseconds(5))
        }
    }

    func toolCall(_ count: Int = 1) async throws -> ClientToolCall {
        try await wait(for: "client_tool_call \(count)", count: count) {
            if case .clientToolCall(let call) = $0 { call } else { nil }
        }
    }

    /// Waits until the `count`th tool has been called, of whatever kind.
    @discardableResult
    func toolRequest(_ count: Int = 1) async throws -> AgentToolRequest {
        try await wait(for: "agent_tool_request \(count)", count: count) {
            if case .agentToolRequest(let request) = $0 { request } else { nil }
        }
    }

    /// Waits until the agent has said something that ends so.
    func hearAnswer(endingWith end: String) async throws {
        try await wait(for: "'\(end)'") {
            if case .agentResponse(let text, _) = $0, text.hasSuffix(end) { true } else { nil }
        }
    }

    /// Waits until the `count`th response has been heard to its end.
    func hearResponse(_ count: Int = 1) async throws {
        try await wait(for: "agent_response_complete \(count)", count: count) {
            if case .agentResponseComplete(let id) = $0 { id } else { nil }
        }
    }

    func hearAudio() async throws {
        try await wait(for: "audio") { if case .audio = $0 { true } else { nil } }
    }
}

private final class Inbox: Sendable {
    private let state = Mutex<[Received]>([])

    var received: [Received] { state.withLock(\.self) }
    func add(_ message: Received) { state.withLock { $0.append(message) } }
}

/// What an agent is set up with unless a test says otherwise: every event is sent, and nobody speaks up to silence.
let baseConfiguration: JSONValue = [
    "agent": [
        "first_message": "", "prompt": ["prompt": "You are Mia.", "llm": "test-model", "timezone": "Europe/Berlin"],
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

/// A tool that the client runs.
func clientTool(_ name: String, _ more: JSONValue = [:]) -> JSONValue {
    let tool: JSONValue = [
        "type": "client", "name": .string(name), "description": "Does what it is called.", "expects_response": true,
        "response_timeout_secs": 20,
        "parameters": ["type": "object", "properties": ["day": ["type": "string", "description": "A day."]]],
    ]
    return tool.merging(more)
}

func tools(_ tools: JSONValue...) -> JSONValue { ["agent": ["prompt": ["tools": .array(tools)]]] }

extension [Received] {
    /// What happened, a line a message; audio in a row is one.
    fileprivate var account: String {
        var lines: [String] = []
        var wasAudio = false
        for received in self {
            if case .audio = received.message {
                if !wasAudio { lines.append("\(received.time) audio") }
                wasAudio = true
                continue
            }
            wasAudio = false
            lines.append("\(received.time) \(received.message)")
        }
        return lines.joined(separator: "\n")
    }
}

extension [ServerMessage] {
    var types: String { map(\.type).filter { $0 != "audio" && $0 != "ping" }.joined(separator: ", ") }

    var responses: [String] { compactMap { if case .agentResponse(let text, _) = $0 { text } else { nil } } }

    var toolCalls: [ClientToolCall] { compactMap { if case .clientToolCall(let call) = $0 { call } else { nil } } }

    var toolRequests: [AgentToolRequest] {
        compactMap { if case .agentToolRequest(let request) = $0 { request } else { nil } }
    }

    var interruptions: [Int] { compactMap { if case .interruption(let id) = $0 { id } else { nil } } }
}
