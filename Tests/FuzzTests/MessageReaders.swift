import ConvAI
import Foundation

@testable import Agents
@testable import JSON
@testable import Server

extension Reader {
    static let json = messages(
        "JSON", corpus: clientMessages + serverMessages + documents,
        read: { data in
            let value = try JSONValue(parsing: data, limits: .client)
            return value.data
        },
        check: { data in
            guard let value = try? JSONValue(parsing: data, limits: .client) else { return }
            guard try JSONValue(parsing: value.data) == value else { throw Difference("written and read again") }
            // Foundation's reader takes more than RFC 8259 has, and takes long.
            guard data.count < 300, value.isPlain else { return }
            let other = try JSONDecoder().decode(JSONValue.self, from: data)
            guard value.isSame(other) else { throw Difference("Foundation reads \(other)") }
        })

    static let clientMessage = messages(
        "client messages", corpus: clientMessages,
        read: { try ClientMessage(frame: $0).json.data },
        check: { data in
            guard let message = try? ClientMessage(frame: data) else { return }
            if case .unknown = message { return }
            guard try ClientMessage(frame: message.json.data) == message else {
                throw Difference("written and read again")
            }
        })

    static let serverMessage = messages(
        "server messages", corpus: serverMessages,
        read: { try ServerMessage(frame: $0).json.data },
        check: { data in
            guard let message = try? ServerMessage(frame: data) else { return }
            guard try ServerMessage(frame: message.json.data).type == message.type else {
                throw Difference("written and read again")
            }
        })

    static let speechMessage = messages(
        "messages of speech sockets",
        corpus: [
            #"{"text":" ","voice_settings":{"speed":1.1},"xi_api_key":"Bearer k","context_id":"a"}"#,
            #"{"text":"Hello there. ","flush":true}"#, #"{"close_context":true,"contextId":"a"}"#, #"{"text":""}"#,
            #"{"close_socket":true}"#,
        ],
        read: {
            let message = try SpeechMessage(frame: $0)
            return Data("\(message)".utf8)
        })

    static let transcriptionMessage = messages(
        "messages of transcription sockets",
        corpus: [
            #"{"message_type":"input_audio_chunk","audio_base_64":"AAECAwQFBgc=","commit":false,"sample_rate":16000}"#,
            #"{"message_type":"input_audio_chunk","audio_base_64":"","commit":true}"#, #"{"message_type":"x"}"#,
        ], read: { try TranscriptionMessage(frame: $0).audio })

    static let cursor = Reader(
        name: "cursors", corpus: [#"[1700000000,7]"#, #"["é",1]"#].map { Array(Data($0.utf8).base64URL.utf8) },
        pieces: ["A", "_", "-", "=", "==", "%3D", "+/", "é", "\u{0}", "W1tb", "\n"].map { Array($0.utf8) },
        ordinary: { Array(Data(#"["\#(String(repeating: "n", count: $0 * 3 / 4))",1]"#.utf8).base64URL.utf8) },
        read: { chunks in
            var outcome = Outcome()
            do {
                let cursor = try Cursor(String(decoding: Array(chunks.joined()), as: UTF8.self))
                outcome.add(cursor.text.utf8)
            } catch {
                return .refused("a cursor")
            }
            return outcome
        })

    static let lexicon = Reader(
        name: "pronunciation lexicons",
        corpus: [
            Array(
                PronunciationLexicon.file(of: [
                    PronunciationRule("UN", .alias("United Nations")),
                    PronunciationRule("a", .phoneme("eɪ", alphabet: "ipa")),
                ])), Array("<lexicon><lexeme><grapheme>a</grapheme><alias>b &amp; c</alias></lexeme></lexicon>".utf8),
        ],
        pieces: [
            "<lexeme>", "</lexeme>", "<grapheme>", "</grapheme>", "<alias>", "</alias>", "<phoneme alphabet=\"x\">",
            "</phoneme>", "<", ">", "/>", "&amp;", "&#x41;", "&a;", "<!--", "-->", "<![CDATA[", "]]>", "<?a b?>",
            "<!DOCTYPE a [", "<!ENTITY a \"b\">", "xmlns:p=\"q\"", "p:", "\"", "'", "=", "é", "\u{0}", " ", "\n",
        ].map { Array($0.utf8) },
        brackets: [("<lexeme>", "</lexeme>"), ("<a b=\"c\">", "</a>")],
        ordinary: { size in
            let lexeme = "<lexeme><grapheme>a word</grapheme><alias>what is said in its place</alias></lexeme>"
            let lexemes = String(repeating: lexeme, count: max(1, size / lexeme.utf8.count))
            return Array("<lexicon>\(lexemes)</lexicon>".utf8)
        },
        // One alias is that of every written form beside it.
        growth: 40,
        read: { chunks in
            var outcome = Outcome()
            do {
                for rule in try PronunciationLexicon.rules(of: Data(chunks.joined())) {
                    outcome.add(rule.text.utf8)
                    switch rule.replacement {
                    case .alias(let text), .phoneme(let text, _): outcome.add(text.utf8)
                    }
                }
            } catch {
                return .refused("a lexicon")
            }
            return outcome
        })

    /// One JSON document is one message.
    private static func messages(
        _ name: String, corpus: [String], read: @escaping @Sendable (Data) throws -> Data,
        check: @escaping @Sendable (Data) throws -> Void = { _ in }
    ) -> Reader {
        Reader(
            name: name, corpus: corpus.map { Array($0.utf8) }, pieces: pieces.map { Array($0.utf8) },
            brackets: [
                ("[", "]"), (#"{"a":"#, "}"), ("[1,", "]"), (#"[{"a":"#, "}]"), (#"{"type":"#, "}"), ("[[],", "]"),
                (" [", " ]"),
            ],
            ordinary: { size in
                // A message whose other members hold all kinds of values.
                let filler = documents.joined(separator: ",")
                let fillers = Array(repeating: filler, count: max(1, size / filler.utf8.count))
                let members = #","filler":[\#(fillers.joined(separator: ","))]}"#
                return Array(corpus[0].utf8.dropLast()) + Array(members.utf8)
            },
            read: { chunks in
                var outcome = Outcome()
                do {
                    outcome.add(try read(Data(chunks.joined())))
                } catch {
                    return .refused("\(type(of: error))")
                }
                return outcome
            }, check: { try check(Data($0)) })
    }

    /// What decoders are known to stumble over, and what could cost them more than it is worth.
    private static let pieces = [
        "null", "[]", "{}", "-1", "1e999", "-0", "1E+3", "9223372036854775808", "1e300", "0.1", "5e-324", "true",
        "false", #""\ud800""#, #""\ud83d\ude42""#, #""""#, "\"", "{", "[", "}", "]", "[[[[", ":", ",", "\\", "\\u0000",
        "\\u0301\\u0316", #"\""#, "\u{0}", "\u{1F}", " ", "\r\n", "\t", "{},", #"{"":0},"#, "0,", #""a":1,"#, "9", "e9",
        ".9", "A", "é", "e\u{301}\u{316}", "\u{301}\u{316}", "\u{34F}", "\u{FEFF}", "👩‍👩‍👧", "\u{FFFF}", "\u{AC00}",
        "\u{344}", #""\u0301\u0316""#, "+/", "AAAA", "=",
    ]

    private static let clientMessages = [
        #"{"user_audio_chunk":"AAH+/w=="}"#, #"{"user_audio_chunk":""}"#, #"{"event_id":7,"type":"pong"}"#,
        #"{"text":"Hello","type":"user_message"}"#, #"{"type":"user_activity"}"#,
        #"{"context_id":"page","text":"Page 2","type":"contextual_update"}"#,
        #"{"event_id":3,"score":"like","type":"feedback"}"#, #"{"event_id":3,"score":null,"type":"feedback"}"#,
        #"{"error_type":"client_timeout","is_error":true,"result":{"a":[1,null]},"tool_call_id":"c","type":"client_tool_result"}"#,
        #"{"is_approved":true,"tool_call_id":"c","type":"mcp_tool_approval_result"}"#,
        #"{"files":[{"file_id":"f","type":"file_input"}],"text":{"text":"Look","type":"user_message"},"type":"multimodal_message"}"#,
        #"{"type":"conversation_initiation_client_data","custom_llm_extra_body":{"a":1},"conversation_config_override":{"agent":{"prompt":{"prompt":"Be kind."}},"text_only":true},"dynamic_variables":{"name":"Ann","n":2,"ok":true},"user_id":"u","source_info":{"source":"python_sdk","version":"2.78.0"}}"#,
        #"{"type":"enclave_setup_config","x":1}"#, #"{"type":"pong","event_id":"7"}"#, #"{"user_audio_chunk":"AAA"}"#,
    ]

    private static let serverMessages = [
        #"{"audio_event":{"audio_base_64":"AAH+/w==","event_id":3,"alignment":{"char_durations_ms":[80,120],"char_start_times_ms":[0,80],"chars":["H","i"]}},"type":"audio"}"#,
        #"{"conversation_initiation_metadata_event":{"agent_output_audio_format":"pcm_16000","conversation_id":"conv_1","user_input_audio_format":"ulaw_8000"},"type":"conversation_initiation_metadata"}"#,
        #"{"type":"user_transcript","user_transcription_event":{"event_id":5,"user_transcript":"Hello"}}"#,
        #"{"agent_response_event":{"agent_response":"Hi \"there\"","event_id":5},"type":"agent_response"}"#,
        #"{"agent_response_correction_event":{"corrected_agent_response":"Hi","event_id":5,"original_agent_response":"Hi there"},"type":"agent_response_correction"}"#,
        #"{"text_response_part":{"event_id":5,"text":"Hi","type":"delta"},"type":"agent_chat_response_part"}"#,
        #"{"client_tool_call":{"event_id":5,"parameters":{"day":"Monday"},"tool_call_id":"c","tool_name":"book"},"type":"client_tool_call"}"#,
        #"{"interruption_event":{"event_id":5},"type":"interruption"}"#,
        #"{"ping_event":{"event_id":5,"ping_ms":30},"type":"ping"}"#,
        #"{"type":"vad_score","vad_score_event":{"vad_score":0.5}}"#, #"{"type":"something_new","x":[1]}"#,
    ]

    private static let documents = [
        #"{"name":"Ann","numbers":[0,-1,1.5,1e3,2.5e-3,12345678901234567890],"flags":[true,false,null],"text":"a \"b\" \\ \/ \n é 🙂 \u00e9 \ud83d\ude42"}"#,
        #" [ 1 , { "a" : [ [ ] , { } ] } ] "#, #"{"a":1,"a":2,"b":{"a":{"a":{}}}}"#,
    ]
}

/// A property that does not hold.
struct Difference: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

extension JSONValue {
    /// Whether no text in it was changed by being read.
    fileprivate var isPlain: Bool { !text.unicodeScalars.contains("\u{34F}") }

    /// Whether both are the same, integers beyond 2⁵³ to the precision of other numbers.
    fileprivate func isSame(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame($1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { name, value in right[name].map(value.isSame) ?? false }
        case (.integer, .number), (.number, .integer): doubleValue == other.doubleValue
        default: self == other
        }
    }
}
