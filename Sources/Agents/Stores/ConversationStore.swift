/// The store of conversation records, which are written while calls go on.
///
/// What a function has written survives even a sudden end of the process.
public protocol ConversationStore: Sendable {
    // MARK: A running call

    /// Opens the record of a call; its status is `in-progress`.
    ///
    /// - Throws: `StorageError.alreadyExists`, or the database's error.
    func begin(_ start: ConversationStart) async throws

    /// Stores the turn at `index` of the transcript, replacing an earlier version.
    ///
    /// - Throws: `StorageError.notFound` when there is no such conversation, or the database's error.
    func save(turn: TranscriptTurn, at index: Int, in id: String) async throws

    /// Changes turns of a transcript, whether the call is running or over.
    ///
    /// - Throws: `StorageError.notFound` when there is no such conversation, or the database's error.
    func changeTurns(of id: String, _ change: @escaping @Sendable (inout TranscriptTurn) -> Void) async throws

    /// Adds lines to the call's log.
    ///
    /// - Throws: `StorageError.notFound` when there is no such conversation, or the database's error.
    func append(events: [CallEvent], in id: String) async throws

    /// Updates details of the call (see `ConversationDetails.merging(_:)`), and its status unless that is nil.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    func update(_ id: String, status: ConversationStatus?, details: ConversationDetails) async throws

    /// Closes the record of a call, and adds to the outbox what is owed for it: both or neither.
    ///
    /// - Parameter owing: what is owed; an entry whose id is in the outbox already is not added again.
    /// - Throws: `StorageError.notFound`, or the database's error.
    func finish(_ id: String, _ outcome: ConversationOutcome, owing: [OutboxEntry]) async throws

    // MARK: Records

    /// The complete record; nil when there is none with `id`.
    func get(_ id: String) async throws -> ConversationRecord?

    /// The lines of the call's log, in the order of writing; empty when there is no such conversation.
    func events(of id: String) async throws -> [CallEvent]

    /// A page of records, sorted by start time, without their transcripts.
    ///
    /// - Throws: `StorageError.invalidCursor`, or the database's error.
    func list(_ filter: ConversationFilter, _ page: PageRequest) async throws -> Page<ConversationRecord>

    /// What the statistics need of the latest `most` calls that began in `range`, Unix time in seconds; in no order.
    ///
    /// - Parameter agentID: the agent that was called; nil for any.
    func samples(in range: Range<Int>, of agentID: String?, most: Int) async throws -> [CallSample]

    /// Removes the record, its log, and what is owed for it.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    func delete(_ id: String) async throws

    /// Changes the user's feedback on the whole conversation.
    ///
    /// - Throws: `StorageError.notFound`, what `change` throws, or the database's error.
    func setFeedback(
        of id: String, _ change: @escaping @Sendable (inout ConversationFeedback) throws -> Void
    ) async throws

    // MARK: Tools

    /// A page of the runs of a stored tool, sorted by time.
    ///
    /// - Throws: `StorageError.invalidCursor`, or the database's error.
    func executions(_ filter: ToolExecutionFilter, _ page: PageRequest) async throws -> Page<ToolExecution>

    /// How much stored tools were used, by the tools' ids; those that never ran are missing. The cost does not grow with
    /// the number of records.
    func usage(ofTools ids: [String]) async throws -> [String: ToolUsage]

    // MARK: After a crash

    /// The records that are open although no call runs; to be asked for before a server takes calls.
    func interrupted() async throws -> [InterruptedConversation]

    /// Marks as done the calls that had ended and were being processed, unless something is still owed for them.
    func closeProcessed() async throws
}

/// A call whose record was left open.
public struct InterruptedConversation: Sendable, Hashable {
    /// The conversation's id.
    public var id: String
    /// The agent that was called.
    public var agentID: String
    /// The duration in seconds that log and transcript show.
    public var duration: Double

    /// A record that a store has found open.
    public init(id: String, agentID: String, duration: Double) {
        self.id = id
        self.agentID = agentID
        self.duration = duration
    }
}

extension ConversationStore {
    /// Closes the record of a call for which nothing is owed.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    public func finish(_ id: String, _ outcome: ConversationOutcome) async throws {
        try await finish(id, outcome, owing: [])
    }

    /// Updates details of the call.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    public func update(_ id: String, details: ConversationDetails) async throws {
        try await update(id, status: nil, details: details)
    }

    /// Updates the call's status.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    public func update(_ id: String, status: ConversationStatus) async throws {
        try await update(id, status: status, details: ConversationDetails())
    }

    /// A page of records, sorted by start time, without their transcripts.
    ///
    /// - Throws: `StorageError.invalidCursor`, or the database's error.
    public func list(
        _ filter: ConversationFilter = ConversationFilter(), page: PageRequest = PageRequest()
    ) async throws -> Page<ConversationRecord> {
        try await list(filter, page)
    }

    /// Removes the record, its log, what is owed for it, and its recording.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    public func delete(_ id: String, with recordings: any RecordingStore) async throws {
        try await delete(id)
        // The record is deleted by now, and an error with the recording must not bring it back.
        try? await recordings.delete(id)
    }

    /// Closes the records that an earlier process left open; to be called when a server starts, before it takes calls.
    ///
    /// Calls that were running become `failed`, with the duration that log and transcript show; calls that had ended
    /// and for which nothing is owed any more become `done`. Each record is closed by itself: what a crash leaves
    /// undone here, the next start does.
    ///
    /// - Parameters:
    ///   - recordings: where it is looked up whether a call has audio.
    ///   - owing: what is owed for a call that was cut off; written with its end.
    /// - Returns: The ids of the failed ones.
    /// - Throws: The database's error.
    @discardableResult
    public func recoverInterrupted(
        recordings: any RecordingStore, owing: (InterruptedConversation) -> [OutboxEntry] = { _ in [] }
    ) async throws -> [String] {
        try await closeProcessed()
        let interrupted = try await interrupted()
        for call in interrupted {
            let reason = "The server stopped during the call."
            let recording = try? await recordings.open(call.id)
            let hasAudio = (recording?.frameCount ?? 0) > 0
            try await changeTurns(of: call.id) { $0.settleTools() }
            try await finish(
                call.id,
                ConversationOutcome(
                    status: .failed, duration: call.duration, terminationReason: reason,
                    failure: .init(code: 1011, reason: reason), hasUserAudio: hasAudio, hasResponseAudio: hasAudio),
                owing: owing(call))
        }
        return interrupted.map(\.id)
    }
}

extension TranscriptTurn {
    /// Adds a result to the tool calls that have none because the server stopped: what became of them is not known.
    fileprivate mutating func settleTools() {
        let known = Set(toolResults.map(\.requestID))
        for call in toolCalls where !known.contains(call.requestID) {
            toolResults.append(
                ToolResult(
                    type: call.type, requestID: call.requestID, name: call.name,
                    value: "The server stopped before there was a result; it is not known whether it took effect.",
                    isError: true, hasBeenCalled: call.hasBeenCalled, errorType: "server_stopped",
                    toolID: call.toolID))
        }
    }
}
