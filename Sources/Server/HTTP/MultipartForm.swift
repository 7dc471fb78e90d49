import Agents
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// A form with a file, as browsers and SDKs send it.
struct MultipartForm: Sendable {
    /// A file on disk without a name; it is deleted with this value, or with the process, however that ends.
    final class Content: Sendable {
        /// Opens the file for this process and its children, for as long as this value lives.
        let url: URL
        private let descriptor: Int32

        /// - Throws: `APIError` when the disk has no room for a file.
        init() throws {
            let place = FileManager.default.temporaryDirectory.appending(path: "parley-upload-\(UUID().uuidString)")
            // Uploads must not be readable by other users of this machine.
            descriptor = open(place.path(percentEncoded: false), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw APIError.storageFull }
            unlink(place.path(percentEncoded: false))
            url = URL(filePath: "/proc/\(getpid())/fd/\(descriptor)")
        }

        deinit { close(descriptor) }
    }

    struct File: Sendable {
        /// The file's name, as the client calls it.
        var name: String
        var content: Content
        /// The file's size in bytes.
        var size: Int
    }

    /// The fields in the order of the form; a name may occur several times.
    private(set) var fields: [(name: String, value: String)] = []
    /// The files by the names of their fields.
    private(set) var files: [String: File] = [:]

    /// The first value of a field; nil when it is absent, empty or `null`, which SDKs send for a value that was not
    /// given.
    subscript(name: String) -> String? { all(name).first { !$0.isEmpty && $0 != "null" } }

    /// Every value of a repeated field, whose name may end in `[]`.
    func all(_ name: String) -> [String] {
        fields.filter { $0.name == name || $0.name == "\(name)[]" }.map(\.value)
    }

    /// The most bytes of all fields that are not files.
    private static let fieldsSize = 256 << 10
    /// The most bytes of everything besides the file: fields, headers of parts, text before and after the form.
    fileprivate static let overhead = 1 << 20
    /// The most parts: a thousand keyterms, and everything else.
    private static let maximumParts = 1100
    private static let maximumFiles = 1

    /// Builds a form from the events of its parser.
    fileprivate struct Builder {
        let limit: Int
        private var form = MultipartForm()
        private var part: (name: String, value: Data)?
        private var file: (field: String, file: File, handle: FileHandle)?
        private var parts = 0
        private var bytes = 0

        init(limit: Int) { self.limit = limit }

        /// - Throws: `APIError`, `MultipartParser.Malformed`.
        mutating func take(_ event: MultipartParser.Event) throws {
            switch event {
            case .began(let headers): try begin(headers)
            case .data(let data): try add(data)
            case .ended: end()
            }
        }

        /// - Throws: `MultipartParser.Malformed`.
        func finished() throws -> MultipartForm {
            guard file == nil, part == nil else { throw MultipartParser.Malformed(reason: "it breaks off") }
            return form
        }

        private mutating func begin(_ headers: [String: String]) throws {
            parts += 1
            guard parts <= maximumParts else {
                throw MultipartParser.Malformed(reason: "it has more than \(maximumParts) parts")
            }
            let disposition = HeaderParameters(headers["content-disposition"] ?? "")
            guard let name = disposition["name"] else { throw MultipartParser.Malformed(reason: "a part has no name") }
            guard let fileName = disposition["filename"] else {
                part = (name, Data())
                return
            }
            guard form.files.count < maximumFiles else { throw MultipartParser.Malformed(reason: "it has two files") }
            let content = try Content()
            file = (
                name, File(name: fileName, content: content, size: 0), try FileHandle(forWritingTo: content.url)
            )
        }

        private mutating func add(_ data: Data) throws {
            if let file {
                guard file.file.size + data.count <= limit else { throw APIError.tooLarge(limit) }
                do {
                    try file.handle.write(contentsOf: data)
                } catch {
                    throw APIError.storageFull
                }
                self.file?.file.size += data.count
            } else {
                bytes += data.count
                guard bytes <= fieldsSize else { throw APIError.tooLarge(fieldsSize) }
                part?.value.append(data)
            }
        }

        private mutating func end() {
            if let file {
                try? file.handle.close()
                form.files[file.field] = file.file
            } else if let part {
                form.fields.append((part.name, String(decoding: part.value, as: UTF8.self)))
            }
            (file, part) = (nil, nil)
        }
    }
}

extension Request {
    /// The body as a form.
    ///
    /// - Parameter limit: The most bytes of a file.
    /// - Throws: `APIError` 413 for a longer file and 415 for a body that is not a form, `ValidationError` for a
    ///   malformed one.
    func form(limit: Int) async throws -> MultipartForm {
        guard let boundary = headers[.contentType].flatMap(MultipartParser.boundary) else {
            throw APIError(
                status: .unsupportedMediaType, type: "validation_error", code: "unsupported_media_type",
                message: "The body must be a form, sent with Content-Type: multipart/form-data; boundary=….")
        }
        do {
            var parser = MultipartParser(boundary: boundary)
            var builder = MultipartForm.Builder(limit: limit)
            var size = 0
            for try await chunk in body {
                size += chunk.readableBytes
                guard size <= limit + MultipartForm.overhead else { throw APIError.tooLarge(limit) }
                for event in try parser.read(chunk.readableBytesView) { try builder.take(event) }
            }
            guard parser.isComplete else { throw MultipartParser.Malformed(reason: "it breaks off") }
            return try builder.finished()
        } catch let error as MultipartParser.Malformed {
            throw ValidationError([
                .init(loc: ["body"], msg: "Invalid form: \(error.reason).", type: "value_error")
            ])
        }
    }
}

extension APIError {
    /// The disk has no room for an upload.
    fileprivate static var storageFull: APIError {
        APIError(
            status: .init(code: 507, reasonPhrase: "Insufficient Storage"), type: "internal_error",
            code: "insufficient_storage",
            message: "The server cannot store the file.")
    }
}
