import Agents
import HTTPTypes
import Hummingbird
import JSON

extension Request {
    /// Whether an OpenAI client sent it, which reads other shapes than the hosted API's: to one of OpenAI's paths, with
    /// its key in `Authorization`, where the hosted API's clients have theirs in `xi-api-key`, or by its own name.
    var isOpenAI: Bool {
        if uri.path.hasPrefix("/v1/audio/") { return true }
        guard headers[name: "xi-api-key"] == nil else { return false }
        let program = headers[.userAgent]?.lowercased() ?? ""
        return program.contains("openai/") || (headers[.authorization] != nil && !program.contains("elevenlabs"))
    }
}

extension APIError {
    /// The same as OpenAI's clients read it, beside the hosted API's `detail`: `{"message", "type", "param", "code"}`.
    var openAI: JSONValue {
        ["message": .string(message), "type": .string(type), "param": nil, "code": .string(code)]
    }
}

extension ValidationError {
    /// The same as OpenAI's clients read it, beside the hosted API's `detail`: `{"message", "type", "param", "code"}`.
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
