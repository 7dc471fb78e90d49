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
    /// Text that a turn contains; at least ASCII letters match in either case.
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
