import JSON

/// One object of a streamed `/chat/completions` answer, or the whole answer of a server that does not stream.
struct ChatCompletionChunk: Decodable {
    struct Choice: Decodable {
        var delta: Delta?
        var message: Delta?
        var finishReason: String?

        enum CodingKeys: String, CodingKey {
            case delta, message
            case finishReason = "finish_reason"
        }
    }

    struct Delta: Decodable {
        var content: String?
        var toolCalls: [ToolCallPiece]?

        enum CodingKeys: String, CodingKey {
            case content
            case toolCalls = "tool_calls"
        }
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
            var cachedTokens: Int?

            enum CodingKeys: String, CodingKey {
                case cachedTokens = "cached_tokens"
            }
        }

        var promptTokens: Int?
        var completionTokens: Int?
        var promptDetails: Details?

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case promptDetails = "prompt_tokens_details"
        }
    }

    var choices: [Choice]?
    var usage: Usage?
    var error: JSONValue?
}
