import Foundation
import JSON

/// A file that the caller has sent in a conversation, with what a model can be shown of it.
public struct ConversationFile: Sendable, Hashable {
    /// What a model can be shown.
    public enum Content: Sendable, Hashable, Codable {
        /// A document's text, whole or only its beginning; the number of pages that were read is nil where there are none.
        case text(String, isWhole: Bool, pages: Int?)
        /// The file itself, an image of this size in pixels.
        case image(width: Int, height: Int)
    }

    /// The id: `file_` and 28 characters.
    public var id: String
    /// The conversation, whose record the file belongs to.
    public var conversationID: String
    /// The name that the sender gave it, for people: see `init`.
    public var name: String
    /// The type by the file's content.
    public var mimeType: String
    /// Bytes.
    public var size: Int
    /// What a model can be shown.
    public var content: Content
    /// Unix time in seconds.
    public var createdAt: Int

    /// The longest name that is kept, in characters: what file systems take.
    private static let longestName = 255

    /// Creates a file. Of `name` only the last part of a path is kept, without control characters, and at most 255
    /// characters.
    public init(
        id: String = Identifier.make("file"), conversationID: String, name: String, mimeType: String, size: Int,
        content: Content, createdAt: Int = Int(Date().timeIntervalSince1970)
    ) {
        self.id = id
        self.conversationID = conversationID
        self.name = Self.plain(name)
        self.mimeType = mimeType
        self.size = size
        self.content = content
        self.createdAt = createdAt
    }

    private static func plain(_ name: String) -> String {
        let last = name.streamSafe.split { $0 == "/" || $0 == "\\" }.last ?? ""
        let unicode = last.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            // Those that change the direction of text make a name look like another one.
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
        let plain = String(String(String.UnicodeScalarView(unicode)).prefix(longestName))
            .trimmingCharacters(in: .whitespaces)
        return plain.isEmpty ? "file" : plain
    }
}

extension TranscriptTurn {
    /// A file that the caller has sent with a turn.
    public struct FileInput: Sendable, Hashable, Codable {
        /// The file's id in its conversation.
        public var id: String
        /// The name that the sender gave it.
        public var name: String
        /// The type by the file's content.
        public var mimeType: String

        enum CodingKeys: String, CodingKey {
            case id = "file_id"
            case name = "original_filename"
            case mimeType = "mime_type"
        }

        /// What the record has of a file.
        public init(_ file: ConversationFile) {
            id = file.id
            name = file.name
            mimeType = file.mimeType
        }
    }
}
