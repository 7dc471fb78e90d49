import Agents

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
