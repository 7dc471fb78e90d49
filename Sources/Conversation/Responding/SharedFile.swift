import Agents
import Engines
import Foundation

/// A file of the caller's as the model is shown it.
struct SharedFile: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        /// The beginning of a document's text, or all of it; `omitted` is about how many tokens were left out, and nil when
        /// nobody knows of how much.
        case text(String, omitted: Int?, pages: Int?)
        case image(ModelImage)
        /// It was shown earlier, and is not any more.
        case forgotten
        /// There was no room for it beside the others that came with it.
        case omitted
        /// It could not be had.
        case missing
    }

    var name: String
    var content: Content

    /// A file that could not be had.
    static let missing = SharedFile(name: "", content: .missing)

    init(name: String, content: Content) {
        self.name = name
        self.content = content
    }

    init(_ file: ConversationFile, _ bytes: Data) {
        name = file.name
        content =
            switch file.content {
            case .text(let text, let isWhole, let pages): .text(text, omitted: isWhole ? 0 : nil, pages: pages)
            case .image:
                .image(ModelImage(id: file.id, mimeType: file.mimeType, base64: bytes.base64EncodedString()))
            }
    }

    /// Whether the model sees what is in it.
    var isShown: Bool {
        switch content {
        case .text, .image: true
        case .forgotten, .omitted, .missing: false
        }
    }

    /// The image; nil for other files.
    var image: ModelImage? { if case .image(let image) = content { image } else { nil } }

    /// Bytes of the image as it is sent; 0 for other files.
    var imageSize: Int { image?.base64.utf8.count ?? 0 }

    /// What an image takes of a model's context: the most that services of models count for one.
    private static let imageTokens = 1_600

    /// Estimated tokens of what the model is shown.
    var tokens: Int { TokenEstimate.tokens(in: account) + (image == nil ? 0 : Self.imageTokens) }

    /// The file with no more text than `tokens` hold.
    func fitted(tokens: Int) -> SharedFile {
        guard case .text(let text, let omitted, let pages) = content, TokenEstimate.tokens(in: text) > tokens else {
            return self
        }
        let short = TokenEstimate.prefix(of: text, tokens: tokens)
        let left = TokenEstimate.tokens(in: text) - TokenEstimate.tokens(in: short)
        return SharedFile(name: name, content: .text(short, omitted: omitted.map { $0 + left }, pages: pages))
    }

    /// What the model is told of the file, as part of the user's words.
    var account: String {
        switch content {
        case .missing: return "(The user sends a file, which could not be read.)"
        case .forgotten: return "(The user sends the file “\(name)”. It is no longer shown.)"
        case .omitted:
            return "(The user sends the file “\(name)”. It is not shown: too much was sent at once.)"
        case .image: return "(The user sends the image “\(name)”.)"
        case .text("", _, let pages):
            let hint = pages == nil ? "It is empty." : "There is no text in it: it may be a scan."
            return "(The user sends the file “\(name)”. \(hint))"
        case .text(let text, let omitted, let pages):
            let size = pages.map { ", \($0) \($0 == 1 ? "page" : "pages")" } ?? ""
            let end =
                switch omitted {
                case 0?: "(End of the file.)"
                case let left?: "(The rest of the file, about \(left * 3 / 4) words, is left out.)"
                case nil: "(The rest of the file is left out.)"
                }
            return "(The user sends the file “\(name)”\(size):)\n\(text)\n\(end)"
        }
    }
}

/// A file that came with the caller's words, for the model and for the record.
struct ReceivedFile: Sendable {
    var shown: SharedFile
    /// Nil for one that could not be had.
    var recorded: TranscriptTurn.FileInput?
}
