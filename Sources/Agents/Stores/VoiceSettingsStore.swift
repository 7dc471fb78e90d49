import JSON

/// The default settings of voices, for requests that do not give them.
public protocol VoiceSettingsStore: Sendable {
    /// The settings of a voice that were changed, member by member; empty when none were.
    func settings(of voiceID: String) async throws -> JSONValue

    /// Merges `changes` into the settings, member by member; other members stay as they were.
    func change(_ changes: JSONValue, of voiceID: String) async throws
}
