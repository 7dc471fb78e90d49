import JSON

/// One object of a streamed `/chat/completions` answer, or the whole answer of a server that does not stream.
struct ChatCompletionChunk: Decodable {
    struct Choice: Decodable {
        var delta: Delta?
        var message: Delta?
        var finish_reason: String?
    }

    struct Delta: Decodable {
        var content: String?
        var tool_calls: [ToolCallPiece]?
    }

    struct ToolCallPiece: Decodable {
        struct Function: Decodable {
            var name: String?
            /// The arguments as pieces of JSON text; some servers send the object itself.
            var arguments: JSONValue?
        }

        var index: Int?
        var id: String?
        var function: Function?
    }

    struct Usage: Decodable {
        struct Details: Decodable {
            var cached_tokens: Int?
        }

        var prompt_tokens: Int?
        var completion_tokens: Int?
        var prompt_tokens_details: Details?
    }

    var choices: [Choice]?
    var usage: Usage?
    var error: JSONValue?
}
