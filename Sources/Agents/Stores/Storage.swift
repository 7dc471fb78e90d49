/// Everything of a server that outlives a call, but for the recordings (`RecordingStore`): whichever database keeps it.
///
/// Each function of the stores is atomic: it happens as a whole or not at all, and nobody sees half of it. Each can
/// throw the database's error, besides the errors that it names. What is the same for every database, such as the
/// validation of a patch or the hashing of a key, stands in extensions of the protocols, so that a store is persistence
/// and nothing else.
public protocol Storage: Sendable {
    /// The agents.
    var agents: any AgentStore { get }
    /// What agents share: tools, secrets and the like.
    var resources: any ResourceStore { get }
    /// The records of calls.
    var conversations: any ConversationStore { get }
    /// The files that callers have sent.
    var files: any ConversationFileStore { get }
    /// What is owed after calls.
    var outbox: any Outbox { get }
    /// The API keys.
    var keys: any KeyStore { get }
    /// The default settings of voices for the speech API.
    var voiceSettings: any VoiceSettingsStore { get }
    /// Makes and checks signed URLs.
    var signedURLs: SignedURLs { get }
    /// Encrypts secrets that are stored.
    var vault: SecretVault { get }
}

/// Why something could not be stored or found.
public enum StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file cannot be opened, read or written, or is no database.
    case unusable(String, reason: String)
    /// The disk has no room for the file to grow.
    case full(String)
    /// A later version of Parley wrote the file.
    case newer(String)
    /// The secrets in the file were encrypted with a key that is not there.
    case wrongKey(String, reason: String)
    /// Another server uses the folder.
    case inUse(String)
    /// There is no thing of this kind, such as `agent`, with the id.
    case notFound(String, id: String)
    /// There already is a thing of this kind with the id.
    case alreadyExists(String, id: String)
    /// The thing of this kind with the id cannot be removed, because something refers to it.
    case used(String, id: String)
    /// The cursor of a page does not come from a list.
    case invalidCursor

    /// The message for a person.
    public var description: String {
        switch self {
        case .full(let path): "The disk of \(path) is full: make room on it and start again."
        case .unusable(let path, let reason): "The database \(path) cannot be used: \(reason)."
        case .newer(let path): "The database \(path) was written by a newer version of Parley; this one cannot read it."
        case .wrongKey(let path, let reason): "The secrets in \(path) cannot be read: \(reason)."
        case .inUse(let folder):
            "Another Parley server is using \(folder). Stop it, or give this one a folder of its own with --data."
        case .notFound(let kind, let id): "There is no \(kind) \(id)."
        case .alreadyExists(let kind, let id): "There is already a \(kind) \(id)."
        case .used(let kind, let id): "The \(kind) \(id) is used, so it cannot be removed."
        case .invalidCursor: "The cursor is invalid."
        }
    }
}
