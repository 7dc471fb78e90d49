import Audio
import Foundation
import JSON
import TestSupport
import Testing

extension CallTests {
    /// Text that comes in pieces, spoken over real WebSockets and heard by the recogniser.
    @Suite("The sockets of the speech API", .timeLimit(.minutes(5)))
    struct SpeechSocketTests {
        @Test("text that comes in pieces is spoken as it comes, with the place of each character")
        func streaming() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/stream-input?output_format=pcm_16000&model_id=eleven_flash_v2_5"
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    try await socket.send(["text": " ", "voice_settings": ["stability": 0.5, "speed": 1]])
                    for word in SpeechAPI.text.split(separator: " ") {
                        try await socket.send(["text": .string(word + " ")])
                    }
                    try await socket.send(["text": ""])
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1000)
                    #expect(all.messages.last?["isFinal"] == true)
                    let audio = all.messages.dropLast()
                    #expect(audio.count > 1 && audio.allSatisfy { $0["isFinal"] == .null })
                    let samples = SpeechAPI.pcm(of: audio)
                    try await SpeechAPI.expectText(samples, at: 16_000)
                    let characters = audio.flatMap { $0.value(at: "alignment", "chars")?.arrayValue ?? [] }
                    #expect(
                        characters.compactMap(\.stringValue).joined().trimmingCharacters(in: .whitespaces)
                            == SpeechAPI.text)
                    for message in audio {
                        let length = Data(base64Encoded: message["audio"]?.stringValue ?? "")?.count ?? 0
                        let starts = message.value(at: "alignment", "charStartTimesMs")?.arrayValue ?? []
                        let durations = message.value(at: "alignment", "charDurationsMs")?.arrayValue ?? []
                        for (start, duration) in zip(starts, durations) {
                            let end = (start.intValue ?? 0) + (duration.intValue ?? 0)
                            #expect(end <= length / 32 + 2, "from the message's own beginning")
                        }
                    }
                }
            }
        }

        @Test("several texts are spoken side by side, and one too many is refused")
        func contexts() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/multi-stream-input?output_format=pcm_16000"
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    try await socket.send(["text": "Good morning. ", "context_id": "a"])
                    try await socket.send(["text": "Good night. ", "context_id": "b", "flush": true])
                    try await socket.send(["context_id": "b", "close_context": true])
                    try await socket.send(["close_socket": true])
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1000)
                    for (id, words) in [("a", ["good", "morning"]), ("b", ["good", "night"])] {
                        let own = all.messages.filter { $0["contextId"]?.stringValue == id }
                        #expect(own.last?["isFinal"] == true)
                        let samples = SpeechAPI.pcm(of: own)
                        #expect(try await SpeechAPI.heard(samples, at: 16_000) == words)
                    }
                }
                // What was not flushed is not wanted after a close, and the name can be used again.
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    try await socket.send(["text": "Nobody hears ", "context_id": "a"])
                    try await socket.send(["context_id": "a", "close_context": true])
                    try await socket.send(["text": "Good evening. ", "context_id": "a"])
                    try await socket.send(["close_socket": true])
                    let all = try await socket.messagesToClose()
                    #expect(all.messages.count { $0["isFinal"] == true } == 2)
                    let samples = SpeechAPI.pcm(of: all.messages)
                    #expect(try await SpeechAPI.heard(samples, at: 16_000) == ["good", "evening"])
                }
                // Texts that were closed are nobody's to wait for, however far the server has come with them.
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    for index in 0..<12 {
                        let id = JSONValue.string("\(index)")
                        try await socket.send(["text": "Good evening. ", "context_id": id, "flush": true])
                        try await socket.send(["context_id": id, "close_context": true])
                    }
                    try await socket.send(["close_socket": true])
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1000)
                    let ended = all.messages.filter { $0["isFinal"] == true }.compactMap {
                        $0["contextId"]?.stringValue
                    }
                    #expect(Set(ended) == Set((0..<12).map(String.init)))
                }
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    for index in 0...5 { try await socket.send(["text": "One ", "context_id": .string("\(index)")]) }
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1008 && all.reason.contains("exceeded (5)"))
                    #expect(all.messages.last?["error"] == "max_simultaneous_contexts_exceeded")
                }
            }
        }

        @Test("a text for which nothing comes ends before its socket does")
        func forgottenContext() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/multi-stream-input?inactivity_timeout=1"
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    try await socket.send(["text": "Good ", "context_id": "a"])
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1008 && all.messages.count == 2)
                    #expect(all.messages.first?["contextId"] == "a" && all.messages.first?["isFinal"] == true)
                    #expect(all.messages.last?["error"] == "input_timeout_exceeded")
                }
            }
        }

        @Test("an empty text keeps its context open, and no other")
        func keptContext() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/multi-stream-input?output_format=pcm_16000&inactivity_timeout=2"
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    try await socket.send(["text": "Good ", "context_id": "kept"])
                    try await socket.send(["text": "Good ", "context_id": "forgotten"])
                    // Another text, spoken again and again, is the clock.
                    var (hasEnded, rounds) = (false, 0)
                    while !hasEnded {
                        rounds += 1
                        try await socket.send(["text": "", "context_id": "kept"])
                        try await socket.send(["text": "Yes. ", "context_id": .string("clock\(rounds)"), "flush": true])
                        try await socket.send(["context_id": .string("clock\(rounds)"), "close_context": true])
                        var message: JSONValue = [:]
                        while message["contextId"] != .string("clock\(rounds)") || message["isFinal"] != true {
                            message = try JSONValue(parsing: try await socket.text())
                            guard message["isFinal"] == true else { continue }
                            #expect(message["contextId"] != "kept")
                            hasEnded = hasEnded || message["contextId"] == "forgotten"
                        }
                    }
                    try await socket.send(["text": "evening. ", "context_id": "kept"])
                    try await socket.send(["close_socket": true])
                    let all = try await socket.messagesToClose()
                    #expect(all.messages.allSatisfy { $0["contextId"] == "kept" })
                    let samples = SpeechAPI.pcm(of: all.messages)
                    #expect(try await SpeechAPI.heard(samples, at: 16_000) == ["good", "evening"])
                }
            }
        }

        @Test("a client that says nothing, or nonsense, is told so")
        func refusals() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/stream-input"
                for (query, message, word) in [
                    ("?inactivity_timeout=1", nil, "input_timeout_exceeded"),
                    ("", "no JSON", "invalid_message"), ("", "[]", "invalid_message"),
                    ("", #"{"text": 5}"#, "invalid_message"),
                    ("", #"{"text": "a", "voice_settings": {"speed": 9}}"#, "invalid_message"),
                    ("?output_format=aiff", #"{"text": "a"}"#, "invalid_message"),
                    ("?inactivity_timeout=0", nil, "invalid_message"),
                ] {
                    try await TestWebSocket.connect(to: served.port, path + query) { socket in
                        if let message { try await socket.send(message) }
                        let all = try await socket.messagesToClose()
                        #expect(all.code == 1008)
                        #expect(all.messages.last?["error"]?.stringValue == word)
                        #expect(all.messages.last?["message"]?.stringValue?.isEmpty == false)
                    }
                }
            }
        }

        @Test("a token opens one socket, and is used up by it")
        func tokens() async throws {
            try await ServedCalls.run { served in
                let made = try await SpeechAPI.post(served.port, "/v1/single-use-token/tts_websocket", [:])
                let token = try #require(try made.json["token"]?.stringValue)
                #expect(try await SpeechAPI.post(served.port, "/v1/single-use-token/other", [:]).status == 422)
                let path = "/v1/text-to-speech/any/stream-input?output_format=pcm_16000&single_use_token="
                for (given, code) in [(token, 1000), (token, 1008), ("none", 1008)] {
                    try await TestWebSocket.connect(to: served.port, path + given) { socket in
                        try await socket.send(["text": "Hello. "])
                        if code == 1000 { try await socket.send(["text": ""]) }
                        let all = try await socket.messagesToClose()
                        #expect(all.code == code)
                        if code == 1008 { #expect(all.messages.last?["error"] == "invalid_token") }
                    }
                }
            }
        }
    }
}

extension TestWebSocket {
    /// The next message's text; a close before it is an error.
    fileprivate func text() async throws -> String {
        while let frame = try await receive() {
            if case .text(let text) = frame { return text }
            if case .close(let code, let reason) = frame {
                throw Ended(description: "Closed with \(code) (\(reason)).")
            }
        }
        throw Ended(description: "The connection ended.")
    }
}
