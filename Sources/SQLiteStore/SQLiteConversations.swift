import Agents
import Foundation
import GRDB
import JSON

/// The records of conversations: a row each, with rows for turns and lines of the log.
///
/// Each function is one transaction.
struct SQLiteConversations: ConversationStore {
    let pool: DatabasePool

    // MARK: A running call

    func begin(_ start: ConversationStart) async throws {
        try await pool.write { database in
            do {
                try database.execute(
                    sql: """
                        INSERT INTO conversations
                            (id, agent_id, agent_name, status, start_time, authorization, sample_rate)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        start.id, start.agentID, start.agentName, ConversationStatus.inProgress.rawValue,
                        start.startTime, start.authorization, max(1, start.sampleRate),
                    ])
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
                throw StorageError.alreadyExists("conversation", id: start.id)
            }
            try Self.apply(start.details, to: start.id, database)
        }
    }

    func save(turn: TranscriptTurn, at index: Int, in id: String) async throws {
        try await pool.write { try Self.save(turn, at: index, in: id, $0) }
    }

    private static func save(_ turn: TranscriptTurn, at index: Int, in id: String, _ database: Database) throws {
        let json = String(decoding: try JSONEncoder().encode(turn), as: UTF8.self)
        let tools = JSONValue.array(turn.toolCalls.map { .string($0.name) }).text
        try requiring(id) {
            try database.execute(
                sql: """
                    INSERT INTO turns (conversation_id, position, time, message, tool_names, turn)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (conversation_id, position) DO UPDATE SET time = excluded.time,
                        message = excluded.message, tool_names = excluded.tool_names, turn = excluded.turn
                    """,
                arguments: [id, index, turn.timeInCall, turn.message, tools, json])
            try note(turn.executions, of: turn, at: index, in: id, database)
        }
    }

    func changeTurns(of id: String, _ change: @escaping @Sendable (inout TranscriptTurn) -> Void) async throws {
        try await pool.write { database in
            let isThere = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM conversations WHERE id = ?)", arguments: [id])
            guard isThere == true else { throw StorageError.notFound("conversation", id: id) }
            let rows = try Row.fetchAll(
                database, sql: "SELECT position, turn FROM turns WHERE conversation_id = ?", arguments: [id])
            for row in rows {
                let before = try JSONDecoder().decode(TranscriptTurn.self, from: Data((row["turn"] as String).utf8))
                var turn = before
                change(&turn)
                if turn != before { try Self.save(turn, at: row["position"], in: id, database) }
            }
        }
    }

    private static func note(
        _ executions: [(call: TranscriptTurn.ToolCall, toolID: String, result: TranscriptTurn.ToolResult?)],
        of turn: TranscriptTurn, at index: Int, in id: String, _ database: Database
    ) throws {
        for execution in executions {
            try database.execute(
                sql: """
                    INSERT INTO tool_executions
                        (conversation_id, request_id, position, tool_id, agent_id, time, latency, is_error)
                    SELECT id, ?, ?, ?, coalesce(?, agent_id), start_time * 1000 + ?, ?, ? FROM conversations WHERE id = ?
                    ON CONFLICT (conversation_id, request_id) DO UPDATE SET latency = excluded.latency,
                        is_error = excluded.is_error
                    """,
                arguments: [
                    execution.call.requestID, index, execution.toolID, turn.agentID,
                    Int(turn.timeInCall * 1000), execution.result?.latency ?? 0, execution.result?.isError ?? false, id,
                ])
        }
    }

    func append(events: [CallEvent], in id: String) async throws {
        guard !events.isEmpty else { return }
        try await pool.write { database in
            try Self.requiring(id) {
                let statement = try database.cachedStatement(
                    sql: "INSERT INTO events (conversation_id, time, kind, detail) VALUES (?, ?, ?, ?)")
                for event in events {
                    try statement.execute(arguments: [id, event.time, event.kind, event.detail.text])
                }
            }
        }
    }

    func update(_ id: String, status: ConversationStatus?, details: ConversationDetails) async throws {
        try await pool.write { database in
            try database.execute(
                sql: "UPDATE conversations SET status = coalesce(?, status) WHERE id = ?",
                arguments: [status?.rawValue, id])
            guard database.changesCount > 0 else { throw StorageError.notFound("conversation", id: id) }
            try Self.apply(details, to: id, database)
        }
    }

    func finish(_ id: String, _ outcome: ConversationOutcome, owing: [OutboxEntry]) async throws {
        try await pool.write { database in
            try database.execute(
                sql: """
                    UPDATE conversations SET status = ?, duration = ?, termination_reason = ?, failure_code = ?,
                        failure_reason = ?, has_user_audio = ?, has_response_audio = ? WHERE id = ?
                    """,
                arguments: [
                    outcome.status.rawValue, outcome.duration, outcome.terminationReason, outcome.failure?.code,
                    outcome.failure?.reason, outcome.hasUserAudio, outcome.hasResponseAudio, id,
                ])
            guard database.changesCount > 0 else { throw StorageError.notFound("conversation", id: id) }
            try SQLiteConversationFiles.releaseUnnamed(of: id, database)
            try SQLiteOutbox.add(owing, database)
        }
    }

    // MARK: Records

    func get(_ id: String) async throws -> ConversationRecord? {
        try await pool.read { database in
            guard
                var record = try Row.fetchOne(
                    database, sql: "SELECT conversations.*, \(Self.counts) FROM conversations WHERE id = ?",
                    arguments: [id]
                ).map(ConversationRecord.init)
            else { return nil }
            let turns = try String.fetchAll(
                database, sql: "SELECT turn FROM turns WHERE conversation_id = ? ORDER BY position", arguments: [id])
            record.transcript = try turns.map {
                try JSONDecoder().decode(TranscriptTurn.self, from: Data($0.utf8))
            }
            return record
        }
    }

    func events(of id: String) async throws -> [CallEvent] {
        try await pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT time, kind, detail FROM events WHERE conversation_id = ? ORDER BY sequence",
                arguments: [id]
            ).map {
                CallEvent(time: $0["time"], kind: $0["kind"], detail: try JSONValue(parsing: $0["detail"] as String))
            }
        }
    }

    func list(_ filter: ConversationFilter, _ page: PageRequest) async throws -> Page<ConversationRecord> {
        let query = filter.query
        return try await pool.read { database in
            try query.page(
                page, of: database, select: "conversations.*, \(Self.counts)", from: "conversations",
                item: ConversationRecord.init)
        }
    }

    func samples(in range: Range<Int>, of agentID: String?, most: Int) async throws -> [CallSample] {
        try await pool.read { database in
            var samples: [CallSample] = []
            let calls = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, start_time, duration, status FROM conversations
                    WHERE start_time >= ? AND start_time < ? AND (? IS NULL OR agent_id = ?)
                    ORDER BY start_time DESC LIMIT ?
                    """,
                arguments: [range.lowerBound, range.upperBound, agentID, agentID, most])
            // What is needed of a turn is read out by the database: whole turns would have to be decoded.
            let turns = try database.cachedStatement(
                sql: """
                    SELECT turn ->> '$.role' AS role, message, turn ->> '$.interrupted' AS interrupted,
                        turn ->> '$.ignored_as_backchannel' AS ignored,
                        turn ->> '$.metrics.\(CallSample.answerLatency)' AS latency
                    FROM turns WHERE conversation_id = ? ORDER BY position
                    """)
            while let call = try calls.next() {
                var sample = CallSample(
                    startTime: call["start_time"], duration: call["duration"],
                    isFailed: call["status"] == ConversationStatus.failed.rawValue)
                for turn in try Row.fetchAll(turns, arguments: [call["id"] as String]) {
                    sample.add(TranscriptTurn(sampled: turn))
                }
                samples.append(sample)
            }
            return samples
        }
    }

    func delete(_ id: String) async throws {
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM conversations WHERE id = ?", arguments: [id])
            guard database.changesCount > 0 else { throw StorageError.notFound("conversation", id: id) }
        }
    }

    func setFeedback(
        of id: String, _ change: @escaping @Sendable (inout ConversationFeedback) throws -> Void
    ) async throws {
        try await pool.write { database in
            guard
                let row = try Row.fetchOne(database, sql: "SELECT * FROM conversations WHERE id = ?", arguments: [id])
            else { throw StorageError.notFound("conversation", id: id) }
            var feedback = ConversationFeedback(row)
            try change(&feedback)
            try database.execute(
                sql: """
                    UPDATE conversations SET feedback_score = ?, feedback_rating = ?, feedback_comment = ? WHERE id = ?
                    """,
                arguments: [feedback.score?.rawValue, feedback.rating, feedback.comment, id])
        }
    }

    // MARK: Tools

    func executions(_ filter: ToolExecutionFilter, _ page: PageRequest) async throws -> Page<ToolExecution> {
        var query = ListQuery(key: "time")
        query.filter("tool_id = ?", filter.toolID)
        if let isError = filter.isError { query.filter("is_error = ?", isError) }
        if let agentID = filter.agentID { query.filter("agent_id = ?", agentID) }
        if let from = filter.from { query.filter("time >= ?", from * 1000) }
        if let until = filter.until { query.filter("time <= ?", until * 1000) }
        return try await pool.read { [query] database in
            try query.page(
                page, of: database,
                select: """
                    *, (SELECT turn FROM turns WHERE turns.conversation_id = tool_executions.conversation_id
                        AND turns.position = tool_executions.position) AS turn
                    """,
                from: "tool_executions", item: ToolExecution.init)
        }
    }

    func usage(ofTools ids: [String]) async throws -> [String: ToolUsage] {
        try await pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM tool_usage WHERE calls > 0 AND tool_id IN (SELECT value FROM json_each(?))
                    """,
                arguments: [JSONValue.array(ids.map(JSONValue.string)).text])
            return Dictionary(
                rows.map { ($0["tool_id"], ToolUsage(calls: $0["calls"], latency: $0["latency"])) }
            ) { first, _ in first }
        }
    }

    // MARK: After a crash

    func interrupted() async throws -> [InterruptedConversation] {
        try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, agent_id, max(
                        coalesce((SELECT max(time) FROM events WHERE conversation_id = conversations.id), 0)
                            * 1.0 / sample_rate,
                        coalesce((SELECT max(time) FROM turns WHERE conversation_id = conversations.id), 0)) AS duration
                    FROM conversations WHERE status IN ('initiated', 'in-progress') ORDER BY sequence
                    """
            ).map { InterruptedConversation(id: $0["id"], agentID: $0["agent_id"], duration: $0["duration"]) }
        }
    }

    func closeProcessed() async throws {
        try await pool.write { database in
            try database.execute(
                sql: """
                    UPDATE conversations SET status = 'done' WHERE status = 'processing'
                        AND id NOT IN (SELECT conversation_id FROM outbox)
                    """)
        }
    }

    // MARK: Statements

    /// Counts of turns and the names of tools, so that a list need not read transcripts.
    private static let counts = """
        (SELECT count(*) FROM turns WHERE conversation_id = conversations.id) AS message_count,
        \(messages(of: .user)) AS user_message_count, \(messages(of: .agent)) AS agent_message_count,
        (SELECT json_group_array(DISTINCT tool.value) FROM turns, json_each(turns.tool_names) AS tool
            WHERE conversation_id = conversations.id) AS tool_names
        """

    /// SQL that counts the turns of a conversation in which `role` said something.
    private static func messages(of role: TranscriptTurn.Role) -> String {
        """
        (SELECT count(*) FROM turns WHERE conversation_id = conversations.id AND message <> ''
            AND json_extract(turn, '$.role') = '\(role.rawValue)')
        """
    }

    private static func apply(_ change: ConversationDetails, to id: String, _ database: Database) throws {
        guard change != ConversationDetails() else { return }
        guard
            let row = try Row.fetchOne(database, sql: "SELECT * FROM conversations WHERE id = ?", arguments: [id])
        else { throw StorageError.notFound("conversation", id: id) }
        let details = try ConversationDetails(row).merging(change)
        try database.execute(
            sql: """
                UPDATE conversations SET initiation = ?, user_id = ?, source = ?, source_version = ?, language = ?,
                    timezone = ?, text_only = ?, analysis = ?, warnings = ?, metadata = ? WHERE id = ?
                """,
            arguments: [
                details.initiation?.text, details.userID, details.source, details.sourceVersion, details.language,
                details.timezone, details.isTextOnly ?? false, details.analysis?.text,
                JSONValue.array(details.warnings.map(JSONValue.string)).text, details.metadata.text, id,
            ])
    }

    /// Translates a violated reference to the conversation `id` into `StorageError.notFound`.
    static func requiring(_ id: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY {
            throw StorageError.notFound("conversation", id: id)
        }
    }
}

extension ToolExecution {
    /// - Throws: `DecodingError` when the turn cannot be read.
    fileprivate init(_ row: Row) throws {
        let requestID: String = row["request_id"]
        let turn = try (row["turn"] as String?).map {
            try JSONDecoder().decode(TranscriptTurn.self, from: Data($0.utf8))
        }
        self.init(
            toolID: row["tool_id"], conversationID: row["conversation_id"], agentID: row["agent_id"],
            time: (row["time"] as Double) / 1000,
            call: turn?.toolCalls.first { $0.requestID == requestID }
                ?? TranscriptTurn.ToolCall(type: "", requestID: requestID, name: "", arguments: "{}"),
            result: turn?.toolResults.first { $0.requestID == requestID })
    }
}

extension ConversationFeedback {
    fileprivate init(_ row: Row) {
        self.init(
            score: (row["feedback_score"] as String?).flatMap { .init(rawValue: $0) }, rating: row["feedback_rating"],
            comment: row["feedback_comment"])
    }
}

extension Row {
    /// - Throws: `JSONError` when the column holds no valid JSON.
    fileprivate func json(_ column: String) throws -> JSONValue? {
        try (self[column] as String?).map { try JSONValue(parsing: $0) }
    }

    fileprivate func strings(_ column: String) throws -> [String] {
        try json(column)?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}

extension ConversationDetails {
    fileprivate init(_ row: Row) throws {
        self.init(
            initiation: try row.json("initiation"), userID: row["user_id"], source: row["source"],
            sourceVersion: row["source_version"], language: row["language"], timezone: row["timezone"],
            isTextOnly: row["text_only"], warnings: try row.strings("warnings"),
            metadata: try row.json("metadata") ?? [:], analysis: try row.json("analysis"))
    }
}

extension ConversationRecord {
    /// Reads a record without its transcript.
    fileprivate init(_ row: Row) throws {
        let failureCode: Int? = row["failure_code"]
        self.init(
            id: row["id"], agentID: row["agent_id"], agentName: row["agent_name"],
            status: ConversationStatus(rawValue: row["status"]) ?? .failed, startTime: row["start_time"],
            duration: row["duration"], authorization: row["authorization"],
            terminationReason: row["termination_reason"],
            failure: failureCode.map { .init(code: $0, reason: row["failure_reason"] ?? "") },
            details: try ConversationDetails(row), hasUserAudio: row["has_user_audio"],
            hasResponseAudio: row["has_response_audio"], feedback: ConversationFeedback(row), transcript: [],
            messageCount: row["message_count"], userMessageCount: row["user_message_count"],
            agentMessageCount: row["agent_message_count"], toolNames: try row.strings("tool_names").sorted())
    }
}

extension TranscriptTurn {
    /// What the statistics need of a turn.
    fileprivate init(sampled row: Row) {
        let role: String? = row["role"]
        let latency: Double? = row["latency"]
        self.init(
            role: role.flatMap(Role.init(rawValue:)) ?? .agent, message: row["message"], timeInCall: 0,
            isInterrupted: row["interrupted"] ?? false,
            metrics: latency.map { [CallSample.answerLatency: $0] } ?? [:],
            isIgnoredAsBackchannel: row["ignored"] ?? false)
    }
}
