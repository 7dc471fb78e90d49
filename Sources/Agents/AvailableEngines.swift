import JSON

/// The ids of the engines that a server has, as configurations may name them.
public struct AvailableEngines: Sendable, Hashable {
    /// The ids that `prompt.llm` may name; the first is the default. One that ends in `*` stands for every id that
    /// begins so.
    public var languageModels: [String]
    /// The ids that `tts.voice_id` and `tts.model_id` may name; the first is the default.
    public var voices: [String]
    /// Ids of speech recognisers; the first is the default.
    public var transcribers: [String]
    /// Codes of the languages that are spoken and understood, such as `en`; `mul` stands for all.
    public var languages: [String]

    /// Creates the set of these ids.
    public init(languageModels: [String], voices: [String], transcribers: [String], languages: [String]) {
        self.languageModels = languageModels
        self.voices = voices
        self.transcribers = transcribers
        self.languages = languages
    }

    /// The ids in a configuration that this server does not have, and what is used instead, as sentences for a record.
    /// The hosted service's defaults, which every agent has that chooses nothing, are left out: see `standIns`.
    ///
    /// - Parameter configuration: `conversation_config`, complete.
    public func warnings(for configuration: JSONValue) -> [String] {
        let standIns = Set(standIns)
        return allWarnings(for: configuration).filter { !standIns.contains($0) }
    }

    /// What is used instead of the hosted service's defaults, as sentences for the server's log.
    public var standIns: [String] { allWarnings(for: ConfigurationSchema.conversation.filled(nil)) }

    private func allWarnings(for configuration: JSONValue) -> [String] {
        var warnings: [String] = []
        func check(_ path: String, _ id: String?, among known: [String], isKnown: (String, String) -> Bool = (==)) {
            guard let id, !id.isEmpty, !known.contains(where: { isKnown($0, id) }) else { return }
            let substitute = known.first.map { "\"\($0)\" is used instead" } ?? "there is no engine to use instead"
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
        for language in (configuration["language_presets"]?.objectValue ?? [:]).keys.sorted()
        where !languages.contains(where: { $0 == "mul" || Self.primary($0) == Self.primary(language) }) {
            warnings.append(
                "language_presets.\(language): this server does not both speak and understand this language; a call "
                    + "does not change to it.")
        }
        for field in ["voice_id", "model_id"] {
            check("tts.\(field)", configuration.value(at: "tts", field)?.stringValue, among: voices) {
                // The id may also name one of the voice's speakers.
                $0 == $1 || $1.hasPrefix("\($0):")
            }
        }
        let others = configuration.value(at: "tts", "supported_voices")?.arrayValue ?? []
        for (place, voice) in others.enumerated() {
            guard let id = voice["voice_id"]?.stringValue,
                !voices.contains(where: { $0 == id || id.hasPrefix("\($0):") })
            else { continue }
            warnings.append(
                "tts.supported_voices.\(place).voice_id: \"\(id)\" is not configured on this server; the agent's own voice "
                    + "is used instead.")
        }
        // Every agent names a provider of the hosted service by default, which stands for the server's own choice.
        let provider = configuration.value(at: "asr", "provider")?.stringValue
        if provider.map(Self.hostedProviders.contains) != true { check("asr.provider", provider, among: transcribers) }
        // Not part of the API, but of many tutorials for it.
        check("stt.model_id", configuration.value(at: "stt", "model_id")?.stringValue, among: transcribers)
        return warnings
    }

    /// The values of `asr.provider` in agents that chose none.
    private static let hostedProviders = ["scribe_realtime", "elevenlabs"]

    /// The primary part of a language tag: `en` of `en-GB`.
    private static func primary(_ language: String) -> String {
        String(language.lowercased().prefix { $0 != "-" && $0 != "_" })
    }
}
