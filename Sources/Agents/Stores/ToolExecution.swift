import JSON

/// One run of a stored tool, as the record of its call has it.
public struct ToolExecution: Sendable, Hashable {
    /// The tool's id.
    public var toolID: String
    /// The conversation in which the tool ran.
    public var conversationID: String
    /// The agent that ran it.
    public var agentID: String
    /// When the model's turn that called it began, Unix time in seconds.
    public var time: Double
    /// The call.
    public var call: TranscriptTurn.ToolCall
    /// The result; nil while the tool runs, and when the call ended before it had one.
    public var result: TranscriptTurn.ToolResult?

    /// An execution that a store has read.
    package init(
        toolID: String, conversationID: String, agentID: String, time: Double, call: TranscriptTurn.ToolCall,
        result: TranscriptTurn.ToolResult?
    ) {
        self.toolID = toolID
        self.conversationID = conversationID
        self.agentID = agentID
        self.time = time
        self.call = call
        self.result = result
    }

    /// An item of `GET /v1/convai/tools/{id}/executions`.
    public var json: JSONValue {
        [
            "id": .string("\(conversationID)_\(call.requestID)"), "tool_id": .string(toolID),
            "tool_request_id": .string(call.requestID), "conversation_id": .string(conversationID),
            "agent_id": .string(agentID), "branch_id": nil, "timestamp": .number(time),
            "latency_secs": .number(result?.latency ?? 0), "is_error": .bool(result?.isError ?? false),
            "request_payload": .string(call.arguments),
            "response_payload": result.map { $0.isError ? .null : .string($0.value) } ?? .null,
            "error_message": result.map { $0.isError ? .string($0.value) : .null } ?? .null,
            "error_type": result?.errorType.map(JSONValue.string) ?? .null, "tool_call_details": nil,
        ]
    }
}

/// Selects the runs of a tool; a field that is nil selects all.
public struct ToolExecutionFilter: Sendable, Hashable {
    /// The tool's id.
    public var toolID: String
    /// Whether it failed.
    public var isError: Bool?
    /// The agent that ran it.
    public var agentID: String?
    /// From when on, Unix time in seconds, inclusive.
    public var from: Double?
    /// Until when, Unix time in seconds, inclusive.
    public var until: Double?

    /// Selects all runs of a tool.
    public init(
        toolID: String, isError: Bool? = nil, agentID: String? = nil, from: Double? = nil, until: Double? = nil
    ) {
        self.toolID = toolID
        self.isError = isError
        self.agentID = agentID
        self.from = from
        self.until = until
    }
}

/// How much a stored tool was used, by the records that are kept.
public struct ToolUsage: Sendable, Hashable {
    /// How often it ran.
    public var calls: Int
    /// The sum of the seconds that it took.
    public var latency: Double

    /// The usage of a tool that never ran, unless told otherwise.
    public init(calls: Int = 0, latency: Double = 0) {
        self.calls = calls
        self.latency = latency
    }

    /// Seconds that a run took on average; 0 without runs.
    public var averageLatency: Double { calls > 0 ? latency / Double(calls) : 0 }
}

extension TranscriptTurn {
    /// The runs of stored tools in this turn, each with its result.
    package var executions: [(call: ToolCall, toolID: String, result: ToolResult?)] {
        toolCalls.compactMap { call in
            guard let id = call.toolID, call.hasBeenCalled else { return nil }
            return (call, id, toolResults.first { $0.requestID == call.requestID })
        }
    }
}
