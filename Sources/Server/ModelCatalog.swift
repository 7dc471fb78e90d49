import Engines
import JSON

/// What this server speaks, thinks and hears with, as its answers name it.
public struct ModelCatalog: Sendable {
    /// A voice that agents can speak with.
    public struct Voice: Sendable, Hashable {
        /// What `tts.voice_id` names it.
        public var id: String
        /// What people call it.
        public var name: String
        /// BCP-47 language, such as `en`.
        public var language: String
        /// A sentence about it; may be empty.
        public var description: String

        /// A voice that speaks one language.
        public init(id: String, name: String, language: String = "en", description: String = "") {
            self.id = id
            self.name = name
            self.language = language
            self.description = description
        }
    }

    /// The first is the default.
    public var voices: [Voice]
    /// Ids that `prompt.llm` may name; the first is the default.
    public var languageModels: [String]
    /// Ids of speech recognisers; the first is the default.
    public var transcribers: [String]

    /// A catalog of these ids.
    public init(voices: [Voice], languageModels: [String], transcribers: [String]) {
        self.voices = voices
        self.languageModels = languageModels
        self.transcribers = transcribers
    }

    /// The engines of `engines` by their ids.
    public init(_ engines: EngineCatalog) {
        self.init(
            voices: engines.synthesizers.map { Voice(id: $0.id, name: $0.id) },
            languageModels: engines.languageModels.map(\.id), transcribers: engines.transcribers.map(\.id))
    }

    /// What of an agent's configuration names something that is not here, and what stands in for it.
    func warnings(for configuration: JSONValue) -> [String] {
        var warnings: [String] = []
        func check(_ path: String, _ value: JSONValue?, among known: [String]) {
            guard let id = value?.stringValue, !id.isEmpty, !known.contains(id) else { return }
            let substitute = known.first.map { "\"\($0)\" is used instead" } ?? "there is nothing to use instead"
            warnings.append("\(path): \"\(id)\" is not configured on this server; \(substitute).")
        }
        let prompt = configuration.value(at: "agent", "prompt")
        if prompt?.value(at: "custom_llm", "url")?.stringValue == nil || prompt?["llm"] != "custom-llm" {
            check("agent.prompt.llm", prompt?["llm"], among: languageModels)
        }
        check("tts.voice_id", configuration.value(at: "tts", "voice_id"), among: voices.map(\.id))
        check("tts.model_id", configuration.value(at: "tts", "model_id"), among: voices.map(\.id))
        // Not a part of the API, but of many tutorials for it.
        check("stt.model_id", configuration.value(at: "stt", "model_id"), among: transcribers)
        return warnings
    }
}
