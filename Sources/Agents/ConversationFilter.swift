/// Which conversations a list has; what is nil or empty does not matter.
public struct ConversationFilter: Sendable, Hashable {
    /// The agent that was called.
    public var agentID: String?
    /// The client's word for its user.
    public var userID: String?
    /// `success`, `failure` or `unknown`, as the analysis has it.
    public var callSuccessful: String?
    /// Unix time in seconds; the call began before it.
    public var startBefore: Int?
    /// Unix time in seconds; the call began after it.
    public var startAfter: Int?
    /// Seconds, inclusive.
    public var minimumDuration: Double?
    /// Seconds, inclusive.
    public var maximumDuration: Double?
    /// Stars, inclusive.
    public var minimumRating: Int?
    /// Stars, inclusive.
    public var maximumRating: Int?
    /// Whether the listener left a comment.
    public var hasFeedbackComment: Bool?
    /// Whether nothing was spoken.
    public var isTextOnly: Bool?
    /// Such as `python_sdk`.
    public var source: String?
    /// Words that a turn contains, whatever the case.
    public var search: String?
    /// At least one of these was called.
    public var toolNames: [String] = []
    /// One of these was the call's language.
    public var languages: [String] = []
    /// None of these.
    public var excludedStatuses: [ConversationStatus] = []
    /// The call ended for one of these reasons.
    public var terminationReasons: [String] = []

    /// A filter that lets everything through.
    public init() {}
}

extension ConversationFilter {
    var query: ListQuery {
        var query = ListQuery(key: "start_time")
        if let agentID { query.filter("agent_id = ?", agentID) }
        if let userID { query.filter("user_id = ?", userID) }
        if let callSuccessful {
            query.filter("coalesce(json_extract(analysis, '$.call_successful'), 'unknown') = ?", callSuccessful)
        }
        if let startBefore { query.filter("start_time < ?", startBefore) }
        if let startAfter { query.filter("start_time > ?", startAfter) }
        if let minimumDuration { query.filter("duration >= ?", minimumDuration) }
        if let maximumDuration { query.filter("duration <= ?", maximumDuration) }
        if let minimumRating { query.filter("feedback_rating >= ?", minimumRating) }
        if let maximumRating { query.filter("feedback_rating <= ?", maximumRating) }
        if let hasFeedbackComment { query.filter("(coalesce(feedback_comment, '') <> '') = ?", hasFeedbackComment) }
        if let isTextOnly { query.filter("text_only = ?", isTextOnly) }
        if let source { query.filter("source = ?", source) }
        if let search, !search.isEmpty {
            query.filter(
                "id IN (SELECT conversation_id FROM turns WHERE message LIKE ? ESCAPE '\\')", containing: search)
        }
        if !toolNames.isEmpty {
            query.filter(
                "id IN (SELECT conversation_id FROM turns, json_each(turns.tool_names) AS tool WHERE tool.value IN (?))",
                anyOf: toolNames)
        }
        if !languages.isEmpty { query.filter("language IN (?)", anyOf: languages) }
        if !excludedStatuses.isEmpty {
            query.filter("status NOT IN (?)", anyOf: excludedStatuses.map(\.rawValue))
        }
        if !terminationReasons.isEmpty { query.filter("termination_reason IN (?)", anyOf: terminationReasons) }
        return query
    }
}
