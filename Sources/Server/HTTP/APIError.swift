import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// An error answer in the API's shape: `{"detail": {"type", "code", "status", "message", "request_id"}}`.
struct APIError: HTTPResponseError {
    var status: HTTPResponse.Status
    /// The kind of error, such as `not_found`.
    var type: String
    /// The precise error, such as `agent_not_found`; also sent as `status`, which older clients read.
    var code: String
    /// The message for a person.
    var message: String
    var headers = HTTPFields()

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let traceID = (context as? ServerRequestContext)?.traceID ?? ""
        let detail: JSONValue = [
            "type": .string(type), "code": .string(code), "status": .string(code), "message": .string(message),
            "request_id": .string(traceID),
        ]
        var body: JSONValue = ["detail": detail]
        if request.isOpenAI { body["error"] = openAI }
        return Response.json(body, status: status, headers: headers)
    }
}

extension APIError {
    static func notFound(_ code: String, _ message: String) -> APIError {
        APIError(status: .notFound, type: "not_found", code: code, message: message)
    }

    static func unauthorized(_ status: String, _ message: String) -> APIError {
        APIError(status: .unauthorized, type: "authentication_error", code: status, message: message)
    }

    /// - Parameter what: the subject of the message, which is a WebSocket.
    static func upgradeRequired(_ what: String) -> APIError {
        APIError(
            status: .upgradeRequired, type: "validation_error", code: "upgrade_required",
            message: "\(what) is a WebSocket: the request must ask for an upgrade (RFC 6455).",
            headers: [.upgrade: "websocket"])
    }
}

extension Response {
    /// A JSON answer.
    static func json(
        _ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = HTTPFields()
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.data)))
    }
}
