import Foundation
import JSON

extension CallSettings {
    /// Merges the settings of one call.
    ///
    /// The order is: the agent's configuration, the preset of the call's language, the client's overrides; then the
    /// variables are filled in.
    ///
    /// - Parameters:
    ///   - agent: the agent that is called.
    ///   - initiation: the client's overrides and variables; `CallInitiation()` when it sent none.
    ///   - variables: the call's, with the caller's values. `system__time` and `system__timezone` follow from
    ///     `system__time_utc` and the agent's time zone, `system__is_text_only` from the settings.
    ///   - workspace: what the workspace holds of what the configuration names: tools, MCP servers, secrets.
    ///   - available: the server's engines; `warnings` names what the configuration has beyond them. Nil for no such
    ///     warnings.
    ///   - inheritance: what stays of the call as it was before the agent took over.
    /// - Throws: `CallSettingsError` for overrides that the agent does not permit or that have the wrong type, and for
    ///   variables without a value.
    public init(
        agent: Agent, initiation: CallInitiation, variables call: CallVariables,
        workspace: WorkspaceItems = WorkspaceItems(), available: AvailableEngines? = nil,
        inheriting inheritance: CallInheritance = CallInheritance()
    ) throws(CallSettingsError) {
        var rules = OverrideRules(agent: agent)
        let (config, voiceSettings) = try rules.apply(initiation, inheriting: inheritance)
        self.voiceSettings = voiceSettings
        var warnings = available?.warnings(for: config) ?? []
        warnings += SettingRule.warnings(
            conversationConfig: config, platformSettings: agent.platformSettings, workflow: agent.workflow)
        warnings += workspace.warnings
        warnings += Set(initiation.unfollowed).sorted().map {
            "conversation_initiation_client_data.\($0): there are no branches, workflows and procedures; the agent is used as it "
                + "is."
        }
        warnings += rules.ignored.map { "conversation_config_override.\($0): unknown field; it was ignored." }
        let fields = ConfigurationReader(config)
        let prompt = fields["agent"]["prompt"]

        timezone = prompt["timezone"].optionalString
        let isTextOnly = initiation.isTextOnly || fields["conversation"]["text_only"].bool
        var call = call
        call.update(system: ["system__is_text_only": isTextOnly ? "true" : "false"])
        call.update(environment: workspace.variables)
        call.update(system: LocalTime.variables(at: call.values["system__time_utc"]?.stringValue, timezone, &warnings))
        var variables = try TemplateFiller(
            call, placeholders: fields["agent"]["dynamic_variables"]["dynamic_variable_placeholders"].object)
        let tools = ToolSettings.sources(prompt, workspace.tools, &warnings)
        language = fields["agent"]["language"].string
        self.tools = ToolSettings.all(
            tools, builtIn: prompt["built_in_tools"].object,
            languages: ToolSettings.languages(
                of: fields, own: agent.conversationConfig.value(at: "agent", "language")?.stringValue ?? language),
            variables: &variables, secrets: workspace.secrets, warnings: &warnings)
        mcpServers = MCPServerSettings.all(
            of: fields, workspace, variables: &variables, warnings: &warnings)

        self.prompt = variables.fill(prompt["prompt"].string, in: "prompt")
        firstMessage = variables.fill(fields["agent"]["first_message"].string, in: "first message")
        maxDurationMessage = variables.fill(
            fields["agent"]["max_conversation_duration_message"].string, in: "max conversation duration message")
        llm = prompt["llm"].string
        temperature = prompt["temperature"].optionalNumber
        maxTokens = prompt["max_tokens"].optionalInteger.flatMap { $0 < 0 ? nil : $0 }
        reasoningEffort = prompt["reasoning_effort"].optionalString
        customLLM = nil
        if llm == "custom-llm" {
            customLLM = CustomLLM(
                prompt["custom_llm"], variables: &variables, secrets: workspace.secrets, warnings: &warnings)
            if customLLM == nil {
                warnings.append("prompt.llm is custom-llm, but prompt.custom_llm names no server.")
            }
        }
        customLLMExtraBody = initiation.customLLMExtraBody
        toolMocking = initiation.toolMocking
        ignoreDefaultPersonality = prompt["ignore_default_personality"].value?.boolValue ?? true
        userID = initiation.userID
        cascadeTimeout = prompt["cascade_timeout_seconds"].number
        backupModels = BackupModels(prompt["backup_llm_config"])
        allowsParallelTools = prompt["enable_parallel_tool_calls"].bool
        requiresReceipts = prompt["requires_receipts"].bool
        disableFirstMessageInterruptions = fields["agent"]["disable_first_message_interruptions"].bool
        voice = Voice(fields["tts"])
        voice.pronunciations = PronunciationDictionary.rules(
            named: fields["tts"][PronunciationLocator.member].array, in: workspace.dictionaries, &warnings)
        voices = LabelledVoice.all(fields["tts"]["supported_voices"]).voices
        asr = ASR(
            inputFormat: fields["asr"]["user_input_audio_format"].string, keywords: fields["asr"]["keywords"].strings,
            transcribers: [fields["stt"]["model_id"].string, fields["asr"]["provider"].string].filter { !$0.isEmpty })
        turn = Turn(fields["turn"], variables: &variables)
        conversation = Conversation(
            isTextOnly: isTextOnly, maxDuration: fields["conversation"]["max_duration_seconds"].number,
            clientEvents: fields["conversation"]["client_events"].strings,
            fileInput: FileInput(fields["conversation"]["file_input"]))
        let privacy = agent.platformSettings["privacy"]
        recordsVoice =
            privacy?["record_voice"]?.boolValue ?? true && privacy?["zero_retention_mode"]?.boolValue != true

        try variables.check()
        dynamicVariables = variables.recorded
        self.warnings = variables.warnings + warnings
    }
}

/// Reads a configuration that is complete and valid.
struct ConfigurationReader {
    let value: JSONValue?

    init(_ value: JSONValue?) { self.value = value }

    subscript(key: String) -> ConfigurationReader { ConfigurationReader(value?[key]) }

    var string: String { value?.stringValue ?? "" }
    var bool: Bool { value?.boolValue ?? false }
    var number: Double { value?.doubleValue ?? 0 }
    /// The number; nil when it is the schema's default, with which every configuration is filled.
    func number(unless standard: Double) -> Double? { optionalNumber.flatMap { $0 == standard ? nil : $0 } }
    var array: [JSONValue] { value?.arrayValue ?? [] }
    var strings: [String] { array.compactMap(\.stringValue) }
    var object: [String: JSONValue] { value?.objectValue ?? [:] }
    var optionalString: String? { value?.stringValue }
    var optionalNumber: Double? { value?.doubleValue }
    var optionalBool: Bool? { value?.boolValue }
    var optionalInteger: Int? { value?.intValue }
    /// The time-out in seconds; nil for null and for -1, which switches it off.
    var timeout: Double? { optionalNumber.flatMap { $0 < 0 ? nil : $0 } }
}

extension CallSettings.Voice {
    init(_ fields: ConfigurationReader) {
        self.init(
            voiceID: fields["voice_id"].string, modelID: fields["model_id"].string, speed: fields["speed"].number,
            stability: fields["stability"].number(unless: 0.5),
            similarityBoost: fields["similarity_boost"].number(unless: 0.8),
            outputFormat: fields["agent_output_audio_format"].string)
    }
}

extension LabelledVoice {
    /// The longest label, in characters.
    private static let longest = 40
    /// The most voices of an agent: a model that is told of more confuses them, and each is got ready in every call.
    static let most = 20
    /// The tags in which models think aloud.
    private static let reasoning: Set = ["think", "thinking", "reasoning"]

    /// The voices that can be used, and a sentence for each that cannot.
    static func all(_ list: ConfigurationReader) -> (voices: [LabelledVoice], warnings: [String]) {
        var (voices, warnings): ([LabelledVoice], [String]) = ([], [])
        var labels: Set<String> = []
        if list.array.count > most {
            warnings.append("tts.supported_voices: only the first \(most) voices are used.")
        }
        for (place, value) in list.array.prefix(most).enumerated() {
            let fields = ConfigurationReader(value)
            let label = fields["label"].string.trimmingCharacters(in: .whitespaces)
            guard isTag(label), labels.insert(label.lowercased()).inserted else {
                warnings.append(
                    "tts.supported_voices.\(place).label: \"\(label.prefix(longest))\" cannot be a tag of its own; the voice "
                        + "is not used.")
                continue
            }
            voices.append(
                LabelledVoice(
                    label: label, voiceID: fields["voice_id"].string, description: fields["description"].string,
                    language: fields["language"].optionalString.flatMap { $0.isEmpty ? nil : $0 },
                    speed: fields["speed"].optionalNumber, stability: fields["stability"].optionalNumber,
                    similarityBoost: fields["similarity_boost"].optionalNumber))
        }
        return (voices, warnings)
    }

    /// Whether a model can write the label as a tag, and means nothing else by it.
    private static func isTag(_ label: String) -> Bool {
        label.count <= longest && label.first?.isLetter == true && !reasoning.contains(label.lowercased())
            && label.allSatisfy { $0.isLetter || $0.isNumber || " _-".contains($0) }
    }
}

extension FileInput {
    init(_ fields: ConfigurationReader) {
        let most = fields["max_files_per_conversation"].optionalInteger ?? 10
        self.init(
            isEnabled: fields["enabled"].bool, shown: fields["max_files_in_memory"].optionalInteger ?? 10,
            maximum: most < 0 ? nil : most)
    }
}

extension CallSettings.Turn {
    init(_ fields: ConfigurationReader, variables: inout TemplateFiller) {
        let soft = fields["soft_timeout_config"]
        self.init(
            timeout: fields["turn_timeout"].timeout,
            // -1 means "never", which has the same effect as the longest call.
            initialWait: fields["initial_wait_time"].optionalNumber.map {
                $0 < 0 ? ConfigurationSchema.longestCall : $0
            },
            silenceEndCallTimeout: fields["silence_end_call_timeout"].timeout,
            eagerness: Eagerness(rawValue: fields["turn_eagerness"].string) ?? .normal,
            spellingPatience: SpellingPatience(rawValue: fields["spelling_patience"].string) ?? .auto,
            isSpeculative: fields["speculative_turn"].bool,
            retranscribeOnTimeout: fields["retranscribe_on_turn_timeout"].bool,
            ignoreTerms: fields["interruption_ignore_terms"].strings,
            transcribesOnDisabledInterruptions: fields["transcribe_on_disabled_interruptions"].bool,
            softTimeout: CallSettings.SoftTimeout(
                timeout: soft["timeout_seconds"].timeout,
                message: variables.fill(soft["message"].string, in: "soft timeout message"),
                additionalMessages: soft["additional_soft_timeout_messages"].strings.map {
                    variables.fill($0, in: "soft timeout message")
                },
                usesLLMGeneratedMessage: soft["use_llm_generated_message"].bool,
                randomizesFillers: soft["randomize_fillers"].bool,
                maxPerGeneration: soft["max_soft_timeouts_per_generation"].optionalInteger ?? 1,
                llmPromptOverride: soft["llm_generated_message_prompt_override"].optionalString))
    }
}

extension CallSettings.BackupModels {
    init(_ fields: ConfigurationReader) {
        switch fields["preference"].string {
        case "disabled": self = .none
        case "override": self = .order(fields["order"].strings)
        default: self = .standard
        }
    }
}
