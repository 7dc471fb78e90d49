import Agents
import Foundation
import JSON

/// A conversation with its turns and its log.
struct MemoryConversation: Sendable {
    var start: ConversationStart
    var details: ConversationDetails
    var status = ConversationStatus.inProgress
    var outcome = ConversationOutcome(duration: 0, terminationReason: "")
    var feedback = ConversationFeedback()
    var turns: [Int: TranscriptTurn] = [:]
    var events: [CallEvent] = []

    init(_ start: ConversationStart) {
        self.start = start
        details = start.details
        details.isTextOnly = details.isTextOnly ?? false
    }

    var transcript: [TranscriptTurn] { turns.sorted { $0.key < $1.key }.map(\.value) }

    /// The record without its transcript.
    var summary: ConversationRecord {
        let turns = transcript
        func said(by role: TranscriptTurn.Role) -> Int {
            turns.count { $0.role == role && $0.message?.isEmpty == false }
        }
        return ConversationRecord(
            id: start.id, agentID: start.agentID, agentName: start.agentName, status: status,
            startTime: start.startTime, duration: outcome.duration, authorization: start.authorization,
            terminationReason: outcome.terminationReason, failure: outcome.failure, details: details,
            hasUserAudio: outcome.hasUserAudio, hasResponseAudio: outcome.hasResponseAudio, feedback: feedback,
            transcript: [], messageCount: turns.count, userMessageCount: said(by: .user),
            agentMessageCount: said(by: .agent), toolNames: Set(turns.flatMap(\.toolCalls).map(\.name)).sorted())
    }

    /// The runs of stored tools, in the order of the turns.
    var executions: [ToolExecution] {
        transcript.flatMap { turn in
            turn.executions.map { execution in
                ToolExecution(
                    toolID: execution.toolID, conversationID: start.id, agentID: turn.agentID ?? start.agentID,
                    time: Double(start.startTime * 1000 + Int(turn.timeInCall * 1000)) / 1000, call: execution.call,
                    result: execution.result)
            }
        }
    }

    var isRunning: Bool { status == .initiated || status == .inProgress }
}

struct MemoryConversations: ConversationStore {
    let state: MemoryState

    func begin(_ start: ConversationStart) async throws {
        var conversation = MemoryConversation(start)
        conversation.details = try conversation.details.asStored
        try state.write { [conversation] in try $0.conversations.insert(conversation, start.id) }
    }

    private func change<Result: Sendable>(
        _ id: String, _ body: (inout MemoryConversation) throws -> Result
    ) throws -> Result {
        try state.write { try $0.conversations.change(id, body) }
    }

    func save(turn: TranscriptTurn, at index: Int, in id: String) async throws {
        let stored = try JSONDecoder().decode(TranscriptTurn.self, from: JSONEncoder().encode(turn))
        try change(id) { $0.turns[index] = stored }
    }

    func changeTurns(of id: String, _ change: @escaping @Sendable (inout TranscriptTurn) -> Void) async throws {
        try self.change(id) { conversation in
            for place in conversation.turns.keys {
                guard var turn = conversation.turns[place] else { continue }
                change(&turn)
                conversation.turns[place] = turn
            }
        }
    }

    func append(events: [CallEvent], in id: String) async throws {
        guard !events.isEmpty else { return }
        let stored = try events.map { CallEvent(time: $0.time, kind: $0.kind, detail: try $0.detail.asStored) }
        try change(id) { $0.events += stored }
    }

    func update(_ id: String, status: ConversationStatus?, details: ConversationDetails) async throws {
        try change(id) { conversation in
            conversation.status = status ?? conversation.status
            conversation.details = try conversation.details.merging(details).asStored
        }
    }

    func finish(_ id: String, _ outcome: ConversationOutcome, owing: [OutboxEntry]) async throws {
        try state.write { tables in
            // Nothing is changed before all that can fail is known to succeed.
            for conversation in [id] + owing.map(\.conversationID) where tables.conversations[conversation] == nil {
                throw StorageError.notFound("conversation", id: conversation)
            }
            try tables.conversations.change(id) { conversation in
                conversation.status = outcome.status
                conversation.outcome = outcome
            }
            let named = tables.conversations[id]?.transcript.flatMap { $0.files ?? [] }.map(\.id) ?? []
            for entry in tables.files.inOrder where entry.file.conversationID == id && !named.contains(entry.file.id) {
                try tables.files.change(entry.file.id) { $0.isUsed = false }
            }
            for var entry in owing where tables.outbox[entry.id] == nil {
                entry.payload = try entry.payload.asStored
                try tables.outbox.insert(entry, entry.id)
            }
        }
    }

    func get(_ id: String) async throws -> ConversationRecord? {
        guard let conversation = state.access({ $0.conversations[id] }) else { return nil }
        var record = conversation.summary
        record.transcript = conversation.transcript
        return record
    }

    func events(of id: String) async throws -> [CallEvent] {
        state.access { $0.conversations[id]?.events ?? [] }
    }

    func list(_ filter: ConversationFilter, _ page: PageRequest) async throws -> Page<ConversationRecord> {
        let found = try state.access { tables in
            try tables.conversations.page(page, by: { .integer($0.start.startTime) }, where: filter.selects)
        }
        return Page(items: found.items.map(\.summary), nextCursor: found.nextCursor)
    }

    func samples(in range: Range<Int>, of agentID: String?, most: Int) async throws -> [CallSample] {
        let calls = state.access { $0.conversations.inOrder }
            .filter { range.contains($0.start.startTime) && (agentID == nil || $0.start.agentID == agentID) }
            .sorted { $0.start.startTime > $1.start.startTime }
        return calls.prefix(most).map { call in
            var sample = CallSample(
                startTime: call.start.startTime, duration: call.outcome.duration, isFailed: call.status == .failed)
            for turn in call.transcript { sample.add(turn) }
            return sample
        }
    }

    func delete(_ id: String) async throws {
        try state.access { tables in
            try tables.conversations.remove(id)
            for entry in tables.outbox.inOrder where entry.conversationID == id { try tables.outbox.remove(entry.id) }
            for entry in tables.files.inOrder where entry.file.conversationID == id {
                try tables.files.remove(entry.file.id)
            }
        }
    }

    func setFeedback(
        of id: String, _ change: @escaping @Sendable (inout ConversationFeedback) throws -> Void
    ) async throws {
        try self.change(id) { try change(&$0.feedback) }
    }

    func executions(_ filter: ToolExecutionFilter, _ page: PageRequest) async throws -> Page<ToolExecution> {
        try state.access { tables in
            var found = Table<ToolExecution>()
            for conversation in tables.conversations.inOrder {
                for execution in conversation.executions {
                    try found.insert(execution, "\(execution.conversationID)/\(execution.call.requestID)")
                }
            }
            return try found.page(page, by: { .integer(Int(($0.time * 1000).rounded())) }, where: filter.selects)
        }
    }

    func usage(ofTools ids: [String]) async throws -> [String: ToolUsage] {
        state.access { tables in
            tables.conversations.inOrder.flatMap(\.executions).reduce(into: [:]) { usage, execution in
                guard ids.contains(execution.toolID) else { return }
                usage[execution.toolID, default: ToolUsage()].calls += 1
                usage[execution.toolID, default: ToolUsage()].latency += execution.result?.latency ?? 0
            }
        }
    }

    func interrupted() async throws -> [InterruptedConversation] {
        state.access { $0.conversations.inOrder }.filter(\.isRunning).map { conversation in
            let log = Double(conversation.events.map(\.time).max() ?? 0) / Double(max(1, conversation.start.sampleRate))
            return InterruptedConversation(
                id: conversation.start.id, agentID: conversation.start.agentID,
                duration: max(log, conversation.transcript.map(\.timeInCall).max() ?? 0))
        }
    }

    func closeProcessed() async throws {
        try state.access { tables in
            let owing = Set(tables.outbox.inOrder.map(\.conversationID))
            for conversation in tables.conversations.inOrder
            where conversation.status == .processing && !owing.contains(conversation.start.id) {
                try tables.conversations.change(conversation.start.id) { $0.status = .done }
            }
        }
    }
}

extension ConversationDetails {
    fileprivate var asStored: ConversationDetails {
        get throws {
            var details = self
            details.initiation = try initiation?.asStored
            details.metadata = try metadata.asStored
            details.analysis = try analysis?.asStored
            return details
        }
    }
}

extension ToolExecutionFilter {
    fileprivate func selects(_ execution: ToolExecution) -> Bool {
        execution.toolID == toolID && isError.map { $0 == execution.result?.isError ?? false } ?? true
            && agentID.map { $0 == execution.agentID } ?? true && from.map { $0 <= execution.time } ?? true
            && until.map { execution.time <= $0 } ?? true
    }
}

extension ConversationFilter {
    fileprivate func selects(_ conversation: MemoryConversation) -> Bool {
        let (start, details, outcome) = (conversation.start, conversation.details, conversation.outcome)
        let feedback = conversation.feedback
        guard isWanted(start.agentID, agentID), isWanted(details.userID, userID), isWanted(details.source, source),
            isWanted(details.analysis?["call_successful"]?.stringValue ?? "unknown", callSuccessful),
            isWanted(details.isTextOnly, isTextOnly),
            isWanted(feedback.comment?.isEmpty == false, hasFeedbackComment)
        else { return false }
        if let startBefore, start.startTime >= startBefore { return false }
        if let startAfter, start.startTime <= startAfter { return false }
        if let minimumDuration, outcome.duration < minimumDuration { return false }
        if let maximumDuration, outcome.duration > maximumDuration { return false }
        if let minimumRating, feedback.rating.map({ $0 < minimumRating }) ?? true { return false }
        if let maximumRating, feedback.rating.map({ $0 > maximumRating }) ?? true { return false }
        if !languages.isEmpty, !languages.contains(details.language ?? "") { return false }
        if !terminationReasons.isEmpty, !terminationReasons.contains(outcome.terminationReason) { return false }
        return !excludedStatuses.contains(conversation.status) && selectsTurns(conversation.transcript)
    }

    private func isWanted<Value: Equatable>(_ value: Value?, _ wanted: Value?) -> Bool {
        wanted == nil || value == wanted
    }

    private func selectsTurns(_ turns: [TranscriptTurn]) -> Bool {
        if let search, !search.isEmpty {
            let search = search.lowercased()
            guard turns.contains(where: { $0.message?.lowercased().contains(search) ?? false }) else { return false }
        }
        return toolNames.isEmpty || turns.flatMap(\.toolCalls).contains { toolNames.contains($0.name) }
    }
}
