import JSON

extension ToolSettings {
    /// Response time-outs in seconds: the default, and the bounds for client and webhook tools (hosted API, August
    /// 2026).
    private static let defaultTimeout = 20.0
    private static let clientTimeouts = 1.0...120.0
    private static let webhookTimeouts = 5.0...300.0
    /// The longest function name in chat completion APIs.
    private static let longestName = 64

    /// Where a tool of an agent stands.
    struct Source {
        /// The id of a stored tool.
        var id: String?
        /// The tool's configuration.
        var configuration: JSONValue
        /// Results that are written for tests.
        var mocks: [ToolMock] = []
    }

    /// The tools of a call: first those written into the prompt and those stored, then the built-in ones that are
    /// switched on. Of two with the same name the first is kept.
    ///
    /// - Parameters:
    ///   - configurations: those of the prompt, with the ids of stored ones.
    ///   - languages: the call's language and the languages with presets.
    static func all(
        _ configurations: [Source], builtIn: [String: JSONValue], languages: [String],
        variables: inout TemplateFiller, secrets: SecretSource, warnings: inout [String]
    ) -> [ToolSettings] {
        for source in configurations {
            for assignment in source.configuration["assignments"]?.arrayValue ?? [] {
                if let name = assignment["dynamic_variable"]?.stringValue { variables.assigned.insert(name) }
            }
        }
        let switchedOn = SystemTool.allCases.compactMap { tool -> Source? in
            guard let configuration = builtIn[tool.rawValue], configuration.objectValue != nil else { return nil }
            let system: JSONValue = ["type": "system", "params": ["system_tool_type": .string(tool.rawValue)]]
            return Source(configuration: configuration.merging(system))
        }
        var tools: [ToolSettings] = []
        for source in configurations + switchedOn {
            guard
                var tool = ToolSettings(
                    source.configuration, languages: languages, variables: &variables, secrets: secrets,
                    warnings: &warnings)
            else { continue }
            tool.id = source.id
            tool.mocks = source.mocks
            if tools.contains(where: { $0.name == tool.name }) {
                // Older agents have `end_call` both inline and built in; it is the same tool.
                if case .system = tool.kind { continue }
                warnings.append("Tool \(tool.name): another tool has this name; it was left out.")
            } else {
                tools.append(tool)
            }
        }
        return tools
    }

    /// Problems of an agent's tools, as sentences for its owner.
    ///
    /// - Parameters:
    ///   - configuration: `conversation_config`, complete.
    ///   - workspace: what the workspace holds of what it names.
    static func warnings(for configuration: JSONValue, workspace: WorkspaceItems) -> [String] {
        let fields = ConfigurationReader(configuration)
        let prompt = fields["agent"]["prompt"]
        var variables = TemplateFiller()
        var warnings: [String] = []
        let sources = sources(prompt, workspace.tools, &warnings)
        _ = all(
            sources, builtIn: prompt["built_in_tools"].object,
            languages: languages(of: fields, own: fields["agent"]["language"].string), variables: &variables,
            secrets: workspace.secrets, warnings: &warnings)
        return warnings
    }

    /// The languages that an agent is made for: the call's, its own, and those with presets.
    static func languages(of fields: ConfigurationReader, own: String) -> [String] {
        var languages: [String] = []
        for language in [fields["agent"]["language"].string, own] + fields["language_presets"].object.keys.sorted()
        where !languages.contains(language) { languages.append(language) }
        return languages
    }

    /// Problems of one tool, as sentences for its owner.
    static func warnings(forTool configuration: JSONValue, secrets: SecretSource) -> [String] {
        var variables = TemplateFiller()
        var warnings: [String] = []
        _ = all(
            [Source(configuration: configuration)], builtIn: [:], languages: [], variables: &variables,
            secrets: secrets, warnings: &warnings)
        return warnings
    }

    /// The tools that are written into the prompt, and then those that it names.
    static func sources(
        _ prompt: ConfigurationReader, _ stored: [String: StoredTool.Content], _ warnings: inout [String]
    ) -> [Source] {
        var sources = prompt["tools"].array.map { Source(configuration: $0) }
        for id in prompt["tool_ids"].strings {
            if let tool = stored[id] {
                sources.append(
                    Source(id: id, configuration: tool.configuration, mocks: tool.responseMocks.map(ToolMock.init)))
            } else {
                warnings.append("prompt.tool_ids: there is no tool \(id); the call goes on without it.")
            }
        }
        return sources
    }

    /// A tool of an MCP server; nil when its name cannot be a function's.
    public init?(_ reference: MCPToolReference, _ configuration: JSONValue) {
        var variables = TemplateFiller()
        var warnings: [String] = []
        self.init(
            configuration, mcp: reference, languages: [], variables: &variables, secrets: .environment,
            warnings: &warnings)
        mocks = (configuration["response_mocks"]?.arrayValue ?? []).map(ToolMock.init)
    }

    private init?(
        _ configuration: JSONValue, mcp: MCPToolReference? = nil, languages: [String],
        variables: inout TemplateFiller, secrets: SecretSource, warnings: inout [String]
    ) {
        let fields = ConfigurationReader(configuration)
        let type = fields["type"].string
        let system = SystemTool(rawValue: fields["params"]["system_tool_type"].optionalString ?? fields["name"].string)
        let name = fields["name"].optionalString.flatMap { $0.isEmpty ? nil : $0 } ?? system?.rawValue ?? ""
        guard Self.isName(name) else {
            warnings.append("Tool \(name): a name has 1 to 64 letters, digits, _ or -; it was left out.")
            return nil
        }
        let place = "tool \(name)"
        variables.addDefaults(fields["dynamic_variables"]["dynamic_variable_placeholders"].object)
        let values = ToolParameters(object: type == "client" ? configuration["parameters"] : nil)
        var kind = Kind.client
        var params = configuration["params"] ?? [:]
        var schema: JSONValue = [:]
        var timeouts = Self.clientTimeouts
        switch type {
        case "client":
            let (properties, required) = values.visible(in: place, &variables)
            schema = [
                "type": "object", "properties": .object(properties),
                "required": .array(required.sorted().map(JSONValue.string)),
            ]
        case "webhook":
            var webhook = WebhookSettings(
                fields, place: place, variables: &variables, secrets: secrets, warnings: &warnings)
            schema = webhook.schema(in: place, &variables)
            kind = .webhook(webhook)
            timeouts = Self.webhookTimeouts
        case "system":
            guard let system else {
                warnings.append("Tool \(name): this server has no such system tool; it was left out.")
                return nil
            }
            kind = .system(system)
            params = system.filled(params, in: place, &variables)
            if let problem = system.problem(params, languages: languages) {
                warnings.append("Tool \(name): \(problem); it is not offered to the model.")
            } else {
                warnings += (system.warnings(params) + Self.unfollowed(fields)).map { "Tool \(name): \($0)" }
            }
        case "mcp" where mcp != nil:
            if let mcp { kind = .mcp(mcp) }
            schema = configuration["parameters"] ?? [:]
            timeouts = Self.webhookTimeouts
        default:
            warnings.append("Tool \(name): tools of type \(type) are not supported here; it was left out.")
            return nil
        }

        self.kind = kind
        self.name = name
        let written = fields["description"].string
        if case .system(let system) = kind {
            description = variables.fill(written.isEmpty ? system.description(params) : written, in: place)
            parameters = system.parameters(languages: languages, params)
            systemParameters = params
        } else {
            // What a server says of its tool is no template.
            description = mcp == nil ? variables.fill(written, in: place) : written
            parameters = schema
            systemParameters = [:]
        }
        if case .client = kind { expectsResponse = fields["expects_response"].bool } else { expectsResponse = true }
        let timeout = fields["response_timeout_secs"].optionalNumber ?? Self.defaultTimeout
        responseTimeout = min(max(timeout, timeouts.lowerBound), timeouts.upperBound)
        waitsWithoutLimit = type == "client" && timeout == -1
        interruptionMode = InterruptionMode(rawValue: fields["interruption_mode"].string) ?? .allow
        // The setting of configurations from before there were modes.
        if interruptionMode == .allow, fields["disable_interruptions"].bool { interruptionMode = .disableDuringTool }
        // An answering machine that goes on talking must not cut off the message for it.
        if kind == .system(.voicemailDetection) { interruptionMode = .disableDuringToolAndTurn }
        // The answer always waits for what acts on the call itself.
        let mode: ExecutionMode? =
            if case .system = kind { nil } else { .init(rawValue: fields["execution_mode"].string) }
        executionMode = mode ?? .immediate
        let speech = Speech(rawValue: fields["pre_tool_speech"].string) ?? .auto
        self.speech = speech == .auto && fields["force_pre_tool_speech"].bool ? .force : speech
        sound = Sound(rawValue: fields["tool_call_sound"].string)
        soundsAlways = fields["tool_call_sound_behavior"].string == "always"
        errorHandling = ErrorHandling(rawValue: fields["tool_error_handling_mode"].string) ?? .auto
        assignments = fields["assignments"].array.compactMap(Assignment.init)
        self.values = values
        readOnlyMark = fields["read_only"].optionalBool
        placeholders = variables.placeholders
        mocks = []
    }

    /// What a system tool's configuration has that is not followed.
    private static func unfollowed(_ fields: ConfigurationReader) -> [String] {
        var notes: [String] = []
        if !fields["assignments"].array.isEmpty {
            notes.append("assignments: results of system tools set no variables.")
        }
        if let mode = fields["tool_error_handling_mode"].optionalString, mode != "auto" {
            notes.append("tool_error_handling_mode: the model gets the error as it is.")
        }
        if let mode = fields["execution_mode"].optionalString, mode != "immediate" {
            notes.append("execution_mode: the answer waits for the tool.")
        }
        return notes
    }

    private static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }
}

extension ToolSettings.Assignment {
    /// Nil for one that names no variable, or none that a tool may set.
    init?(_ configuration: JSONValue) {
        guard let name = configuration["dynamic_variable"]?.stringValue, !name.isEmpty,
            !CallVariables.isReserved(name), let path = configuration["value_path"]?.stringValue
        else { return nil }
        self.init(
            variable: name, path: path.split(separator: ".").map(String.init),
            isHidden: configuration["sanitize"]?.boolValue ?? false,
            keepsType: configuration["preserve_native_type"]?.boolValue ?? false)
    }
}
