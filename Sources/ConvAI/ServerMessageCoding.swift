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

    /// The name of the member with the contents, which does not follow from `type`.
    private var contentKey: String {
        switch self {
        case .userTranscript: "user_transcription_event"
        case .tentativeUserTranscript: "tentative_user_transcription_event"
        case .agentChatResponsePart: "text_response_part"
        case .clientToolCall, .agentToolRequest, .agentToolResponse, .agentToolResponseFullPayload: type
        case .turnProbability: "turn_probability_internal_event"
        case .tentativeAgentResponse: "tentative_agent_response_internal_event"
        case .error, .clientError: "error_event"
        default: type + "_event"
        }
    }

    /// The message as JSON. It always has a string `type`, without which the Python SDK ends the session.
    public var json: JSONValue {
        if case .unknown(_, let value) = self { return value }
        return .object(["type": .string(type), contentKey: content])
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
        func content(_ key: String) -> Reader { Reader(value[key] ?? [:]) }
        func text(_ reader: Reader, _ key: String) throws(ClientMessageError) -> String {
            try reader.require(key, \.stringValue, "a string")
        }
        func eventID(_ reader: Reader) throws(ClientMessageError) -> Int {
            try reader.require("event_id", \.intValue, "an integer")
        }
        switch type {
        case "conversation_initiation_metadata":
            let event = content("conversation_initiation_metadata_event")
            return .initiationMetadata(
                ConversationMetadata(
                    conversationID: try text(event, "conversation_id"),
                    agentOutputAudioFormat: try text(event, "agent_output_audio_format"),
                    userInputAudioFormat: try event.optional("user_input_audio_format", \.stringValue, "a string")
                        ?? "pcm_16000"))
        case "audio":
            let event = content("audio_event")
            guard let bytes = Base64.decode(try text(event, "audio_base_64")) else {
                throw ClientMessageError("audio_base_64: invalid base64.")
            }
            return .audio(
                AudioMessage(
                    bytes: bytes, eventID: try eventID(event),
                    alignment: event.value["alignment"].flatMap(Alignment.init))
            )
        case "user_transcript":
            let event = content("user_transcription_event")
            return .userTranscript(try text(event, "user_transcript"), eventID: event.value["event_id"]?.intValue ?? 0)
        case "tentative_user_transcript":
            let event = content("tentative_user_transcription_event")
            return .tentativeUserTranscript(
                try text(event, "user_transcript"), eventID: event.value["event_id"]?.intValue ?? 0)
        case "agent_response":
            let event = content("agent_response_event")
            return .agentResponse(try text(event, "agent_response"), eventID: event.value["event_id"]?.intValue ?? 0)
        case "agent_response_correction":
            let event = content("agent_response_correction_event")
            return .agentResponseCorrection(
                original: try text(event, "original_agent_response"),
                corrected: try text(event, "corrected_agent_response"), eventID: event.value["event_id"]?.intValue ?? 0)
        case "agent_response_metadata":
            let event = content("agent_response_metadata_event")
            return .agentResponseMetadata(event.value["metadata"] ?? .null, eventID: try eventID(event))
        case "agent_chat_response_part":
            let event = content("text_response_part")
            guard let kind = ResponsePartKind(rawValue: try text(event, "type")) else { return nil }
            return .agentChatResponsePart(
                text: event.value["text"]?.stringValue ?? "", kind: kind,
                eventID: event.value["event_id"]?.intValue ?? 0)
        case "agent_response_complete":
            return .agentResponseComplete(eventID: try eventID(content("agent_response_complete_event")))
        case "interruption":
            return .interruption(eventID: try eventID(content("interruption_event")))
        case "ping":
            let event = content("ping_event")
            return .ping(eventID: try eventID(event), roundTrip: event.value["ping_ms"]?.intValue)
        case "client_tool_call":
            let event = content("client_tool_call")
            return .clientToolCall(
                ClientToolCall(
                    name: try text(event, "tool_name"), callID: try text(event, "tool_call_id"),
                    parameters: event.value["parameters"] ?? [:], eventID: event.value["event_id"]?.intValue ?? 0,
                    expectsResponse: event.value["expects_response"]?.boolValue ?? true))
        case "agent_tool_request":
            let event = content("agent_tool_request")
            return .agentToolRequest(
                AgentToolRequest(
                    name: try text(event, "tool_name"), callID: try text(event, "tool_call_id"),
                    toolType: try text(event, "tool_type"), eventID: event.value["event_id"]?.intValue ?? 0))
        case "agent_tool_response":
            return .agentToolResponse(try AgentToolResponse(content("agent_tool_response")))
        case "agent_tool_response_full_payload":
            let event = content("agent_tool_response_full_payload")
            return .agentToolResponseFullPayload(
                try AgentToolResponse(event), result: event.value["full_tool_result"]?.stringValue ?? "",
                isTruncated: event.value["truncated"]?.boolValue ?? false)
        case "vad_score":
            return .vadScore(try content("vad_score_event").require("vad_score", \.doubleValue, "a number"))
        case "context_usage":
            let event = content("context_usage_event")
            return .contextUsage(
                eventID: try eventID(event), model: try text(event, "model"),
                tokens: try event.require("context_tokens", \.intValue, "an integer"),
                limit: try event.require("context_limit_tokens", \.intValue, "an integer"))
        case "internal_turn_probability":
            let event = content("turn_probability_internal_event")
            return .turnProbability(try event.require("turn_probability", \.doubleValue, "a number"))
        case "internal_tentative_agent_response":
            let event = content("tentative_agent_response_internal_event")
            return .tentativeAgentResponse(try text(event, "tentative_agent_response"))
        case "asr_initiation_metadata":
            return .asrInitiationMetadata(content("asr_initiation_metadata_event").value)
        case "error", "client_error":
            let event = content("error_event")
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
            name: try event.require("tool_name", \.stringValue, "a string"),
            callID: try event.require("tool_call_id", \.stringValue, "a string"),
            toolType: try event.require("tool_type", \.stringValue, "a string"),
            isError: event.value["is_error"]?.boolValue ?? false,
            isBlocked: event.value["is_blocked"]?.boolValue ?? false,
            isCalled: event.value["is_called"]?.boolValue ?? true, eventID: event.value["event_id"]?.intValue ?? 0)
    }

    var json: JSONValue {
        [
            "tool_name": .string(name), "tool_call_id": .string(callID), "tool_type": .string(toolType),
            "is_error": .bool(isError), "is_blocked": .bool(isBlocked), "is_called": .bool(isCalled),
            "event_id": .integer(eventID),
        ]
    }
}
