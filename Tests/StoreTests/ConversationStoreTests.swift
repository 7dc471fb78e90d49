import Agents
import JSON
import MemoryStore
import Testing

@Suite("The store of conversations")
struct ConversationStoreTests {
    let stores = OpenStores()

    func start(_ id: String, agent: String = "agent_a", at time: Int = 1_000) -> ConversationStart {
        ConversationStart(id: id, agentID: agent, agentName: "Agent", startTime: time)
    }

    @Test("a call from its beginning to its end", arguments: Store.allCases)
    func wholeCall(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        var begin = start("conv_1")
        begin.authorization = "signed_url"
        try await store.begin(begin)
        try await store.update(
            "conv_1",
            details: ConversationDetails(
                initiation: CallInitiation(userID: "u1").record(), userID: "u1", source: "python_sdk",
                sourceVersion: "2.78.0", language: "en", timezone: "Europe/Vienna", warnings: ["voice mapped"],
                metadata: ["phone_call": ["direction": "inbound"]]))
        try await store.update("conv_1", details: ConversationDetails(warnings: ["second"]))
        let greeting = TranscriptTurn(role: .agent, message: "Hello", timeInCall: 0.2, sourceEventID: 1)
        var answer = TranscriptTurn(
            role: .agent, message: "It is noon.", timeInCall: 3.6,
            toolCalls: [.init(type: "client", requestID: "c1", name: "clock", arguments: "{}")],
            toolResults: [.init(type: "client", requestID: "c1", name: "clock", value: "noon", latency: 0.25)],
            metrics: ["convai_llm_service_ttfb": 0.31], feedback: .init(score: "like", time: 5),
            llmUsage: ["qwen": ["input": ["tokens": 12]]], producingLLM: "qwen", asrProvider: "moonshine")
        try await store.save(turn: greeting, at: 0, in: "conv_1")
        try await store.save(
            turn: TranscriptTurn(role: .user, message: "What time is it?", timeInCall: 2, sourceMedium: "audio"), at: 1,
            in: "conv_1")
        try await store.save(turn: answer, at: 2, in: "conv_1")
        answer.isInterrupted = true
        answer.message = "It is"
        answer.originalMessage = "It is noon."
        try await store.save(turn: answer, at: 2, in: "conv_1")
        // A turn of nothing but a tool call is an entry of the transcript, but nobody's message.
        try await store.save(
            turn: TranscriptTurn(role: .agent, message: nil, timeInCall: 6, toolCalls: answer.toolCalls), at: 3,
            in: "conv_1")
        let events = [CallEvent(time: 0, kind: "begin"), CallEvent(time: 16_000, kind: "speech", detail: ["p": 0.9])]
        try await store.append(events: events, in: "conv_1")
        #expect(try await store.get("conv_1")?.status == .inProgress)
        try await store.finish(
            "conv_1",
            ConversationOutcome(
                duration: 6.4, terminationReason: "Client disconnected", hasUserAudio: true, hasResponseAudio: true))

        let record = try #require(try await store.get("conv_1"))
        #expect(record.status == .done)
        #expect(record.transcript.count == 4)
        #expect(record.transcript[0] == greeting)
        #expect(record.transcript[2] == answer)
        #expect(record.messageCount == 4)
        let item = try #require(try await store.list().items.first).messageCounts
        #expect(item == [4, 1, 2] && item == record.messageCounts)
        #expect(record.toolNames == ["clock"])
        #expect(record.hasAudio)
        #expect(record.details.warnings == ["voice mapped", "second"])
        #expect(record.details.source == "python_sdk")
        #expect(try await store.events(of: "conv_1") == events)

        let json = conversationJSON(record)
        #expect(json["status"] == "done")
        #expect(json["has_audio"] == true)
        #expect(json["user_message_count"] == 1)
        #expect(json["agent_message_count"] == 2)
        let metadata = try #require(json["metadata"])
        #expect(metadata["call_duration_secs"] == 6)
        #expect(metadata["authorization_method"] == "signed_url")
        #expect(metadata["warnings"] == ["voice mapped", "second"])
        #expect(metadata["phone_call"] == ["direction": "inbound"])
        #expect(metadata["error"] == .null)
        #expect(metadata.value(at: "feedback", "likes") == 1)
        let turn = try #require(json["transcript"]?.arrayValue?.dropLast().last)
        #expect(turn["interrupted"] == true)
        #expect(turn["message"] == "It is")
        #expect(turn["original_message"] == "It is noon.")
        #expect(turn["time_in_call_secs"] == 4)
        #expect(
            turn.value(at: "conversation_turn_metrics", "metrics") == [
                "convai_llm_service_ttfb": ["elapsed_time": 0.31]
            ])
        #expect(turn["llm_usage"] == ["model_usage": ["qwen": ["input": ["tokens": 12]]]])
        #expect(turn["tool_calls"]?.arrayValue?.first?["params_as_json"] == "{}")
        #expect(turn["tool_results"]?.arrayValue?.first?["tool_latency_secs"] == 0.25)
    }

    @Test("the answers have every member that clients require, also for the barest call", arguments: Store.allCases)
    func requiredKeys(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await store.begin(start("conv_1"))
        try await store.save(
            turn: TranscriptTurn(role: .user, message: nil, timeInCall: 0), at: 0, in: "conv_1")
        let record = try #require(try await store.get("conv_1"))
        let json = conversationJSON(record)
        func keys(_ value: JSONValue?) -> Set<String> { Set((value?.objectValue ?? [:]).keys) }
        #expect(
            keys(json).isSuperset(of: [
                "agent_id", "agent_name", "conversation_id", "conversation_product", "status", "user_id", "branch_id",
                "version_id", "environment", "visited_agents", "tag_ids", "has_audio", "has_user_audio",
                "has_response_audio", "has_auxiliary_audio", "conversation_initiation_client_data", "metadata",
                "analysis", "transcript",
            ]))
        #expect(
            keys(json["metadata"]).isSuperset(of: [
                "start_time_unix_secs", "accepted_time_unix_secs", "call_duration_secs", "cost", "cost_fiat",
                "deletion_settings", "feedback", "authorization_method", "charging", "phone_call", "batch_call",
                "termination_reason", "error", "warnings", "main_language", "rag_usage", "text_only", "features_usage",
                "initiator_id", "conversation_initiation_source", "conversation_initiation_source_version", "timezone",
                "async_metadata", "whatsapp", "sms",
            ]))
        let turn = json["transcript"]?.arrayValue?.first
        #expect(
            keys(turn).isSuperset(of: [
                "role", "message", "multivoice_message", "agent_metadata", "time_in_call_secs", "tool_calls",
                "tool_results", "feedback", "llm_override", "producing_llm", "interrupted", "original_message",
                "ignored_as_backchannel", "source_medium", "source_event_id", "conversation_turn_metrics",
                "rag_retrieval_info", "llm_usage", "contextual_update_info", "file_input", "triggered_guardrails",
                "reasoning", "used_static_kb_document_ids",
            ]))
        #expect(
            keys(json["conversation_initiation_client_data"]) == [
                "conversation_config_override", "custom_llm_extra_body", "user_id", "source_info", "branch_id",
                "environment", "dynamic_variables",
            ])
        #expect(json["has_audio"] == false)
        #expect(
            keys(summaryJSON(record)).isSuperset(of: [
                "agent_id", "agent_name", "branch_id", "version_id", "conversation_id", "start_time_unix_secs",
                "call_duration_secs", "message_count", "user_message_count", "agent_message_count", "cost", "status",
                "termination_reason", "call_successful",
                "call_success_score", "transcript_summary", "call_summary_title", "main_language",
                "conversation_initiation_source", "tool_names", "direction", "rating", "sentiment_analysis",
                "data_collection_results", "evaluation_criteria_results", "tag_ids",
            ]))
        #expect(summaryJSON(record)["call_successful"] == "unknown")
        #expect(summaryJSON(record)["conversation_initiation_source"] == "unknown")
    }

    @Test(
        "a call that the server did not finish becomes failed, with the length that is known", arguments: Store.allCases
    )
    func recovery(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        let recordings = MemoryRecordings()
        for (id, frames) in [("conv_cut", 100), ("conv_early", 0)] {
            let recording = try recordings.begin(id, sampleRate: 16_000, channels: 2)
            try recording.append([[Float]](repeating: [Float](repeating: 0, count: frames), count: 2))
        }
        var cut = start("conv_cut")
        cut.sampleRate = 8_000
        try await store.begin(cut)
        try await store.save(
            turn: TranscriptTurn(role: .user, message: "Hello?", timeInCall: 1.5), at: 0, in: "conv_cut")
        try await store.append(events: [CallEvent(time: 36_000, kind: "speech")], in: "conv_cut")
        try await store.begin(start("conv_early"))
        try await store.begin(start("conv_done"))
        try await store.finish("conv_done", ConversationOutcome(duration: 9, terminationReason: "Client disconnected"))
        try await store.begin(start("conv_processing"))
        try await store.finish(
            "conv_processing", ConversationOutcome(status: .processing, duration: 3, terminationReason: "end_call"))
        #expect(try await store.recoverInterrupted(recordings: recordings) == ["conv_cut", "conv_early"])
        let closed = try #require(try await store.get("conv_cut"))
        #expect(closed.status == .failed)
        #expect(closed.duration == 4.5)
        #expect(closed.transcript.map(\.message) == ["Hello?"])
        #expect(closed.hasUserAudio && closed.hasResponseAudio)
        #expect(try await store.get("conv_early")?.hasAudio == false)
        let error = conversationJSON(closed).value(at: "metadata", "error")
        #expect(error == ["code": 1011, "reason": "The server stopped during the call."])
        #expect(try await store.get("conv_early")?.status == .failed)
        #expect(try await store.get("conv_done")?.status == .done)
        #expect(try await store.get("conv_done")?.duration == 9)
        #expect(try await store.get("conv_processing")?.status == .done)
        #expect(try await store.recoverInterrupted(recordings: recordings) == [])
    }

    @Test(
        "a tool that was called when the server stopped has a result that says what is not known",
        arguments: Store.allCases)
    func toolsCutOff(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await store.begin(start("conv_1"))
        let call = TranscriptTurn.ToolCall(type: "webhook", requestID: "a", name: "book", arguments: "{}")
        let done = TranscriptTurn.ToolCall(type: "webhook", requestID: "b", name: "find", arguments: "{}")
        let turn = TranscriptTurn(
            role: .agent, message: "Sure.", timeInCall: 1, toolCalls: [call, done],
            toolResults: [TranscriptTurn.ToolResult(type: "webhook", requestID: "b", name: "find", value: "found")])
        // The turn before it was never written.
        try await store.save(turn: turn, at: 1, in: "conv_1")
        try await store.recoverInterrupted(recordings: MemoryRecordings())
        let record = try #require(try await store.get("conv_1"))
        #expect(record.transcript.count == 1)
        let results = record.transcript.flatMap(\.toolResults)
        #expect(results.map(\.requestID) == ["b", "a"])
        #expect(results.map(\.errorType) == [nil, "server_stopped"])
        await #expect(throws: StorageError.notFound("conversation", id: "conv_x")) {
            try await store.changeTurns(of: "conv_x") { $0.message = nil }
        }
    }

    @Test("writes to a conversation that is not there say so", arguments: Store.allCases)
    func unknown(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        let missing = StorageError.notFound("conversation", id: "conv_x")
        let turn = TranscriptTurn(role: .user, message: "x", timeInCall: 0)
        await #expect(throws: missing) { try await store.save(turn: turn, at: 0, in: "conv_x") }
        await #expect(throws: missing) { try await store.append(events: [CallEvent(time: 0, kind: "x")], in: "conv_x") }
        await #expect(throws: missing) { try await store.update("conv_x", status: .processing) }
        await #expect(throws: missing) { try await store.delete("conv_x") }
        await #expect(throws: missing) { try await store.setFeedback(of: "conv_x") { $0.score = .like } }
        await #expect(throws: missing) {
            try await store.finish("conv_x", ConversationOutcome(duration: 1, terminationReason: ""))
        }
        #expect(try await store.get("conv_x") == nil)
        try await store.begin(start("conv_1"))
        await #expect(throws: StorageError.alreadyExists("conversation", id: "conv_1")) {
            try await store.begin(start("conv_1"))
        }
    }

    @Test("what JSON has no word for comes back alike from every store", arguments: Store.allCases)
    func numbers(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await store.begin(start("conv_1"))
        let detail: JSONValue = ["levels": [.number(-.infinity), .number(2), .number(0.5)]]
        try await store.append(events: [CallEvent(time: 0, kind: "voice", detail: detail)], in: "conv_1")
        #expect(try await store.events(of: "conv_1").map(\.detail) == [["levels": [nil, .integer(2), .number(0.5)]]])
    }

    @Test("deleting takes the recording, the turns and the log along, and nothing of others", arguments: Store.allCases)
    func delete(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        let recordings = MemoryRecordings()
        for id in ["conv_1", "conv_2"] {
            try await store.begin(start(id))
            try recordings.begin(id, sampleRate: 16_000, channels: 2).append([[0], [0]])
            try await store.save(turn: TranscriptTurn(role: .user, message: "x", timeInCall: 0), at: 0, in: id)
            try await store.append(events: [CallEvent(time: 0, kind: "x")], in: id)
        }
        try await store.delete("conv_1", with: recordings)
        #expect(try await store.get("conv_1") == nil)
        #expect(try await store.events(of: "conv_1").isEmpty)
        #expect(try await recordings.open("conv_1") == nil)
        #expect(try await recordings.open("conv_2") != nil)
        #expect(try await store.get("conv_2")?.transcript.count == 1)
        #expect(try await store.events(of: "conv_2").count == 1)
    }

    @Test("feedback is set, added to and withdrawn", arguments: Store.allCases)
    func feedback(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await store.begin(start("conv_1"))
        func shown() async throws -> JSONValue? {
            try await store.get("conv_1").map { conversationJSON($0) }?.value(at: "metadata", "feedback")
        }
        #expect(try await shown()?["type"] == .null)
        try await store.setFeedback(of: "conv_1") { $0.score = .like }
        #expect(try await shown()?["likes"] == 1)
        #expect(try await shown()?["type"] == "thumbs")
        try await store.setFeedback(of: "conv_1") {
            $0.rating = 4
            $0.comment = "Nice"
        }
        #expect(try await shown()?["likes"] == 1)
        #expect(try await shown()?["rating"] == 4)
        #expect(try await shown()?["comment"] == "Nice")
        #expect(try await shown()?["type"] == "rating")
        try await store.setFeedback(of: "conv_1") { $0.score = nil }
        #expect(try await shown()?["likes"] == 0)
        #expect(try await store.list().items.map { summaryJSON($0)["rating"] } == [4])
    }

    @Test("every filter keeps what it should and drops the other", arguments: Store.allCases)
    func filters(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await store.begin(start("conv_a", agent: "agent_a", at: 100))
        try await store.update(
            "conv_a",
            details: ConversationDetails(
                userID: "ana", source: "python_sdk", language: "en", isTextOnly: true,
                analysis: ["call_successful": "success"]))
        try await store.save(
            turn: TranscriptTurn(
                role: .user, message: "My 100% order", timeInCall: 0,
                toolCalls: [.init(type: "client", requestID: "1", name: "clock", arguments: "{}")]), at: 0,
            in: "conv_a")
        try await store.finish("conv_a", ConversationOutcome(duration: 10, terminationReason: "end_call"))
        try await store.setFeedback(of: "conv_a") {
            $0.rating = 5
            $0.comment = "good"
        }
        try await store.begin(start("conv_b", agent: "agent_b", at: 200))
        try await store.update("conv_b", details: ConversationDetails(userID: "bob", source: "js_sdk", language: "de"))
        try await store.save(
            turn: TranscriptTurn(
                role: .user, message: "Hello", timeInCall: 0,
                toolCalls: [.init(type: "client", requestID: "1", name: "map", arguments: "{}")]), at: 0, in: "conv_b")
        try await store.finish(
            "conv_b", ConversationOutcome(status: .failed, duration: 99, terminationReason: "Client disconnected"))
        try await store.setFeedback(of: "conv_b") { $0.rating = 1 }

        let onlyA: [@Sendable (inout ConversationFilter) -> Void] = [
            { $0.agentID = "agent_a" }, { $0.userID = "ana" }, { $0.callSuccessful = "success" },
            { $0.startBefore = 200 }, { $0.maximumDuration = 10 }, { $0.minimumRating = 5 },
            { $0.hasFeedbackComment = true }, { $0.isTextOnly = true }, { $0.source = "python_sdk" },
            { $0.search = "100% ORDER" }, { $0.toolNames = ["clock", "none"] }, { $0.languages = ["en", "fr"] },
            { $0.excludedStatuses = [.failed] }, { $0.terminationReasons = ["end_call"] },
        ]
        let onlyB: [@Sendable (inout ConversationFilter) -> Void] = [
            { $0.agentID = "agent_b" }, { $0.callSuccessful = "unknown" }, { $0.startAfter = 100 },
            { $0.minimumDuration = 99 }, { $0.maximumRating = 1 }, { $0.hasFeedbackComment = false },
            { $0.isTextOnly = false }, { $0.search = "hello" }, { $0.toolNames = ["map"] },
        ]
        for (expected, changes) in [("conv_a", onlyA), ("conv_b", onlyB)] {
            for (index, change) in changes.enumerated() {
                var filter = ConversationFilter()
                change(&filter)
                #expect(try await store.list(filter).items.map(\.id) == [expected], "filter \(index)")
            }
        }
        var nothing = ConversationFilter()
        nothing.agentID = "agent_a"
        nothing.search = "hello"
        #expect(try await store.list(nothing).items.isEmpty)
    }

    @Test("the newest come first, page by page; records of one second keep their order", arguments: Store.allCases)
    func paging(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        for index in 0..<5 { try await store.begin(start("conv_\(index)", at: 1_000 + index / 2)) }
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try await store.list(page: PageRequest(size: 2, cursor: cursor))
            seen += page.items.map(\.id)
            cursor = page.nextCursor
        } while cursor != nil
        #expect(seen == ["conv_4", "conv_3", "conv_2", "conv_1", "conv_0"])
        #expect(try await store.list(page: PageRequest(size: 0)).items.count == 1)
        await #expect(throws: StorageError.invalidCursor) {
            try await store.list(page: PageRequest(cursor: "nonsense"))
        }
    }

    @Test("calls that write at the same time lose nothing", arguments: Store.allCases)
    func concurrency(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await withThrowingTaskGroup(of: Void.self) { group in
            for call in 0..<8 {
                group.addTask {
                    let id = "conv_\(call)"
                    try await store.begin(
                        ConversationStart(id: id, agentID: "agent_a", agentName: "Agent", startTime: call))
                    for index in 0..<10 {
                        try await store.save(
                            turn: TranscriptTurn(role: .user, message: "\(index)", timeInCall: Double(index)),
                            at: index, in: id)
                        try await store.append(events: [CallEvent(time: index, kind: "tick")], in: id)
                    }
                }
            }
            try await group.waitForAll()
        }
        for call in 0..<8 {
            #expect(try await store.get("conv_\(call)")?.transcript.map(\.message) == (0..<10).map(String.init))
            #expect(try await store.events(of: "conv_\(call)").map(\.time) == Array(0..<10))
        }
    }

    @Test("runs of stored tools are found by the tool, with their results, and counted", arguments: Store.allCases)
    func executions(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await store.begin(start("conv_1", at: 1_000))
        try await store.begin(start("conv_2", at: 2_000))
        func turn(_ id: String, tool: String?, agent: String? = nil, latency: Double? = nil) -> TranscriptTurn {
            var turn = TranscriptTurn(role: .agent, message: "", timeInCall: 1.25, agentID: agent)
            turn.toolCalls = [.init(type: "client", requestID: id, name: "ask", arguments: "{}", toolID: tool)]
            guard let latency else { return turn }
            turn.toolResults = [
                .init(type: "client", requestID: id, name: "ask", value: id, isError: latency > 2, latency: latency)
            ]
            return turn
        }
        try await store.save(turn: turn("r1", tool: "tool_1"), at: 0, in: "conv_1")
        #expect(try await store.usage(ofTools: ["tool_1", "tool_2"]) == ["tool_1": ToolUsage(calls: 1, latency: 0)])
        try await store.save(turn: turn("r1", tool: "tool_1", latency: 1), at: 0, in: "conv_1")
        try await store.save(turn: turn("r2", tool: nil, latency: 1), at: 1, in: "conv_1")
        try await store.save(turn: turn("r1", tool: "tool_1", agent: "agent_b", latency: 3), at: 0, in: "conv_2")
        var refused = turn("r3", tool: "tool_1", latency: 9)
        refused.toolCalls[0].hasBeenCalled = false
        try await store.save(turn: refused, at: 2, in: "conv_1")
        #expect(try await store.usage(ofTools: ["tool_1", "tool_2"]) == ["tool_1": ToolUsage(calls: 2, latency: 4)])

        func found(_ filter: ToolExecutionFilter) async throws -> [String] {
            try await store.executions(filter, PageRequest()).items.map(\.conversationID)
        }
        #expect(try await found(ToolExecutionFilter(toolID: "tool_1")) == ["conv_2", "conv_1"])
        #expect(try await found(ToolExecutionFilter(toolID: "tool_1", isError: true)) == ["conv_2"])
        #expect(try await found(ToolExecutionFilter(toolID: "tool_1", isError: false)) == ["conv_1"])
        #expect(try await found(ToolExecutionFilter(toolID: "tool_1", agentID: "agent_a")) == ["conv_1"])
        #expect(try await found(ToolExecutionFilter(toolID: "tool_1", from: 2_001.25)) == ["conv_2"])
        #expect(try await found(ToolExecutionFilter(toolID: "tool_1", until: 2_001.2)) == ["conv_1"])
        let first = try await store.executions(ToolExecutionFilter(toolID: "tool_1"), PageRequest(size: 1))
        #expect(first.items.first?.result?.latency == 3 && first.items.first?.time == 2_001.25)
        let second = try await store.executions(
            ToolExecutionFilter(toolID: "tool_1"), PageRequest(size: 1, cursor: first.nextCursor))
        #expect(second.items.map(\.call.requestID) == ["r1"] && second.nextCursor == nil)

        try await store.delete("conv_2")
        #expect(try await store.usage(ofTools: ["tool_1"]) == ["tool_1": ToolUsage(calls: 1, latency: 1)])
    }
}

extension ConversationRecord {
    fileprivate var messageCounts: [Int] { [messageCount, userMessageCount, agentMessageCount] }
}
