import Foundation
import JSON

extension ServerMessage {
    /// The message's `type`, which is also its name in `client_events`.
    public var type: String {
        switch self {
        case .initiationMetadata: "conversation_initiation_metadata"
        case .audio: "audio"
        case .userTranscript: "user_transcript"
        case .tentativeUserTranscript: "tentative_user_transcript"
        case .agentResponse: "agent_response"
        case .agentResponseCorrection: "agent_response_correction"
        case .agentResponseMetadata: "agent_response_metadata"
        case .agentChatResponsePart: "agent_chat_response_part"
        case .agentResponseComplete: "agent_response_complete"
        case .interruption: "interruption"
        case .ping: "ping"
        case .clientToolCall: "client_tool_call"
        case .agentToolRequest: "agent_tool_request"
        case .agentToolResponse: "agent_tool_response"
        case .agentToolResponseFullPayload: "agent_tool_response_full_payload"
        case .mcpToolCall: "mcp_tool_call"
        case .mcpConnectionStatus: "mcp_connection_status"
        case .humanTakeover(let isOn): isOn ? "external_agent_connected" : "external_agent_disconnected"
        case .vadScore: "vad_score"
        case .contextUsage: "context_usage"
        case .turnProbability: "internal_turn_probability"
        case .tentativeAgentResponse: "internal_tentative_agent_response"
        case .asrInitiationMetadata: "asr_initiation_metadata"
        case .error: "error"
        case .clientError: "client_error"
        case .unknown(let type, _): type
        }
    }

    /// The name of the member with the contents of a message, which does not follow from its type.
    private static func contentKey(_ type: String) -> String {
        switch type {
        case "user_transcript": "user_transcription_event"
        case "tentative_user_transcript": "tentative_user_transcription_event"
        case "agent_chat_response_part": "text_response_part"
        case "client_tool_call", "agent_tool_request", "agent_tool_response", "agent_tool_response_full_payload",
            "mcp_tool_call", "mcp_connection_status":
            type
        case "client_error": "error_event"
        case "internal_turn_probability": "turn_probability_internal_event"
        case "internal_tentative_agent_response": "tentative_agent_response_internal_event"
        default: type + "_event"
        }
    }

    /// The message as JSON. It always has a string `type`, without which the Python SDK ends the session.
    public var json: JSONValue {
        if case .unknown(_, let value) = self { return value }
        return .object(["type": .string(type), Self.contentKey(type): content])
    }

    private var content: JSONValue {
        switch self {
        case .initiationMetadata(let metadata):
            return [
                "conversation_id": .string(metadata.conversationID),
                "agent_output_audio_format": .string(metadata.agentOutputAudioFormat),
                "user_input_audio_format": .string(metadata.userInputAudioFormat),
            ]
        case .audio(let audio):
            var content: JSONValue = [
                "audio_base_64": .string(audio.bytes.base64EncodedString()), "event_id": .integer(audio.eventID),
            ]
            if let alignment = audio.alignment {
                content["alignment"] = [
                    "chars": .array(alignment.characters.map(JSONValue.string)),
                    "char_start_times_ms": .array(alignment.startTimes.map(JSONValue.integer)),
                    "char_durations_ms": .array(alignment.durations.map(JSONValue.integer)),
                ]
            }
            return content
        case .userTranscript(let text, let eventID), .tentativeUserTranscript(let text, let eventID):
            return ["user_transcript": .string(text), "event_id": .integer(eventID)]
        case .agentResponse(let text, let eventID):
            return ["agent_response": .string(text), "event_id": .integer(eventID)]
        case .agentResponseCorrection(let original, let corrected, let eventID):
            return [
                "original_agent_response": .string(original), "corrected_agent_response": .string(corrected),
                "event_id": .integer(eventID),
            ]
        case .agentResponseMetadata(let metadata, let eventID):
            return ["metadata": metadata, "event_id": .integer(eventID)]
        case .agentChatResponsePart(let text, let kind, let eventID):
            return ["text": .string(text), "type": .string(kind.rawValue), "event_id": .integer(eventID)]
        case .agentResponseComplete(let eventID), .interruption(let eventID):
            return ["event_id": .integer(eventID)]
        case .ping(let eventID, let roundTrip):
            // Null rather than absent: the Python SDK reads the key whenever it measures latency.
            return ["event_id": .integer(eventID), "ping_ms": roundTrip.map(JSONValue.integer) ?? .null]
        case .clientToolCall(let call):
            return [
                "tool_name": .string(call.name), "tool_call_id": .string(call.callID),
                "parameters": call.parameters.objectValue == nil ? [:] : call.parameters,
                "event_id": .integer(call.eventID), "expects_response": .bool(call.expectsResponse),
            ]
        case .agentToolRequest(let request):
            return [
                "tool_name": .string(request.name), "tool_call_id": .string(request.callID),
                "tool_type": .string(request.toolType), "event_id": .integer(request.eventID),
            ]
        case .agentToolResponse(let response):
            return response.json
        case .agentToolResponseFullPayload(let response, let result, let isTruncated):
            return response.json.merging(["full_tool_result": .string(result), "truncated": .bool(isTruncated)])
        case .mcpToolCall(let call):
            return call.json
        case .mcpConnectionStatus(let integrations):
            return ["integrations": .array(integrations.map(\.json))]
        case .humanTakeover:
            return [:]
        case .vadScore(let score):
            return ["vad_score": .number(score)]
        case .contextUsage(let eventID, let model, let tokens, let limit):
            return [
                "event_id": .integer(eventID), "model": .string(model), "context_tokens": .integer(tokens),
                "context_limit_tokens": .integer(limit),
            ]
        case .turnProbability(let probability):
            return ["turn_probability": .number(probability)]
        case .tentativeAgentResponse(let text):
            return ["tentative_agent_response": .string(text)]
        case .asrInitiationMetadata(let metadata):
            return metadata
        case .error(let error):
            return ["code": .integer(error.code), "error_type": .string(error.type), "message": .string(error.message)]
        case .clientError(let error):
            return ["code": .integer(error.code), "error_name": .string(error.type), "message": .string(error.message)]
        case .unknown(_, let value):
            return value
        }
    }

    /// Reads one frame, as a client does.
    ///
    /// - Throws: `ClientMessageError` when the frame is not a JSON object with a string `type`, or a known type lacks a
    ///   required member. Unknown types become `.unknown`.
    public init(frame: Data) throws(ClientMessageError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: frame)
        } catch {
            throw ClientMessageError("The frame is not valid JSON: \(error).")
        }
        guard let type = value["type"]?.stringValue else { throw ClientMessageError("type: required, a string.") }
        self = try Self.read(type, value) ?? .unknown(type: type, value)
    }

    private static func read(_ type: String, _ value: JSONValue) throws(ClientMessageError) -> ServerMessage? {
        let event = Reader(value[contentKey(type)] ?? [:])
        switch type {
        case "conversation_initiation_metadata":
            return .initiationMetadata(
                ConversationMetadata(
                    conversationID: try event.text("conversation_id"),
                    agentOutputAudioFormat: try event.text("agent_output_audio_format"),
                    userInputAudioFormat: try event.optionalText("user_input_audio_format") ?? "pcm_16000"))
        case "audio":
            guard let bytes = Base64.decode(try event.text("audio_base_64")) else {
                throw ClientMessageError("audio_base_64: invalid base64.")
            }
            return .audio(
                AudioMessage(
                    bytes: bytes, eventID: try event.integer("event_id"),
                    alignment: event.value["alignment"].flatMap(Alignment.init)))
        case "user_transcript":
            return .userTranscript(try event.text("user_transcript"), eventID: event.eventID)
        case "tentative_user_transcript":
            return .tentativeUserTranscript(try event.text("user_transcript"), eventID: event.eventID)
        case "agent_response":
            return .agentResponse(try event.text("agent_response"), eventID: event.eventID)
        case "agent_response_correction":
            return .agentResponseCorrection(
                original: try event.text("original_agent_response"),
                corrected: try event.text("corrected_agent_response"), eventID: event.eventID)
        case "agent_response_metadata":
            return .agentResponseMetadata(
                event.value["metadata"] ?? .null, eventID: try event.integer("event_id"))
        case "agent_chat_response_part":
            guard let kind = ResponsePartKind(rawValue: try event.text("type")) else { return nil }
            return .agentChatResponsePart(
                text: event.value["text"]?.stringValue ?? "", kind: kind, eventID: event.eventID)
        case "agent_response_complete":
            return .agentResponseComplete(eventID: try event.integer("event_id"))
        case "interruption":
            return .interruption(eventID: try event.integer("event_id"))
        case "ping":
            return .ping(eventID: try event.integer("event_id"), roundTrip: event.value["ping_ms"]?.intValue)
        case "client_tool_call":
            return .clientToolCall(
                ClientToolCall(
                    name: try event.text("tool_name"), callID: try event.text("tool_call_id"),
                    parameters: event.value["parameters"] ?? [:], eventID: event.eventID,
                    expectsResponse: event.value["expects_response"]?.boolValue ?? true))
        case "agent_tool_request":
            return .agentToolRequest(
                AgentToolRequest(
                    name: try event.text("tool_name"), callID: try event.text("tool_call_id"),
                    toolType: try event.text("tool_type"), eventID: event.eventID))
        case "agent_tool_response":
            return .agentToolResponse(try AgentToolResponse(event))
        case "agent_tool_response_full_payload":
            return .agentToolResponseFullPayload(
                try AgentToolResponse(event), result: event.value["full_tool_result"]?.stringValue ?? "",
                isTruncated: event.value["truncated"]?.boolValue ?? false)
        case "mcp_tool_call":
            return try MCPToolCall(event).map(ServerMessage.mcpToolCall)
        case "mcp_connection_status":
            return .mcpConnectionStatus((event.value["integrations"]?.arrayValue ?? []).compactMap(MCPIntegration.init))
        case "external_agent_connected", "external_agent_disconnected":
            return .humanTakeover(isOn: type == "external_agent_connected")
        case "vad_score":
            return .vadScore(try event.require("vad_score", \.doubleValue, "a number"))
        case "context_usage":
            return .contextUsage(
                eventID: try event.integer("event_id"), model: try event.text("model"),
                tokens: try event.integer("context_tokens"), limit: try event.integer("context_limit_tokens"))
        case "internal_turn_probability":
            return .turnProbability(try event.require("turn_probability", \.doubleValue, "a number"))
        case "internal_tentative_agent_response":
            return .tentativeAgentResponse(try event.text("tentative_agent_response"))
        case "asr_initiation_metadata":
            return .asrInitiationMetadata(event.value)
        case "error", "client_error":
            let error = ErrorMessage(
                code: event.value["code"]?.intValue ?? 1011,
                type: (event.value["error_type"] ?? event.value["error_name"])?.stringValue ?? "unknown",
                message: (event.value["message"] ?? event.value["reason"])?.stringValue ?? "")
            return type == "error" ? .error(error) : .clientError(error)
        default:
            return nil
        }
    }
}

extension Alignment {
    init?(_ value: JSONValue) {
        guard let characters = value["chars"]?.arrayValue, let starts = value["char_start_times_ms"]?.arrayValue,
            let durations = value["char_durations_ms"]?.arrayValue
        else { return nil }
        self.init(
            characters: characters.compactMap(\.stringValue), startTimes: starts.compactMap(\.intValue),
            durations: durations.compactMap(\.intValue))
    }
}

extension AgentToolResponse {
    init(_ event: Reader) throws(ClientMessageError) {
        self.init(
            name: try event.text("tool_name"), callID: try event.text("tool_call_id"),
            toolType: try event.text("tool_type"), isError: event.value["is_error"]?.boolValue ?? false,
            isBlocked: event.value["is_blocked"]?.boolValue ?? false,
            isCalled: event.value["is_called"]?.boolValue ?? true, eventID: event.eventID)
    }

    var json: JSONValue {
        [
            "tool_name": .string(name), "tool_call_id": .string(callID), "tool_type": .string(toolType),
            "is_error": .bool(isError), "is_blocked": .bool(isBlocked), "is_called": .bool(isCalled),
            "event_id": .integer(eventID),
        ]
    }
}
