import Foundation
import JSON

/// A message of a client on the conversation WebSocket, one JSON object a frame.
public enum ClientMessage: Sendable, Hashable {
    /// `user_audio_chunk`: any number of bytes in the call's input format.
    case audio(Data)
    case initiation(ConversationInitiation)
    case pong(eventID: Int)
    /// A whole turn, as text.
    case userMessage(String)
    /// The user is typing, and the agent is to wait.
    case userActivity
    /// Context that neither interrupts nor starts a turn; newer context with the same `contextID` replaces the older.
    case contextualUpdate(text: String, contextID: String?)
    case feedback(eventID: Int, score: FeedbackScore?)
    case clientToolResult(ClientToolResult)
    case toolApproval(callID: String, isApproved: Bool)
    /// The text of a `multimodal_message`, and the ids of the files that it names.
    case multimodal(text: String?, fileIDs: [String])
    /// A `type` that this version does not know, which is ignored, as the protocol demands.
    case unknown(type: String)
}

/// The user's rating of a response.
public enum FeedbackScore: String, Sendable, Hashable, Codable {
    case like
    case dislike
}

/// The client's answer to a `client_tool_call`.
public struct ClientToolResult: Sendable, Hashable {
    /// The `callID` of the `ClientToolCall` that is answered.
    public var callID: String
    /// The result, any JSON: official clients send strings, numbers and objects.
    public var result: JSONValue
    /// Whether the tool failed; `result` then is the error message.
    public var isError: Bool
    /// The kind of error for the record, such as `external_client`; nil without an error, or when the client gives
    /// none.
    public var errorType: String?

    /// Creates a result; a success unless `isError` is given.
    public init(callID: String, result: JSONValue, isError: Bool = false, errorType: String? = nil) {
        self.callID = callID
        self.result = result
        self.isError = isError
        self.errorType = errorType
    }
}

/// `conversation_initiation_client_data`: the client's overrides and variables for one conversation.
public struct ConversationInitiation: Sendable, Hashable {
    /// The configuration override as sent, without nulls, empty objects and a `text_only` at the top level: see
    /// `isTextOnly`.
    public var configOverride: JSONValue
    /// Members for the `elevenlabs_extra_body` of requests to a custom model; refused unless the agent permits them.
    public var customLLMExtraBody: [String: JSONValue]
    /// Values for the agent's `{{name}}` placeholders, by name.
    public var dynamicVariables: [String: JSONValue]
    /// The client's id for its user, kept in the record; nil when it gives none.
    public var userID: String?
    /// The name of the client, such as `python_sdk`; nil when it gives none.
    public var source: String?
    /// The version of `source`; nil when the client gives none.
    public var sourceVersion: String?
    /// The environment whose values of environment variables count; nil when the client names none.
    public var environment: String?
    /// `tool_mock_config`: which tools are not really run; an empty object for none.
    public var toolMocking: JSONValue
    /// The names of what the client gives of branches, workflows and procedures, which there are not.
    public var unfollowed: [String]
    /// Whether the client has no audio at all. The Python SDK without an audio interface sets `text_only` at the top
    /// level of the override. It needs no permission, because such a client can do nothing else.
    public var isTextOnly: Bool

    /// Creates initiation data; without arguments, the conversation is as the agent is configured.
    public init(
        configOverride: JSONValue = [:], customLLMExtraBody: [String: JSONValue] = [:],
        dynamicVariables: [String: JSONValue] = [:], userID: String? = nil, source: String? = nil,
        sourceVersion: String? = nil, environment: String? = nil, toolMocking: JSONValue = [:],
        unfollowed: [String] = [], isTextOnly: Bool = false
    ) {
        self.configOverride = configOverride
        self.customLLMExtraBody = customLLMExtraBody
        self.dynamicVariables = dynamicVariables
        self.userID = userID
        self.source = source
        self.sourceVersion = sourceVersion
        self.environment = environment
        self.toolMocking = toolMocking
        self.unfollowed = unfollowed
        self.isTextOnly = isTextOnly
    }
}

/// Why a client's frame could not be understood; `description` is sent to the client.
public struct ClientMessageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence, beginning with the name of the faulty field if there is one.
    public var description: String

    /// Creates an error; `description` is sent to the client as it is, and must hold nothing secret.
    public init(_ description: String) { self.description = description }
}

extension ClientMessage {
    /// Reads one frame.
    ///
    /// - Throws: `ClientMessageError` when the frame is not a JSON object, a member has the wrong type, a required one
    ///   is missing, or base64 is invalid.
    public init(frame: Data) throws(ClientMessageError) {
        let reader = try Reader(frame: frame)
        let value = reader.value
        if let chunk = value["user_audio_chunk"], !chunk.isNull {
            guard let text = chunk.stringValue else {
                throw ClientMessageError("user_audio_chunk: expected a base64 string.")
            }
            guard let bytes = Base64.decode(text) else {
                throw ClientMessageError("user_audio_chunk: invalid base64.")
            }
            self = .audio(bytes)
            return
        }
        guard let type = value["type"]?.stringValue else {
            throw ClientMessageError("type: a string is required, unless the message is a user_audio_chunk.")
        }
        switch type {
        case "conversation_initiation_client_data":
            self = .initiation(try ConversationInitiation(reader))
        case "pong":
            self = .pong(eventID: try reader.integer("event_id"))
        case "user_message":
            self = .userMessage(try reader.optionalText("text") ?? "")
        case "user_activity":
            self = .userActivity
        case "contextual_update":
            self = .contextualUpdate(text: try reader.text("text"), contextID: try reader.optionalText("context_id"))
        case "feedback":
            let score = try reader.optional(
                "score", { $0.stringValue.flatMap(FeedbackScore.init(rawValue:)) }, "\"like\", \"dislike\" or null")
            self = .feedback(eventID: try reader.integer("event_id"), score: score)
        case "client_tool_result":
            self = .clientToolResult(
                ClientToolResult(
                    callID: try reader.text("tool_call_id"), result: value["result"] ?? .null,
                    isError: try reader.optional("is_error", \.boolValue, "a boolean") ?? false,
                    errorType: try reader.optionalText("error_type")))
        case "mcp_tool_approval_result":
            self = .toolApproval(
                callID: try reader.text("tool_call_id"),
                isApproved: try reader.require("is_approved", \.boolValue, "a boolean"))
        case "multimodal_message":
            self = try Self.multimodal(value)
        default:
            self = .unknown(type: type)
        }
    }

    private static func multimodal(_ message: JSONValue) throws(ClientMessageError) -> ClientMessage {
        var files: [JSONValue] = []
        if let list = message["files"], !list.isNull {
            guard let list = list.arrayValue else { throw ClientMessageError("files: expected an array.") }
            files = list
        }
        if let file = message["file"], !file.isNull { files.append(file) }
        var ids: [String] = []
        for file in files {
            guard let id = file["file_id"]?.stringValue else { throw ClientMessageError("file_id: expected a string.") }
            ids.append(id)
        }
        // Of a typed turn the whole message stands here.
        let text = message["text"] ?? .null
        let words = text.objectValue == nil ? text : text["text"] ?? .null
        guard words.isNull || words.stringValue != nil else { throw ClientMessageError("text: expected a string.") }
        return .multimodal(text: words.stringValue, fileIDs: ids)
    }

    /// The message as JSON, in the form in which a client sends it.
    public var json: JSONValue {
        switch self {
        case .audio(let bytes):
            return ["user_audio_chunk": .string(bytes.base64EncodedString())]
        case .initiation(let initiation):
            return initiation.json
        case .pong(let eventID):
            return ["type": "pong", "event_id": .integer(eventID)]
        case .userMessage(let text):
            return ["type": "user_message", "text": .string(text)]
        case .userActivity:
            return ["type": "user_activity"]
        case .contextualUpdate(let text, let contextID):
            var message: JSONValue = ["type": "contextual_update", "text": .string(text)]
            if let contextID { message["context_id"] = .string(contextID) }
            return message
        case .feedback(let eventID, let score):
            return [
                "type": "feedback", "event_id": .integer(eventID),
                "score": score.map { .string($0.rawValue) } ?? .null,
            ]
        case .clientToolResult(let result):
            var message: JSONValue = [
                "type": "client_tool_result", "tool_call_id": .string(result.callID), "result": result.result,
                "is_error": .bool(result.isError),
            ]
            if let errorType = result.errorType { message["error_type"] = .string(errorType) }
            return message
        case .toolApproval(let callID, let isApproved):
            return [
                "type": "mcp_tool_approval_result", "tool_call_id": .string(callID), "is_approved": .bool(isApproved),
            ]
        case .multimodal(let text, let fileIDs):
            return [
                "type": "multimodal_message",
                "text": text.map { ["type": "user_message", "text": .string($0)] } ?? .null,
                "files": .array(fileIDs.map { ["type": "file_input", "file_id": .string($0)] }),
            ]
        case .unknown(let type):
            return ["type": .string(type)]
        }
    }
}

extension ConversationInitiation {
    /// Reads the message, or the same object from elsewhere; its `type` does not matter.
    ///
    /// - Throws: `ClientMessageError`.
    public init(json: JSONValue) throws(ClientMessageError) {
        guard json.objectValue != nil else { throw ClientMessageError("expected an object.") }
        try self.init(Reader(json))
    }

    init(_ reader: Reader) throws(ClientMessageError) {
        var override = (try reader.optionalObject("conversation_config_override") ?? [:]).pruned ?? [:]
        let textOnly = override["text_only"]
        guard textOnly == nil || textOnly?.boolValue != nil else {
            throw ClientMessageError("conversation_config_override.text_only: expected a boolean.")
        }
        override["text_only"] = nil
        let source = try reader.optionalObject("source_info")
        self.init(
            configOverride: override,
            customLLMExtraBody: try reader.optionalObject("custom_llm_extra_body")?.objectValue ?? [:],
            dynamicVariables: try reader.optionalObject("dynamic_variables")?.objectValue ?? [:],
            userID: try reader.optionalText("user_id"), source: source?["source"]?.stringValue,
            sourceVersion: source?["version"]?.stringValue,
            environment: try reader.optionalText("environment").flatMap { $0.isEmpty ? nil : $0 },
            toolMocking: try reader.optionalObject("tool_mock_config") ?? [:],
            unfollowed: ["branch_id", "procedure_ids", "starting_workflow_node_id"].filter { name in
                ![.null, "", []].contains(reader.value[name] ?? .null)
            }, isTextOnly: textOnly?.boolValue ?? false)
    }

    var json: JSONValue {
        var override = configOverride
        if isTextOnly { override["text_only"] = true }
        var message: JSONValue = [
            "type": "conversation_initiation_client_data", "conversation_config_override": override,
            "custom_llm_extra_body": .object(customLLMExtraBody), "dynamic_variables": .object(dynamicVariables),
        ]
        if toolMocking != [:] { message["tool_mock_config"] = toolMocking }
        if let userID { message["user_id"] = .string(userID) }
        if let environment { message["environment"] = .string(environment) }
        var info: [String: JSONValue] = [:]
        if let source { info["source"] = .string(source) }
        if let sourceVersion { info["version"] = .string(sourceVersion) }
        if !info.isEmpty { message["source_info"] = .object(info) }
        return message
    }
}

extension JSONValue {
    /// The value without nulls and without objects of nothing else; nil when nothing is left.
    fileprivate var pruned: JSONValue? {
        switch self {
        case .null: return Optional.none
        case .object(let members):
            let kept = members.compactMapValues(\.pruned)
            return kept.isEmpty ? Optional.none : .object(kept)
        default: return self
        }
    }
}

/// Reads members, with errors that name the faulty field.
struct Reader {
    let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    /// Reads the members of a client's frame.
    init(frame: Data) throws(ClientMessageError) {
        do {
            value = try JSONValue(parsing: frame, limits: .client)
        } catch {
            throw ClientMessageError("The frame is not valid JSON: \(error).")
        }
        guard value.objectValue != nil else { throw ClientMessageError("The frame is not a JSON object.") }
    }

    func optional<T>(
        _ key: String, _ read: (JSONValue) -> T?, _ expected: String
    ) throws(ClientMessageError) -> T? {
        guard let member = value[key], !member.isNull else { return nil }
        guard let result = read(member) else { throw ClientMessageError("\(key): expected \(expected).") }
        return result
    }

    func require<T>(
        _ key: String, _ read: (JSONValue) -> T?, _ expected: String
    ) throws(ClientMessageError) -> T {
        guard let result = try optional(key, read, expected) else {
            throw ClientMessageError("\(key): required, \(expected).")
        }
        return result
    }

    func text(_ key: String) throws(ClientMessageError) -> String { try require(key, \.stringValue, "a string") }

    func integer(_ key: String) throws(ClientMessageError) -> Int { try require(key, \.intValue, "an integer") }

    func optionalText(_ key: String) throws(ClientMessageError) -> String? {
        try optional(key, \.stringValue, "a string")
    }

    /// The event id; 0 when there is none.
    var eventID: Int { value["event_id"]?.intValue ?? 0 }

    func optionalObject(_ key: String) throws(ClientMessageError) -> JSONValue? {
        // Not `? nil :`, whose `nil` would be JSON's null.
        try optional(key, { $0.objectValue.map(JSONValue.object) }, "an object")
    }
}
