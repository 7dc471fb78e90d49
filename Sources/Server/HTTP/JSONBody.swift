import Agents
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

extension Request {
    /// The body as a JSON object; an empty body is an empty object.
    ///
    /// - Throws: `APIError` 413 for a body longer than `limit` bytes and 415 for one that is not declared as JSON,
    ///   `ValidationError` for anything that is not a JSON object.
    func jsonBody(limit: Int) async throws -> JSONValue {
        if let declared = headers[.contentLength].flatMap(Int.init), declared > limit { throw APIError.tooLarge(limit) }
        let data: ByteBuffer
        do {
            data = try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(limit)
        }
        guard data.readableBytes > 0 else { return [:] }
        if let declared = headers[.contentType], !Self.isJSON(declared) {
            throw APIError(
                status: .unsupportedMediaType, type: "validation_error", code: "unsupported_media_type",
                message: "The body must be JSON, sent with Content-Type: application/json.")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: Data(data.readableBytesView), limits: .client)
        } catch {
            throw ValidationError([.init(loc: ["body"], msg: "Invalid JSON: \(error).", type: "json_invalid")])
        }
        guard value.objectValue != nil else {
            throw ValidationError([.init(loc: ["body"], msg: "Input should be a valid object", type: "dict_type")])
        }
        return value
    }

    private static func isJSON(_ mediaType: String) -> Bool {
        let essence = mediaType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        return essence == "application/json" || (essence.hasPrefix("application/") && essence.hasSuffix("+json"))
    }
}

extension APIError {
    static func tooLarge(_ limit: Int) -> APIError {
        APIError(
            status: .contentTooLarge, type: "validation_error", code: "content_too_large",
            message: "The body is longer than \(limit) bytes.")
    }
}
