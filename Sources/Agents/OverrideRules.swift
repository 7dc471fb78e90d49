import JSON

/// Which of a client's overrides an agent permits: none, unless
/// `platform_settings.overrides.conversation_config_override` says so field by field.
struct OverrideRules {
    private let config: JSONValue
    private let permissions: JSONValue
    private let permitsExtraBody: Bool
    /// Fields that neither the configuration nor the permissions know; they are ignored.
    private(set) var ignored: [String] = []

    init(agent: Agent) {
        config = ConfigurationSchema.conversation.filled(agent.conversationConfig)
        let overrides = PlatformSchema.platform.filled(agent.platformSettings)["overrides"]
        permissions = overrides?["conversation_config_override"] ?? [:]
        permitsExtraBody = overrides?["custom_llm_extra_body"]?.boolValue ?? false
    }

    /// Merges the language's preset, the inherited voice and the client's overrides into the configuration.
    ///
    /// - Throws: `override_error` for the first field, in alphabetical order, that is not permitted, and
    ///   `value_error` for fields of the wrong type.
    mutating func apply(
        _ initiation: CallInitiation, inheriting inheritance: CallInheritance
    ) throws(CallSettingsError) -> (config: JSONValue, voice: CallInheritance.Voice) {
        let override = initiation.configOverride
        let issues = ConfigurationSchema.issues(override, at: ["conversation_config_override"])
        guard issues.isEmpty else { throw CallSettingsError(.value, ValidationError(issues).description) }
        try check(override, against: permissions, own: config, path: [])
        if !initiation.customLLMExtraBody.isEmpty, !permitsExtraBody { throw Self.refusal(of: "custom_llm_extra_body") }
        let chosen = inheritance.language.flatMap { hasLanguage($0) ? $0 : nil }
        let language = chosen ?? override.value(at: "agent", "language")?.stringValue
        let own = withPreset(for: language).merging(["tts": inheritance.voice.own])
        // Voices have ids and settings; the line has formats, which stay.
        let voice = CallInheritance.Voice(
            own: (own["tts"] ?? [:]).only(CallInheritance.Voice.members),
            client: inheritance.voice.client.merging(override["tts"] ?? [:]))
        let config = own.merging(["tts": inheritance.voice.client]).merging(override)
            .merging(chosen.map { ["agent": ["language": .string($0)]] } ?? [:])
        return (ConfigurationSchema.conversation.filled(config), voice)
    }

    /// Whether the agent is made for a language: its own, or one with a preset.
    private func hasLanguage(_ language: String) -> Bool {
        config.value(at: "agent", "language")?.stringValue == language
            || config.value(at: "language_presets", language) != nil
    }

    private mutating func check(
        _ override: JSONValue, against permission: JSONValue?, own: JSONValue?, path: [String]
    ) throws(CallSettingsError) {
        // An override that equals the present value is allowed: official clients send the agent's own language.
        guard permission?.boolValue != true, override != own else { return }
        if permission == nil, own == nil {
            ignored.append(path.joined(separator: "."))
            return
        }
        guard case .object(let members) = override, permission?.boolValue == nil else {
            throw Self.refusal(of: path.joined(separator: "."))
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where !value.isNull {
            try check(value, against: permission?[name], own: own?[name], path: path + [name])
        }
    }

    /// The configuration with the preset of the call's language; nil for the agent's own.
    private func withPreset(for language: String?) -> JSONValue {
        guard let language = language ?? config.value(at: "agent", "language")?.stringValue,
            let preset = config.value(at: "language_presets", language)
        else { return config }
        var changes: JSONValue = ["agent": ["language": .string(language)]]
        if let message = preset.value(at: "first_message_translation", "text")?.stringValue, !message.isEmpty {
            changes = changes.merging(["agent": ["first_message": .string(message)]])
        }
        if let message = preset.value(at: "soft_timeout_translation", "text")?.stringValue, !message.isEmpty {
            changes = changes.merging(["turn": ["soft_timeout_config": ["message": .string(message)]]])
        }
        return config.merging(changes).merging(preset["overrides"]?.withoutNulls ?? [:])
    }

    private static func refusal(of field: String) -> CallSettingsError {
        CallSettingsError(.override, "Override for field '\(field)' is not allowed by the agent's configuration.")
    }
}

extension JSONValue {
    /// The object with only these members.
    fileprivate func only(_ names: Set<String>) -> JSONValue {
        .object((objectValue ?? [:]).filter { names.contains($0.key) })
    }

    /// The value without null members, at any depth of objects.
    fileprivate var withoutNulls: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
    }
}
