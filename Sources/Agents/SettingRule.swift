import JSON

/// What this server does with one field of an agent, or with a whole part of the configuration.
struct SettingRule: Sendable {
    enum State: Sendable, Hashable {
        /// The setting works.
        case followed
        /// The setting has no effect, and needs none here.
        case needless
        /// The setting is stored and returned without effect; the agent and the records of its calls say so, in these
        /// words.
        case stored(String)
        /// A safety or privacy setting, which is refused because it would have no effect; the words name the
        /// alternative.
        case refused(String)
    }

    /// Member names joined by points, beginning with `platform_settings`, `workflow` or a section of
    /// `conversation_config`. `*` is any member, `[]` after a name every element of a list.
    let path: String
    let state: State
    /// The hosted service's default, where the schema does not have it.
    var standard: JSONValue = .null
    /// Whether another value has no effect either.
    var isDefault: @Sendable (JSONValue) -> Bool = { _ in false }

    static func followed(_ paths: String...) -> [SettingRule] { paths.map { SettingRule(path: $0, state: .followed) } }
    static func needless(_ paths: String...) -> [SettingRule] { paths.map { SettingRule(path: $0, state: .needless) } }

    static func stored(
        _ path: String, _ missing: String, unless standard: JSONValue = .null,
        _ isDefault: @escaping @Sendable (JSONValue) -> Bool = { _ in false }
    ) -> SettingRule {
        SettingRule(path: path, state: .stored(missing), standard: standard, isDefault: isDefault)
    }

    static func refused(_ path: String, _ instead: String) -> SettingRule {
        SettingRule(path: path, state: .refused(instead))
    }
}

// MARK: What an agent asks for

extension SettingRule {
    /// The settings that are not followed, as sentences for the agent and the records of its calls. Values at the
    /// hosted service's defaults are left out.
    static func warnings(
        conversationConfig: JSONValue, platformSettings: JSONValue, workflow: JSONValue
    ) -> [String] {
        let presets = conversationConfig["language_presets"]?.objectValue ?? [:]
        let overrides = presets.sorted { $0.key < $1.key }.flatMap { language, preset in
            chosen(in: preset["overrides"] ?? [:]).map {
                Chosen(rule: $0.rule, path: ["language_presets", language, "overrides"] + $0.path)
            }
        }
        let settings = conversationConfig.merging([
            "platform_settings": platformSettings, "workflow": workflow,
        ])
        let notFollowed = (chosen(in: settings) + overrides).compactMap { chosen -> String? in
            switch chosen.rule.state {
            case .stored(let missing), .refused(let missing):
                "\(chosen.path.joined(separator: ".")): not followed on this server: \(missing)."
            case .followed, .needless: nil
            }
        }
        let voices = LabelledVoice.all(ConfigurationReader(conversationConfig)["tts"]["supported_voices"])
        return notFollowed + unchecked(conversationConfig) + unasked(platformSettings) + voices.warnings
    }

    /// A warning of a webhook that is never asked.
    private static func unasked(_ platformSettings: JSONValue) -> [String] {
        let webhook = platformSettings.value(at: "workspace_overrides", InitiationWebhook.member) ?? .null
        let name = "enable_conversation_initiation_client_data_from_webhook"
        guard !webhook.isNull, platformSettings.value(at: "overrides", name) != true else { return [] }
        return [
            "platform_settings.workspace_overrides.\(InitiationWebhook.member): is asked only when "
                + "platform_settings.overrides.\(name) is true."
        ]
    }

    /// A warning of claims that need a receipt in languages of which it is not known what a claim is.
    private static func unchecked(_ config: JSONValue) -> [String] {
        guard config.value(at: "agent", "prompt", "requires_receipts") == true else { return [] }
        let presets = (config["language_presets"]?.objectValue ?? [:]).keys.sorted()
        let languages = [config.value(at: "agent", "language")?.stringValue].compactMap(\.self) + presets
        let others = languages.filter { !$0.hasPrefix("en") }
        guard !others.isEmpty else { return [] }
        return [
            "agent.prompt.requires_receipts: works in English only; what the agent says in "
                + "\(others.joined(separator: ", ")) is not checked."
        ]
    }

    /// The errors for settings in a request that are refused.
    ///
    /// - Parameter body: The body of a request that creates or changes an agent.
    static func refusals(in body: JSONValue) -> [ValidationError.Issue] {
        let sections = body["conversation_config"]?.objectValue ?? [:]
        let settings = JSONValue.object(sections).merging([
            "platform_settings": body["platform_settings"] ?? [:], "workflow": body["workflow"] ?? [:],
        ])
        return chosen(in: settings).compactMap { chosen in
            guard case .refused(let instead) = chosen.rule.state else { return nil }
            let root = sections[chosen.path.first ?? ""] == nil ? ["body"] : ["body", "conversation_config"]
            return ValidationError.Issue(
                loc: (root + chosen.path).map { Int($0).map(JSONValue.integer) ?? .string($0) },
                msg: "This server does not support that yet: \(instead)", type: "value_error")
        }
    }

    private struct Chosen {
        var rule: SettingRule
        var path: [String]
    }

    private static func chosen(in settings: JSONValue) -> [Chosen] {
        all.flatMap { rule -> [Chosen] in
            switch rule.state {
            case .followed, .needless: []
            case .stored, .refused: rule.choices(in: settings).map { Chosen(rule: rule, path: $0) }
            }
        }
    }

    /// The places of the rule's field that differ from the default.
    private func choices(in settings: JSONValue) -> [[String]] {
        var places: [(path: [String], value: JSONValue)] = [([], settings)]
        for step in steps {
            places = places.flatMap { place -> [(path: [String], value: JSONValue)] in
                switch step {
                case "*":
                    (place.value.objectValue ?? [:]).sorted { $0.key < $1.key }.map {
                        (place.path + [$0.key], $0.value)
                    }
                case "[]":
                    (place.value.arrayValue ?? []).enumerated().map { (place.path + ["\($0.offset)"], $0.element) }
                default: place.value[step].map { [(place.path + [step], $0)] } ?? []
                }
            }
        }
        let schema = Self.schema.descendant(steps)
        return places.filter { asks($0.value, schema) }.map(\.path)
    }

    private func asks(_ value: JSONValue, _ schema: Schema?) -> Bool {
        guard Self.isOn(value), value != standard, !isDefault(value) else { return false }
        guard let schema else { return true }
        let filled = schema.filled(value)
        return filled != schema.filled(nil) && filled != schema.filled([:])
    }

    /// Whether a value has an effect: one with a switch does when the switch is on.
    private static func isOn(_ value: JSONValue) -> Bool {
        let switches = switches(in: value)
        guard switches.isEmpty else { return switches.contains(true) }
        switch value {
        case .null, .bool(false), .string(""): return false
        case .bool, .string, .integer, .number: return true
        case .array(let elements): return elements.contains(where: isOn)
        case .object(let members): return members.values.contains(where: isOn)
        }
    }

    private static func switches(in value: JSONValue) -> [Bool] {
        switch value {
        case .array(let elements): elements.flatMap(switches)
        case .object(let members):
            if let isOn = (members["is_enabled"] ?? members["enabled"])?.boolValue {
                [isOn]
            } else {
                members.values.flatMap(switches)
            }
        default: []
        }
    }
}

// MARK: The schema

extension SettingRule {
    /// The elements of `path`.
    var steps: [String] {
        path.split(separator: ".").flatMap { $0.hasSuffix("[]") ? [String($0.dropLast(2)), "[]"] : [String($0)] }
    }

    /// The schema of all settings, in the places that rules name.
    static let schema: Schema = {
        guard case .object(var sections) = ConfigurationSchema.conversation.shape else { return .any }
        sections["platform_settings"] = PlatformSchema.platform
        sections["workflow"] = Agent.workflowSchema
        return .object(sections)
    }()
}

extension Schema {
    /// The schema at `steps`, as rules name them; nil for unknown fields.
    func descendant(_ steps: [String]) -> Schema? {
        guard let step = steps.first else { return self }
        let next: Schema? =
            switch shape {
            case .object(let members): step == "*" ? members.values.first : members[step]
            case .map(let element): step == "*" ? element : nil
            case .list(let element): step == "[]" ? element : nil
            default: nil
            }
        return next?.descendant(Array(steps.dropFirst()))
    }
}
