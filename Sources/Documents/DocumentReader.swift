import Foundation
import JSON

/// Tells what a file is by its content, and what a language model can be shown of it: the text of a document, or an image
/// as it is. Names and declared types, which are the sender's claims, count for nothing.
public struct DocumentReader: Sendable {
    /// Limits for a server that receives files from strangers.
    public struct Limits: Sendable {
        /// Most bytes of a file: long manuals with pictures.
        public var file = 10 << 20
        /// Most bytes of an image: 5 MB in base 64, which is the least that services of models take.
        public var image = 3_750_000
        /// Most pixels of an image's width, and of its height: what services of models take.
        public var imageSide = 8_000
        /// Most bytes of text that are kept of a file: a hundred pages, several times what a model is shown.
        public var text = 256 << 10
        /// Most pages of a PDF that are read.
        public var pages = 200
        /// Longest wait for the text of a PDF; 200 pages take a second.
        public var time: Duration = .seconds(20)
        /// Processor time for the same, in seconds.
        public var processorTime = 10
        /// Address space for the same, in bytes: shared libraries take some 100 MiB.
        public var memory = 1 << 30

        /// The limits above.
        public init() {}
    }

    /// What was found in a file.
    public struct Document: Sendable, Hashable {
        /// The type by the content: `application/pdf`, `text/plain` or an image's.
        public var mimeType: String
        /// What can be shown of it.
        public var content: Content

        /// What can be shown of a file.
        public enum Content: Sendable, Hashable {
            /// Text, whole or only its beginning; the number of pages that were read is nil where there are none.
            case text(String, isWhole: Bool, pages: Int?)
            /// An image of this size in pixels.
            case image(width: Int, height: Int)
        }
    }

    /// The limits of this reader.
    public let limits: Limits

    /// Creates a reader.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - file: must stay as it is until this returns.
    ///   - data: the file's content.
    /// - Throws: `DocumentError`, or `CancellationError`.
    public func read(_ file: URL, _ data: Data) async throws -> Document {
        guard data.count <= limits.file else { throw DocumentError.tooLarge(bytes: limits.file) }
        if let image = ImageHeader(data) {
            guard data.count <= limits.image else { throw DocumentError.tooLarge(bytes: limits.image) }
            guard max(image.width, image.height) <= limits.imageSide else {
                throw DocumentError.tooManyPixels(side: limits.imageSide)
            }
            return Document(
                mimeType: image.format.rawValue, content: .image(width: image.width, height: image.height))
        }
        if needsProgram(data) {
            do {
                return Document(mimeType: "application/pdf", content: try await PDFText(limits: limits).read(file))
            } catch let error as DocumentError {
                // A text about PDFs names the mark as well, though not at its beginning.
                guard !data.starts(with: Self.mark), let text = try? plainText(data) else { throw error }
                return text
            }
        }
        return try plainText(data)
    }

    private static let mark = Data("%PDF-".utf8)

    /// Whether a file is read by another program, which takes a core for up to some seconds. Readers of PDFs look for the
    /// mark in the first kilobyte.
    public func needsProgram(_ data: Data) -> Bool {
        ImageHeader(data) == nil && data.prefix(1024).range(of: Self.mark) != nil
    }

    private func plainText(_ data: Data) throws(DocumentError) -> Document {
        // No more is looked at than can be kept, with room for white space: this is work of the server's own threads.
        let head = PlainText.prefix(of: data, bytes: 2 * limits.text)
        guard let text = PlainText.decoded(head) else { throw DocumentError.unsupported }
        let tidied = PlainText.tidied(text)
        let short = PlainText.prefix(of: tidied, bytes: limits.text)
        let isWhole = head.count == data.count && short.utf8.count == tidied.utf8.count
        return Document(mimeType: "text/plain", content: .text(short, isWhole: isWhole, pages: nil))
    }
}

/// Why a file is not taken.
public enum DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    case tooLarge(bytes: Int)
    case tooManyPixels(side: Int)
    /// It is neither text nor a PDF nor an image that models take.
    case unsupported
    /// The document is damaged, or protected; why, as far as it is known.
    case unreadable(String)
    /// The program that reads PDFs is not on the `PATH`.
    case noReader

    /// A message for the sender of the file.
    public var description: String {
        switch self {
        case .tooLarge(let bytes):
            "The file is too large: at most \(bytes.formatted(.number.locale(Locale(identifier: "en")))) bytes are taken."
        case .tooManyPixels(let side): "The image is too large: at most \(side) by \(side) pixels are taken."
        case .unsupported:
            "The file is of no type that is taken: text (in UTF-8, UTF-16 or Windows-1252), PDF, PNG, JPEG, GIF or WebP, by "
                + "its content."
        case .unreadable(let reason): "The document cannot be read: \(reason)."
        case .noReader: "This server cannot read PDFs: poppler-utils is not installed (`make setup` installs it)."
        }
    }
}

/// Text in the encodings that people's files have.
enum PlainText {
    /// The text of a file: UTF-8, UTF-16 with its mark, or else Windows-1252, which spreadsheets write; nil when it is in
    /// another encoding, or holds control characters, as everything else does that is no text.
    static func decoded(_ data: Data) -> String? {
        let text: String? =
            if data.starts(with: [0xEF, 0xBB, 0xBF]) {
                String(data: data.dropFirst(3), encoding: .utf8)
            } else if isUTF16(data) {
                utf16(data)
            } else {
                String(data: data, encoding: .utf8)
                    ?? (isWestern(data) ? String(data: data, encoding: .windowsCP1252) : nil)
            }
        guard let text,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || "\t\n\r\u{C}".unicodeScalars.contains($0) })
        else { return nil }
        // Everything below compares characters.
        return text.streamSafe
    }

    /// Whether letters with accents stand between those without. In other encodings of one byte, and of two, whole words have
    /// no byte of ASCII, and would be read as signs that mean nothing.
    private static func isWestern(_ data: Data) -> Bool {
        var run = 0
        return data.allSatisfy { byte in
            run = byte < 0x80 ? 0 : run + 1
            return run < 6
        }
    }

    private static func isUTF16(_ data: Data) -> Bool {
        data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF])
    }

    /// Half of a character at the end becomes U+FFFD.
    private static func utf16(_ data: Data) -> String {
        let (bytes, isBig) = (Array(data), data.first == 0xFE)
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map { place in
            let (one, two) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isBig ? one << 8 | two : two << 8 | one
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// The text without white space at the ends of lines and more than one empty line in a row: a model is not to spend
    /// its room on them.
    static func tidied(_ text: String) -> String {
        var lines: [Substring] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0.isNewline || $0 == "\u{C}" }) {
            let end = line.lastIndex { !$0.isWhitespace }
            let line = end.map { line[...$0] } ?? ""
            if !line.isEmpty || lines.last?.isEmpty == false { lines.append(line) }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    /// The beginning of a file, without a character that is cut at its end.
    static func prefix(of data: Data, bytes limit: Int) -> Data {
        guard data.count > limit else { return data }
        var head = data.prefix(limit - limit % 2)
        guard !isUTF16(data) else { return head }
        while let last = head.last, last & 0xC0 == 0x80 { head.removeLast() }
        if let last = head.last, last >= 0xC0 { head.removeLast() }
        return head
    }

    /// The longest beginning of whole Unicode scalars within `limit` bytes: a character may be as long as the text.
    static func prefix(of text: String, bytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        while text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return String(text.unicodeScalars[..<end])
    }
}
