import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import NIOHTTP1
import TestSupport
import Testing

/// Calls whose tools are requests to a server that a test writes.
@Suite("Webhook tools in calls", .timeLimit(.minutes(2)))
struct WebhookCallTests {
    static func webhook(_ name: String, _ more: JSONValue = [:]) -> JSONValue {
        let tool: JSONValue = [
            "type": "webhook", "name": .string(name), "description": "Does what it is called.",
            "response_timeout_secs": 20,
            "api_schema": [
                "url": .string("https://desk.example/\(name)"), "method": "POST",
                "request_body_schema": [
                    "type": "object", "properties": ["day": ["type": "string", "description": "A day."]],
                ],
            ],
        ]
        return tool.merging(more)
    }

    static func answer(_ json: String, status: Int = 200) -> EgressAnswer {
        EgressAnswer(
            head: EgressHead(status: .init(statusCode: status), headers: ["content-type": "application/json"]),
            body: Data(json.utf8))
    }

    /// Books once, then tells what the tool said.
    @Sendable static func book(_ request: GenerationRequest) -> [TestModel.Step] {
        guard let call = request.calls.last else { return [.call("book", ["day": "Monday"])] }
        return [.text("It said: \(request.results[call.id] ?? "nothing").")]
    }

    @Test("a webhook is called with the model's arguments, and its answer is told and recorded")
    func called() async throws {
        let sent = Log<EgressRequest>()
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
        setup.send = { request, _ in
            sent.add(request)
            return Self.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        let request = try #require(sent.entries.first)
        #expect(sent.entries.count == 1)
        #expect(request.url == "https://desk.example/book")
        #expect(try JSONValue(parsing: request.body ?? Data()) == ["day": "Monday"])
        let key = try #require(request.headers.first(name: "idempotency-key"))
        #expect(key.hasPrefix(Stage.conversationID))
        #expect(outcome.messages.responses == [#"It said: {"number":17}."#])
        let turn = try #require(outcome.record.transcript.last)
        #expect(turn.toolCalls.map(\.type) == ["webhook"])
        #expect(turn.toolResults.map(\.value) == [#"{"number":17}"#])
    }

    @Test("the intent is in the store before the request is made")
    func intent() async throws {
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
        let store = Log<[String]>()
        let stage = try Stage(setup, model: Self.book)
        let storage = stage.storage
        setup.send = { _, _ in
            let record = try await storage.conversations.get(Stage.conversationID)
            store.add(record?.transcript.flatMap(\.toolCalls).map(\.name) ?? [])
            return Self.answer("{}")
        }
        setup.storage = storage
        _ = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(store.entries == [["book"]])
    }

    @Test("the same call in one answer is made once, and its result is told again")
    func once() async throws {
        let sent = Log<EgressRequest>()
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
        setup.send = { request, _ in
            sent.add(request)
            return Self.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            request.calls.count < 3 && !request.tools.isEmpty
                ? [.call("book", ["day": "Monday"], id: "call_\(request.calls.count)")]
                : [.text("Booked \(request.results.values.count { $0.contains("17") }) times told.")]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(sent.entries.count == 1)
        #expect(outcome.messages.responses == ["Booked 3 times told."])
        #expect(outcome.record.transcript.flatMap(\.toolCalls).count == 1)
    }

    @Test("a call that the server may have got is not made again after a time-out; one that it cannot have got is")
    func afterFailure() async throws {
        for (failure, requests) in [(EgressError.timedOut, 1), (.unreachable(host: "desk.example"), 2)] {
            let sent = Log<EgressRequest>()
            var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
            setup.send = { request, _ in
                sent.add(request)
                guard sent.entries.count > 1 else { throw failure }
                return Self.answer("{}")
            }
            _ = try await VirtualCall.hold(setup) { request in
                request.calls.count < 2
                    ? [.call("book", ["day": "Monday"], id: "call_\(request.calls.count)")] : [.text("Done.")]
            } _: { caller, _ in
                try await caller.say("Book Monday please.")
                try await caller.hearResponse()
            }
            #expect(sent.entries.count == requests)
        }
    }

    @Test("a value from an answer is in the prompt and in later tools' requests")
    func assigned() async throws {
        let sent = Log<EgressRequest>()
        let requests = Log<GenerationRequest>()
        let configuration: JSONValue = [
            "agent": [
                "dynamic_variables": ["dynamic_variable_placeholders": ["customer": "nobody"]],
                "prompt": [
                    "prompt": "You serve {{customer}}.",
                    "tools": [
                        Self.webhook(
                            "book",
                            [
                                "assignments": [
                                    ["source": "response", "dynamic_variable": "customer", "value_path": "name"]
                                ]
                            ]),
                        Self.webhook(
                            "note",
                            [
                                "api_schema": [
                                    "url": "https://desk.example/{{customer}}",
                                    "request_body_schema": [
                                        "type": "object",
                                        "properties": ["who": ["type": "string", "dynamic_variable": "customer"]],
                                    ],
                                ]
                            ]),
                    ],
                ],
            ]
        ]
        var setup = VirtualCall.Setup(configuration: configuration)
        setup.send = { request, _ in
            sent.add(request)
            return Self.answer(#"{"name":"Ann Lee"}"#)
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            requests.add(request)
            switch request.calls.count {
            case 0: return [.call("book", ["day": "Monday"], id: "a")]
            case 1: return [.call("note", [:], id: "b")]
            default: return [.text("Done.")]
            }
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
            try await caller.say("Thank you so much.")
            try await caller.hearResponse(2)
        }
        #expect(sent.entries.last?.url == "https://desk.example/Ann%20Lee")
        #expect(try JSONValue(parsing: sent.entries.last?.body ?? Data()) == ["who": "Ann Lee"])
        func prompt(_ request: GenerationRequest?) -> String {
            if case .system(let text)? = request?.messages.first { text } else { "" }
        }
        #expect(prompt(requests.entries.first).hasPrefix("You serve nobody."))
        #expect(prompt(requests.entries.last).hasPrefix("You serve Ann Lee."))
        let update = outcome.record.transcript.flatMap(\.toolResults).first?.updates?.first
        #expect(update?.name == "customer")
        #expect(update?.value == "Ann Lee")
    }

    @Test("what an assignment hides, and what is secret, is not in the record")
    func hiddenAssignments() async throws {
        func assignment(_ name: String, _ more: JSONValue = [:]) -> JSONValue {
            JSONValue.object(["source": "response", "dynamic_variable": .string(name), "value_path": "token"]).merging(
                more)
        }
        let assignments: JSONValue = [
            assignment("secret__token"), assignment("hidden", ["sanitize": true]), assignment("system_env__BASE"),
            ["source": "response", "dynamic_variable": "name", "value_path": "name"],
        ]
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book", ["assignments": assignments])))
        setup.send = { _, _ in Self.answer(#"{"name":"Ann","token":"k33p"}"#) }
        let outcome = try await VirtualCall.hold(
            setup,
            model: { request in
                request.calls.isEmpty ? [.call("book", ["day": "Monday"])] : [.text("Done.")]
            }
        ) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        let updates = outcome.record.transcript.flatMap(\.toolResults).flatMap { $0.updates ?? [] }
        #expect(updates.map(\.name) == ["name"])
        #expect(!"\(outcome.record)".contains("k33p"))
    }

    @Test("an asynchronous tool does not hold up the answer, and its result is told when it comes")
    func asynchronous() async throws {
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book", ["execution_mode": "async"])))
        setup.send = { _, time in
            try await time.sleep(.seconds(8))
            return Self.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            guard let call = request.calls.last else { return [.call("book", ["day": "Monday"])] }
            let result = request.results[call.id] ?? ""
            return [.text(result.contains("running") ? "I am on it." : "It is number seventeen.")]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
            #expect(caller.messages.responses == ["I am on it."])
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["I am on it.", "It is number seventeen."])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"number":17}"#])
    }

    @Test("a tool that waits for what was said before it runs once that was heard")
    func afterSpeech() async throws {
        let sent = Log<Duration>()
        var setup = VirtualCall.Setup(
            configuration: tools(Self.webhook("book", ["execution_mode": "post_tool_speech"])))
        setup.send = { _, time in
            sent.add(time.now)
            return Self.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            request.calls.isEmpty
                ? [.text("I will book that for you now, one moment. "), .call("book", ["day": "Monday"])]
                : [.text("Done.")]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        let begun = try #require(outcome.received.first { if case .audio = $0.message { true } else { false } }).time
        let run = try #require(sent.entries.first)
        // Nine words of 200 ms.
        #expect(run - begun > .milliseconds(1500))
        #expect(outcome.messages.responses == ["I will book that for you now, one moment. Done."])
    }

    @Test("a caller who speaks over the announcement of such a tool keeps it from running")
    func announcementInterrupted() async throws {
        let sent = Log<Duration>()
        var setup = VirtualCall.Setup(
            configuration: tools(Self.webhook("book", ["execution_mode": "post_tool_speech"])))
        setup.send = { _, time in
            sent.add(time.now)
            return Self.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            if request.lastUser.contains("No,") { return [.text("All right.")] }
            return [
                .text("I will now cancel all of your bookings for the whole of the next year, one moment please. "),
                .call("book", ["day": "Monday"]),
            ]
        } _: { caller, _ in
            try await caller.say("Cancel it please.")
            try await caller.hearAudio()
            try await caller.sleep(.milliseconds(700))
            try await caller.say("No, please stop, do not cancel anything at all.")
            try await caller.wait(for: "the answer") {
                if case .agentResponse("All right.", _) = $0 { true } else { nil }
            }
            try await caller.sleep(.seconds(3))
        }
        #expect(sent.entries.isEmpty)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.errorType) == ["interrupted"])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.hasBeenCalled) == [false])
    }

    @Test("a tool whose call is to be announced is, at once, when the model has said nothing")
    func announced() async throws {
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book", ["pre_tool_speech": "force"])))
        setup.send = { _, time in
            try await time.sleep(.seconds(4))
            return Self.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            request.calls.isEmpty ? [.call("book", ["day": "Monday"])] : [.text("Done.")]
        } _: { caller, model in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
            #expect(model.requests.entries.first?.tools.first?.description.contains("Before you use it") == true)
        }
        #expect(outcome.messages.responses == ["One moment, please. Done."])
    }

    @Test("a tool that has been slow is announced the next time")
    func slow() async throws {
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
        setup.send = { _, time in
            try await time.sleep(.milliseconds(1700))
            return Self.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            request.messages.last.map { if case .user = $0 { true } else { false } } == true
                ? [.call("book", ["day": "Monday"], id: "call_\(request.calls.count)")] : [.text("Done.")]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
            try await caller.say("And once more please.")
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["Done.", "One moment, please. Done."])
    }

    @Test(
        "a webhook that fails in any way leaves no call silent",
        arguments: [
            EgressError.timedOut, .forbidden(host: "h"), .interrupted(host: "h"), .tooLong(1), .undecodable(host: "h"),
        ])
    func fails(_ error: EgressError) async throws {
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
        setup.send = { _, _ in throw error }
        let outcome = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses.first?.hasPrefix("It said: Error: the tool failed.") == true)
        let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
        #expect(result.isError)
        #expect(result.rawError == error.description)
        #expect(result.hasBeenCalled == error.mayHaveEffects)
    }

    @Test("a huge answer does not push everything else out of the model's context")
    func huge() async throws {
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
        setup.send = { _, _ in Self.answer("[\"" + String(repeating: "x", count: 900_000) + "\"]") }
        let outcome = try await VirtualCall.hold(setup) { request in
            guard let call = request.calls.last else { return [.call("book", ["day": "Monday"])] }
            return [.text((request.results[call.id] ?? "").utf8.count < 900_000 ? "It was cut." : "It was not cut.")]
        } _: { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["It was cut."])
    }

    @Test("a tool whose caller hangs up is brought to its end, and its result is in the record")
    func hangUp() async throws {
        let sent = Log<EgressRequest>()
        var setup = VirtualCall.Setup(configuration: tools(Self.webhook("book")))
        setup.send = { request, time in
            try await time.sleep(.seconds(6))
            sent.add(request)
            return Self.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.wait(for: "the tool") { if case .agentToolRequest = $0 { true } else { nil } }
            try await caller.sleep(.seconds(1))
            caller.hangUp()
        }
        #expect(sent.entries.count == 1)
        #expect(outcome.record.status == .done)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"number":17}"#])
    }

    @Test("what only looks something up ends with the call")
    func readOnlyHangUp() async throws {
        let sent = Log<EgressRequest>()
        var setup = VirtualCall.Setup(
            configuration: tools(Self.webhook("find", ["api_schema": ["method": "GET", "request_body_schema": nil]])))
        setup.send = { request, time in
            try await time.sleep(.seconds(6))
            sent.add(request)
            return Self.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup) { _ in
            [.call("find", [:])]
        } _: { caller, _ in
            try await caller.say("Find it please.")
            try await caller.wait(for: "the tool") { if case .agentToolRequest = $0 { true } else { nil } }
            try await caller.sleep(.seconds(1))
            caller.hangUp()
        }
        #expect(sent.entries.isEmpty)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.errorType) == ["call_ended"])
    }

    @Test("a mocked tool is not really called, with or without a result written for the call")
    func mocked() async throws {
        let sent = Log<EgressRequest>()
        for fallback in ["raise_error", "call_real_tool"] {
            var setup = VirtualCall.Setup(
                configuration: tools(Self.webhook("book"), clientTool("show")),
                initiation: ConversationInitiation(
                    toolMocking: ["mocking_strategy": "all", "fallback_strategy": .string(fallback)]))
            setup.send = { request, _ in
                sent.add(request)
                return Self.answer(#"{"number":17}"#)
            }
            let outcome = try await VirtualCall.hold(setup, model: Self.book) { caller, _ in
                try await caller.say("Book Monday please.")
                try await caller.hearResponse()
            }
            let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
            #expect(result.isError == (fallback == "raise_error"))
            #expect(sent.entries.count == (fallback == "raise_error" ? 0 : 1))
        }
    }
}
