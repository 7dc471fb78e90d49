import Agents
import ConvAI
import Conversation
import Engines
import JSON
import Telemetry
import Testing

/// What calls count and measure, in whole calls.
@Suite("Metrics of calls", .timeLimit(.minutes(1)))
struct InstrumentTests {
    /// Holds a call; returns it with the values by name and labels.
    private func hold(
        _ configuration: JSONValue = [:], model script: @escaping @Sendable (GenerationRequest) -> [TestModel.Step],
        _ body: @escaping @Sendable (VirtualCall, PrometheusRegistry) async throws -> Void
    ) async throws -> (outcome: VirtualCall.Outcome, values: [String: Double]) {
        let registry = PrometheusRegistry(CallInstruments.metrics)
        var setup = VirtualCall.Setup(configuration: configuration)
        setup.instruments = CallInstruments(registry)
        let outcome = try await VirtualCall.hold(setup, model: script) { caller, _ in
            try await body(caller, registry)
        }
        let lines = registry.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let pairs = lines.map { $0.split(separator: " ") }
        return (
            outcome,
            Dictionary(uniqueKeysWithValues: pairs.compactMap { pair in Double(pair[1]).map { (String(pair[0]), $0) } })
        )
    }

    @Test("a call counts its turns, its tools and its end, and its waits are those of the record")
    func wholeCall() async throws {
        let (outcome, values) = try await hold(ToolCallTests.booking) { request in
            if request.endsWithTool { return [.text("It is booked.")] }
            return request.lastUser.contains("book")
                ? [.call("book", ["day": "Monday"])] : [.wait(.milliseconds(300)), .text("We open at nine.")]
        } _: { caller, registry in
            try await caller.say("When do you open?")
            try await caller.hearResponse(1)
            #expect(registry.text.contains("\nparley_calls_in_progress 1\n"))
            caller.type("Please book Monday.")
            let call = try await caller.toolCall()
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked.")))
            try await caller.hearResponse(2)
        }
        #expect(outcome.messages.responses == ["We open at nine.", "It is booked."])
        #expect(values["parley_calls_in_progress"] == 0)
        #expect(values[#"parley_calls_ended_total{outcome="done",code="1000"}"#] == 1)
        #expect(values["parley_call_duration_seconds_count"] == 1)
        #expect(values[#"parley_turns_total{kind="spoken"}"#] == 1)
        #expect(values[#"parley_turns_total{kind="typed"}"#] == 1)
        #expect(values[#"parley_tool_calls_total{outcome="done"}"#] == 1)
        #expect(values["parley_final_transcript_seconds_count"] == 1)
        #expect(values["parley_interruptions_total"] == 0)
        let answers = outcome.record.transcript.filter { $0.role == .agent }
        let spoken = try #require(answers.first?.metrics["parley_first_audio"])
        #expect(values["parley_answer_latency_seconds_count"] == 1)
        #expect(abs((values["parley_answer_latency_seconds_sum"] ?? 0) - spoken) < 1e-6)
        let tokens = answers.compactMap { $0.metrics["convai_llm_service_ttfb"] }
        #expect(values["parley_first_token_seconds_count"] == Double(tokens.count))
        #expect(abs((values["parley_first_token_seconds_sum"] ?? 0) - tokens.reduce(0, +)) < 1e-6)
        // The test's voice takes 30 ms for each of two clauses.
        #expect(values["parley_voice_first_audio_seconds_count"] == 2)
        #expect(abs((values["parley_voice_first_audio_seconds_sum"] ?? 0) - 0.06) < 1e-6)
        let failures = values.filter { $0.key.hasPrefix("parley_engine_") || $0.key.hasPrefix("parley_backlog_") }
        #expect(!failures.isEmpty && failures.values.allSatisfy { $0 == 0 })
    }

    @Test("an interruption is one, a tool that nobody answered is unfinished, and one that came late counts once")
    func interruptions() async throws {
        let words = (1...60).map { "word\($0)" }.joined(separator: " ") + "."
        let long = try await hold { request in
            request.lastUser.contains("everything") ? [.text(words)] : [.text("Yes.")]
        } _: { caller, _ in
            caller.type("Tell me everything.")
            try await caller.hearAudio()
            caller.type("Stop.")
            try await caller.hearResponse()
        }
        #expect(long.values["parley_interruptions_total"] == 1)
        #expect(long.values[#"parley_turns_total{kind="typed"}"#] == 2)

        let open = try await hold(ToolCallTests.booking, model: ToolCallTests.book) { caller, _ in
            caller.type("Reserve a bike for Monday.")
            _ = try await caller.toolCall()
        }
        #expect(open.values[#"parley_tool_calls_total{outcome="unfinished"}"#] == 1)

        let late = try await hold(tools(clientTool("book", ["response_timeout_secs": 2]))) { request in
            request.calls.isEmpty ? [.call("book", ["day": "Monday"])] : [.text("That did not work.")]
        } _: { caller, _ in
            caller.type("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            try await caller.hearResponse(1)
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked.")))
            try await caller.hearResponse(2)
        }
        #expect(late.values[#"parley_tool_calls_total{outcome="timeout"}"#] == 1)
        #expect(late.values[#"parley_tool_calls_total{outcome="done"}"#] == 0)
    }

    @Test("a model that fails is a failure each time, and being asked again is a fallback")
    func failures() async throws {
        let (_, values) = try await hold { _ in
            [.fail(.unavailable)]
        } _: { caller, _ in
            caller.type("Hello?")
            try await caller.hearResponse()
        }
        #expect(values[#"parley_engine_failures_total{task="language_model",kind="unavailable"}"#] == 2)
        #expect(values[#"parley_engine_fallbacks_total{task="language_model"}"#] == 1)
    }

    @Test("a call that cannot begin has failed, with its code")
    func failedCall() async throws {
        let (_, values) = try await hold(["agent": ["first_message": "Hello {{name}}."]]) { _ in
            []
        } _: { caller, _ in
            _ = try await caller.wait(for: "an error") { if case .error = $0 { true } else { nil } }
        }
        #expect(values[#"parley_calls_ended_total{outcome="failed",code="1008"}"#] == 1)
        #expect(values["parley_calls_in_progress"] == 0)
    }
}
