import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import Testing

@testable import Server

/// The edges of a takeover: its end, a hand-over to another agent meanwhile, and the end of the call.
@Suite("The moments of a takeover", .timeLimit(.minutes(2)))
struct TakeoverMomentTests {
    private static let long = (1...40).map { "word\($0)" }.joined(separator: " ") + "."
    private static let ann = "This is Ann from the shop."

    // MARK: Its end

    @Test("whenever it ends around the end of a turn, the model answers that turn, once", arguments: 0..<12)
    func endsInATurn(step: Int) async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("At nine.")]
        } _: { call, _ in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.say("When do you open?")
            // In this silence an answer without a word is made, and then released.
            try await call.listen(for: .milliseconds(100 * step))
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.listen(for: .seconds(5))
            try await call.hear("At nine.")
        }
        #expect(outcome.messages.responses == ["At nine."])
        #expect(outcome.record.transcript.map(\.message) == ["When do you open?", "At nine."])
    }

    @Test(
        "when it ends as a typed turn comes, in whatever order, the model answers that turn, once",
        arguments: UInt64(1)...20, [true, false])
    func endsAtATypedTurn(seed: UInt64, isTextOnly: Bool) async throws {
        var setup = VirtualCall.Setup(seed: seed)
        setup.initiation?.isTextOnly = isTextOnly
        let outcome = try await FollowedCall.hold(setup) { _ in
            [.text("At nine.")]
        } _: { call, _ in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(1))
            call.send(.userMessage("When do you open?"))
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.hear("At nine.")
            try await call.sleep(.seconds(3))
        }
        #expect(outcome.messages.responses == ["At nine."])
        #expect(outcome.record.transcript.map(\.message) == ["When do you open?", "At nine."])
    }

    @Test(
        "a caller who was left unanswered for long is answered then, and neither asked whether they are there nor cut off",
        arguments: [-1, 20])
    func endsLate(silenceEnd: Int) async throws {
        let setup = VirtualCall.Setup(
            configuration: ["turn": ["turn_timeout": 3, "silence_end_call_timeout": .integer(silenceEnd)]])
        let outcome = try await FollowedCall.hold(setup) { _ in
            [.text("At nine.")]
        } _: { call, model in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.say("When do you open?")
            try await call.sleep(.seconds(40))
            #expect(model.requests.entries.isEmpty)
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.hear("At nine.")
            try await call.sleep(.seconds(1))
        }
        #expect(outcome.messages.responses == ["At nine."])
        #expect(outcome.ending.reason == "The client has gone.")
    }

    // MARK: A hand-over to another agent

    @Test(
        "a hand-over that is under way when a person takes over happens, they stay, and nothing is said twice",
        arguments: [0, 2500, 5000])
    func handOver(milliseconds: Int) async throws {
        let requests = Log<GenerationRequest>()
        let setup = try HandOverTests.setup(["delay_ms": 3000])
        let outcome = try await FollowedCall.hold(setup, model: HandOverTests.script) { call, model in
            try await Self.transfer(in: call)
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            // They speak before the hand-over, through it, or after it.
            try await call.sleep(.milliseconds(milliseconds))
            #expect(call.order(.humanMessage(Self.ann), by: owner) == nil)
            try await call.hear(Self.ann)
            try await call.sleep(.seconds(6))
            for request in model.requests.entries { requests.add(request) }
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(3))
            try await call.say("Thank you very much.")
            try await call.hear("Of course.")
            try await call.sleep(.seconds(3))
        }
        #expect(requests.entries.allSatisfy { !$0.prompt.contains("Leo") }, "the next agent was not asked meanwhile")
        #expect(outcome.messages.responses == [Self.ann, "Of course."])
        #expect(outcome.events.count { $0.kind == "hand_over" } == 1)
        let turns = outcome.record.transcript
        #expect(turns.flatMap(\.toolResults).map(\.isError) == [false])
        #expect(turns.filter { $0.author == .human }.map(\.message) == [Self.ann])
        #expect(turns.last?.agentID != nil, "the next agent has the call")
    }

    @Test("what stays unanswered over a hand-over the next agent answers when the call is given back, once")
    func handOverUnanswered() async throws {
        let setup = try HandOverTests.setup(["delay_ms": 3000])
        let outcome = try await FollowedCall.hold(setup, model: HandOverTests.script) { call, model in
            try await Self.transfer(in: call)
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(6))
            #expect(model.requests.entries.allSatisfy { !$0.prompt.contains("Leo") })
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.hear("Your lamp, then.")
            try await call.sleep(.seconds(5))
        }
        #expect(outcome.messages.responses == ["Your lamp, then."])
        #expect(outcome.events.count { $0.kind == "hand_over" } == 1)
    }

    @Test("a takeover that ends before the hand-over leaves it to the agents: it happens once, and is answered once")
    func endsBeforeHandOver() async throws {
        let setup = try HandOverTests.setup(["delay_ms": 3000])
        let outcome = try await FollowedCall.hold(setup, model: HandOverTests.script) { call, _ in
            try await Self.transfer(in: call)
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(1))
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.hear("Your lamp, then.")
            try await call.sleep(.seconds(5))
        }
        #expect(outcome.messages.responses == ["Your lamp, then."])
        #expect(outcome.events.count { $0.kind == "hand_over" } == 1)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.isError) == [false])
    }

    @Test("a person who takes over while the next agent is about to speak goes first, and it does not say it later")
    func beginsAfterHandOver() async throws {
        let outcome = try await FollowedCall.hold(HandOverTests.setup()) { request in
            guard request.prompt.contains("Leo"), request.lastUser.contains("lamp") else {
                return HandOverTests.script(request)
            }
            return [.wait(.seconds(1)), .text("Your lamp, then.")]
        } _: { call, model in
            try await call.say("I need a refund for my lamp please.")
            while !model.requests.entries.contains(where: { $0.prompt.contains("Leo") }) {
                try await call.sleep(.milliseconds(20))
            }
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(5))
            #expect(call.order(.humanMessage(Self.ann), by: owner) == nil)
            try await call.hear(Self.ann)
            try await call.sleep(.seconds(3))
            #expect(call.order(.disableTakeover, by: owner) == nil)
            try await call.sleep(.seconds(3))
            try await call.say("Thank you very much.")
            try await call.hear("Of course.")
            try await call.sleep(.seconds(3))
        }
        #expect(outcome.messages.responses == [Self.ann, "Of course."])
        #expect(outcome.events.count { $0.kind == "hand_over" } == 1)
    }

    /// Has the first agent begin a hand-over.
    private static func transfer(in call: FollowedCall) async throws {
        try await call.say("I need a refund for my lamp please.")
        try await call.wait(for: "the hand-over") { if case .agentToolRequest = $0 { true } else { nil } }
    }

    // MARK: Two owners

    @Test("a second owner takes over once the first has given the call back, or has gone", arguments: [true, false])
    func secondOwner(isGivenBack: Bool) async throws {
        let bob = "This is Bob. We open at nine."
        let outcome = try await FollowedCall.hold { _ in
            [.text("The model was asked.")]
        } _: { call, model in
            let (first, second) = (try await call.follow(), try await call.follow())
            #expect(call.order(.enableTakeover, by: first) == nil)
            #expect(call.order(.enableTakeover, by: second) == "Somebody else has taken this call over.")
            #expect(call.order(.humanMessage(Self.ann), by: first) == nil)
            try await call.hear(Self.ann)
            try await call.sleep(.seconds(3))
            if isGivenBack { #expect(call.order(.disableTakeover, by: first) == nil) }
            call.monitor.leave(first)
            #expect(call.order(.enableTakeover, by: second) == nil)
            #expect(call.order(.humanMessage("Too late."), by: first) != nil)
            #expect(call.order(.disableTakeover, by: first) != nil)
            try await call.say("When do you open?")
            // Longer than a call whose person has gone waits for somebody.
            try await call.sleep(.seconds(20))
            #expect(model.requests.entries.isEmpty)
            #expect(call.order(.humanMessage(bob), by: second) == nil)
            try await call.hear(bob)
            try await call.sleep(.seconds(5))
        }
        #expect(outcome.messages.responses == [Self.ann, bob])
        let log = outcome.events.filter { $0.kind == "human_takeover" }.map { $0.detail["is_on"]?.boolValue }
        let expected: [Bool?] = isGivenBack ? [true, false, true] : [true]
        #expect(log == expected)
    }

    // MARK: The end of the call

    @Test("when the caller hangs up, the record has what was heard of the person's words, and not what waited")
    func hungUpDuringWords() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("The model was asked.")]
        } _: { call, _ in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            #expect(call.order(.humanMessage(Self.long), by: owner) == nil)
            try await call.hear(Self.long)
            #expect(call.order(.humanMessage("We open at nine."), by: owner) == nil)
            try await call.sleep(.seconds(2))
        }
        #expect(outcome.messages.responses == [Self.long])
        try Self.expectBeginningOfLong(outcome.record.transcript)
    }

    @Test("what a person has typed while the caller speaks is nowhere when the caller hangs up instead")
    func hungUpBeforeWords() async throws {
        let outcome = try await FollowedCall.hold { _ in
            [.text("The model was asked.")]
        } _: { call, model in
            let owner = try await call.follow()
            #expect(call.order(.enableTakeover, by: owner) == nil)
            async let speaking: Void = call.say("Reserve a bike for Monday.")
            try await call.sleep(.milliseconds(400))
            #expect(call.order(.humanMessage("One moment."), by: owner) == nil)
            try await speaking
            // The answer with those words is ready by then, and waits for the end of the turn.
            try await call.listen(for: .milliseconds(200))
            #expect(model.requests.entries.isEmpty)
        }
        #expect(outcome.messages.responses.isEmpty)
        let turns = outcome.record.transcript
        #expect(turns.map(\.role) == [.user])
        #expect(turns.first?.message?.hasPrefix("Reserve") == true)
    }

    @Test("when the server stops, the record has what was heard of the person's words, and not what waited")
    func serverStops() async throws {
        let stage = try Stage(model: { _ in [.text("The model was asked.")] })
        let record = try await stage.run {
            let (inputs, input) = AsyncStream<CallInput>.makeStream()
            let call = Call(stage.request(), environment: stage.environment, clock: stage.time.clock())
            let holding = Task { await call.run(inputs) { _ in } }
            input.yield(.takeover(.begins))
            input.yield(.begin(CallInitiation()))
            input.yield(.humanWords(Self.long))
            try await stage.time.sleep(.seconds(2))
            input.yield(.humanWords("We open at nine."))
            try await stage.time.sleep(.seconds(1))
            holding.cancel()
            _ = await holding.value
            return try await stage.record()
        }
        try Self.expectBeginningOfLong(record.transcript)
        #expect(record.status == .done)
    }

    private static func expectBeginningOfLong(_ turns: [TranscriptTurn]) throws {
        #expect(turns.count == 1)
        let turn = try #require(turns.last)
        #expect(turn.role == .agent && turn.author == .human)
        #expect(turn.isInterrupted && turn.originalMessage == long)
        let heard = turn.message ?? ""
        #expect(!heard.isEmpty && long.hasPrefix(heard) && heard.count < long.count * 3 / 4, "heard: \(heard)")
    }
}
