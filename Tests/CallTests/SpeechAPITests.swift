import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

extension CallTests {
    /// Text to speech over real sockets, heard by the recogniser.
    @Suite("The speech API", .timeLimit(.minutes(5)))
    struct SpeechAPITests {
        private static let text = "Your order is on its way. It arrives on Monday."
        private static let words = ["your", "order", "is", "on", "its", "way", "it", "arrives", "on", "monday"]

        private struct Answer {
            var status: Int
            var headers: [String: String]
            var body: Data

            var json: JSONValue { get throws { try JSONValue(parsing: body) } }
        }

        private func post(_ port: Int, _ path: String, _ body: JSONValue) async throws -> Answer {
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.data))
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            let data = try await response.body.collect(upTo: 32 << 20)
            return Answer(
                status: Int(response.status.code),
                headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
                body: Data(data.readableBytesView))
        }

        private func heard(_ samples: [Float], at rate: Int) async throws -> [String] {
            let engines = try #require(CallEngines.current)
            let words = try await engines.transcript(samples, at: rate).lowercased()
                .split { !$0.isLetter && $0 != "'" }.map(String.init)
            return words
        }

        /// The recogniser hears a word wrongly now and then, and the voice never says anything twice the same.
        private func expectText(_ samples: [Float], at rate: Int) async throws {
            let words = try await heard(samples, at: rate)
            let missed = Self.words.filter { !words.contains($0) }
            #expect(missed.count <= 1 && words.count <= Self.words.count + 3, "\(words)")
        }

        private static func ulaw(_ data: Data) -> [Float] {
            var decoder = FrameDecoder(format: .ulaw8000)
            return decoder.decode(data)
        }

        private static func pcm(_ data: Data) -> [Float] {
            var decoder = FrameDecoder(format: .pcm16000)
            return decoder.decode(data)
        }

        @Test("a text is spoken in the format that is asked for")
        func formats() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/piper-en_US-joe-medium"
                let body: JSONValue = ["text": .string(Self.text), "model_id": "eleven_flash_v2_5"]
                let wav = try await post(served.port, "\(path)?output_format=wav_22050", body)
                #expect(wav.status == 200 && wav.headers["content-type"] == "audio/wav")
                #expect(wav.headers["character-cost"] == "\(Self.text.count)")
                #expect(wav.headers["x-voice-id"] == "piper-en_US-joe-medium")
                let audio = try WAV(parsing: wav.body)
                #expect(audio.sampleRate == 22_050)
                try await expectText(audio.mono, at: 22_050)

                let pcm = try await post(served.port, "\(path)?output_format=pcm_16000", body)
                try await expectText(Self.pcm(pcm.body), at: 16_000)
                let ulaw = try await post(served.port, "\(path)/stream?output_format=ulaw_8000", body)
                #expect(ulaw.headers["content-type"] == "audio/basic")
                try await expectText(Self.ulaw(ulaw.body), at: 8000)

                let mp3 = try await post(served.port, path, body)
                #expect(mp3.headers["content-type"] == "audio/mpeg" && mp3.body.starts(with: [0xFF]))
                // 128 kbit/s are 16 bytes a millisecond.
                #expect(abs(Double(mp3.body.count) / 16_000 - audio.duration) < 0.7)

                let openAI = try await post(
                    served.port, "/v1/audio/speech",
                    ["model": "tts-1", "input": .string(Self.text), "voice": "alloy", "response_format": "pcm"])
                try await expectText(Self.pcm(openAI.body), at: 24_000)
            }
        }

        @Test("a file tells its length, a stream that it does not know it")
        func lengths() async throws {
            try await ServedCalls.run { served in
                func size(_ wav: Answer) -> Int {
                    wav.body.subdata(in: 40..<44).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
                }
                let hosted: JSONValue = ["text": .string(Self.text)]
                let openAI: JSONValue = ["model": "tts-1", "input": .string(Self.text), "response_format": "wav"]
                let path = "/v1/text-to-speech/any"
                for file in [
                    try await post(served.port, "\(path)?output_format=wav_16000", hosted),
                    try await post(served.port, "/v1/audio/speech", openAI),
                ] {
                    #expect(size(file) == file.body.count - 44)
                    #expect(file.headers["content-length"] == "\(file.body.count)")
                }
                for stream in [
                    try await post(served.port, "\(path)/stream?output_format=wav_16000", hosted),
                    try await post(served.port, "/v1/audio/speech", openAI.merging(["stream_format": "audio"])),
                ] {
                    #expect(size(stream) > 1 << 31)
                    #expect(stream.headers["content-length"] == nil)
                    try await expectText(try WAV(parsing: stream.body).mono, at: WAV(parsing: stream.body).sampleRate)
                }
            }
        }

        @Test("OpenAI's clients get audio in events when they ask for it")
        func events() async throws {
            try await ServedCalls.run { served in
                let body: JSONValue = [
                    "model": "gpt-4o-mini-tts", "input": .string(Self.text), "voice": "alloy",
                    "response_format": "pcm", "stream_format": "sse",
                ]
                let answer = try await post(served.port, "/v1/audio/speech", body)
                #expect(answer.headers["content-type"] == "text/event-stream")
                let events = try String(decoding: answer.body, as: UTF8.self).split(separator: "\n\n").map {
                    try JSONValue(parsing: String($0.dropFirst("data: ".count)))
                }
                let deltas = events.dropLast()
                #expect(deltas.count > 1 && deltas.allSatisfy { $0["type"] == "speech.audio.delta" })
                let audio = deltas.compactMap { Data(base64Encoded: $0["audio"]?.stringValue ?? "") }.reduce(Data(), +)
                try await expectText(Self.pcm(audio), at: 24_000)
                let done = try #require(events.last)
                #expect(done["type"] == "speech.audio.done")
                let usage = ["input_tokens", "output_tokens", "total_tokens"].map {
                    done.value(at: "usage", $0)?.intValue ?? 0
                }
                #expect(usage[0] > 0 && usage[1] > 0 && usage[2] == usage[0] + usage[1])
                let wrong = try await post(
                    served.port, "/v1/audio/speech", body.merging(["stream_format": "websocket"]))
                #expect(wrong.status == 422)
            }
        }

        @Test("a text with nothing to say is refused", arguments: ["…", "—", " … \n\n — "])
        func nothingToSay(text: String) async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any"
                for path in [path, "\(path)/stream", "\(path)/with-timestamps", "\(path)/stream/with-timestamps"] {
                    let answer = try await post(served.port, path, ["text": .string(text)])
                    #expect(answer.status == 422)
                    #expect(try answer.json["detail"]?.arrayValue?.first?["loc"] == ["body", "text"])
                }
                let openAI = try await post(served.port, "/v1/audio/speech", ["input": .string(text)])
                #expect(try openAI.json["detail"]?.arrayValue?.first?["loc"] == ["body", "input"])

                try await TestWebSocket.connect(to: served.port, "\(path)/stream-input") { socket in
                    try await socket.send(["text": .string(text + " ")])
                    try await socket.send(["text": ""])
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1008)
                    #expect(all.messages.map { $0["error"] } == ["nothing_to_say"])
                }
                // One text of several does not end the others.
                try await TestWebSocket.connect(
                    to: served.port, "\(path)/multi-stream-input?output_format=pcm_16000"
                ) { socket in
                    try await socket.send(["text": .string(text + " "), "context_id": "a", "flush": true])
                    try await socket.send(["text": "Good morning. ", "context_id": "b"])
                    try await socket.send(["close_socket": true])
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1000)
                    let first = all.messages.filter { $0["contextId"] == "a" }
                    #expect(first.map { $0["error"] ?? .null } == ["nothing_to_say", .null])
                    let second = all.messages.filter { $0["contextId"] == "b" }
                    #expect(second.count > 1 && second.allSatisfy { $0["error"] == nil })
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
                    let samples = all.messages.flatMap {
                        Self.pcm(Data(base64Encoded: $0["audio"]?.stringValue ?? "") ?? Data())
                    }
                    #expect(try await heard(samples, at: 16_000) == ["good", "evening"])
                }
            }
        }

        @Test("every character has its place, and silence lies where no character is")
        func timestamps() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/with-timestamps?output_format=pcm_16000"
                let text = "We have 12 bikes left. Come by!"
                let answer = try await post(served.port, path, ["text": .string(text)])
                let json = try answer.json
                let samples = Self.pcm(try #require(Data(base64Encoded: json["audio_base64"]?.stringValue ?? "")))
                let written = try alignment(json["alignment"])
                #expect(written.map(\.text).joined() == text)
                let spoken = try alignment(json["normalized_alignment"])
                #expect(spoken.map(\.text).joined() == "We have twelve bikes left. Come by!")
                let length = Double(samples.count) / 16_000
                for characters in [written, spoken] {
                    #expect(zip(characters, characters.dropFirst()).allSatisfy { $0.end <= $1.start + 0.002 })
                    #expect(characters.allSatisfy { $0.start <= $0.end && $0.end <= length + 0.001 })
                }
                // The pause between the sentences is where the alignment says, and is 60 ms off at most.
                let left = try #require(spoken.firstIndex { $0.text == "." })
                let come = try #require(spoken.firstIndex { $0.text == "C" })
                let pause = spoken[left].end...spoken[come].start
                #expect(pause.upperBound - pause.lowerBound > 0.15)
                let inside = samples[Int((pause.lowerBound + 0.06) * 16_000)..<Int((pause.upperBound - 0.06) * 16_000)]
                #expect(inside.allSatisfy { abs($0) < 0.01 })
                for edge in [
                    (pause.lowerBound - 0.12)...(pause.lowerBound), pause.upperBound...(pause.upperBound + 0.12),
                ] {
                    let sound = samples[Int(edge.lowerBound * 16_000)..<Int(edge.upperBound * 16_000)]
                    #expect(sound.contains { abs($0) > 0.01 })
                }

                let stream = try await post(
                    served.port, "/v1/text-to-speech/any/stream/with-timestamps?output_format=pcm_16000",
                    ["text": .string(text)])
                let lines = try stream.body.split(separator: UInt8(ascii: "\n")).map {
                    try JSONValue(parsing: Data($0))
                }
                #expect(lines.count > 1)
                let all = try lines.flatMap { try alignment($0["alignment"]) }
                #expect(all.map(\.text).joined() == text)
                #expect(zip(all, all.dropFirst()).allSatisfy { $0.start <= $1.start }, "from the stream's beginning")
            }
        }

        private func alignment(_ json: JSONValue?) throws -> [(text: String, start: Double, end: Double)] {
            guard let json, json != .null else { return [] }
            let texts = try #require(json["characters"]?.arrayValue).compactMap(\.stringValue)
            let starts = try #require(json["character_start_times_seconds"]?.arrayValue).compactMap(\.doubleValue)
            let ends = try #require(json["character_end_times_seconds"]?.arrayValue).compactMap(\.doubleValue)
            #expect(texts.count == starts.count && texts.count == ends.count)
            return texts.indices.map { (texts[$0], starts[$0], ends[$0]) }
        }

        @Test("speed is followed, and what cannot be is refused with its reason")
        func requests() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any?output_format=pcm_16000"
                func length(_ speed: Double) async throws -> Int {
                    try await post(
                        served.port, path, ["text": .string(Self.text), "voice_settings": ["speed": .number(speed)]]
                    ).body.count
                }
                let (fast, slow) = (try await length(1.2), try await length(0.7))
                // Only the pause between the sentences stays as it is.
                #expect(Double(slow) > 1.3 * Double(fast))

                let wrong: [(JSONValue, String)] = [
                    ([:], "text"), (["text": " \n"], "text"), (["text": 5], "text"),
                    (["text": .string(String(repeating: "a", count: 40_001))], "text"),
                    (["text": "Hi", "voice_settings": ["speed": 3]], "speed"),
                    (["text": "Hi", "voice_settings": ["stability": "high"]], "stability"),
                    (["text": "Hi", "apply_text_normalization": "maybe"], "apply_text_normalization"),
                ]
                for (body, field) in wrong {
                    let answer = try await post(served.port, path, body)
                    #expect(answer.status == 422)
                    #expect(try answer.json["detail"]?.arrayValue?.first?["loc"]?.arrayValue?.last == .string(field))
                }
                let format = try await post(served.port, "/v1/text-to-speech/any?output_format=aiff", ["text": "Hi"])
                #expect(format.status == 422 && String(decoding: format.body, as: UTF8.self).contains("wav_48000"))
            }
        }

        @Test("text that comes in pieces is spoken as it comes, with the place of each character")
        func streaming() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/stream-input?output_format=pcm_16000&model_id=eleven_flash_v2_5"
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    try await socket.send(["text": " ", "voice_settings": ["stability": 0.5, "speed": 1]])
                    for word in Self.text.split(separator: " ") { try await socket.send(["text": .string(word + " ")]) }
                    try await socket.send(["text": ""])
                    let all = try await socket.messagesToClose()
                    #expect(all.code == 1000)
                    #expect(all.messages.last?["isFinal"] == true)
                    let audio = all.messages.dropLast()
                    #expect(audio.count > 1 && audio.allSatisfy { $0["isFinal"] == .null })
                    let samples = audio.flatMap {
                        Self.pcm(Data(base64Encoded: $0["audio"]?.stringValue ?? "") ?? Data())
                    }
                    try await expectText(samples, at: 16_000)
                    let characters = audio.flatMap { $0.value(at: "alignment", "chars")?.arrayValue ?? [] }
                    #expect(
                        characters.compactMap(\.stringValue).joined().trimmingCharacters(in: .whitespaces) == Self.text)
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
                        let samples = own.flatMap {
                            Self.pcm(Data(base64Encoded: $0["audio"]?.stringValue ?? "") ?? Data())
                        }
                        #expect(try await heard(samples, at: 16_000) == words)
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
                    let samples = all.messages.flatMap {
                        Self.pcm(Data(base64Encoded: $0["audio"]?.stringValue ?? "") ?? Data())
                    }
                    #expect(try await heard(samples, at: 16_000) == ["good", "evening"])
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
                let made = try await post(served.port, "/v1/single-use-token/tts_websocket", [:])
                let token = try #require(try made.json["token"]?.stringValue)
                #expect(try await post(served.port, "/v1/single-use-token/other", [:]).status == 422)
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
