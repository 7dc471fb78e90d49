import Agents
import ConvAI
import Conversation
import JSON
import TestSupport
import Testing

extension CallTests {
    /// The order and the ids that official clients rely on.
    @Suite("Sequence")
    struct SequenceTests {
        @Test("the caller's words come before any part of the answer, and all of a turn has one id")
        func transcriptFirst() async throws {
            try await ScriptedModel.run { _ in
                .text("We are open from ten to two.")
            } body: { model in
                let outcome = try await hold(model.configuration()) { caller in
                    try await caller.say("What are your opening hours on Saturday?")
                    try await caller.hearResponse()
                }
                let messages = outcome.messages
                let words = try #require(messages.transcripts.first)
                #expect(messages.transcripts.count == 1)
                let place = try #require(messages.firstIndex { $0.type == "user_transcript" })
                let answer: Set = ["agent_chat_response_part", "agent_response", "audio"]
                #expect(!messages[..<place].contains { answer.contains($0.type) })
                let parts = messages.compactMap { message in
                    if case .agentChatResponsePart(_, let kind, let id) = message { (kind, id) } else { nil }
                }
                #expect(parts.first?.0 == .start)
                #expect(parts.last?.0 == .stop)
                #expect(parts.count { $0.0 == .start } == 1 && parts.count { $0.0 == .stop } == 1)
                #expect(parts.allSatisfy { $0.1 == words.eventID })
                #expect(messages.responses.map(\.eventID) == [words.eventID])
                #expect(messages.audio.allSatisfy { $0.eventID == words.eventID })
                #expect(words.eventID >= 1)
            }
        }

        @Test("a ping tells the round trip of the one before; its number is there from the start")
        func roundTrip() async throws {
            let outcome = try await hold(greeting(InterruptionTests.speech), speaks: false) { caller in
                try await caller.inbox.wait(for: "second ping", count: 2) {
                    if case .ping = $0 { true } else { false }
                }
            }
            let pings = outcome.messages.compactMap { message in
                if case .ping(let id, let roundTrip) = message { (id: id, roundTrip: roundTrip) } else { nil }
            }
            #expect(pings[0].roundTrip == nil)
            #expect(try #require(pings[1].roundTrip) >= 0)
            #expect(pings[0].id >= 1 && pings[1].id > pings[0].id)
            #expect(ServerMessage.ping(eventID: 1, roundTrip: nil).json["ping_event"]?["ping_ms"] == .null)
        }

        @Test("the longest duration ends the call cleanly: an error that clients know as the end, no other, and 1000")
        func longestDuration() async throws {
            try await ServedCalls.run(greeting("", ["conversation": ["max_duration_seconds": 1]])) { server in
                try await server.connect { socket in
                    try await socket.beginText()
                    let (messages, code, reason) = try await socket.messagesToClose()
                    #expect(messages.map { $0["type"] } == ["conversation_initiation_metadata", "error"])
                    let event = messages.last?["error_event"]
                    #expect(event?["error_type"] == "max_duration_exceeded")
                    #expect(event?["code"] == 1000)
                    #expect(code == 1000)
                    #expect(reason == "The conversation has reached its longest duration.")
                }
            }
        }

        @Test("without interruption among the events, speech does not stop the agent")
        func notInterruptible() async throws {
            let events: JSONValue = ["conversation": ["client_events": ["audio", "agent_response_complete"]]]
            let text = "Welcome to our workshop. We repair city bikes, mountain bikes and electric bikes of every make."
            let outcome = try await hold(greeting(text, events)) { caller in
                try await caller.hear(.seconds(1))
                try await caller.say("Wait, please stop, I have a question.")
                try await caller.hearResponse()
            }
            #expect(outcome.messages.interruptions.isEmpty)
            #expect(outcome.record.transcript.first?.message == text)
            #expect(outcome.record.transcript.first?.isInterrupted == false)
        }

        @Test("an error of a client's tool is one for the model and the record")
        func toolError() async throws {
            let missing = "Client tool with name look_up_order is not defined on client"
            try await ScriptedModel.run { request in
                request.endsWithTool ? .text("I cannot look it up.") : .call("look_up_order", ["number": "A 17"])
            } body: { model in
                let outcome = try await hold(model.configuration(tools: [ToolTests.lookUp]), speaks: false) { caller in
                    caller.send(.userMessage("Where is my order?"))
                    let call = try await caller.clientToolCall()
                    caller.send(
                        .clientToolResult(
                            ClientToolResult(callID: call.callID, result: .string(missing), isError: true)))
                    try await caller.hearResponse()
                }
                #expect(model.requests.last?.requestMessages.last?["content"]?.stringValue == "Error: " + missing)
                let turn = try #require(outcome.record.transcript.last)
                #expect(turn.toolResults.map(\.isError) == [true])
                #expect(turn.message == "I cannot look it up.")
                let told = outcome.messages.compactMap { message in
                    if case .agentToolResponse(let response) = message { response.isError } else { nil }
                }
                #expect(told == [true])
            }
        }

        @Test("end_call is told only after the goodbye has been played, not when it has been sent")
        func goodbyeIsPlayed() async throws {
            try await ScriptedModel.run { _ in
                .call("end_call", ["reason": "done", "message": "Thank you for calling, and have a nice day."])
            } body: { model in
                let configuration = model.configuration(builtIn: ["end_call": [:]])
                let outcome = try await hold(configuration, speaks: false) { caller in
                    caller.send(.userMessage("That is all, goodbye."))
                    try await caller.inbox.waitForEnd()
                }
                let sent = try #require(outcome.received.last { $0.message.type == "audio" })
                let told = try #require(outcome.received.last { $0.message.type == "agent_tool_response" })
                // The last audio goes out ahead of its time by nearly the lead; half of it is beyond doubt.
                #expect(told.time - sent.time >= CallOptions().playoutLead / 2)
            }
        }

        @Test("who the client says its user is, and what it is, stands in the record")
        func user() async throws {
            let initiation = ConversationInitiation(
                userID: "user-7", source: "python_sdk", sourceVersion: "2.78.0", isTextOnly: true)
            let outcome = try await hold(greeting("Hello."), initiation: initiation, speaks: false) {
                try await $0.response()
            }
            #expect(outcome.record.details.userID == "user-7")
            #expect(outcome.record.details.source == "python_sdk")
            #expect(outcome.record.details.sourceVersion == "2.78.0")
        }
    }
}
