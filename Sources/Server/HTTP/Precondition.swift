import Foundation
import HTTPTypes
import Hummingbird

/// The version of something that a change is meant for: `If-Match` (RFC 9110, 13.1.1). Without it every version will do.
struct Precondition: Sendable {
    private let tags: [String]?

    init(_ request: Request) {
        tags = request.headers[.ifMatch].map { header in
            header.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// - Parameter kind: what it is, such as `agent`.
    /// - Throws: `APIError` 412 when somebody else has changed it since.
    func check(_ version: String, of kind: String) throws {
        guard let tags, !tags.contains("*"), !tags.contains(HTTPFields.tag(version)) else { return }
        throw APIError(
            status: .preconditionFailed, type: "conflict", code: "\(kind)_changed",
            message: "The \(kind) was changed since it was read: read it again, and change what is there now.",
            headers: .version(version))
    }
}

extension HTTPFields {
    /// The headers that tell the version of what is in an answer.
    static func version(_ version: String) -> HTTPFields { [.eTag: tag(version)] }

    fileprivate static func tag(_ version: String) -> String { "\"\(version)\"" }
}
