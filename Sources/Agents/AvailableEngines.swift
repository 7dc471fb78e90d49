import JSON

/// The ids of the engines that a server has, as configurations may name them.
public struct AvailableEngines: Sendable, Hashable {
    /// What `prompt.llm` may name; the first is the default. One that ends in `*` stands for all that begin so.
    public var languageModels: [String]
    /// What `tts.voice_id` and `tts.model_id` may name; the first is the default.
    public var voices: [String]
    /// Ids of speech recognisers; the first is the default.
    public var transcribers: [String]
    /// Codes of the languages that are spoken and understood, such as `en`; `mul` stands for all.
    public var languages: [String]

    /// Engines of these ids.
    public init(languageModels: [String], voices: [String], transcribers: [String], languages: [String]) {
        self.languageModels = languageModels
        self.voices = voices
        self.transcribers = transcribers
        self.languages = languages
    }

    /// What of a configuration names something that is not here, and what stands in for it; sentences for a record. The
    /// hosted service's defaults, which every agent has that chooses nothing, are not among it: see `standIns`.
    ///
    /// - Parameter configuration: `conversation_config`, complete.
    public func warnings(for configuration: JSONValue) -> [String] {
        let standIns = Set(standIns)
        return allWarnings(for: configuration).filter { !standIns.contains($0) }
    }

    /// What stands in for the hosted service's defaults: sentences for the server's log.
    public var standIns: [String] { allWarnings(for: ConfigurationSchema.conversation.filled(nil)) }

    private func allWarnings(for configuration: JSONValue) -> [String] {
        var warnings: [String] = []
        func check(_ path: String, _ id: String?, among known: [String], isKnown: (String, String) -> Bool = (==)) {
            guard let id, !id.isEmpty, !known.contains(where: { isKnown($0, id) }) else { return }
            let substitute = known.first.map { "\"\($0)\" is used instead" } ?? "there is nothing to use instead"
            warnings.append("\(path): \"\(id)\" is not configured on this server; \(substitute).")
        }
        let prompt = configuration.value(at: "agent", "prompt")
        if prompt?.value(at: "custom_llm", "url")?.stringValue == nil || prompt?["llm"] != "custom-llm" {
            check("agent.prompt.llm", prompt?["llm"]?.stringValue, among: languageModels) {
                $0.hasSuffix("*") ? $1.hasPrefix($0.dropLast()) : $0 == $1
            }
        }
        check("agent.language", configuration.value(at: "agent", "language")?.stringValue, among: languages) {
            $0 == "mul" || Self.primary($0) == Self.primary($1)
        }
        for field in ["voice_id", "model_id"] {
            check("tts.\(field)", configuration.value(at: "tts", field)?.stringValue, among: voices) {
                // Or one of the voice's speakers.
                $0 == $1 || $1.hasPrefix("\($0):")
            }
        }
        // Every agent has a provider of the hosted service, which stands for the server's own choice.
        let provider = configuration.value(at: "asr", "provider")?.stringValue
        if provider.map(Self.hostedProviders.contains) != true { check("asr.provider", provider, among: transcribers) }
        // Not a part of the API, but of many tutorials for it.
        check("stt.model_id", configuration.value(at: "stt", "model_id")?.stringValue, among: transcribers)
        return warnings
    }

    /// What `asr.provider` is unless somebody chose.
    private static let hostedProviders = ["scribe_realtime", "elevenlabs"]

    /// `en` of `en-GB`.
    private static func primary(_ language: String) -> String {
        String(language.lowercased().prefix { $0 != "-" && $0 != "_" })
    }
}
