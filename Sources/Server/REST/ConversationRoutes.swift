import Agents
import Conversation
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import TurnTaking

/// `/v1/convai/conversations`: the records of calls.
struct ConversationRoutes: Sendable {
    let conversations: any ConversationStore
    let recordings: any RecordingStore
    let calls: CallRegistry
    let limits: ServerLimits
    let configuration: ServerConfiguration

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/conversations"
        routes.on(.get, path, query: ConversationFilter.query) { request, _ in try await list(request) }
        let whole = AcceptedQuery([], inert: ["format": .when(["json"])])
        routes.on(.get, "\(path)/{conversation_id}", query: whole) { request, context in
            .json(conversationJSON(try await find(context), base: configuration.address(for: request, context)))
        }
        routes.on(.delete, "\(path)/{conversation_id}", query: []) { _, context in
            try await conversations.delete(context.parameter("conversation_id"), with: recordings)
            return .json([:])
        }
        routes.on(.get, "\(path)/{conversation_id}/audio", query: [], endsWithClient: true) { request, context in
            try await audio(request, context)
        }
        // A route of Parley's own: the hosted service keeps no such log.
        let own = "/v1/parley/conversations/{conversation_id}"
        routes.on(.get, "\(own)/log", query: []) { _, context in
            let lines = try await log(context)
            return .json([
                "conversation_id": .string(context.parameter("conversation_id")),
                "lines": .array(lines.map(\.json)),
            ])
        }
        routes.on(.get, "\(own)/waterfalls", query: []) { _, context in
            do {
                let waterfalls = TurnWaterfall.all(in: try CallLog(try await log(context)))
                return .json([
                    "conversation_id": .string(context.parameter("conversation_id")),
                    "waterfalls": .array(waterfalls.map(\.json)),
                ])
            } catch let error as CallLog.Unreadable {
                throw APIError.notFound("log_not_readable", error.description)
            }
        }
        routes.on(.post, "\(own)/replay", query: [], endsWithClient: true) { request, context in
            try await replay(request, context)
        }
        // Pages send feedback without a key; whoever knows the id has had the conversation.
        routes.on(.post, "\(path)/{conversation_id}/feedback", for: .anyone, query: []) { request, context in
            try await feedback(request, context)
        }
        routes.on(
            .get, "/v1/parley/statistics", query: ["from", "to", "step", "agent_id"], endsWithClient: true
        ) { request, _ in try await statistics(request) }
        routes.on(.get, "/v1/parley/calls", query: []) { _, _ in
            .json(["calls": .array(await calls.calls.map { $0.json(node: calls.node) })])
        }
        routes.on(.get, "/v1/convai/analytics/live-count", query: ["agent_id", "agent_ids"]) { request, _ in
            let agents = Set([request.query["agent_id"]].compactMap { $0 } + request.query.all("agent_ids"))
            return .json(["count": .integer(await calls.count(of: agents.isEmpty ? nil : agents))])
        }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.query
        let page = try await conversations.list(
            try ConversationFilter(query), page: try query.page())
        return .json([
            "conversations": .array(page.items.map(summaryJSON)),
            "next_cursor": page.nextCursor.map(JSONValue.string) ?? .null, "has_more": .bool(page.nextCursor != nil),
        ])
    }

    private func find(_ context: ServerRequestContext) async throws -> ConversationRecord {
        let id = context.parameter("conversation_id")
        guard let record = try await conversations.get(id) else { throw StorageError.notFound("conversation", id: id) }
        return record
    }

    private func log(_ context: ServerRequestContext) async throws -> [CallEvent] {
        let id = try await find(context).id
        return try await conversations.events(of: id)
    }

    /// The recording, in ranges, which players ask for in order to seek.
    private func audio(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let record = try await find(context)
        guard record.hasAudio, let reader = try await recordings.open(record.id) else {
            throw APIError.notFound("audio_not_found", "The conversation \(record.id) has no recording.")
        }
        let recording = try RecordingStream(reader)
        var headers: HTTPFields = [.contentType: "audio/mpeg", .acceptRanges: "bytes"]
        var range = 0..<recording.size
        switch ByteRange(request.headers[.range], size: recording.size) {
        case .whole: break
        case .part(let part):
            range = part
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(recording.size)"
        case .unsatisfiable:
            throw APIError(
                status: .rangeNotSatisfiable, type: "validation_error", code: "range_not_satisfiable",
                message: "The recording has \(recording.size) bytes.",
                headers: [.contentRange: "bytes */\(recording.size)"])
        }
        let part = range
        return Response(
            status: headers[.contentRange] == nil ? .ok : .partialContent, headers: headers,
            body: ResponseBody(contentLength: part.count) { try await recording.write(part, to: &$0) })
    }

    /// The most steps of a statistic, and the most calls that it is made of: a year of days, and a second's work.
    private static let mostSteps = 750
    private static let mostSamples = 50_000

    private func statistics(_ request: Request) async throws -> Response {
        let query = request.query
        let now = Int(Date().timeIntervalSince1970)
        // Unix times of a thousand years: sums of them cannot overflow.
        let times = -32_000_000_000...32_000_000_000
        let until = try query.integer("to") ?? now
        guard times.contains(until) else {
            throw ValidationError.query("to", "Input should be a Unix time", "value_error")
        }
        let from = try query.integer("from") ?? until - 7 * 86_400
        let step = try query.integer("step") ?? 86_400
        guard times.contains(from), from < until else {
            throw ValidationError.query("from", "Input should be a Unix time before `to`", "value_error")
        }
        guard times.contains(step), step > 0, (until - from - 1) / step < Self.mostSteps else {
            throw ValidationError.query(
                "step", "Input should be seconds of which at most \(Self.mostSteps) fit between `from` and `to`",
                "value_error")
        }
        let calls = try await conversations.samples(in: from..<until, of: query["agent_id"], most: Self.mostSamples)
        var answer = CallStatistics(of: calls, in: from..<until, by: step).json
        // The oldest are missing then.
        answer["is_truncated"] = .bool(calls.count == Self.mostSamples)
        return .json(answer)
    }

    /// What another policy of turn taking would have changed.
    private func replay(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let body = try await request.jsonBody(limit: limits.bodySize)
        let turns: TurnLog
        do {
            turns = try CallLog(try await log(context)).turns
        } catch let error as CallLog.Unreadable {
            throw APIError.notFound("log_not_readable", error.description)
        }
        let policy: TurnPolicy
        do {
            policy = try PolicyText.read(body["policy"] ?? [:], over: turns.policy)
        } catch {
            throw ValidationError.body("policy", error.description, "value_error")
        }
        var answer = PolicyReplay(turns, under: policy).json
        answer["conversation_id"] = .string(context.parameter("conversation_id"))
        answer["policy"] = try JSONValue(parsing: Data(PolicyText.write(turns.policy).utf8))
        return .json(answer)
    }

    private func feedback(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let body = try await request.jsonBody(limit: limits.openBodySize)
        let change = try FeedbackChange(body)
        try await conversations.setFeedback(of: context.parameter("conversation_id")) { change.apply(to: &$0) }
        return .json([:])
    }
}

/// The content of a feedback request; absent members change nothing.
private struct FeedbackChange: Sendable {
    private var score: FeedbackScore??
    private var rating: Int??
    private var comment: String??

    /// The most characters of a comment.
    private static let longestComment = 10_000

    init(_ body: JSONValue) throws {
        score = try Self.read(body, "feedback", "\"like\", \"dislike\" or null") {
            $0.stringValue.flatMap(FeedbackScore.init)
        }
        rating = try Self.read(body, "rating", "an integer from 1 to 5, or null") {
            $0.intValue.flatMap { (1...5).contains($0) ? $0 : nil }
        }
        comment = try Self.read(body, "comment", "a string of at most \(Self.longestComment) characters, or null") {
            $0.stringValue.flatMap { $0.count <= Self.longestComment ? $0 : nil }
        }
    }

    func apply(to feedback: inout ConversationFeedback) {
        if let score { feedback.score = score }
        if let rating { feedback.rating = rating }
        if let comment { feedback.comment = comment }
    }

    private static func read<Value>(
        _ body: JSONValue, _ name: String, _ expected: String, _ value: (JSONValue) -> Value?
    ) throws -> Value?? {
        guard let member = body[name] else { return .none }
        guard !member.isNull else { return .some(nil) }
        guard let value = value(member) else {
            throw ValidationError.body(name, "Input should be \(expected)", "value_error")
        }
        return .some(value)
    }
}

/// The outcome of a call by its analysis, by which lists are filtered.
private enum CallOutcome: String, CaseIterable {
    case success
    case failure
    case unknown
}

extension ConversationFilter {
    /// The query parameters that `init(_:)` and the list read.
    static let query = AcceptedQuery(
        [
            "page_size", "cursor", "sort_direction", "agent_id", "user_id", "call_successful", "call_start_before_unix",
            "call_start_after_unix", "call_duration_min_secs", "call_duration_max_secs", "rating_min", "rating_max",
            "has_feedback_comment", "text_only", "conversation_initiation_source", "search", "tool_names",
            "main_languages", "exclude_statuses", "termination_reasons",
        ],
        inert: [
            // Summaries are always included, all calls are of one kind, and no tool call is invalid.
            "summary_mode": .always, "conversation_product_type": .when(["agent"]),
            "include_invalid_tool_calls": .always,
        ])

    init(_ query: QueryParameters) throws {
        self.init()
        agentID = query["agent_id"]
        userID = query["user_id"]
        callSuccessful = try query.choice("call_successful", among: CallOutcome.allCases)?.rawValue
        startBefore = try query.integer("call_start_before_unix")
        startAfter = try query.integer("call_start_after_unix")
        minimumDuration = try query.integer("call_duration_min_secs").map(Double.init)
        maximumDuration = try query.integer("call_duration_max_secs").map(Double.init)
        minimumRating = try query.integer("rating_min")
        maximumRating = try query.integer("rating_max")
        hasFeedbackComment = try query.flag("has_feedback_comment")
        isTextOnly = try query.flag("text_only")
        source = query["conversation_initiation_source"]
        search = query["search"]
        toolNames = query.all("tool_names")
        languages = query.all("main_languages")
        excludedStatuses = try query.choices("exclude_statuses", among: ConversationStatus.allCases)
        terminationReasons = query.all("termination_reasons")
    }
}
