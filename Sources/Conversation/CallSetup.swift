import Agents
import Engines
import JSON
import TurnTaking

extension TurnPolicy {
    /// The server's policy with an agent's settings laid over it.
    init(_ settings: CallSettings, _ options: CallOptions, _ engines: EngineCatalog) {
        self = options.turnPolicy
        let turn = settings.turn
        usesTurnDetector = engines.turnDetector != nil
        usesEndOfUtteranceModel = engines.endOfUtteranceModel != nil
        speculates = turn.isSpeculative
        turnTimeout = turn.timeout.map(Span.seconds)
        initialWait = turn.initialWait.map(Span.seconds)
        silenceEndCall = turn.silenceEndCallTimeout.map(Span.seconds)
        let usual = settings.language.hasPrefix("en") ? options.fillerDelay / .seconds(1) : nil
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
                    model: custom.modelID, apiKey: custom.apiKey, headers: custom.headers))
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

    init(instructions: String, _ settings: CallSettings, in model: any LanguageModel, _ options: CallOptions) {
        guard let length = model.contextLength else {
            (tokens, isTight, complaint) = (.max, false, "")
            return
        }
        let tools = settings.tools.map { "\($0.name) \($0.description) \($0.parameters.text)" }
        let fixed = instructions + tools.joined(separator: "\n")
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
