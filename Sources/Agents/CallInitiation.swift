import JSON

/// What whoever calls wants different for one call. Only the first of a call counts.
public struct CallInitiation: Sendable, Hashable {
    /// Overrides of the agent's conversation configuration, without nulls and empty objects.
    public var configOverride: JSONValue
    /// Members for the `elevenlabs_extra_body` of requests to a custom model; refused unless the agent permits them.
    public var customLLMExtraBody: [String: JSONValue]
    /// Values for the agent's `{{name}}` placeholders, by name.
    public var dynamicVariables: [String: JSONValue]
    /// The caller's own id, kept in the record; nil when none is given.
    public var userID: String?
    /// The program that calls, such as `python_sdk`; nil when it is not known.
    public var source: String?
    /// The version of `source`; nil when it is not known.
    public var sourceVersion: String?
    /// The environment whose values of environment variables count; nil for that of production.
    public var environment: String?
    /// Which tools are not really run.
    public var toolMocking: ToolMocking
    /// The names of what was wanted beyond this and is not followed: branches, workflows, procedures.
    public var unfollowed: [String]
    /// Whether the caller has no audio at all, which needs no permission: such a caller can do nothing else.
    public var isTextOnly: Bool

    /// Without arguments, the call is as the agent is configured.
    public init(
        configOverride: JSONValue = [:], customLLMExtraBody: [String: JSONValue] = [:],
        dynamicVariables: [String: JSONValue] = [:], userID: String? = nil, source: String? = nil,
        sourceVersion: String? = nil, environment: String? = nil, toolMocking: ToolMocking = ToolMocking(),
        unfollowed: [String] = [], isTextOnly: Bool = false
    ) {
        self.configOverride = configOverride
        self.customLLMExtraBody = customLLMExtraBody
        self.dynamicVariables = dynamicVariables
        self.userID = userID
        self.source = source
        self.sourceVersion = sourceVersion
        self.environment = environment
        self.toolMocking = toolMocking
        self.unfollowed = unfollowed
        self.isTextOnly = isTextOnly
    }
}

extension CallInitiation {
    /// What the caller wants, with what the owner's server says of the call laid over it, member by member: the server
    /// knows who calls, and a caller can claim anything.
    public func merging(_ advice: CallInitiation) -> CallInitiation {
        var initiation = self
        initiation.configOverride = configOverride.merging(advice.configOverride)
        initiation.customLLMExtraBody.merge(advice.customLLMExtraBody) { $1 }
        initiation.dynamicVariables.merge(advice.dynamicVariables) { $1 }
        initiation.userID = advice.userID ?? userID
        initiation.environment = advice.environment ?? environment
        initiation.unfollowed += advice.unfollowed
        return initiation
    }
}
