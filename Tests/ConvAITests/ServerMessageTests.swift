import ConvAI
import Foundation
import JSON
import Testing

@Suite("Messages of the server")
struct ServerMessageTests {
    static let response = AgentToolResponse(
        name: "end_call", callID: "call_1", toolType: "system", isError: false, eventID: 9)

    /// Every message with its exact frame.
    static let frames: [(ServerMessage, String)] = [
        (
            .initiationMetadata(
                ConversationMetadata(
                    conversationID: "conv_1", agentOutputAudioFormat: "pcm_16000", userInputAudioFormat: "ulaw_8000")),
            #"{"conversation_initiation_metadata_event":{"agent_output_audio_format":"pcm_16000","conversation_id":"conv_1","user_input_audio_format":"ulaw_8000"},"type":"conversation_initiation_metadata"}"#
        ),
        (
            .audio(AudioMessage(bytes: Data([0, 1, 254, 255]), eventID: 3)),
            #"{"audio_event":{"audio_base_64":"AAH+/w==","event_id":3},"type":"audio"}"#
        ),
        (
            .audio(
                AudioMessage(
                    bytes: Data(), eventID: 4,
                    alignment: Alignment(characters: ["H", "i"], startTimes: [0, 80], durations: [80, 120]))),
            #"{"audio_event":{"alignment":{"char_durations_ms":[80,120],"char_start_times_ms":[0,80],"chars":["H","i"]},"audio_base_64":"","event_id":4},"type":"audio"}"#
        ),
        (
            .userTranscript("Hello", eventID: 5),
            #"{"type":"user_transcript","user_transcription_event":{"event_id":5,"user_transcript":"Hello"}}"#
        ),
        (
            .tentativeUserTranscript("Hel", eventID: 5),
            #"{"tentative_user_transcription_event":{"event_id":5,"user_transcript":"Hel"},"type":"tentative_user_transcript"}"#
        ),
        (
            .agentResponse("Hi \"there\"", eventID: 5),
            #"{"agent_response_event":{"agent_response":"Hi \"there\"","event_id":5},"type":"agent_response"}"#
        ),
        (
            .agentResponseCorrection(original: "Hi there", corrected: "Hi", eventID: 5),
            #"{"agent_response_correction_event":{"corrected_agent_response":"Hi","event_id":5,"original_agent_response":"Hi there"},"type":"agent_response_correction"}"#
        ),
        (
            .agentResponseMetadata(["model": "m"], eventID: 5),
            #"{"agent_response_metadata_event":{"event_id":5,"metadata":{"model":"m"}},"type":"agent_response_metadata"}"#
        ),
        (
            .agentChatResponsePart(text: "", kind: .start, eventID: 5),
            #"{"text_response_part":{"event_id":5,"text":"","type":"start"},"type":"agent_chat_response_part"}"#
        ),
        (
            .agentChatResponsePart(text: "Hi", kind: .delta, eventID: 5),
            #"{"text_response_part":{"event_id":5,"text":"Hi","type":"delta"},"type":"agent_chat_response_part"}"#
        ),
        (
            .agentChatResponsePart(text: "", kind: .stop, eventID: 5),
            #"{"text_response_part":{"event_id":5,"text":"","type":"stop"},"type":"agent_chat_response_part"}"#
        ),
        (
            .agentResponseComplete(eventID: 5),
            #"{"agent_response_complete_event":{"event_id":5},"type":"agent_response_complete"}"#
        ),
        (.interruption(eventID: 6), #"{"interruption_event":{"event_id":6},"type":"interruption"}"#),
        (.ping(eventID: 7, roundTrip: 42), #"{"ping_event":{"event_id":7,"ping_ms":42},"type":"ping"}"#),
        (.ping(eventID: 7, roundTrip: nil), #"{"ping_event":{"event_id":7,"ping_ms":null},"type":"ping"}"#),
        (
            .clientToolCall(
                ClientToolCall(
                    name: "clock", callID: "call_1", parameters: ["zone": "UTC"], eventID: 8, expectsResponse: true)),
            #"{"client_tool_call":{"event_id":8,"expects_response":true,"parameters":{"zone":"UTC"},"tool_call_id":"call_1","tool_name":"clock"},"type":"client_tool_call"}"#
        ),
        (
            .agentToolRequest(AgentToolRequest(name: "clock", callID: "call_1", toolType: "client", eventID: 8)),
            #"{"agent_tool_request":{"event_id":8,"tool_call_id":"call_1","tool_name":"clock","tool_type":"client"},"type":"agent_tool_request"}"#
        ),
        (
            .agentToolResponse(response),
            #"{"agent_tool_response":{"event_id":9,"is_blocked":false,"is_called":true,"is_error":false,"tool_call_id":"call_1","tool_name":"end_call","tool_type":"system"},"type":"agent_tool_response"}"#
        ),
        (
            .agentToolResponseFullPayload(response, result: "{}", isTruncated: true),
            #"{"agent_tool_response_full_payload":{"event_id":9,"full_tool_result":"{}","is_blocked":false,"is_called":true,"is_error":false,"tool_call_id":"call_1","tool_name":"end_call","tool_type":"system","truncated":true},"type":"agent_tool_response_full_payload"}"#
        ),
        (
            .humanTakeover(isOn: true),
            #"{"external_agent_connected_event":{},"type":"external_agent_connected"}"#
        ),
        (
            .humanTakeover(isOn: false),
            #"{"external_agent_disconnected_event":{},"type":"external_agent_disconnected"}"#
        ),
        (.vadScore(0.75), #"{"type":"vad_score","vad_score_event":{"vad_score":0.75}}"#),
        (
            .contextUsage(eventID: 5, model: "m", tokens: 100, limit: 4096),
            #"{"context_usage_event":{"context_limit_tokens":4096,"context_tokens":100,"event_id":5,"model":"m"},"type":"context_usage"}"#
        ),
        (
            .turnProbability(0.5),
            #"{"turn_probability_internal_event":{"turn_probability":0.5},"type":"internal_turn_probability"}"#
        ),
        (
            .tentativeAgentResponse("Hi"),
            #"{"tentative_agent_response_internal_event":{"tentative_agent_response":"Hi"},"type":"internal_tentative_agent_response"}"#
        ),
        (
            .asrInitiationMetadata(["model": "moonshine"]),
            #"{"asr_initiation_metadata_event":{"model":"moonshine"},"type":"asr_initiation_metadata"}"#
        ),
        (
            .error(ErrorMessage(code: 1008, type: "override_error", message: "No.")),
            #"{"error_event":{"code":1008,"error_type":"override_error","message":"No."},"type":"error"}"#
        ),
        (
            .clientError(ErrorMessage(code: 1002, type: "llm_timeout", message: "Late.")),
            #"{"error_event":{"code":1002,"error_name":"llm_timeout","message":"Late."},"type":"client_error"}"#
        ),
    ]

    @Test("encodes to the exact frame", arguments: frames)
    func encodes(message: ServerMessage, frame: String) {
        #expect(message.json.text == frame)
    }

    @Test("decodes from its frame", arguments: frames)
    func decodes(message: ServerMessage, frame: String) throws {
        #expect(try ServerMessage(frame: Data(frame.utf8)) == message)
    }

    @Test("client_tool_call's parameters are an object whatever the model wrote")
    func parameters() {
        for wrong in [nil, "text", [1], 5] as [JSONValue] {
            let call = ClientToolCall(name: "t", callID: "c", parameters: wrong, eventID: 1, expectsResponse: false)
            #expect(ServerMessage.clientToolCall(call).json["client_tool_call"]?["parameters"] == [:])
        }
    }

    @Test("an unknown message is kept whole")
    func unknown() throws {
        let frame = #"{"queue_status_event":{"status":"waiting"},"type":"queue_status"}"#
        let message = try ServerMessage(frame: Data(frame.utf8))
        #expect(message.type == "queue_status")
        #expect(message.json.text == frame)
    }

    @Test("members that newer servers add are no obstacle, nor are null alignments")
    func tolerant() throws {
        let frame =
            #"{"type":"audio","audio_event":{"audio_base_64":"AAA=","event_id":1,"alignment":null,"is_final":false}}"#
        #expect(try ServerMessage(frame: Data(frame.utf8)) == .audio(AudioMessage(bytes: Data([0, 0]), eventID: 1)))
        let error = #"{"type":"error","error_event":{"code":1008,"reason":"Because","debug_message":"x"}}"#
        #expect(
            try ServerMessage(frame: Data(error.utf8))
                == .error(ErrorMessage(code: 1008, type: "unknown", message: "Because")))
    }

    @Test(
        "a malformed frame gets an error that names the fault",
        arguments: [
            ("", "JSON"), ("[]", "type"), (#"{"type":5}"#, "type"), (#"{"type":"audio"}"#, "audio_base_64"),
            (#"{"type":"audio","audio_event":{"audio_base_64":"?","event_id":1}}"#, "base64"),
            (#"{"type":"audio","audio_event":{"audio_base_64":"AAA="}}"#, "event_id"),
            (#"{"type":"ping","ping_event":{"event_id":"1"}}"#, "event_id"),
            (#"{"type":"agent_response","agent_response_event":{"event_id":1}}"#, "agent_response"),
            (#"{"type":"vad_score","vad_score_event":{"vad_score":"loud"}}"#, "vad_score"),
        ])
    func malformed(frame: String, names: String) {
        let error = #expect(throws: ClientMessageError.self) { try ServerMessage(frame: Data(frame.utf8)) }
        #expect(error?.description.contains(names) == true, "\(error?.description ?? "")")
    }
}

@Suite("client_events")
struct ClientEventsTests {
    static let always = [
        "conversation_initiation_metadata", "ping", "audio", "client_tool_call", "error", "client_error",
    ]
    static let byDefault = [
        "interruption", "agent_response", "user_transcript", "tentative_user_transcript", "agent_response_correction",
        "agent_tool_response", "external_agent_connected", "external_agent_disconnected",
    ]

    static func allowed(_ events: ClientEvents) -> Set<String> {
        Set(ServerMessageTests.frames.map(\.0).filter(events.allows).map(\.type))
    }

    @Test("nothing chosen: what official clients need")
    func defaults() {
        #expect(Self.allowed(ClientEvents(chosen: nil, isTextOnly: false)) == Set(Self.always + Self.byDefault))
    }

    @Test("an empty choice still sends what no client works without")
    func empty() {
        #expect(
            Self.allowed(ClientEvents(chosen: [], isTextOnly: false))
                == Set(
                    Self.always + [
                        "agent_response_correction", "agent_tool_response", "external_agent_connected",
                        "external_agent_disconnected",
                    ]))
    }

    @Test("each message is sent when it is chosen", arguments: ServerMessageTests.frames.map(\.0))
    func chosen(message: ServerMessage) {
        #expect(ClientEvents(chosen: [message.type], isTextOnly: false).allows(message))
    }

    @Test("text-only conversations stream chat parts unasked")
    func textOnly() {
        #expect(Self.allowed(ClientEvents(chosen: [], isTextOnly: true)).contains("agent_chat_response_part"))
    }
}
