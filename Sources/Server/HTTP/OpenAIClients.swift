import Agents
import HTTPTypes
import Hummingbird
import JSON

extension Request {
    /// Whether an OpenAI client sent the request and expects OpenAI's shapes: by one of OpenAI's paths, by a key in
    /// `Authorization` (the hosted API's clients send theirs in `xi-api-key`), or by its user agent.
    var isOpenAI: Bool {
        if uri.path.hasPrefix("/v1/audio/") { return true }
        guard headers[name: "xi-api-key"] == nil else { return false }
        let program = headers[.userAgent]?.lowercased() ?? ""
        return program.contains("openai/") || (headers[.authorization] != nil && !program.contains("elevenlabs"))
    }
}

extension APIError {
    /// The error in OpenAI's shape, `{"message", "type", "param", "code"}`, sent beside the hosted API's `detail`.
    var openAI: JSONValue {
        ["message": .string(message), "type": .string(type), "param": nil, "code": .string(code)]
    }
}

extension ValidationError {
    /// The error in OpenAI's shape, `{"message", "type", "param", "code"}`, sent beside the hosted API's `detail`.
    var openAI: JSONValue {
        [
            "message": .string(description), "type": "invalid_request_error",
            "param": issues.first.map { .string($0.path) } ?? .null,
            "code": issues.first.map { .string($0.type) } ?? .null,
        ]
    }

    func response(to request: Request) -> Response {
        var body = json
        if request.isOpenAI { body["error"] = openAI }
        return .json(body, status: .unprocessableContent)
    }
}
