import ConvAI
import Foundation
import JSON
import Testing

@Suite("Messages of the client")
struct ClientMessageTests {
    /// Every message with its exact frame.
    static let frames: [(ClientMessage, String)] = [
        (.audio(Data([0, 1, 254, 255])), #"{"user_audio_chunk":"AAH+/w=="}"#),
        (.audio(Data()), #"{"user_audio_chunk":""}"#),
        (.pong(eventID: 7), #"{"event_id":7,"type":"pong"}"#),
        (.userMessage("Hello"), #"{"text":"Hello","type":"user_message"}"#),
        (.userActivity, #"{"type":"user_activity"}"#),
        (.contextualUpdate(text: "Page 2", contextID: nil), #"{"text":"Page 2","type":"contextual_update"}"#),
        (
            .contextualUpdate(text: "Page 2", contextID: "page"),
            #"{"context_id":"page","text":"Page 2","type":"contextual_update"}"#
        ),
        (.feedback(eventID: 3, score: .like), #"{"event_id":3,"score":"like","type":"feedback"}"#),
        (.feedback(eventID: 3, score: .dislike), #"{"event_id":3,"score":"dislike","type":"feedback"}"#),
        (.feedback(eventID: 3, score: nil), #"{"event_id":3,"score":null,"type":"feedback"}"#),
        (
            .clientToolResult(ClientToolResult(callID: "c", result: "noon")),
            #"{"is_error":false,"result":"noon","tool_call_id":"c","type":"client_tool_result"}"#
        ),
        (
            .clientToolResult(
                ClientToolResult(callID: "c", result: ["a": [1, nil]], isError: true, errorType: "client_timeout")),
            #"{"error_type":"client_timeout","is_error":true,"result":{"a":[1,null]},"tool_call_id":"c","type":"client_tool_result"}"#
        ),
        (
            .toolApproval(callID: "c", isApproved: true),
            #"{"is_approved":true,"tool_call_id":"c","type":"mcp_tool_approval_result"}"#
        ),
        (
            .multimodal(text: "Look", fileIDs: ["file_1"]),
            #"{"files":[{"file_id":"file_1","type":"file_input"}],"text":{"text":"Look","type":"user_message"},"type":"multimodal_message"}"#
        ),
        (
            .initiation(
                ConversationInitiation(
                    configOverride: ["agent": ["language": "de"]], customLLMExtraBody: ["k": 1],
                    dynamicVariables: ["name": "Ana", "age": 3, "vip": true], userID: "u", source: "swift_sdk",
                    sourceVersion: "1.0")),
            #"{"conversation_config_override":{"agent":{"language":"de"}},"custom_llm_extra_body":{"k":1},"dynamic_variables":{"age":3,"name":"Ana","vip":true},"source_info":{"source":"swift_sdk","version":"1.0"},"type":"conversation_initiation_client_data","user_id":"u"}"#
        ),
        (
            .initiation(ConversationInitiation(isTextOnly: true)),
            #"{"conversation_config_override":{"text_only":true},"custom_llm_extra_body":{},"dynamic_variables":{},"type":"conversation_initiation_client_data"}"#
        ),
    ]

    @Test("encodes to the exact frame", arguments: frames)
    func encodes(message: ClientMessage, frame: String) {
        #expect(message.json.text == frame)
    }

    @Test("decodes from its frame", arguments: frames)
    func decodes(message: ClientMessage, frame: String) throws {
        #expect(try ClientMessage(frame: Data(frame.utf8)) == message)
    }

    func decode(_ frame: String) throws -> ClientMessage { try ClientMessage(frame: Data(frame.utf8)) }

    @Test("audio is taken in each spelling of base64", arguments: ["-_8", "+/8=", "+/\\n8="])
    func spellings(audio: String) throws {
        #expect(try decode(#"{"user_audio_chunk":"\#(audio)"}"#) == .audio(Data([0xFB, 0xFF])))
    }

    @Test("what the Python SDK sends first")
    func pythonInitiation() throws {
        let message = try decode(
            """
            {"type": "conversation_initiation_client_data", "custom_llm_extra_body": {},
             "conversation_config_override": {}, "dynamic_variables": {},
             "source_info": {"source": "python_sdk", "version": "2.78.0"}}
            """)
        #expect(message == .initiation(ConversationInitiation(source: "python_sdk", sourceVersion: "2.78.0")))
        let beyond = try decode(
            #"{"type":"conversation_initiation_client_data","branch_id":"b","procedure_ids":[],"starting_workflow_node_id":"n"}"#
        )
        #expect(beyond == .initiation(ConversationInitiation(unfollowed: ["branch_id", "starting_workflow_node_id"])))
    }

    @Test("text_only at the top level, as the Python SDK without audio has it, marks a client without audio")
    func pythonTextOnly() throws {
        let top = try decode(
            #"{"type":"conversation_initiation_client_data","conversation_config_override":{"text_only":true}}"#)
        #expect(top == .initiation(ConversationInitiation(isTextOnly: true)))
        let nested = try decode(
            #"{"type":"conversation_initiation_client_data","conversation_config_override":{"conversation":{"text_only":true}}}"#
        )
        #expect(nested == .initiation(ConversationInitiation(configOverride: ["conversation": ["text_only": true]])))
    }

    @Test("initiation: every member may be absent, null or empty")
    func emptyInitiation() throws {
        for frame in [
            #"{"type":"conversation_initiation_client_data"}"#,
            #"{"type":"conversation_initiation_client_data","conversation_config_override":null,"custom_llm_extra_body":null,"dynamic_variables":null,"source_info":null,"user_id":null}"#,
            #"{"type":"conversation_initiation_client_data","conversation_config_override":{"agent":{"prompt":{"prompt":null},"first_message":null},"tts":{}}}"#,
        ] {
            #expect(try decode(frame) == .initiation(ConversationInitiation()), "\(frame)")
        }
    }

    @Test("a client tool's result is any JSON", arguments: ["\"x\"", "5", "true", "null", "[1]", "{\"a\":1}"])
    func toolResults(result: String) throws {
        let message = try decode(#"{"type":"client_tool_result","tool_call_id":"c","result":\#(result)}"#)
        #expect(
            message == .clientToolResult(ClientToolResult(callID: "c", result: try JSONValue(parsing: result))))
    }

    @Test("text of a user message may be null, files of a multimodal one come singly or in a list")
    func variants() throws {
        #expect(try decode(#"{"type":"user_message","text":null}"#) == .userMessage(""))
        #expect(
            try decode(#"{"type":"multimodal_message","text":null,"file":{"type":"file_input","file_id":"f"}}"#)
                == .multimodal(text: nil, fileIDs: ["f"]))
        #expect(
            try decode(#"{"type":"multimodal_message","files":[{"file_id":"a"},{"file_id":"b"}]}"#)
                == .multimodal(text: nil, fileIDs: ["a", "b"]))
    }

    @Test("an unknown type is no error")
    func unknown() throws {
        #expect(try decode(#"{"type":"enclave_setup_config","x":1}"#) == .unknown(type: "enclave_setup_config"))
    }

    @Test("a null chunk is none")
    func nullChunk() throws {
        #expect(try decode(#"{"user_audio_chunk":null,"type":"user_activity"}"#) == .userActivity)
    }

    static let malformedFrames: [(String, String)] = [
        ("", "The frame is not valid JSON: at byte 0, the text ends where a value was expected."),
        ("hello", "The frame is not valid JSON: at byte 0, a value was expected."),
        (
            #"{"type":"pong""#,
            "The frame is not valid JSON: at byte 14, the text ends where a comma or the end of the object was expected."
        ),
        ("[]", "The frame is not a JSON object."),
        ("5", "The frame is not a JSON object."), ("null", "The frame is not a JSON object."),
        ("{}", "type: a string is required, unless the message is a user_audio_chunk."),
        (#"{"type":null}"#, "type: a string is required, unless the message is a user_audio_chunk."),
        (#"{"type":{"a":1}}"#, "type: a string is required, unless the message is a user_audio_chunk."),
        (#"{"user_audio_chunk":5}"#, "user_audio_chunk: expected a base64 string."),
        (#"{"user_audio_chunk":"***"}"#, "user_audio_chunk: invalid base64."),
        (#"{"user_audio_chunk":"AAAAA"}"#, "user_audio_chunk: invalid base64."),
        (#"{"type":"pong"}"#, "event_id: required, an integer."),
        (#"{"type":"pong","event_id":"7"}"#, "event_id: expected an integer."),
        (#"{"type":"pong","event_id":1.5}"#, "event_id: expected an integer."),
        (#"{"type":"user_message","text":5}"#, "text: expected a string."),
        (#"{"type":"multimodal_message","file":{"file_id":5}}"#, "file_id: expected a string."),
        (#"{"type":"multimodal_message","files":"x"}"#, "files: expected an array."),
        (#"{"type":"multimodal_message","files":[null]}"#, "file_id: expected a string."),
        (#"{"type":"multimodal_message","text":{"text":5}}"#, "text: expected a string."),
        (#"{"type":"contextual_update"}"#, "text: required, a string."),
        (#"{"type":"contextual_update","text":"x","context_id":1}"#, "context_id: expected a string."),
        (#"{"type":"feedback","score":"like"}"#, "event_id: required, an integer."),
        (#"{"type":"feedback","event_id":1,"score":"love"}"#, #"score: expected "like", "dislike" or null."#),
        (#"{"type":"feedback","event_id":1,"score":5}"#, #"score: expected "like", "dislike" or null."#),
        (#"{"type":"client_tool_result","result":1}"#, "tool_call_id: required, a string."),
        (
            #"{"type":"client_tool_result","tool_call_id":"c","is_error":"no"}"#, "is_error: expected a boolean."
        ),
        (#"{"type":"mcp_tool_approval_result","tool_call_id":"c"}"#, "is_approved: required, a boolean."),
        (
            #"{"type":"conversation_initiation_client_data","conversation_config_override":"x"}"#,
            "conversation_config_override: expected an object."
        ),
        (
            #"{"type":"conversation_initiation_client_data","conversation_config_override":{"text_only":"yes"}}"#,
            "conversation_config_override.text_only: expected a boolean."
        ),
        (
            #"{"type":"conversation_initiation_client_data","dynamic_variables":[]}"#,
            "dynamic_variables: expected an object."
        ),
        (
            #"{"type":"conversation_initiation_client_data","custom_llm_extra_body":1}"#,
            "custom_llm_extra_body: expected an object."
        ),
        (#"{"type":"conversation_initiation_client_data","user_id":1}"#, "user_id: expected a string."),
    ]

    @Test("a malformed frame gets a readable error", arguments: malformedFrames)
    func malformed(frame: String, message: String) {
        let error = #expect(throws: ClientMessageError.self) { try decode(frame) }
        #expect(error?.description == message)
    }
}
