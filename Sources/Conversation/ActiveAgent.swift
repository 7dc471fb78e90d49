import Agents
import Audio
import Engines
import JSON
import Language
import Speech
import Tasks
import Tools
import TurnTaking

/// The agent that speaks in a call: all that changes when another takes over, while the line stays. Responses hold the one
/// that makes them.
final class ActiveAgent: Sendable {
    let setup: AgentSetup
    let settings: CallSettings
    let model: any LanguageModelSession
    let modelID: String
    /// Whether the model that answers takes images.
    let seesImages: Bool
    /// Nil in a text-only conversation.
    let speaker: Speaker?
    /// The voices besides the agent's own, by their labels; none in a text-only conversation.
    let voices: [String: Speaker]
    let transcriber: any Transcriber
    let hints: TranscriptionHints
    private let isTextOnly: Bool
    /// The system prompt.
    let instructions: String
    /// Tokens for the conversation.
    let historyTokens: Int
    /// Tokens for the context of an answer.
    let contextTokens: Int
    /// Tokens for the tools of its MCP servers.
    private let remoteToolTokens: Int
    /// The tools that the model is offered.
    let offered: [ToolDefinition]
    /// How it begins when it takes over.
    let entry: Entry
    /// What there is to say of prompt and settings, for the record.
    let warnings: [String]
    /// Its `language_detection`; nil where it has none, and in a text-only conversation.
    let languageTool: ToolSettings?
    /// Whether its recogniser finds out the language. One that understands a single language reports that one of whatever it
    /// hears.
    private let tellsLanguages: Bool

    private static let deafness =
        "language_detection: no model on this server tells languages by their sound, as whisper-base does; what callers say in "
        + "another language is heard as if it were the agent's."

    /// How an agent begins.
    enum Entry: Sendable, Hashable {
        /// With its first message.
        case greets
        /// It goes on with a conversation that others have held.
        case takesOver
        /// It goes on with its own conversation, in another language.
        case changesLanguage
    }

    /// Opens what the agent needs.
    ///
    /// - Parameters:
    ///   - entry: how it begins; one that has no first message takes over instead of greeting.
    ///   - report: told of every engine that fails and is replaced.
    /// - Throws: `CallFault` when the call cannot be held.
    init(
        _ setup: AgentSetup, _ settings: CallSettings, on line: Line, entry: Entry, toolbox: Toolbox,
        in environment: CallEnvironment, clock: TaskClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) async throws(CallFault) {
        let (engines, options) = (environment.engines, environment.options)
        languageTool =
            line.isTextOnly
            ? nil : settings.tools.first { $0.kind == .system(.languageDetection) && toolbox.canRun($0) }
        guard
            let transcriber = engines.transcriber(
                settings.asr.transcribers, language: settings.language, others: languageTool?.languages ?? [],
                options: options.speech, clock: clock, report: report),
            // Where each voice is a model of its own, either field may name it.
            let voice = engines.voice(
                [settings.voice.voiceID, settings.voice.modelID], language: settings.language, options: options.speech,
                clock: clock, report: report)
        else { throw CallFault(code: 1011, type: "unknown", message: "The server has no engines to hold a call with.") }
        let timeout = Duration.seconds(settings.cascadeTimeout)
        let models = ModelCascade(
            models: engines.languageModels(for: settings), timeout: timeout,
            // An agent whose cascade time-out for one model is longer gets a budget of that length.
            budget: max(options.answerBudget, timeout), clock: clock, report: report)
        isTextOnly = line.isTextOnly
        instructions = Self.instructions(setup, settings, isTextOnly: isTextOnly)
        let room = ContextRoom(instructions: instructions, settings, in: models, options)
        if room.isTooSmall { throw CallFault(code: 1008, type: "value_error", message: room.complaint) }
        contextTokens =
            environment.contextSources.isEmpty
            ? 0 : min(options.longestContext, Int(Double(room.tokens) * options.contextShare))
        remoteToolTokens =
            settings.mcpServers.isEmpty
            ? 0 : min(options.longestRemoteTools, Int(Double(room.tokens) * options.remoteToolShare))
        historyTokens = room.tokens - contextTokens - remoteToolTokens
        warnings = [
            room.isTight ? room.complaint : nil,
            languageTool != nil && engines.languageIdentifier == nil ? Self.deafness : nil,
        ].compactMap(\.self)
        offered = Self.offered(settings.tools.filter(toolbox.canRun))
        self.entry = entry == .greets && settings.firstMessage.isEmpty ? .takesOver : entry
        self.setup = setup
        self.settings = settings
        self.transcriber = transcriber
        tellsLanguages = transcriber is MultilingualTranscriber
        hints = TranscriptionHints(language: settings.language, keywords: settings.asr.keywords)
        // Once for all voices: there may be thousands of rules.
        let pronunciations = Pronunciations(line.isTextOnly ? [] : settings.voice.pronunciations)
        speaker =
            line.isTextOnly
            ? nil
            : Speaker(
                synthesizer: voice, voice: nil, language: settings.language, speed: settings.voice.speed,
                style: VoiceStyle(stability: settings.voice.stability, similarityBoost: settings.voice.similarityBoost),
                outputRate: line.output.sampleRate, pronunciations: pronunciations)
        voices = line.isTextOnly ? [:] : Self.voices(settings, pronunciations, line, engines, options, clock, report)
        modelID = models.id
        seesImages = models.seesImages
        model = await models.openSession()
    }

    /// The agent with other settings, of the same configuration: the engines stay.
    init(_ agent: ActiveAgent, with settings: CallSettings, toolbox: Toolbox, _ environment: CallEnvironment) {
        setup = agent.setup
        self.settings = settings
        model = agent.model
        modelID = agent.modelID
        seesImages = agent.seesImages
        speaker = agent.speaker
        voices = agent.voices
        transcriber = agent.transcriber
        hints = agent.hints
        isTextOnly = agent.isTextOnly
        languageTool = agent.languageTool
        tellsLanguages = agent.tellsLanguages
        instructions = Self.instructions(setup, settings, isTextOnly: isTextOnly)
        historyTokens = agent.historyTokens
        contextTokens = agent.contextTokens
        remoteToolTokens = agent.remoteToolTokens
        offered = Self.offered(settings.tools.filter(toolbox.canRun))
        entry = agent.entry
        warnings = []
    }

    /// The voices besides the agent's own, which speaks for one that is not here; each with its fallbacks.
    private static func voices(
        _ settings: CallSettings, _ pronunciations: Pronunciations, _ line: Line, _ engines: EngineCatalog,
        _ options: CallOptions, _ clock: TaskClock, _ report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> [String: Speaker] {
        var speakers: [String: Speaker] = [:]
        for voice in settings.voices {
            let language = voice.language ?? settings.language
            let synthesizer = engines.voice(
                [voice.voiceID, settings.voice.voiceID, settings.voice.modelID], language: language,
                options: options.speech, clock: clock, report: report)
            guard let synthesizer else { continue }
            speakers[voice.label] = Speaker(
                synthesizer: synthesizer, voice: nil, language: language, speed: voice.speed ?? settings.voice.speed,
                style: VoiceStyle(
                    stability: voice.stability ?? settings.voice.stability,
                    similarityBoost: voice.similarityBoost ?? settings.voice.similarityBoost),
                outputRate: line.output.sampleRate, pronunciations: pronunciations)
        }
        return speakers
    }

    private static func instructions(_ setup: AgentSetup, _ settings: CallSettings, isTextOnly: Bool) -> String {
        [
            settings.prompt, isTextOnly ? nil : ChatHistory.voiceStyle,
            isTextOnly || settings.voices.isEmpty ? nil : ChatHistory.voicesNote(settings.voices),
            setup.isInOtherLanguage(settings) ? ChatHistory.languageNote(settings.language) : nil,
        ].compactMap(\.self).joined(separator: "\n\n")
    }

    private static func offered(_ tools: [ToolSettings]) -> [ToolDefinition] {
        tools.map { tool in
            var definition = tool.definition
            // Where it is wanted, good models announce the tool themselves, and in the caller's language.
            if tool.speech == .force { definition.description += " " + ChatHistory.announcementNote }
            return definition
        }
    }

    /// The call of its `language_detection` that brings the conversation into a language that was heard; nil where it offers
    /// none of the kind.
    func languageCall(for heard: String, number: Int) -> ToolCall? {
        guard let languageTool, tellsLanguages, heard != LanguageTag.primary(settings.language),
            let language = languageTool.languages.first(where: { LanguageTag.primary($0) == heard })
        else { return nil }
        return ToolCall(
            id: "call_language_\(number)", name: languageTool.name,
            arguments: [
                "reason": .string("The user was heard to speak \(ChatHistory.languageName(language))."),
                "language": .string(language),
            ])
    }

    /// The labels that its model is told of.
    var labels: Set<String> { isTextOnly ? [] : Set(settings.voices.map(\.label)) }

    /// The agent's id.
    var id: String { setup.agent.id }

    /// The context of an answer to the caller's words; nil when there is nothing to look up.
    func lookup(_ words: String, _ environment: CallEnvironment, _ clock: TaskClock) -> ContextLookup? {
        guard !environment.contextSources.isEmpty, !words.isEmpty else { return nil }
        return ContextLookup(
            sources: environment.contextSources,
            question: ContextQuestion(agentID: id, words: words, tokens: contextTokens),
            budget: environment.options.contextBudget, clock: clock)
    }

    /// The tools of its MCP servers as they are now: servers come and go, and change their lists. Those for which there is
    /// no room are left out.
    func remoteTools(_ toolbox: Toolbox, _ variables: CallVariables) -> [ToolSettings] {
        var rest = remoteToolTokens
        return allRemoteTools(toolbox, variables).filter { tool in
            let size = TokenEstimate.tokens(in: ContextRoom.text(of: tool))
            guard size <= rest else { return false }
            rest -= size
            return true
        }
    }

    /// The tools of its MCP servers for which there is no room, by name.
    func toolsWithoutRoom(_ toolbox: Toolbox, _ variables: CallVariables) -> [String] {
        let offered = Set(remoteTools(toolbox, variables).map(\.name))
        return allRemoteTools(toolbox, variables).map(\.name).filter { !offered.contains($0) }
    }

    private func allRemoteTools(_ toolbox: Toolbox, _ variables: CallVariables) -> [ToolSettings] {
        toolbox.tools(
            of: settings.mcpServers, beside: settings.tools,
            values: settings.dynamicVariables.merging(variables.values) { $1 })
    }

    /// What the agent would have opened the conversation with, had it been in its language from the beginning; empty when
    /// unknown.
    ///
    /// - Parameter before: whose first message was said.
    func opening(inPlaceOf before: ActiveAgent) -> String {
        let greeting = settings.firstMessage
        let isTranslated = entry == .changesLanguage && greeting != before.settings.firstMessage
        return isTranslated && !greeting.isEmpty ? greeting : phrases?.fillers.first ?? ""
    }

    /// What the model is asked about the conversation.
    ///
    /// - Parameters:
    ///   - words: of the caller that are not part of the history yet.
    ///   - note: an instruction that stands at the end.
    ///   - remoteTools: those of its MCP servers.
    func request(
        _ history: ChatHistory, answering words: String? = nil, note: String? = nil, _ remoteTools: [ToolSettings] = []
    ) -> GenerationRequest {
        let (messages, formerLanguage) = history.dialogue(answering: words, note: note, labels: labels)
        var request = GenerationRequest(
            messages: messages,
            tools: offered + Self.offered(remoteTools),
            temperature: settings.temperature, maxTokens: settings.maxTokens,
            reasoningEffort: settings.reasoningEffort,
            allowsParallelTools: settings.allowsParallelTools,
            userID: settings.customLLM == nil ? nil : settings.userID, timezone: settings.timezone,
            extraBody: settings.customLLM == nil || settings.customLLMExtraBody.isEmpty
                ? [:] : ["elevenlabs_extra_body": .object(settings.customLLMExtraBody)])
        request.language = settings.language
        request.formerLanguage = formerLanguage
        if tellsLanguages, let languageTool { request.automaticTools = [languageTool.name] }
        return request
    }
}

extension TurnPolicy {
    /// The server's policy with an agent's settings laid over it.
    init(_ settings: CallSettings, _ options: CallOptions, _ engines: EngineCatalog, isTextOnly: Bool) {
        self = options.turnPolicy
        let turn = settings.turn
        usesTurnDetector = engines.turnDetector != nil
        // Beside the sound of English a language model's opinion of the words changes nothing (docs/training.md).
        usesEndOfUtteranceModel =
            engines.endOfUtteranceModel != nil && !(usesTurnDetector && settings.language.hasPrefix("en"))
        speculates = turn.isSpeculative
        // Who reads is not asked whether they are still there.
        turnTimeout = isTextOnly ? nil : turn.timeout.map(Span.seconds)
        initialWait = isTextOnly ? nil : turn.initialWait.map(Span.seconds)
        silenceEndCall = turn.silenceEndCallTimeout.map(Span.seconds)
        let usual = CallPhrases.of(settings.language).map { _ in options.fillerDelay / .seconds(1) }
        softTimeout = (turn.softTimeout.timeout ?? usual).map(Span.seconds)
        maximumFillers = turn.softTimeout.maxPerGeneration
        maximumDuration = .seconds(settings.conversation.maxDuration)
        ignoredTerms = turn.ignoreTerms
        language = String(settings.language.prefix { $0 != "-" })
        if turn.spellingPatience == .off { spellingPatience = 1 }
        allowsInterruption = settings.conversation.allowsInterruption
        allowsGreetingInterruption = !settings.disableFirstMessageInterruptions
        // Where the agent cannot be interrupted, words spoken over it must not be lost.
        keepsWordsOverUninterruptible = turn.transcribesOnDisabledInterruptions || !allowsInterruption
        switch turn.eagerness {
        case .patient: patience *= 1.6
        case .normal: break
        case .eager: patience *= 0.7
        }
    }
}

extension EngineCatalog {
    /// The models for an agent's settings: the one that answers, and its fallbacks.
    func languageModels(for settings: CallSettings) -> [any LanguageModel] {
        let first = languageModel(for: settings)
        let backups: [any LanguageModel] =
            switch settings.backupModels {
            case .none: []
            case .order(let ids): ids.compactMap { id in languageModels.first { $0.id == id } ?? findLanguageModel(id) }
            // An agent with a custom model gets an apology rather than another model's answer.
            case .standard: settings.customLLM == nil ? languageModels : []
            }
        return [first] + backups.filter { $0.id != first.id }
    }

    private func languageModel(for settings: CallSettings) -> any LanguageModel {
        if let custom = settings.customLLM {
            return makeLanguageModel(
                LanguageModelEndpoint(
                    baseURL: custom.url, api: custom.api == .responses ? .responses : .chatCompletions,
                    model: custom.modelID, apiKey: custom.apiKey, headers: custom.headers,
                    seesImages: custom.seesImages))
        }
        return languageModels.first { $0.id == settings.llm } ?? findLanguageModel(settings.llm) ?? languageModels[0]
    }
}

/// How much of a model's context is left for the conversation, beside the agent's prompt and tools.
struct ContextRoom: Sendable, Hashable {
    /// For the conversation; 0 when prompt and tools alone are more than the model takes.
    let tokens: Int
    /// Whether the conversation will soon be longer than its room.
    let isTight: Bool
    /// What there is to say of a room that is too small or tight.
    let complaint: String

    var isTooSmall: Bool { tokens == 0 }

    /// What a model is told of a tool.
    static func text(of tool: ToolSettings) -> String { "\(tool.name) \(tool.description) \(tool.parameters.text)" }

    init(instructions: String, _ settings: CallSettings, in model: any LanguageModel, _ options: CallOptions) {
        guard let length = model.contextLength else {
            (tokens, isTight, complaint) = (.max, false, "")
            return
        }
        let fixed = instructions + settings.tools.map(Self.text).joined(separator: "\n")
        let size = TokenEstimate.tokens(in: fixed)
        guard TokenEstimate.fewest(in: fixed) < length else {
            (tokens, isTight) = (0, true)
            complaint =
                "The agent's prompt and tools are about \(size) tokens; the context length of \(model.id) is "
                + "\(length) tokens."
            return
        }
        let rest = length - size - min(settings.maxTokens ?? options.answerTokens, length / 4)
        tokens = max(rest, length / 8)
        isTight = rest < length / 4
        complaint =
            "The agent's prompt and tools leave little room for the conversation; the context length of "
            + "\(model.id) is \(length) tokens."
    }
}

extension ToolSettings {
    /// The tool as models are told of it.
    package var definition: ToolDefinition {
        let transfers = kind == .system(.transferToAgent) ? AgentTransfer.all(systemParameters) : [:]
        return ToolDefinition(
            name: name, description: description, parameters: parameters,
            cases: transfers.sorted { $0.key < $1.key }.map {
                ToolDefinition.Case(condition: $0.value.condition, arguments: ["agent_number": .integer($0.key)])
            })
    }
}
