import Agents
import ConvAI
import Conversation
import Foundation
import JSON
import ServiceLifecycle
import Telemetry
import TestSupport
import Testing

@testable import Server

@Suite("Owners who follow a call", .timeLimit(.minutes(1)))
struct MonitorTests {
    private static func path(_ conversation: String) -> String { "/v1/convai/conversations/\(conversation)/monitor" }

    private static let monitored: JSONValue = [
        "conversation_config": ["conversation": ["monitoring_enabled": true]]
    ]

    /// Calls an agent, and gives `body` the caller and the conversation's id.
    private static func hold(
        _ agent: JSONValue = MonitorTests.monitored, on server: TestServer,
        _ body: (TestWebSocket, String) async throws -> Void
    ) async throws {
        let path = TestServer.path(try await server.makeAgent(agent))
        try await TestWebSocket.connect(to: server.port, path) { caller in
            let id = try #require(try await caller.conversationID())
            try await body(caller, id)
        }
    }

    /// Follows a call, past its first message.
    private static func follow(
        _ id: String, on server: TestServer, _ body: (TestWebSocket) async throws -> Void
    ) async throws {
        try await TestWebSocket.connect(to: server.port, path(id)) { owner in
            #expect(try await owner.conversationID() == id)
            try await body(owner)
        }
    }

    // MARK: What they see

    @Test("are shown what was said before, and then what is said, but not the audio")
    func messages() async throws {
        try await withServer(handler: OrderedCalls()) { server in
            try await Self.hold(on: server) { caller, id in
                try await caller.say("one")
                #expect(try await caller.answer() == "one")
                try await caller.speak()
                #expect(try await caller.message()?["type"] == "audio")
                try await caller.say("two")
                #expect(try await caller.answer() == "two")
                try await TestWebSocket.connect(to: server.port, Self.path(id)) { owner in
                    #expect(owner.handshake.hasPrefix("HTTP/1.1 101 "))
                    let first = try await owner.message()
                    #expect(first?["type"] == "conversation_initiation_metadata")
                    for words in ["one", "two"] {
                        // What was typed, and its answer.
                        #expect(try await owner.transcript() == words)
                        #expect(try await owner.answer() == words)
                    }
                    try await caller.speak()
                    #expect(try await caller.message()?["type"] == "audio")
                    try await caller.say("three")
                    #expect(try await owner.transcript() == "three")
                    #expect(try await owner.answer() == "three")
                    #expect(try await caller.answer() == "three")
                    try await caller.say("bye")
                    #expect(try await caller.receiveClose()?.code == 1000)
                    #expect(try await owner.receiveClose()?.code == 1000)
                }
            }
        }
    }

    @Test("of a long call the latest hundred messages are kept")
    func history() async throws {
        let monitor = CallMonitor()
        for number in 1...250 { monitor.note(.agentResponse("\(number)", eventID: number)) }
        monitor.note(.audio(AudioMessage(bytes: Data(count: 640), eventID: 251)))
        monitor.note(.ping(eventID: 1, roundTrip: nil))
        monitor.note(.vadScore(0.5))
        let watcher = try #require(monitor.watch())
        monitor.end()
        let texts = try await Self.texts(watcher.messages)
        #expect(texts == (151...250).map { "\($0)" })
    }

    @Test("who does not read is let go, and nobody else notices")
    func slow() async throws {
        let monitor = CallMonitor()
        let slow = try #require(monitor.watch())
        let quick = try #require(monitor.watch())
        var reading = quick.messages.makeAsyncIterator()
        for number in 1...400 {
            monitor.note(.agentResponse("\(number)", eventID: number))
            let message = await reading.next()
            #expect(message != nil)
        }
        // The stream has ended, although the call goes on.
        let read = try await Self.texts(slow.messages)
        #expect(read == (1...256).map { "\($0)" })
        let again = try #require(monitor.watch())
        #expect(again.id != slow.id)
        monitor.leave(slow.id)
        monitor.end()
        #expect(try await Self.texts(again.messages) == (301...400).map { "\($0)" })
        #expect(await reading.next() == nil)
        #expect(monitor.watch() == nil)
    }

    @Test("an owner whose socket takes nothing is cut off, and the call goes on")
    func stalled() async throws {
        var limits = ServerLimits()
        limits.stalledWriteTimeout = .milliseconds(500)
        let registry = PrometheusRegistry(ServerInstruments.metrics + CallInstruments.metrics)
        try await withServer(limits: limits, metrics: registry, handler: VerboseCalls()) { server in
            try await Self.hold(on: server) { caller, id in
                func hear() async throws {
                    try await caller.say("Tell me more.")
                    for _ in 0..<VerboseCalls.length {
                        #expect(try await caller.message()?["type"] == "agent_response")
                    }
                }
                try await Self.follow(id, on: server) { owner in
                    #expect(Self.isFollowed(registry))
                    // Nothing more is read: the socket's buffers fill, then the server gives up.
                    while Self.isFollowed(registry) {
                        try Task.checkCancellation()
                        try await hear()
                    }
                    _ = owner
                }
                try await hear()
            }
        }
    }

    private static func texts(_ messages: AsyncStream<Data>) async throws -> [String] {
        var texts: [String] = []
        for await data in messages {
            let message = try JSONValue(parsing: data)
            texts.append(message.value(at: "agent_response_event", "agent_response")?.stringValue ?? message.text)
        }
        return texts
    }

    /// Whether somebody follows a call.
    private static func isFollowed(_ registry: PrometheusRegistry) -> Bool {
        let name = #"parley_websockets_open{route="/v1/convai/conversations/{conversation_id}/monitor"} "#
        let line = registry.text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Double($0.dropFirst(name.count)) } != 0
    }

    // MARK: What they order

    @Test("what they order reaches the call, which they may end")
    func orders() async throws {
        try await withServer(handler: OrderedCalls()) { server in
            try await Self.hold(on: server) { caller, id in
                try await Self.follow(id, on: server) { owner in
                    for (command, effect) in [
                        (
                            #"{"command_type":"contextual_update","parameters":{"contextual_update":"VIP."}}"#,
                            "context VIP."
                        ),
                        (#"{"command_type":"enable_human_takeover"}"#, "takeover begins"),
                        (
                            #"{"command_type":"send_human_message","parameters":{"text":"It is Ann."}}"#,
                            "words It is Ann."
                        ),
                        (#"{"command_type":"disable_human_takeover","parameters":{}}"#, "takeover ends"),
                    ] {
                        try await owner.send(command)
                        #expect(try await caller.answer() == effect)
                        #expect(try await owner.answer() == effect)
                    }
                    try await owner.send(#"{"command_type":"end_call"}"#)
                    #expect(
                        try await caller.receive() == .close(code: 1000, reason: "The owner has ended the call."))
                    #expect(try await owner.receiveClose()?.code == 1000)
                }
            }
            try await server.waitForCalls(0)
            // That there were orders is logged, and not what they say.
            #expect(!server.log.text.contains("VIP.") && !server.log.text.contains("It is Ann"))
        }
    }

    @Test("one person at a time answers, and gives the call back with the connection")
    func onePerson() async throws {
        let enable = #"{"command_type":"enable_human_takeover"}"#
        let words = #"{"command_type":"send_human_message","parameters":{"text":"Hello."}}"#
        try await withServer(handler: OrderedCalls()) { server in
            try await Self.hold(on: server) { caller, id in
                try await Self.follow(id, on: server) { second in
                    try await second.send(words)
                    #expect(try await second.refusal() == "Take the call over first: send enable_human_takeover.")
                    try await Self.follow(id, on: server) { first in
                        try await first.send(enable)
                        #expect(try await caller.answer() == "takeover begins")
                        #expect(try await second.answer() == "takeover begins")
                        try await second.send(enable)
                        #expect(try await second.refusal() == "Somebody else has taken this call over.")
                        try await second.send(words)
                        #expect(
                            try await second.refusal() == "Take the call over first: send enable_human_takeover.")
                        try await second.send(#"{"command_type":"disable_human_takeover"}"#)
                        #expect(try await second.refusal() == "You have not taken this call over.")
                    }
                    #expect(try await caller.answer() == "takeover isForsaken")
                    #expect(try await second.answer() == "takeover isForsaken")
                    try await second.send(enable)
                    #expect(try await caller.answer() == "takeover begins")
                }
                #expect(try await caller.answer() == "takeover isForsaken")
                // Who has not taken the call over gives nothing back.
                try await Self.follow(id, on: server) { _ in }
                try await caller.say("still here")
                #expect(try await caller.answer() == "still here")
            }
        }
    }

    @Test("what cannot be followed is refused, and the owner goes on following; what cannot be read ends it")
    func refusedCommands() async throws {
        try await withServer(handler: OrderedCalls()) { server in
            try await Self.hold(on: server) { caller, id in
                try await Self.follow(id, on: server) { owner in
                    let long = String(repeating: "a", count: 8193)
                    for (command, refusal) in [
                        (
                            #"{"command_type":"transfer_to_number","parameters":{}}"#,
                            "There is no command transfer_to_number here."
                        ),
                        (
                            #"{"command_type":"contextual_update","parameters":{"contextual_update":"\#(long)"}}"#,
                            "The text is longer than 8192 bytes."
                        ),
                        (#"{"command_type":"disable_human_takeover"}"#, "You have not taken this call over."),
                    ] {
                        try await owner.send(command)
                        let message = try await owner.message()
                        #expect(message?["type"] == "error")
                        #expect(message?.value(at: "error_event", "code") == 1008)
                        #expect(message?.value(at: "error_event", "message")?.stringValue == refusal)
                    }
                    try await owner.send(#"{"command_type":"enable_human_takeover"}"#)
                    #expect(try await owner.answer() == "takeover begins")
                    try await owner.send(
                        #"{"command_type":"send_human_message","parameters":{"text":"\#(long)"}}"#)
                    #expect(try await owner.refusal() == "The text is longer than 8192 bytes.")
                    try await owner.send("no JSON")
                    let close = try await owner.receiveClose()
                    #expect(close?.code == 1008 && close?.reason.hasPrefix("The frame is not valid JSON") == true)
                }
                #expect(try await caller.answer() == "takeover begins")
                #expect(try await caller.answer() == "takeover isForsaken")
            }
        }
    }

    @Test("a call takes no more than so many orders, but for the end of a takeover, and an ended one none")
    func tooMany() async throws {
        let monitor = CallMonitor()
        let owner = try #require(monitor.watch()).id
        #expect(monitor.follow(.enableTakeover, of: owner) == nil)
        for number in 2...2000 { #expect(monitor.follow(.contextualUpdate("\(number)"), of: owner) == nil) }
        #expect(monitor.follow(.endCall, of: owner) == "This call takes no more orders.")
        monitor.leave(owner)
        monitor.end()
        var orders: [CallInput] = []
        for await order in monitor.orders { orders.append(order) }
        let contexts = (2...2000).map { CallInput.context("\($0)", id: nil) }
        #expect(orders == [.takeover(.begins)] + contexts + [.takeover(.isForsaken)])
        _ = monitor.follow(.endCall, of: owner)
        #expect(monitor.watch() == nil)
    }

    // MARK: Who they are

    @Test("only a call in progress can be followed, and only one whose agent allows it")
    func allowed() async throws {
        try await withServer(handler: OrderedCalls()) { server in
            try await Self.expectClose(
                "There is no call conv_none in progress here.", Self.path("conv_none"), on: server)
            let forbidden = "The agent's conversation.monitoring_enabled is false."
            for agent in [
                ["conversation_config": [:]],
                ["conversation_config": ["conversation": ["monitoring_enabled": false]]],
            ] as [JSONValue] {
                try await Self.hold(agent, on: server) { caller, id in
                    try await Self.expectClose(forbidden, Self.path(id), on: server)
                    // The dashboard shows its owner the record of a running call anyway.
                    let page = ["Origin: http://127.0.0.1:\(server.port)"]
                    try await TestWebSocket.connect(to: server.port, Self.path(id), headers: page) { owner in
                        let conversation = try await owner.conversationID()
                        #expect(conversation == id)
                    }
                    try await caller.say("bye")
                    _ = try await caller.receiveClose()
                    try await server.waitForCalls(0)
                    try await Self.expectClose(
                        "There is no call \(id) in progress here.", Self.path(id), on: server)
                }
            }
        }
    }

    @Test("whoever follows a call needs a key, or to be signed in, where the owner does")
    func access() async throws {
        try await withServer(host: "0.0.0.0", handler: OrderedCalls()) { server in
            let (key, info) = try await server.storage.keys.create(name: "test")
            let cookie = "Cookie: parley_session_1=\(server.storage.signedURLs.sessions.make(forKey: info.id))"
            let page = "Origin: http://127.0.0.1:\(server.port)"
            try await Self.hold(on: server) { _, id in
                let needed = "This needs an API key in the xi-api-key header; `parley keys create` makes one."
                for headers in [
                    [], [page], [cookie], [cookie, "Origin: https://evil.example"],
                    [cookie, "Origin: http://127.0.0.1:1"],
                ] {
                    try await Self.expectClose(needed, Self.path(id), on: server, headers: headers)
                }
                let wrong = ["xi-api-key: \(key)x"]
                try await Self.expectClose(
                    "The API key is not valid on this server.", Self.path(id), on: server, headers: wrong)
                for headers in [["xi-api-key: \(key)"], [cookie, page]] {
                    try await TestWebSocket.connect(to: server.port, Self.path(id), headers: headers) { owner in
                        let conversation = try await owner.conversationID()
                        #expect(conversation == id)
                    }
                }
                // Nothing tells who asks without a key which calls there are.
                try await Self.expectClose(needed, Self.path("conv_none"), on: server)
            }
            #expect(!server.log.text.contains(key))
        }
    }

    @Test("where this machine needs no key, pages of other sites do")
    func foreign() async throws {
        try await withServer(handler: OrderedCalls()) { server in
            try await Self.hold(on: server) { _, id in
                for header in ["Origin: https://evil.example", "Via: 1.1 caddy"] {
                    try await TestWebSocket.connect(to: server.port, Self.path(id), headers: [header]) { owner in
                        let close = try await owner.receiveClose()
                        #expect(close?.code == 1008 && close?.reason.hasPrefix("This needs an API key") == true)
                    }
                }
            }
        }
    }

    // MARK: The end of the server

    @Test("a takeover goes on while the server waits for its calls to end")
    func drain() async throws {
        try await withServer(handler: OrderedCalls()) { server in
            try await Self.hold(on: server) { caller, id in
                try await Self.follow(id, on: server) { owner in
                    try await owner.send(#"{"command_type":"enable_human_takeover"}"#)
                    #expect(try await caller.answer() == "takeover begins")
                    #expect(try await owner.answer() == "takeover begins")
                    await server.group.triggerGracefulShutdown()
                    try await owner.send(
                        #"{"command_type":"send_human_message","parameters":{"text":"We have to close."}}"#)
                    #expect(try await caller.answer() == "words We have to close.")
                    #expect(try await owner.answer() == "words We have to close.")
                    try await owner.send(#"{"command_type":"end_call"}"#)
                    #expect(
                        try await caller.receive() == .close(code: 1000, reason: "The owner has ended the call."))
                    #expect(try await owner.receiveClose()?.code == 1000)
                }
            }
        }
    }

    @Test("one that goes on for longer ends with its call, for the caller and the owner")
    func drainTimeout() async throws {
        var limits = ServerLimits()
        limits.drainTimeout = .milliseconds(50)
        try await withServer(limits: limits, handler: OrderedCalls()) { server in
            try await Self.hold(on: server) { caller, id in
                try await Self.follow(id, on: server) { owner in
                    try await owner.send(#"{"command_type":"enable_human_takeover"}"#)
                    #expect(try await caller.answer() == "takeover begins")
                    #expect(try await owner.answer() == "takeover begins")
                    await server.group.triggerGracefulShutdown()
                    let close = try await caller.receiveClose()
                    #expect(close?.code == 1001 && close?.reason == "The server is shutting down.")
                    // Either the call has ended first, or the owner's own time.
                    let code = try await owner.receiveClose()?.code
                    #expect(code == 1000 || code == 1001)
                }
            }
        }
    }

    private static func expectClose(
        _ reason: String, _ path: String, on server: TestServer, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await TestWebSocket.connect(to: server.port, path, headers: headers) { owner in
            let message = try await owner.receive()
            #expect(message == .close(code: 1008, reason: reason), sourceLocation: sourceLocation)
        }
    }
}

/// Tells the caller what the owner orders, and else answers as `EchoingCalls` does.
private struct OrderedCalls: CallHandler {
    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        await withTaskGroup(of: CallEnding.self) { group in
            group.addTask { await EchoingCalls().run(request, messages: messages, send: send) }
            group.addTask {
                guard let orders = request.orders else { return CallEnding(code: 1011, reason: "There are no orders.") }
                for await order in orders {
                    let account: String
                    switch order {
                    case .hangUp: return CallEnding(code: 1000, reason: "The owner has ended the call.")
                    case .takeover(let takeover): account = "takeover \(takeover)"
                    case .humanWords(let text): account = "words \(text)"
                    case .context(let text, _): account = "context \(text)"
                    default: account = "something else"
                    }
                    try? await send(.agentResponse(account, eventID: 2))
                }
                return CallEnding(code: 1011, reason: "The orders have ended.")
            }
            defer { group.cancelAll() }
            return await group.next() ?? CallEnding(code: 1011, reason: "There was no call.")
        }
    }
}

/// Answers whatever it is told with many long messages.
private struct VerboseCalls: CallHandler {
    /// Messages of an answer.
    static let length = 20

    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        let text = String(repeating: "a", count: 32_000)
        do {
            try await send(
                .initiationMetadata(
                    ConversationMetadata(
                        conversationID: request.conversationID, agentOutputAudioFormat: "pcm_16000",
                        userInputAudioFormat: "pcm_16000")))
            for try await _ in messages {
                for number in 1...Self.length { try await send(.agentResponse(text, eventID: number)) }
            }
            return CallEnding(code: 1000, reason: "The client has gone.")
        } catch {
            return CallEnding(code: 1011, reason: "\(error)")
        }
    }
}

extension TestWebSocket {
    fileprivate func say(_ text: String) async throws {
        try await send(#"{"type":"user_message","text":"\#(text)"}"#)
    }

    fileprivate func speak() async throws { try await send(#"{"user_audio_chunk":"AAAA"}"#) }

    /// The agent's answer; nil when something else comes.
    fileprivate func answer() async throws -> String? {
        try await message()?.value(at: "agent_response_event", "agent_response")?.stringValue
    }

    /// The caller's words; nil when something else comes.
    fileprivate func transcript() async throws -> String? {
        try await message()?.value(at: "user_transcription_event", "user_transcript")?.stringValue
    }

    /// Why a command is not followed; nil when something else comes.
    fileprivate func refusal() async throws -> String? {
        try await message()?.value(at: "error_event", "message")?.stringValue
    }
}
