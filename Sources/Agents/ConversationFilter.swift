/// Selects the conversations of a list; a field that is nil or empty selects all.
public struct ConversationFilter: Sendable, Hashable {
    /// The agent of the call.
    public var agentID: String?
    /// The client's id for its user.
    public var userID: String?
    /// The outcome by the analysis: `success`, `failure` or `unknown`.
    public var callSuccessful: String?
    /// The call began before this Unix time in seconds.
    public var startBefore: Int?
    /// The call began after this Unix time in seconds.
    public var startAfter: Int?
    /// The least duration in seconds, inclusive.
    public var minimumDuration: Double?
    /// The greatest duration in seconds, inclusive.
    public var maximumDuration: Double?
    /// The least rating in stars, inclusive.
    public var minimumRating: Int?
    /// The highest rating in stars, inclusive.
    public var maximumRating: Int?
    /// Whether the user left a comment.
    public var hasFeedbackComment: Bool?
    /// Whether the conversation had no audio.
    public var isTextOnly: Bool?
    /// The client's name, such as `python_sdk`.
    public var source: String?
    /// Text that a turn contains, whatever the case.
    public var search: String?
    /// Tools of which at least one was called.
    public var toolNames: [String] = []
    /// Languages, one of which was the call's.
    public var languages: [String] = []
    /// Statuses that are left out.
    public var excludedStatuses: [ConversationStatus] = []
    /// Reasons, one of which ended the call.
    public var terminationReasons: [String] = []

    /// Creates a filter that selects all conversations.
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
