import ConvAI
import Conversation
import Foundation
import JSON
import TestSupport
import Server
import Testing

extension CallTests {
    /// Input that is wrong, hostile or merely odd, from a socket to a real call and back.
    @Suite("Bad input")
    struct BadInputTests {
        /// A frame and how its error begins.
        static let malformedFrames: [(String, String)] = [
            ("{", "The frame is not valid JSON"), ("[1,2]", "The frame"), ("\"text\"", "The frame"),
            (#"{"text":"hello"}"#, "type"), (#"{"type":5}"#, "type"),
            (#"{"user_audio_chunk":5}"#, "user_audio_chunk"), (#"{"user_audio_chunk":"@@@"}"#, "user_audio_chunk"),
            (#"{"type":"pong","event_id":"one"}"#, "event_id"), (#"{"type":"pong"}"#, "event_id"),
            (#"{"type":"user_message","text":["a"]}"#, "text"),
            (#"{"type":"contextual_update","text":7}"#, "text"),
            (#"{"type":"feedback","event_id":1,"score":"meh"}"#, "score"),
            (#"{"type":"client_tool_result","result":"x"}"#, "tool_call_id"),
            (#"{"type":"conversation_initiation_client_data","dynamic_variables":[]}"#, "dynamic_variables"),
        ]

        @Test("what cannot be read is explained and ends its call alone; the next call and the others go on")
        func malformed() async throws {
            try await ScriptedModel.run { _ in
                .text("Here I am.")
            } body: { model in
                try await ServedCalls.run(model.configuration(firstMessage: "Hello.")) { server in
                    try await server.connect { bystander in
                        try await bystander.beginText()
                        _ = try await bystander.message("agent_response")
                        for (frame, expected) in Self.malformedFrames {
                            try await server.connect { socket in
                                try await socket.beginText()
                                _ = try await socket.message("conversation_initiation_metadata")
                                try await socket.send(frame)
                                let (messages, code, reason) = try await socket.messagesToClose()
                                let errors = messages.suffix(2)
                                #expect(errors.map { $0["type"] } == ["error", "client_error"], "\(frame)")
                                #expect(
                                    errors.first?.value(at: "error_event", "error_type") == "invalid_message",
                                    "\(frame)")
                                #expect(
                                    errors.allSatisfy { $0.value(at: "error_event", "message")?.stringValue == reason },
                                    "\(frame)")
                                #expect(code == 1008, "\(frame)")
                                #expect(reason.hasPrefix(expected), "\(frame): \(reason)")
                            }
                        }
                        try await bystander.send(["type": "user_message", "text": "Are you there?"])
                        let answer = try await bystander.message("agent_response")
                        #expect(answer.value(at: "agent_response_event", "agent_response") == "Here I am.")
                    }
                }
            }
        }

        @Test("what is merely odd is ignored, and the call goes on")
        func odd() async throws {
            try await ScriptedModel.run { _ in
                .text("Here I am.")
            } body: { model in
                try await ServedCalls.run(model.configuration()) { server in
                    try await server.connect { socket in
                        let frames: [String] = [
                            #"{"type":"conversation_initiation_client_data","dynamic_variables":null}"#,
                            #"{"type":"conversation_initiation_client_data","user_id":"a second one"}"#,
                            // One byte, three bytes, none: half samples wait for their other half.
                            #"{"user_audio_chunk":"AA=="}"#, #"{"user_audio_chunk":"AAEC"}"#,
                            #"{"user_audio_chunk":""}"#,
                            #"{"type":"something_new","with":{"any":["thing"]}}"#,
                            #"{"type":"enclave_setup_config","agent_config_dict":{}}"#,
                            #"{"type":"pong","event_id":999999}"#, #"{"type":"feedback","event_id":-7,"score":null}"#,
                            #"{"type":"client_tool_result","tool_call_id":"of nobody","result":{"a":[1]}}"#,
                            #"{"type":"user_message","text":null}"#, #"{"type":"user_message","text":"   "}"#,
                            #"{"type":"mcp_tool_approval_result","tool_call_id":"x","is_approved":true}"#,
                        ]
                        for (index, frame) in frames.enumerated() {
                            // Official clients send text, bridges binary.
                            try await socket.send(Array(frame.utf8), opcode: index.isMultiple(of: 2) ? 1 : 2)
                        }
                        try await socket.send(["type": "user_message", "text": "Are you there?"])
                        let answer = try await socket.message("agent_response")
                        #expect(answer.value(at: "agent_response_event", "agent_response") == "Here I am.")
                    }
                }
            }
        }

        @Test("noise of any bytes in chunks of any size, also split in the middle of samples, harms nothing")
        func noise() async throws {
            try await ScriptedModel.run { _ in
                .text("Here I am.")
            } body: { model in
                for format in ["pcm_16000", "pcm_44100", "ulaw_8000"] {
                    let audio: JSONValue = ["asr": ["user_input_audio_format": .string(format)]]
                    try await ServedCalls.run(model.configuration().merging(audio)) { server in
                        try await server.connect { socket in
                            var generator = SeededGenerator(state: 7)
                            for _ in 0..<200 {
                                let count = Int.random(in: 0...1500, using: &generator)
                                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                                try await socket.send(ClientMessage.audio(Data(bytes)).json)
                            }
                            try await socket.send(["type": "user_message", "text": "Are you there?"])
                            let answer = try await socket.message("agent_response")
                            #expect(answer.value(at: "agent_response_event", "agent_response") == "Here I am.")
                        }
                    }
                }
            }
        }

        @Test("a client that sends nothing at all for the time allowed is told so and closed with 1002")
        func silentConnection() async throws {
            var options = CallOptions()
            options.initiationGrace = .milliseconds(100)
            var line = ConversationLine.Options()
            line.receiveTimeout = .seconds(1)
            try await ServedCalls.run(greeting(""), options: options, line: line) { server in
                try await server.connect { socket in
                    let (messages, code, reason) = try await socket.messagesToClose()
                    #expect(
                        messages.map { $0["type"] } == ["conversation_initiation_metadata", "error", "client_error"])
                    #expect(
                        messages[1].value(at: "error_event", "error_type") == "transport_receive_timeout")
                    #expect(code == 1002)
                    #expect(reason == "Nothing was received for 1 s.")
                }
            }
        }
    }
}
