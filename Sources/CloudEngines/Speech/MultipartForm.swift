import Foundation

/// The body of a request that uploads a file (RFC 7578).
struct MultipartForm: Sendable {
    private let boundary: String
    private var content = Data()

    /// - Parameter boundary: A text that occurs in none of the parts.
    init(boundary: String = "parley-" + UUID().uuidString) {
        self.boundary = boundary
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The body of the whole form.
    var body: Data { content + Data("--\(boundary)--\r\n".utf8) }

    /// - Parameter name: A plain word, which is not escaped.
    mutating func add(_ name: String, _ value: String) {
        begin("name=\"\(name)\"")
        end(Data(value.utf8))
    }

    /// - Parameters:
    ///   - name: A plain word such as `file`, which is not escaped.
    ///   - type: The media type.
    mutating func add(_ name: String, file: String, type: String, _ bytes: Data) {
        begin("name=\"\(name)\"; filename=\"\(file)\"\r\nContent-Type: \(type)")
        end(bytes)
    }

    private mutating func begin(_ disposition: String) {
        content += Data("--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8)
    }

    private mutating func end(_ bytes: Data) {
        content += bytes
        content += Data("\r\n".utf8)
    }
}
