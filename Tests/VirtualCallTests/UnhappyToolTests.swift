import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import MemoryStore
import TestSupport
import Testing

/// What becomes of tools when the disk is full, the server stops, or another agent takes over.
@Suite("Tools on unhappy ways", .timeLimit(.minutes(2)))
struct UnhappyToolTests {
    @Test("a tool whose call cannot be recorded is not run, and the model is told")
    func unrecorded() async throws {
        let sent = Log<String>()
        let storage = MemoryStorage()
        var setup = VirtualCall.Setup(configuration: tools(WebhookCallTests.webhook("book")))
        setup.storage = storage
        setup.send = { request, _ in
            sent.add(request.url)
            return WebhookCallTests.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            // The disk fills after the call's beginning was written.
            storage.isFull = true
            return WebhookCallTests.book(request)
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
            storage.isFull = false
        }
        #expect(sent.entries.isEmpty)
        #expect(
            outcome.messages.responses == ["It said: Error: it was not run, because it could not be recorded."])
        let turns = outcome.record.transcript
        #expect(turns.flatMap(\.toolResults).map(\.errorType) == ["not_recorded"])
        #expect(turns.flatMap(\.toolResults).map(\.hasBeenCalled) == [false])
        #expect(turns.flatMap(\.toolCalls).map(\.hasBeenCalled) == [false])
    }

    @Test("what only looks something up is asked whatever the disk says")
    func readOnly() async throws {
        let sent = Log<String>()
        let storage = MemoryStorage()
        var setup = VirtualCall.Setup(
            configuration: tools(
                WebhookCallTests.webhook("find", ["api_schema": ["method": "GET", "request_body_schema": nil]])))
        setup.storage = storage
        setup.send = { request, _ in
            sent.add(request.url)
            return WebhookCallTests.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            storage.isFull = true
            return request.calls.isEmpty ? [.call("find", [:])] : [.text("Found it.")]
        } _: { caller, _ in
            try await caller.say("Find it please.")
            try await caller.hearResponse()
            storage.isFull = false
        }
        #expect(sent.entries.count == 1)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"number":17}"#])
    }

    @Test("a disk that fills after the request keeps the result from nobody, and has it later")
    func fullAfterwards() async throws {
        let sent = Log<String>()
        let storage = MemoryStorage()
        var setup = VirtualCall.Setup(configuration: tools(WebhookCallTests.webhook("book")))
        setup.storage = storage
        setup.send = { request, _ in
            sent.add(request.url)
            storage.isFull = true
            return WebhookCallTests.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
            let now = try await storage.conversations.get(Stage.conversationID)
            #expect(now?.transcript.flatMap(\.toolCalls).count == 1)
            #expect(now?.transcript.flatMap(\.toolResults).isEmpty == true)
            storage.isFull = false
        }
        #expect(sent.entries.count == 1)
        #expect(outcome.messages.responses == [#"It said: {"number":17}."#])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"number":17}"#])
    }

    @Test("a tool that the stop of the server finds at work is given up within bounds, and the record says so")
    func stopped() async throws {
        let sent = Log<String>()
        let times = Log<Duration>()
        var setup = VirtualCall.Setup(configuration: tools(WebhookCallTests.webhook("book")))
        setup.send = { request, time in
            sent.add(request.url)
            defer { times.add(time.now) }
            try await time.sleep(.seconds(86_400))
            return WebhookCallTests.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.wait(for: "the tool") { if case .agentToolRequest = $0 { true } else { nil } }
            try await caller.sleep(.seconds(1))
            caller.hangUp()
        }
        #expect(sent.entries.count == 1)
        // The call of a test is drained within 300 s.
        #expect(times.entries.allSatisfy { $0 < .seconds(320) })
        let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
        #expect(result.errorType == "server_stopped" && result.hasBeenCalled)
        #expect(outcome.record.status == .done)
    }

    @Test(
        "results that come in the moment in which the record is closed are in it, and its log has no line twice",
        arguments: Array(stride(from: 0, through: 60, by: 6)))
    func closing(steps: Int) async throws {
        for store in [Stage.Store.memory, .files] {
            var setup = VirtualCall.Setup(
                configuration: tools(WebhookCallTests.webhook("book"), WebhookCallTests.webhook("order")))
            setup.store = store
            let sent = Log<Duration>()
            setup.send = { _, time in
                sent.add(time.now)
                try await time.sleep(.seconds(3))
                // In the same moment, but after some of what the end of the call does.
                for _ in 0..<steps { await Task.yield() }
                return WebhookCallTests.answer(#"{"number":17}"#)
            }
            let outcome = try await VirtualCall.hold(setup) { request in
                request.calls.isEmpty
                    ? [.call("book", ["day": "Monday"], id: "a"), .call("order", ["day": "Monday"], id: "b")]
                    : [.text("Done.")]
            } _: { caller, _ in
                try await caller.say("Book Monday please.")
                try await caller.toolRequest(2)
                try await caller.sleep(try #require(sent.entries.first) + .seconds(3) - caller.time.now)
                caller.hangUp()
            }
            #expect(outcome.record.status == .done)
            let results = outcome.record.transcript.flatMap(\.toolResults)
            #expect(results.map(\.value) == [#"{"number":17}"#, #"{"number":17}"#], "\(store)")
            let lines = outcome.events.filter { $0.kind == "milestone" }.map(\.detail.text)
            #expect(Set(lines).count == lines.count)
        }
    }

    @Test("a tool at work during a hand-over belongs to the agent that called it; the next one is told its result")
    func handedOver() async throws {
        for mode in ["async", "immediate"] {
            let requests = Log<GenerationRequest>()
            var setup = try HandOverTests.setup()
            setup.configuration = setup.configuration.merging(
                tools(WebhookCallTests.webhook("book", ["execution_mode": .string(mode)])))
            setup.send = { _, time in
                try await time.sleep(.seconds(6))
                return WebhookCallTests.answer(#"{"number":17}"#)
            }
            let outcome = try await VirtualCall.hold(setup) { request in
                requests.add(request)
                guard request.prompt.contains("Leo") else {
                    return [
                        .call("book", ["day": "Monday"], id: "b"),
                        .call("transfer_to_agent", ["agent_number": 0], id: "t"),
                    ]
                }
                return [.text(request.results["b"]?.contains("17") == true ? "It is seventeen." : "Leo here.")]
            } _: { caller, _ in
                try await caller.say("Book Monday please.")
                try await caller.wait(for: "the result") {
                    if case .agentResponse(let text, _) = $0, text.hasSuffix("It is seventeen.") { true } else { nil }
                }
                try await caller.sleep(.seconds(2))
            }
            let turns = outcome.record.transcript
            let asking = try #require(turns.first { !$0.toolCalls.isEmpty })
            #expect(asking.agentID == nil, "the agent that the call began with")
            #expect(Set(asking.toolCalls.map(\.name)) == ["book", "transfer_to_agent"])
            #expect(asking.toolResults.first { $0.name == "book" }?.value == #"{"number":17}"#)
            #expect(turns.flatMap(\.toolResults).count == 2)
            let told = try #require(turns.last { $0.role == .agent })
            #expect(told.message?.hasSuffix("It is seventeen.") == true && told.agentID != nil)
            // The next agent was told of the tool from its first request on.
            let first = try #require(requests.entries.first { $0.prompt.contains("Leo") })
            #expect(first.calls.contains { $0.name == "book" })
        }
    }
}
