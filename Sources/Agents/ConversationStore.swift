import Foundation
import GRDB
import JSON

/// The store of conversation records, which are written while calls go on.
///
/// Each method is one transaction, which survives even a sudden end of the process.
public struct ConversationStore: Sendable {
    let pool: DatabasePool

    // MARK: A running call

    /// Opens the record of a call; its status is `in-progress`.
    ///
    /// - Throws: `StorageError.alreadyExists`, or `DatabaseError`.
    public func begin(_ start: ConversationStart) async throws {
        try await pool.write { database in
            do {
                try database.execute(
                    sql: """
                        INSERT INTO conversations
                            (id, agent_id, agent_name, status, start_time, authorization, sample_rate, recording)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        start.id, start.agentID, start.agentName, ConversationStatus.inProgress.rawValue,
                        start.startTime, start.authorization, max(1, start.sampleRate), start.recording?.path,
                    ])
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
                throw StorageError.alreadyExists("conversation", id: start.id)
            }
            try Self.apply(start.details, to: start.id, database)
        }
    }

    /// Stores the turn at `index` of the transcript, replacing an earlier version.
    ///
    /// - Throws: `StorageError.notFound` when there is no such conversation, or `DatabaseError`.
    public func save(turn: TranscriptTurn, at index: Int, in id: String) async throws {
        let json = String(decoding: try JSONEncoder().encode(turn), as: UTF8.self)
        let tools = JSONValue.array(turn.toolCalls.map { .string($0.name) }).text
        try await pool.write { database in
            try Self.requiring(id) {
                try database.execute(
                    sql: """
                        INSERT INTO turns (conversation_id, position, time, message, tool_names, turn)
                        VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (conversation_id, position) DO UPDATE SET time = excluded.time,
                            message = excluded.message, tool_names = excluded.tool_names, turn = excluded.turn
                        """,
                    arguments: [id, index, turn.timeInCall, turn.message, tools, json])
            }
        }
    }

    /// Adds lines to the call's log.
    ///
    /// - Throws: `StorageError.notFound` when there is no such conversation, or `DatabaseError`.
    public func append(events: [CallEvent], in id: String) async throws {
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

    /// Updates details of the call: given members replace, metadata is merged, warnings are appended.
    ///
    /// - Throws: `StorageError.notFound`, or `DatabaseError`.
    public func update(
        _ id: String, status: ConversationStatus? = nil, details: ConversationDetails = ConversationDetails()
    ) async throws {
        try await pool.write { database in
            try database.execute(
                sql: "UPDATE conversations SET status = coalesce(?, status) WHERE id = ?",
                arguments: [status?.rawValue, id])
            guard database.changesCount > 0 else { throw StorageError.notFound("conversation", id: id) }
            try Self.apply(details, to: id, database)
        }
    }

    /// Closes the record of a call.
    ///
    /// - Throws: `StorageError.notFound`, or `DatabaseError`.
    public func finish(_ id: String, _ end: ConversationOutcome) async throws {
        try await pool.write { try Self.finish(id, end, $0) }
    }

    // MARK: Records

    /// The complete record; nil when there is none with `id`.
    public func get(_ id: String) async throws -> ConversationRecord? {
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

    /// The lines of the call's log, in the order of writing.
    ///
    /// - Throws: `DatabaseError`.
    public func events(of id: String) async throws -> [CallEvent] {
        try await pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT time, kind, detail FROM events WHERE conversation_id = ? ORDER BY sequence",
                arguments: [id]
            ).map {
                CallEvent(time: $0["time"], kind: $0["kind"], detail: try JSONValue(parsing: $0["detail"] as String))
            }
        }
    }

    /// A page of records, sorted by start time, without their transcripts.
    ///
    /// - Parameters:
    /// - pageSize: limited to 1 to 100.
    /// - cursor: from the previous page of a list with the same filter and direction; nil for the first page.
    /// - Throws: `StorageError.invalidCursor`, or `DatabaseError`.
    public func list(
        _ filter: ConversationFilter = ConversationFilter(), pageSize: Int = Page<ConversationRecord>.standardSize,
        cursor: String? = nil, direction: SortDirection = .descending
    ) async throws -> Page<ConversationRecord> {
        let sizes = Page<ConversationRecord>.sizes
        let size = min(max(pageSize, sizes.lowerBound), sizes.upperBound)
        let query = filter.query
        return try await pool.read { database in
            try query.page(
                database, select: "conversations.*, \(Self.counts)", from: "conversations", size: size, cursor: cursor,
                direction: direction, item: ConversationRecord.init)
        }
    }

    /// The number of running conversations, by agent id.
    ///
    /// - Throws: `DatabaseError`.
    public func runningCounts() async throws -> [String: Int] {
        try await pool.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT agent_id, count(*) FROM conversations WHERE \(Self.isRunning) GROUP BY agent_id")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    /// Removes the record, its log and its recording.
    ///
    /// - Throws: `StorageError.notFound`, or `DatabaseError`.
    public func delete(_ id: String) async throws {
        let recording = try await pool.write { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "DELETE FROM conversations WHERE id = ? RETURNING recording", arguments: [id])
            else { throw StorageError.notFound("conversation", id: id) }
            return row["recording"] as String?
        }
        // The record is deleted by now, and an error with the file must not bring it back.
        if let recording { try? FileManager.default.removeItem(atPath: recording) }
    }

    /// Changes the user's feedback on the whole conversation.
    ///
    /// - Throws: `StorageError.notFound`, what `change` throws, or `DatabaseError`.
    public func setFeedback(
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

    /// Closes the records that an earlier process left open; to be called when a server starts, before it takes calls.
    ///
    /// Calls that were running become `failed`, with the duration that log and transcript show; calls that had ended
    /// and were being processed become `done`. Returns the ids of the failed ones.
    ///
    /// - Throws: `DatabaseError`.
    @discardableResult
    public func recoverInterrupted() async throws -> [String] {
        try await pool.write { database in
            try database.execute(sql: "UPDATE conversations SET status = 'done' WHERE status = 'processing'")
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT id, recording, max(
                        coalesce((SELECT max(time) FROM events WHERE conversation_id = conversations.id), 0)
                            * 1.0 / sample_rate,
                        coalesce((SELECT max(time) FROM turns WHERE conversation_id = conversations.id), 0)) AS duration
                    FROM conversations WHERE \(Self.isRunning)
                    """)
            for row in rows {
                let reason = "The server stopped during the call."
                let file = (row["recording"] as String?).flatMap {
                    try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int
                }
                let hasAudio = (file ?? 0) > 0
                try Self.finish(
                    row["id"],
                    ConversationOutcome(
                        status: .failed, duration: row["duration"], terminationReason: reason,
                        failure: .init(code: 1011, reason: reason), hasUserAudio: hasAudio, hasResponseAudio: hasAudio),
                    database)
            }
            return rows.map { $0["id"] }
        }
    }

    // MARK: Statements

    private static let isRunning = "status IN ('initiated', 'in-progress')"

    /// Counts of turns, for records that are read without their transcript.
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

    private static func finish(_ id: String, _ end: ConversationOutcome, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE conversations SET status = ?, duration = ?, termination_reason = ?, failure_code = ?,
                    failure_reason = ?, has_user_audio = ?, has_response_audio = ? WHERE id = ?
                """,
            arguments: [
                end.status.rawValue, end.duration, end.terminationReason, end.failure?.code, end.failure?.reason,
                end.hasUserAudio, end.hasResponseAudio, id,
            ])
        guard database.changesCount > 0 else { throw StorageError.notFound("conversation", id: id) }
    }

    private static func apply(_ details: ConversationDetails, to id: String, _ database: Database) throws {
        guard details != ConversationDetails() else { return }
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT warnings, metadata FROM conversations WHERE id = ?", arguments: [id])
        else { throw StorageError.notFound("conversation", id: id) }
        let warnings = try JSONValue(parsing: row["warnings"] as String).arrayValue ?? []
        let metadata = try JSONValue(parsing: row["metadata"] as String)
        try database.execute(
            sql: """
                UPDATE conversations SET initiation = coalesce(?, initiation), user_id = coalesce(?, user_id),
                    source = coalesce(?, source), source_version = coalesce(?, source_version),
                    language = coalesce(?, language), timezone = coalesce(?, timezone),
                    text_only = coalesce(?, text_only), recording = coalesce(?, recording),
                    analysis = coalesce(?, analysis), warnings = ?, metadata = ? WHERE id = ?
                """,
            arguments: [
                details.initiation?.text, details.userID, details.source, details.sourceVersion, details.language,
                details.timezone, details.isTextOnly, details.recording?.path, details.analysis?.text,
                JSONValue.array(warnings + details.warnings.map(JSONValue.string)).text,
                metadata.merging(details.metadata).text, id,
            ])
    }

    /// Translates a violated reference to the conversation `id` into `StorageError.notFound`.
    private static func requiring(_ id: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY {
            throw StorageError.notFound("conversation", id: id)
        }
    }
}

extension ConversationFeedback {
    init(_ row: Row) {
        self.init(
            score: (row["feedback_score"] as String?).flatMap { .init(rawValue: $0) }, rating: row["feedback_rating"],
            comment: row["feedback_comment"])
    }
}

extension ConversationRecord {
    /// Reads a record without its transcript.
    ///
    /// - Throws: `JSONError` when the row holds no valid JSON.
    fileprivate init(_ row: Row) throws {
        func json(_ column: String) throws -> JSONValue? {
            try (row[column] as String?).map { try JSONValue(parsing: $0) }
        }
        func strings(_ column: String) throws -> [String] {
            try json(column)?.arrayValue?.compactMap(\.stringValue) ?? []
        }
        let failureCode: Int? = row["failure_code"]
        self.init(
            id: row["id"], agentID: row["agent_id"], agentName: row["agent_name"],
            status: ConversationStatus(rawValue: row["status"]) ?? .failed, startTime: row["start_time"],
            duration: row["duration"], authorization: row["authorization"],
            terminationReason: row["termination_reason"],
            failure: failureCode.map { .init(code: $0, reason: row["failure_reason"] ?? "") },
            details: ConversationDetails(
                initiation: try json("initiation"), userID: row["user_id"], source: row["source"],
                sourceVersion: row["source_version"], language: row["language"], timezone: row["timezone"],
                isTextOnly: row["text_only"],
                recording: (row["recording"] as String?).map { URL(filePath: $0) },
                warnings: try strings("warnings"), metadata: try json("metadata") ?? [:], analysis: try json("analysis")
            ),
            hasUserAudio: row["has_user_audio"], hasResponseAudio: row["has_response_audio"],
            feedback: ConversationFeedback(row), transcript: [], messageCount: row["message_count"],
            userMessageCount: row["user_message_count"], agentMessageCount: row["agent_message_count"],
            toolNames: try strings("tool_names").sorted())
    }
}
