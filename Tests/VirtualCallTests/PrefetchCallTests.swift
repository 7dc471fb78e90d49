import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import NIOHTTP1
import Testing

/// Tools that run before it is certain that they are wanted.
@Suite("Tools before the turn is over", .timeLimit(.minutes(2)))
struct PrefetchCallTests {
    /// Tells when it is open on a day, and changes nothing.
    private static let lookup = WebhookCallTests.webhook(
        "find",
        [
            "api_schema": [
                "method": "GET", "request_body_schema": nil,
                "query_params_schema": ["properties": ["day": ["type": "string", "description": "A day."]]],
            ]
        ])

    /// Says what the last call has brought, or that it is not there yet.
    private static func tell(_ request: GenerationRequest) -> [TestModel.Step] {
        let result = request.calls.last.flatMap { request.results[$0.id] } ?? ""
        return [.text(result.contains("running") ? "Still looking." : "It said \(result).")]
    }

    @Test("what only reads is asked before it is certain that the caller has finished, and only once")
    func prefetched() async throws {
        for (tool, isEarly) in [(Self.lookup, true), (WebhookCallTests.webhook("find"), false)] {
            let sent = Log<Duration>()
            var setup = VirtualCall.Setup(configuration: tools(tool))
            setup.send = { _, time in
                sent.add(time.now)
                try await time.sleep(.milliseconds(100))
                return WebhookCallTests.answer(#"{"open":9}"#)
            }
            let outcome = try await VirtualCall.hold(setup) { request in
                request.calls.isEmpty ? [.call("find")] : Self.tell(request)
            } _: { caller, _ in
                try await caller.say("When do you open?")
                try await caller.listen(for: .seconds(2))
                try await caller.hearResponse()
            }
            let asked = try #require(
                outcome.received.first { if case .agentToolRequest = $0.message { true } else { false } })
            #expect(sent.entries.count == 1)
            #expect((try #require(sent.entries.first) < asked.time) == isEarly)
            #expect(outcome.messages.responses == [#"It said {"open":9}."#])
            #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"open":9}"#])
        }
    }

    @Test("when the caller goes on, it is given up, and nobody hears of it")
    func givenUp() async throws {
        let (sent, answered) = (Log<Duration>(), Log<Duration>())
        var setup = VirtualCall.Setup(configuration: tools(Self.lookup))
        setup.send = { _, time in
            sent.add(time.now)
            try await time.sleep(.seconds(3))
            answered.add(time.now)
            return WebhookCallTests.answer(#"{"open":9}"#)
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            guard request.calls.isEmpty else { return [.text("Done.")] }
            return request.lastUser.contains("Sunday") ? [.text("We are closed.")] : [.call("find")]
        } _: { caller, _ in
            try await caller.say("When do you open?")
            while sent.entries.isEmpty { try await caller.listen(for: .milliseconds(20)) }
            try await caller.say("On Sunday I mean.")
            try await caller.listen(for: .seconds(6))
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["We are closed."])
        #expect(sent.entries.count == 1 && answered.entries.isEmpty)
        #expect(outcome.record.transcript.flatMap(\.toolCalls).isEmpty)
        #expect(outcome.messages.toolRequests.isEmpty)
    }

    @Test("one that was given up is made anew for the longer turn, and only that one counts", arguments: [false, true])
    func wantedAgain(isSame: Bool) async throws {
        let sent = Log<EgressRequest>()
        let answered = Log<String>()
        var setup = VirtualCall.Setup(configuration: tools(Self.lookup))
        setup.send = { request, time in
            let number = sent.add(request) + 1
            try await time.sleep(.seconds(3))
            answered.add(request.url)
            return WebhookCallTests.answer(#"{"answer":\#(number)}"#)
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            guard request.calls.isEmpty else { return Self.tell(request) }
            let day = request.lastUser.contains("Sunday") && !isSame ? "Sunday" : "Monday"
            return [.call("find", ["day": .string(day)])]
        } _: { caller, _ in
            try await caller.say("When do you open?")
            while sent.entries.isEmpty { try await caller.listen(for: .milliseconds(20)) }
            try await caller.say("On Sunday I mean.")
            try await caller.listen(for: .seconds(8))
            try await caller.hearResponse()
        }
        #expect(sent.entries.count == 2 && answered.entries.count == 1, "the first was given up")
        #expect(Set(sent.entries.map { $0.headers.first(name: "idempotency-key") }).count == 2)
        #expect(outcome.messages.responses.last?.hasSuffix(#"It said {"answer":2}."#) == true)
        #expect(outcome.messages.toolRequests.count == 1)
        let turns = outcome.record.transcript
        #expect(turns.flatMap(\.toolCalls).count == 1)
        #expect(turns.flatMap(\.toolResults).map(\.value) == [#"{"answer":2}"#])
        #expect(turns.first?.message == "When do you open? On Sunday I mean.")
    }

    @Test(
        "one that the caller interrupts before its result is asked once, whatever the model makes of that",
        arguments: [false, true])
    func interrupted(asksAgain: Bool) async throws {
        let sent = Log<Duration>()
        let requests = Log<GenerationRequest>()
        var setup = VirtualCall.Setup(configuration: tools(Self.lookup))
        setup.send = { _, time in
            sent.add(time.now)
            try await time.sleep(.seconds(6))
            return WebhookCallTests.answer(#"{"open":9}"#)
        }
        let asked = Log<Duration>()
        let outcome = try await VirtualCall.hold(setup) { request in
            requests.add(request)
            let isKnown = request.results.values.contains { $0.contains("open") }
            let call = [TestModel.Step.call("find", ["day": "Monday"], id: "call_\(request.messages.count)")]
            return request.calls.isEmpty || asksAgain && !isKnown ? call : Self.tell(request)
        } _: { caller, _ in
            try await caller.say("When do you open?")
            try await caller.listen(for: .seconds(1))
            try await caller.toolRequest()
            asked.add(caller.time.now)
            try await caller.say("Hello? Are you still there?")
            try await caller.listen(for: .seconds(2))
            try await caller.hearAnswer(endingWith: #"It said {"open":9}."#)
        }
        #expect(try #require(sent.entries.first) < #require(asked.entries.first), "it was asked early")
        #expect(sent.entries.count == 1)
        #expect(outcome.messages.toolRequests.count == 1)
        let second = try #require(requests.entries.first { $0.lastUser.contains("Hello?") })
        #expect(second.results.values.contains { $0.contains("still running") })
        let turns = outcome.record.transcript
        #expect(turns.flatMap(\.toolCalls).count == 1)
        #expect(turns.flatMap(\.toolResults).map(\.value) == [#"{"open":9}"#])
        #expect(outcome.messages.responses.contains { $0.contains("Still looking.") } != asksAgain)
        #expect(outcome.messages.responses.count { $0.contains("It said") } == 1)
    }

    @Test("servers can tell it from every other call, also when the model numbers its calls from one each time")
    func keys() async throws {
        let sent = Log<EgressRequest>()
        var setup = VirtualCall.Setup(configuration: tools(WebhookCallTests.webhook("book"), Self.lookup))
        setup.send = { request, _ in
            sent.add(request)
            return WebhookCallTests.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            guard !request.endsWithTool else { return [.text("Done.")] }
            return request.lastUser.contains("Book")
                ? [.call("book", ["day": "Monday"])]
                : [.call("find", ["day": "Sunday"]), .call("find", ["day": "Monday"])]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.listen(for: .seconds(2))
            try await caller.hearResponse(1)
            try await caller.say("When do you open?")
            try await caller.listen(for: .seconds(2))
            try await caller.hearResponse(2)
        }
        #expect(sent.entries.count == 3)
        #expect(Set(sent.entries.map { $0.headers.first(name: "idempotency-key") }).count == 3)
        #expect(outcome.record.transcript.flatMap(\.toolResults).count == 3)
    }
}
