import JSON

extension ToolSettings {
    /// Response time-outs in seconds: the default, and the bounds for client and webhook tools (hosted API, August
    /// 2026).
    private static let defaultTimeout = 20.0
    private static let clientTimeouts = 1.0...120.0
    private static let webhookTimeouts = 5.0...300.0
    /// The longest function name in chat completion APIs.
    private static let longestName = 64

    /// The tools of a call: first those written into the prompt and those stored, then the built-in ones that are
    /// switched on. Of two with the same name the first is kept.
    ///
    /// - Parameter languages: the call's language and the languages with presets.
    static func all(
        _ configurations: [JSONValue], builtIn: [String: JSONValue], languages: [String],
        variables: inout TemplateFiller, warnings: inout [String]
    ) -> [ToolSettings] {
        for configuration in configurations {
            for assignment in configuration["assignments"]?.arrayValue ?? [] {
                if let name = assignment["dynamic_variable"]?.stringValue { variables.assigned.insert(name) }
            }
        }
        let switchedOn = SystemTool.allCases.compactMap { tool -> JSONValue? in
            guard let configuration = builtIn[tool.rawValue], configuration.objectValue != nil else { return nil }
            return configuration.merging([
                "type": "system", "params": ["system_tool_type": .string(tool.rawValue)],
            ])
        }
        var tools: [ToolSettings] = []
        for configuration in configurations + switchedOn {
            guard
                let tool = ToolSettings(
                    configuration, languages: languages, variables: &variables, warnings: &warnings)
            else { continue }
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
    /// - Parameter configuration: `conversation_config`, complete.
    static func warnings(for configuration: JSONValue) -> [String] {
        let fields = ConfigurationReader(configuration)
        let prompt = fields["agent"]["prompt"]
        var variables = TemplateFiller()
        var warnings = prompt["tool_ids"].strings.map(unknown)
        _ = all(
            prompt["tools"].array, builtIn: prompt["built_in_tools"].object, languages: languages(of: fields),
            variables: &variables, warnings: &warnings)
        return warnings
    }

    /// The languages that an agent is made for: its own, or the call's, and those with presets.
    static func languages(of fields: ConfigurationReader) -> [String] {
        let own = fields["agent"]["language"].string
        return [own] + fields["language_presets"].object.keys.sorted().filter { $0 != own }
    }

    /// The warning for a stored tool that does not exist.
    static func unknown(_ id: String) -> String {
        "prompt.tool_ids: there is no tool \(id); the call goes on without it."
    }

    private init?(
        _ configuration: JSONValue, languages: [String], variables: inout TemplateFiller, warnings: inout [String]
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
        var shape = ParameterShape(place: place)
        var kind = Kind.client
        var params = configuration["params"] ?? [:]
        var timeouts = Self.clientTimeouts
        switch type {
        case "client":
            shape.add(object: configuration["parameters"], variables: &variables)
        case "webhook":
            kind = .webhook
            warnings.append("Tool \(name): this server does not run webhooks yet; it is not offered to the model.")
            timeouts = Self.webhookTimeouts
            let api = fields["api_schema"]
            shape.add(properties: api["path_params_schema"].object, required: nil, variables: &variables)
            shape.add(object: api["query_params_schema"].value, variables: &variables)
            shape.add(object: api["request_body_schema"].value, variables: &variables)
            variables.require(api["url"].string, in: place)
            for header in api["request_headers"].object.values {
                if let text = header.stringValue { variables.require(text, in: place) }
                if let variable = header["variable_name"]?.stringValue { _ = variables.value(variable, for: place) }
            }
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
                warnings += system.warnings(params).map { "Tool \(name): \($0)" }
            }
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
            fixedArguments = [:]
        } else {
            description = variables.fill(written, in: place)
            parameters = shape.schema
            systemParameters = [:]
            fixedArguments = shape.fixed
        }
        if case .client = kind { expectsResponse = fields["expects_response"].bool } else { expectsResponse = true }
        let timeout = fields["response_timeout_secs"].optionalNumber ?? Self.defaultTimeout
        responseTimeout = min(max(timeout, timeouts.lowerBound), timeouts.upperBound)
        interruptionMode = InterruptionMode(rawValue: fields["interruption_mode"].string) ?? .allow
        // The setting of configurations from before there were modes.
        if interruptionMode == .allow, fields["disable_interruptions"].bool { interruptionMode = .disableDuringTool }
        // An answering machine that goes on talking must not cut off the message for it.
        if kind == .system(.voicemailDetection) { interruptionMode = .disableDuringToolAndTurn }
    }

    private static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }
}
