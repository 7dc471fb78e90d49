import Agents
import Audio
import ConvAI
import Conversation
import JSON
import Language
import Testing

extension CallTests {
    @Suite("Tools and models")
    struct ToolTests {
        static let lookUp: JSONValue = [
            "type": "client", "name": "look_up_order", "description": "Finds an order.", "expects_response": true,
            "response_timeout_secs": 1,
            "parameters": [
                "type": "object", "required": ["number"],
                "properties": ["number": ["type": "string", "description": "The order's number."]],
            ],
        ]

        @Test("the client runs a tool, and its result is answered aloud")
        func clientTool() async throws {
            try await ScriptedModel.run { request in
                request.endsWithTool
                    ? .text("Your bicycle is ready.") : .call("look_up_order", ["number": "A 17"])
            } body: { model in
                let outcome = try await hold(model.configuration(tools: [Self.lookUp])) { caller in
                    caller.send(.userMessage("Where is my order?"))
                    let call = try await caller.clientToolCall()
                    #expect(call.name == "look_up_order")
                    #expect(call.parameters == ["number": "A 17"])
                    #expect(call.expectsResponse)
                    caller.send(
                        .clientToolResult(ClientToolResult(callID: call.callID, result: ["state": "ready"])))
                    try await caller.hearResponse()
                }
                let messages = outcome.messages
                #expect(
                    messages.types("agent_tool_request", "client_tool_call", "agent_tool_response", "agent_response")
                        == ["agent_tool_request", "client_tool_call", "agent_tool_response", "agent_response"])
                #expect(messages.responses.map(\.text) == ["Your bicycle is ready."])
                let eventID = try #require(messages.responses.first?.eventID)
                #expect(messages.audio.contains { $0.eventID == eventID })
                let heard = try await understood(messages)
                #expect(heard.contains("bicycle"))
                let result = try #require(model.requests.last?.requestMessages.last)
                #expect(result["content"] == #"{"state":"ready"}"#)
                let turn = try #require(outcome.record.transcript.last)
                #expect(turn.message == "Your bicycle is ready.")
                #expect(turn.toolCalls.map(\.name) == ["look_up_order"])
                #expect(turn.toolCalls.map(\.arguments) == [#"{"number":"A 17"}"#])
                #expect(turn.toolResults.map(\.value) == [#"{"state":"ready"}"#])
                #expect(turn.toolResults.map(\.isError) == [false])
            }
        }

        @Test("what is said before a tool and after it are two sentences of one response")
        func textAroundTool() async throws {
            try await ScriptedModel.run { request in
                request.endsWithTool
                    ? .text("Your bicycle is ready.")
                    : .call("look_up_order", ["number": "A 17"], after: "Let me look that up.")
            } body: { model in
                let outcome = try await hold(model.configuration(tools: [Self.lookUp])) { caller in
                    caller.send(.userMessage("Where is my order?"))
                    let call = try await caller.clientToolCall()
                    caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "ready")))
                    try await caller.hearResponse()
                }
                #expect(outcome.messages.responses.map(\.text) == ["Let me look that up. Your bicycle is ready."])
                #expect(outcome.record.transcript.last?.message == "Let me look that up. Your bicycle is ready.")
            }
        }

        @Test("what the caller says while a tool runs that must not be cut short is answered after it")
        func uninterruptibleTool() async throws {
            let tool = Self.lookUp.merging([
                "interruption_mode": "disable_during_tool_and_turn", "response_timeout_secs": 10,
            ])
            try await ScriptedModel.run { request in
                request.endsWithTool
                    ? .text("Your bicycle is ready.") : .call("look_up_order", ["number": "A 17"])
            } body: { model in
                let configuration = model.configuration(tools: [tool])
                    .merging(["turn": ["transcribe_on_disabled_interruptions": true]])
                let outcome = try await hold(configuration) { caller in
                    caller.send(.userMessage("Where is my order?"))
                    let call = try await caller.clientToolCall()
                    try await caller.say("Wait a moment, please, I have another question.")
                    try await caller.inbox.wait(for: "what the caller says", count: 1) {
                        if case .tentativeUserTranscript(let text, _) = $0 {
                            text.lowercased().contains("question")
                        } else {
                            false
                        }
                    }
                    caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "ready")))
                    try await caller.response(2)
                }
                #expect(outcome.messages.interruptions.isEmpty)
                #expect(outcome.messages.responses.first?.text == "Your bicycle is ready.")
                #expect(outcome.messages.transcripts.first?.text.lowercased().contains("question") == true)
            }
        }

        @Test(
            "while the agent's model is silent, a filler bridges the wait, configured or written by another model",
            arguments: [false, true])
        func filler(isWritten: Bool) async throws {
            try await ScriptedModel.run { _ in
                .silence
            } body: { model in
                let configuration = model.configuration().merging([
                    // On a busy machine the agent must not ask after the caller first: then there are no words to refer to.
                    "turn": [
                        "turn_timeout": 30,
                        "soft_timeout_config": [
                            "timeout_seconds": 0.5, "message": "Zebra.", "use_llm_generated_message": .bool(isWritten),
                        ],
                    ]
                ])
                var options = CallOptions()
                options.fillerTimeout = .seconds(30)
                let outcome = try await hold(configuration, options: options) { caller in
                    try await caller.say("What are your opening hours on Saturday?")
                    try await caller.inbox.wait(for: "the filler", count: 1) {
                        if case .audio = $0 { true } else { false }
                    }
                }
                let words = outcome.messages.compactMap { message in
                    if case .agentChatResponsePart(let text, .delta, _) = message { text } else { nil }
                }.joined()
                #expect(words.contains { $0.isLetter })
                #expect(words.contains("Zebra") != isWritten)
            }
        }

        @Test("a tool that does not answer in time has failed, and the model is told")
        func timeout() async throws {
            try await ScriptedModel.run { request in
                request.endsWithTool
                    ? .text("I could not find it.") : .call("look_up_order", ["number": "A 17"])
            } body: { model in
                let outcome = try await hold(model.configuration(tools: [Self.lookUp])) { caller in
                    caller.send(.userMessage("Where is my order?"))
                    try await caller.hearResponse()
                }
                let answers = outcome.messages.compactMap { message in
                    if case .agentToolResponse(let response) = message { response } else { nil }
                }
                #expect(answers.map(\.isError) == [true])
                let turn = try #require(outcome.record.transcript.last)
                #expect(turn.toolResults.map(\.isError) == [true])
                #expect(turn.toolResults.map(\.errorType) == ["client_timeout"])
                #expect(turn.message == "I could not find it.")
                #expect(model.requests.last?.requestMessages.last?["content"]?.stringValue?.contains("1 s") == true)
            }
        }

        @Test("end_call says goodbye, tells the client after the last audio, and ends the call")
        func endCall() async throws {
            try await ScriptedModel.run { _ in
                .call("end_call", ["reason": "done", "message": "Thank you for calling, and have a nice day."])
            } body: { model in
                let outcome = try await hold(model.configuration(builtIn: ["end_call": [:]])) { caller in
                    caller.send(.userMessage("That is all, goodbye."))
                    try await caller.inbox.waitForEnd()
                }
                let messages = outcome.messages
                #expect(outcome.ending == CallEnding(code: 1000, reason: "The agent ended the call."))
                #expect(messages.responses.map(\.text) == ["Thank you for calling, and have a nice day."])
                let told = try #require(messages.lastIndex { $0.type == "agent_tool_response" })
                let spoken = try #require(messages.lastIndex { $0.type == "audio" })
                #expect(spoken < told)
                guard case .agentToolResponse(let response) = messages[told] else { return }
                #expect(response.name == "end_call")
                #expect(response.toolType == "system")
                #expect(!response.isError)
                let heard = try await understood(messages)
                #expect(Set(heard).isSuperset(of: ["thank", "nice", "day"]))
                #expect(outcome.record.status == .done)
                let turn = try #require(outcome.record.transcript.last)
                #expect(turn.message == "Thank you for calling, and have a nice day.")
                #expect(turn.toolCalls.map(\.name) == ["end_call"])
                #expect(!turn.isInterrupted)
            }
        }

        @Test("end_call without a word ends the call too")
        func silentEndCall() async throws {
            try await ScriptedModel.run { _ in
                .call("end_call", ["reason": "done"])
            } body: { model in
                let outcome = try await hold(model.configuration(builtIn: ["end_call": [:]])) { caller in
                    caller.send(.userMessage("Goodbye."))
                    try await caller.inbox.waitForEnd()
                }
                #expect(outcome.ending.code == 1000)
                #expect(outcome.messages.types("agent_tool_response").count == 1)
                #expect(outcome.record.transcript.last?.toolCalls.map(\.name) == ["end_call"])
            }
        }

        @Test("a tool that does not exist is answered to the model, not to the client")
        func unknownTool() async throws {
            try await ScriptedModel.run { request in
                request.endsWithTool ? .text("I cannot do that.") : .call("fly", [:])
            } body: { model in
                let outcome = try await hold(model.configuration(tools: [Self.lookUp])) { caller in
                    caller.send(.userMessage("Please fly."))
                    try await caller.hearResponse()
                }
                #expect(outcome.messages.types("client_tool_call").isEmpty)
                #expect(outcome.messages.responses.map(\.text) == ["I cannot do that."])
                #expect(outcome.record.transcript.last?.toolResults.map(\.isError) == [true])
            }
        }

        @Test("context and the words of the call reach the model")
        func context() async throws {
            try await ScriptedModel.run { _ in
                .text("Of course.")
            } body: { model in
                _ = try await hold(model.configuration(firstMessage: "Hello there.")) { caller in
                    try await caller.hearResponse(1)
                    caller.send(.contextualUpdate(text: "The cart holds two lamps.", contextID: "cart"))
                    caller.send(.contextualUpdate(text: "The cart holds three lamps.", contextID: "cart"))
                    caller.send(.userMessage("Can I pay by card?"))
                    try await caller.hearResponse(2)
                }
                try #require(model.requests.count == 1)
                let messages = model.requests[0].requestMessages
                #expect(messages.dropFirst().compactMap { $0["role"]?.stringValue } == ["assistant", "system", "user"])
                #expect(messages[1]["content"] == "Hello there.")
                #expect(messages[2]["content"]?.stringValue?.contains("three lamps") == true)
                #expect(messages[3]["content"] == "Can I pay by card?")
            }
        }

        @Test("a model that fails is apologised for, and the third time in a row ends the call")
        func failingModel() async throws {
            try await ScriptedModel.run { _ in
                .status(500)
            } body: { model in
                let outcome = try await hold(model.configuration()) { caller in
                    caller.send(.userMessage("One."))
                    try await caller.hearResponse(1)
                    caller.send(.userMessage("Two."))
                    try await caller.hearResponse(2)
                    caller.send(.userMessage("Three."))
                    try await caller.inbox.waitForEnd()
                }
                let apology = CallPhrases.english.apology
                #expect(outcome.messages.responses.map(\.text) == [apology, apology])
                #expect(outcome.ending.code == 1002)
                #expect(outcome.record.status == .failed)
                #expect(
                    outcome.record.transcript.filter { $0.role == .user }.map(\.message) == ["One.", "Two.", "Three."])
            }
        }

        /// The words of all audio, as a listener understands them.
        private func understood(_ messages: [ServerMessage]) async throws -> [String] {
            let engines = try #require(CallEngines.current)
            var decoder = FrameDecoder(format: .pcm16000)
            let samples = messages.audio.flatMap { decoder.decode($0.bytes) }
            return plainWords(try await engines.transcript(samples, at: 16_000))
        }
    }
}

extension Caller {
    /// Waits for the first tool that the client is to run.
    func clientToolCall() async throws -> ClientToolCall {
        let message = try await inbox.wait(for: "client_tool_call") {
            if case .clientToolCall = $0 { true } else { false }
        }
        guard case .clientToolCall(let call) = message else {
            throw Inbox.Missing(description: "There was no client_tool_call.")
        }
        return call
    }
}
