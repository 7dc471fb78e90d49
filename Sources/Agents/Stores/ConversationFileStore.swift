import Foundation

/// The files that callers have sent. They belong to the records of their conversations: `ConversationStore.delete` removes
/// them with it.
public protocol ConversationFileStore: Sendable {
    /// Adds a file to its conversation, if it stays within `bounds`.
    ///
    /// - Throws: `StorageError.notFound` when there is no such conversation, `ConversationFileLimit`, or the database's
    ///   error.
    func insert(_ file: ConversationFile, bytes: Data, within bounds: ConversationFileBounds) async throws

    /// A file of a conversation with its content; nil when the conversation has none with the id.
    func get(_ id: String, of conversationID: String) async throws -> (file: ConversationFile, bytes: Data)?

    /// The same, for a message of the conversation: from now on the file stays as long as the record, unless no turn names
    /// it when `ConversationStore.finish` closes that, because a crash was faster.
    func use(_ id: String, of conversationID: String) async throws -> (file: ConversationFile, bytes: Data)?

    /// Removes a file that no message has used.
    ///
    /// - Throws: `StorageError.notFound` when the conversation has none with the id, `.used`, or the database's error.
    func delete(_ id: String, of conversationID: String) async throws
}

/// What the files of one conversation may be together.
public struct ConversationFileBounds: Sendable, Hashable {
    /// The most files.
    public var files: Int
    /// Most bytes of all of them.
    public var bytes: Int

    /// Creates bounds.
    public init(files: Int, bytes: Int) {
        self.files = files
        self.bytes = bytes
    }
}

/// A conversation takes no further file.
public enum ConversationFileLimit: Error, Sendable, Hashable, CustomStringConvertible {
    case files(Int)
    case bytes(Int)

    /// A message for the sender.
    public var description: String {
        switch self {
        case .files(let most): "The conversation has \(most) files already, which is as many as it may have."
        case .bytes(let most): "The files of the conversation would have more than \(most) bytes together."
        }
    }
}

extension ConversationFileBounds {
    /// Checks a further file of `size` bytes.
    ///
    /// - Throws: `ConversationFileLimit`.
    package func check(files count: Int, bytes total: Int, adding size: Int) throws {
        guard count < files else { throw ConversationFileLimit.files(files) }
        guard total + size <= bytes else { throw ConversationFileLimit.bytes(bytes) }
    }
}
