import Agents
import Conversation
import Engines
import JSON
import Logging
import Speech

/// The voices of the speech API, with a limit on the texts spoken at the same time.
struct SpeechService: Sendable {
    /// The engines, once they are ready.
    let engines: @Sendable () async throws -> EngineCatalog
    let settings: any VoiceSettingsStore
    /// Has the pronunciation dictionaries.
    let workspace: Workspace
    let logger: Logger
    /// Room for texts at the same time: each has one piece of work in the engines' queue, which is mainly for calls.
    let texts = Capacity(32, of: "texts are being spoken")

    /// The voice of that id; the default voice for ids of the hosted platform, which this server does not have.
    ///
    /// - Throws: `EngineError`.
    func voice(_ id: String, language: String = "en") async throws -> any Synthesizer {
        let report: @Sendable (EngineError, String) -> Void = { [logger] failure, next in
            logger.warning("A voice failed.", metadata: ["error": "\(failure)", "next": "\(next)"])
        }
        guard let voice = try await engines().voice(id, language: language, onFailure: report) else {
            throw EngineError(.unavailable, engine: "speech", "This server has no voice.")
        }
        return voice
    }

    /// The rules of pronunciation dictionaries, in their order.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    func rules(of dictionaries: [PronunciationLocator]) async throws -> [PronunciationRule] {
        let found = try await workspace.dictionaries(Set(dictionaries))
        return try dictionaries.flatMap { locator in
            guard let dictionary = found[locator] else {
                throw StorageError.notFound(
                    Resource.Kind.pronunciationDictionary.rawValue, id: locator.versionID ?? locator.dictionaryID)
            }
            return dictionary.rules
        }
    }

    /// The voice's own rate of speech, for requests that name none.
    ///
    /// - Throws: The database's error.
    func speed(of voice: any Synthesizer) async throws -> Double {
        try await settings.settings(of: voice.id)["speed"]?.doubleValue ?? 1
    }
}
