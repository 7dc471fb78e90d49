import JSON

/// What an agent takes over from the call as it was before: its language, and voices that are to be kept.
public struct CallInheritance: Sendable, Hashable {
    /// The language in which the call is held; nil, like one that the agent is not made for, leaves it to the agent and
    /// the client.
    public var language: String?
    /// Members of `tts` that are laid over the agent's own.
    public var voice = Voice()

    /// Nothing is inherited.
    public init() {}

    /// A voice, by the source of its settings.
    public struct Voice: Sendable, Hashable {
        /// Members of `tts` of an agent's configuration, with the preset of the call's language.
        public var own: JSONValue
        /// Members of `tts` that the client has overridden.
        public var client: JSONValue

        /// No settings unless they are given.
        public init(own: JSONValue = [:], client: JSONValue = [:]) {
            self.own = own
            self.client = client
        }

        /// The members that `preserve_voice_settings` keeps.
        static let members: Set<String> = ["voice_id", "model_id", "stability", "speed", "similarity_boost"]
    }
}
