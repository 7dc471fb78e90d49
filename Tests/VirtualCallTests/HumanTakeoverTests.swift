import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import Testing

@testable import Server

/// A person who takes the agent's place in a call, and gives it back.
@Suite("A person in the agent's place", .timeLimit(.minutes(1)))
struct HumanTakeoverTests {
    private static let long = (1...40).map { "word\($0)" }.joined(separator: " ") + "."
    private static let ann = "This is Ann from the shop."

    @Test("stops what the agent says; until they leave the model is not asked, and then it knows what was said")
    func takeover() async throws {
        let requests = Log<GenerationRequest>()
        let outcome = try await FollowedCall.hold { request in
            [.text(request.lastUser.contains("sell") ? Self.long : "At nine.")]
        } _: { call, model in
            try await call.say("What do you sell?")
            try await call.hear(Self.long)
            try await call.sleep(.seconds(1))
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.wait(for: "the interruption") { if case .interruption = $0 { true } else { nil } }
            let asked = model.requests.entries.count
            try await call.say("Hello? Are you still there?")
            try await call.sleep(.seconds(3))
            #expect(call.order(.humanMessage(Self.ann), by: owner) == nil)
            try await call.hear(Self.ann)
            try await call.sleep(.seconds(3))
            #expect(model.requests.entries.count == asked)
            #expect(call.stage.voice.spoken.entries.contains(Self.ann))
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.say("When do you open?")
            try await call.hear("At nine.")
            try await call.sleep(.seconds(2))
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(outcome.messages.responses == [Self.long, Self.ann, "At nine."])
        let last = try #require(requests.entries.last)
        #expect(
            last.messages.suffix(3) == [
                .user("Hello? Are you still there?"), .assistant(Self.ann), .user("When do you open?"),
            ])
        let turns = outcome.record.transcript
        #expect(turns.map(\.role) == [.user, .agent, .user, .agent, .user, .agent])
        #expect(
            turns.dropFirst(2).map(\.message) == [
                "Hello? Are you still there?", Self.ann, "When do you open?", "At nine.",
            ])
        let cut = try #require(turns.first { $0.isInterrupted })
        #expect(cut.originalMessage == Self.long && (cut.message ?? "").count < Self.long.count / 2)
        let humans = try #require(turns.first { $0.message == Self.ann })
        #expect(humans.producingLLM == nil && turns.last?.producingLLM == "test-model")
        let log = outcome.events.filter { $0.kind == "human_takeover" }
        #expect(log.map { $0.detail["is_on"]?.boolValue } == [true, false])
        #expect(outcome.record.details.warnings.isEmpty)
    }

    @Test("an answer that is being made when they come is never heard, and the caller's words are not lost")
    func whileThinking() async throws {
        let requests = Log<GenerationRequest>()
        let outcome = try await FollowedCall.hold { request in
            request.lastUser.contains("Sunday") ? [.text("At ten.")] : [.wait(.seconds(4)), .text("Too late.")]
        } _: { call, model in
            try await call.say("When do you open?")
            try await call.sleep(.seconds(2))
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(5))
            #expect(call.order(.humanMessage("At nine."), by: owner) == nil)
            try await call.hear("At nine.")
            try await call.sleep(.seconds(2))
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.say("And on Sunday?")
            try await call.hear("At ten.")
            try await call.sleep(.seconds(2))
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(outcome.messages.responses == ["At nine.", "At ten."])
        let last = try #require(requests.entries.last)
        #expect(
            last.messages.suffix(3) == [.user("When do you open?"), .assistant("At nine."), .user("And on Sunday?")])
        #expect(
            outcome.record.transcript.map(\.message) == [
                "When do you open?", "At nine.", "And on Sunday?", "At ten.",
            ])
    }

    @Test("when their connection breaks and they do not come back, the agent answers what was left unanswered")
    func broken() async throws {
        let requests = Log<GenerationRequest>()
        let outcome = try await FollowedCall.hold { request in
            [.text(request.lastUser == "When do you open?" ? "At nine." : "I am here.")]
        } _: { call, model in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.say("When do you open?")
            try await call.sleep(.seconds(3))
            call.monitor.leave(owner)
            try await call.sleep(.seconds(14))
            #expect(model.requests.entries.isEmpty)
            try await call.hear("At nine.")
            try await call.say("Hello? Are you still there?")
            try await call.hear("I am here.")
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(outcome.messages.responses == ["At nine.", "I am here."])
        #expect(requests.entries.last?.lastUser == "Hello? Are you still there?")
        let log = outcome.events.filter { $0.kind == "human_takeover" }
        #expect(log.map { $0.detail["is_on"]?.boolValue } == [true, false])
    }

    @Test("who comes back in time goes on, and the record says who wrote what")
    func comesBack() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("I am the agent.")]
        } _: { call, model in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.say("When do you open?")
            try await call.sleep(.seconds(3))
            call.monitor.leave(owner)
            try await call.sleep(.seconds(10))
            let again = try await call.follow()
            #expect(call.order(.humanMessage("Too early."), by: again) != nil)
            #expect(call.order(.enableTakeover, by: again) == nil)
            try await call.sleep(.seconds(20))
            #expect(call.order(.humanMessage(Self.ann), by: again) == nil)
            try await call.hear(Self.ann)
            try await call.sleep(.seconds(5))
            #expect(model.requests.entries.isEmpty)
            #expect(call.order(.disableTakeover, by: again) == nil)
            try await call.say("Who are you?")
            try await call.hear("I am the agent.")
        }
        #expect(outcome.messages.responses == [Self.ann, "I am the agent."])
        let authors = outcome.record.transcript.filter { $0.role == .agent }.map(\.author)
        #expect(authors == [.human, nil])
        let log = outcome.events.filter { $0.kind == "human_takeover" }
        #expect(log.map { $0.detail["is_on"]?.boolValue } == [true, false])
    }

    @Test("a person who takes over before the call has begun answers it")
    func early() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("The model was asked.")]
        } _: { call, _ in
            let owner = try #require(call.monitor.watch()).id
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.say("When do you open?")
            try await call.sleep(.seconds(3))
            #expect(call.order(.humanMessage("At nine."), by: owner) == nil)
            try await call.hear("At nine.")
        }
        #expect(outcome.messages.responses == ["At nine."])
    }

    @Test("a silent caller is spoken up to, but by nobody while a person answers", arguments: [true, false])
    func silence(isTakenOver: Bool) async throws {
        let setup = VirtualCall.Setup(configuration: ["turn": ["turn_timeout": 3]])
        let outcome = try await FollowedCall.hold(setup) { _ in
            [.text("At nine.")]
        } _: { call, _ in
            try await call.say("When do you open?")
            try await call.hear("At nine.")
            try await call.sleep(.milliseconds(1500))
            let owner = try await call.follow()
            if isTakenOver { #expect(call.order(.enableTakeover, by: owner) == nil) }
            let audio = call.audioCount
            try await call.sleep(.seconds(30))
            #expect((call.audioCount == audio) == isTakenOver)
        }
        #expect((outcome.messages.responses == ["At nine."]) == isTakenOver)
    }

    @Test("a tool's result that comes meanwhile is told when the agent is back, and until then nothing comes of it")
    func lateResult() async throws {
        let setup = VirtualCall.Setup(configuration: ToolCallTests.booking)
        let outcome = try await FollowedCall.hold(setup, model: ToolCallTests.book) { call, model in
            try await call.say("Reserve a bike for Monday.")
            let tool = try await call.wait(for: "the tool") {
                if case .clientToolCall(let tool) = $0 { tool } else { nil }
            }
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(1))
            let asked = model.requests.entries.count
            call.send(.clientToolResult(ClientToolResult(callID: tool.callID, result: "Booked for Monday.")))
            let before = call.completed
            try await call.sleep(.seconds(5))
            #expect(model.requests.entries.count == asked)
            #expect(call.completed - before < 3, "empty answers, one after the other")
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.hear("It is booked.")
            try await call.sleep(.seconds(2))
        }
        #expect(outcome.messages.responses == ["It is booked."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == ["Booked for Monday."])
    }

    @Test("what they type while the caller speaks is said once the caller has finished, and nothing of it is lost")
    func typedMeanwhile() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("The model was asked.")]
        } _: { call, model in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            async let speaking: Void = call.say("Reserve a bike for Monday.")
            try await call.sleep(.milliseconds(400))
            for text in ["One moment.", "  ", "This is Ann."] {
                #expect(call.order(.humanMessage(text), by: owner) == nil)
            }
            try await speaking
            // In this pause an answer is made ready, and thrown away when the caller goes on.
            try await call.listen(for: .milliseconds(200))
            try await call.say("And a red helmet too please.")
            try await call.hear("One moment. This is Ann.")
            try await call.sleep(.seconds(3))
            #expect(model.requests.entries.isEmpty)
        }
        #expect(outcome.messages.responses == ["One moment. This is Ann."])
        let turns = outcome.record.transcript
        #expect(turns.last?.role == .agent && turns.last?.message == "One moment. This is Ann.")
        #expect(turns.dropLast().allSatisfy { $0.role == .user })
    }

    @Test("what they type while their own words are heard is said after them")
    func oneAfterTheOther() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("The model was asked.")]
        } _: { call, _ in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            for text in [Self.ann, "We open at nine.", "And on Sunday at ten."] {
                #expect(call.order(.humanMessage(text), by: owner) == nil)
                try await call.sleep(.milliseconds(200))
            }
            try await call.sleep(.seconds(8))
        }
        #expect(outcome.messages.responses == [Self.ann, "We open at nine. And on Sunday at ten."])
        #expect(outcome.messages.interruptions.isEmpty)
        #expect(
            outcome.record.transcript.map(\.message) == [Self.ann, "We open at nine. And on Sunday at ten."])
    }

    @Test("a caller who types is answered by the person, too")
    func typed() async throws {
        var setup = VirtualCall.Setup()
        setup.initiation?.isTextOnly = true
        let outcome = try await FollowedCall.hold(setup) { _ in
            [.text("The model was asked.")]
        } _: { call, model in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            call.send(.userMessage("When do you open?"))
            try await call.sleep(.seconds(2))
            #expect(model.requests.entries.isEmpty)
            #expect(call.order(.humanMessage("At nine."), by: owner) == nil)
            try await call.hear("At nine.")
        }
        #expect(outcome.messages.responses == ["At nine."])
        #expect(outcome.record.transcript.map(\.message) == ["When do you open?", "At nine."])
    }

    @Test("nobody's words but the one's who has taken over are said")
    func refused() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("At nine.")]
        } _: { call, _ in
            let (first, second) = (try await call.follow(), try await call.follow())
            #expect(call.order(.humanMessage("Too early."), by: first) != nil)
            #expect(call.order(.enableTakeover, by: first) == nil)
            #expect(call.order(.enableTakeover, by: second) != nil)
            #expect(call.order(.humanMessage("Not yours."), by: second) != nil)
            #expect(call.order(.disableTakeover, by: second) != nil)
            try await call.say("When do you open?")
            try await call.sleep(.seconds(3))
            call.monitor.leave(second)
            #expect(call.order(.humanMessage(Self.ann), by: first) == nil)
            try await call.hear(Self.ann)
            try await call.sleep(.seconds(2))
        }
        #expect(outcome.messages.responses == [Self.ann])
    }

    @Test("an owner ends the call, and the record says who did")
    func endCall() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text(Self.long)]
        } _: { call, _ in
            try await call.say("What do you sell?")
            try await call.hear(Self.long)
            let owner = try await call.follow()
            #expect(call.order(.endCall, by: owner) == nil)
            try await call.sleep(.seconds(1))
        }
        #expect(outcome.ending == CallEnding(code: 1000, reason: "The owner has ended the call."))
        #expect(outcome.record.status == .done)
        #expect(outcome.record.terminationReason == "The owner has ended the call.")
    }

    @Test("what an owner tells the agent reaches the model, and neither stops nor starts anything")
    func context() async throws {
        let requests = Log<GenerationRequest>()
        let outcome = try await FollowedCall.hold { _ in
            [.text("At nine.")]
        } _: { call, model in
            let owner = try await call.follow()
            #expect(call.order(.contextualUpdate("The caller is a regular."), by: owner) == nil)
            try await call.sleep(.seconds(2))
            #expect(model.requests.entries.isEmpty)
            try await call.say("When do you open?")
            try await call.hear("At nine.")
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(outcome.messages.responses == ["At nine."])
        let last = try #require(requests.entries.last)
        #expect(
            last.messages.suffix(2) == [.system("Context: The caller is a regular."), .user("When do you open?")])
    }
}

/// A call with owners who follow it: all that a server makes of one, but for the sockets.
struct FollowedCall: Sendable {
    let stage: Stage
    let monitor: CallMonitor
    private let outbox: AsyncStream<ClientMessage>.Continuation
    private let inbox: Log<Received>

    struct Outcome: Sendable {
        var ending: CallEnding
        var messages: [ServerMessage]
        var record: ConversationRecord
        var events: [CallEvent]
    }

    /// Holds one call, as `VirtualCall.hold` does; `body` is the client and the owners.
    static func hold(
        _ setup: VirtualCall.Setup = VirtualCall.Setup(),
        model script: @escaping @Sendable (GenerationRequest) -> [TestModel.Step],
        _ body: @escaping @Sendable (FollowedCall, TestModel) async throws -> Void
    ) async throws -> Outcome {
        let stage = try Stage(setup, model: script)
        return try await stage.run(seed: setup.seed) {
            let (time, monitor) = (stage.time, CallMonitor())
            let (messages, outbox) = AsyncStream<ClientMessage>.makeStream()
            let inbox = Log<Received>()
            let client = FollowedCall(stage: stage, monitor: monitor, outbox: outbox, inbox: inbox)
            if let initiation = setup.initiation { outbox.yield(.initiation(initiation)) }
            var request = stage.request()
            request.orders = monitor.orders
            let call = ConversationCall(request, environment: stage.environment, clock: time.clock())
            async let ending = call.run(messages) { message in
                monitor.note(message)
                inbox.add(Received(message: message, time: time.now))
                if case .ping(let id, _) = message { outbox.yield(.pong(eventID: id)) }
            }
            do {
                try await body(client, stage.model)
            } catch {
                outbox.finish()
                _ = await ending
                throw error
            }
            outbox.finish()
            let result = await ending
            monitor.end()
            await stage.environment.effects.drain(within: .seconds(300), clock: time.clock())
            let record = try await stage.record()
            let events = try await stage.storage.conversations.events(of: Stage.conversationID)
            let received = inbox.entries
            let violations = ProtocolRules(received).violations
            let contradictions = record.contradictions(to: received.map(\.message))
            #expect(violations.isEmpty)
            #expect(contradictions.isEmpty)
            return Outcome(ending: result, messages: received.map(\.message), record: record, events: events)
        }
    }

    // MARK: What a client does

    var messages: [ServerMessage] { inbox.entries.map(\.message) }

    /// Pieces of audio so far.
    var audioCount: Int { messages.count { if case .audio = $0 { true } else { false } } }

    /// Responses that were heard to their end, those in which nothing was said among them.
    var completed: Int { messages.count { if case .agentResponseComplete = $0 { true } else { false } } }

    func send(_ message: ClientMessage) { outbox.yield(message) }

    func sleep(_ duration: Duration) async throws { try await stage.time.sleep(duration) }

    /// Says `text` in frames of 20 ms, and is silent afterwards.
    func say(_ text: String) async throws {
        let samples = stage.vocabulary.samples(saying: text)
        for start in stride(from: 0, to: samples.count, by: 320) {
            let frame = samples[start..<min(start + 320, samples.count)]
            send(.audio(frame.withUnsafeBytes { Data($0) }))
            try await sleep(.milliseconds(20))
        }
    }

    /// Sends silence in frames of 20 ms.
    func listen(for duration: Duration) async throws {
        for _ in 0..<Int(duration / .milliseconds(20)) {
            send(.audio(Data(count: 640)))
            try await sleep(.milliseconds(20))
        }
    }

    /// Waits for the first message that matches.
    @discardableResult
    func wait<Value: Sendable>(
        for what: String, _ match: @Sendable (ServerMessage) -> Value?
    ) async throws -> Value {
        let end = stage.time.now + .seconds(60)
        while true {
            if let found = messages.compactMap(match).first { return found }
            guard stage.time.now < end else {
                throw VirtualCall.Missing(description: "No \(what); there were \(messages.types).")
            }
            try await sleep(.milliseconds(5))
        }
    }

    /// Waits until a response with this text begins to be heard.
    func hear(_ response: String) async throws {
        try await wait(for: "'\(response)'") {
            if case .agentResponse(let text, _) = $0, text == response { true } else { nil }
        }
    }

    // MARK: What an owner does

    /// Begins to follow the call once it has begun; the owner's number.
    func follow() async throws -> Int {
        try await wait(for: "the beginning") { if case .initiationMetadata = $0 { true } else { nil } }
        return try #require(monitor.watch()).id
    }

    /// Has the call do something; says why it is not done, if so.
    func order(_ command: MonitorCommand, by owner: Int) -> String? { monitor.follow(command, of: owner) }
}
