import Audio
import Foundation
import JSON
import TestSupport
import Testing

extension CallTests {
    /// Text to speech over real sockets, heard by the recogniser.
    @Suite("The speech API", .timeLimit(.minutes(5)))
    struct SpeechAPITests {
        @Test("a text is spoken in the format that is asked for")
        func formats() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/piper-en_US-joe-medium"
                let body: JSONValue = ["text": .string(SpeechAPI.text), "model_id": "eleven_flash_v2_5"]
                let wav = try await SpeechAPI.post(served.port, "\(path)?output_format=wav_22050", body)
                #expect(wav.status == 200 && wav.headers["content-type"] == "audio/wav")
                #expect(wav.headers["character-cost"] == "\(SpeechAPI.text.count)")
                #expect(wav.headers["x-voice-id"] == "piper-en_US-joe-medium")
                let audio = try WAV(parsing: wav.body)
                #expect(audio.sampleRate == 22_050)
                try await SpeechAPI.expectText(audio.mono, at: 22_050)

                let pcm = try await SpeechAPI.post(served.port, "\(path)?output_format=pcm_16000", body)
                try await SpeechAPI.expectText(SpeechAPI.pcm(pcm.body), at: 16_000)
                let ulaw = try await SpeechAPI.post(served.port, "\(path)/stream?output_format=ulaw_8000", body)
                #expect(ulaw.headers["content-type"] == "audio/basic")
                try await SpeechAPI.expectText(SpeechAPI.ulaw(ulaw.body), at: 8000)

                let mp3 = try await SpeechAPI.post(served.port, path, body)
                #expect(mp3.headers["content-type"] == "audio/mpeg" && mp3.body.starts(with: [0xFF]))
                // 128 kbit/s are 16 bytes a millisecond.
                #expect(abs(Double(mp3.body.count) / 16_000 - audio.duration) < 0.7)

                let openAI = try await SpeechAPI.post(
                    served.port, "/v1/audio/speech",
                    ["model": "tts-1", "input": .string(SpeechAPI.text), "voice": "alloy", "response_format": "pcm"])
                try await SpeechAPI.expectText(SpeechAPI.pcm(openAI.body), at: 24_000)
            }
        }

        @Test("a file tells its length, a stream that it does not know it")
        func lengths() async throws {
            try await ServedCalls.run { served in
                func size(_ wav: SpeechAPI.Answer) -> Int {
                    wav.body.subdata(in: 40..<44).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
                }
                let hosted: JSONValue = ["text": .string(SpeechAPI.text)]
                let openAI: JSONValue = ["model": "tts-1", "input": .string(SpeechAPI.text), "response_format": "wav"]
                let path = "/v1/text-to-speech/any"
                for file in [
                    try await SpeechAPI.post(served.port, "\(path)?output_format=wav_16000", hosted),
                    try await SpeechAPI.post(served.port, "/v1/audio/speech", openAI),
                ] {
                    #expect(size(file) == file.body.count - 44)
                    #expect(file.headers["content-length"] == "\(file.body.count)")
                }
                for stream in [
                    try await SpeechAPI.post(served.port, "\(path)/stream?output_format=wav_16000", hosted),
                    try await SpeechAPI.post(
                        served.port, "/v1/audio/speech", openAI.merging(["stream_format": "audio"])),
                ] {
                    #expect(size(stream) > 1 << 31)
                    #expect(stream.headers["content-length"] == nil)
                    try await SpeechAPI.expectText(
                        try WAV(parsing: stream.body).mono, at: WAV(parsing: stream.body).sampleRate)
                }
            }
        }

        @Test("OpenAI's clients get audio in events when they ask for it")
        func events() async throws {
            try await ServedCalls.run { served in
                let body: JSONValue = [
                    "model": "gpt-4o-mini-tts", "input": .string(SpeechAPI.text), "voice": "alloy",
                    "response_format": "pcm", "stream_format": "sse",
                ]
                let answer = try await SpeechAPI.post(served.port, "/v1/audio/speech", body)
                #expect(answer.headers["content-type"] == "text/event-stream")
                let events = try String(decoding: answer.body, as: UTF8.self).split(separator: "\n\n").map {
                    try JSONValue(parsing: String($0.dropFirst("data: ".count)))
                }
                let deltas = events.dropLast()
                #expect(deltas.count > 1 && deltas.allSatisfy { $0["type"] == "speech.audio.delta" })
                let audio = deltas.compactMap { Data(base64Encoded: $0["audio"]?.stringValue ?? "") }.reduce(Data(), +)
                try await SpeechAPI.expectText(SpeechAPI.pcm(audio), at: 24_000)
                let done = try #require(events.last)
                #expect(done["type"] == "speech.audio.done")
                let usage = ["input_tokens", "output_tokens", "total_tokens"].map {
                    done.value(at: "usage", $0)?.intValue ?? 0
                }
                #expect(usage[0] > 0 && usage[1] > 0 && usage[2] == usage[0] + usage[1])
                let wrong = try await SpeechAPI.post(
                    served.port, "/v1/audio/speech", body.merging(["stream_format": "websocket"]))
                #expect(wrong.status == 422)
            }
        }

        @Test("a text with nothing to say is refused", arguments: ["…", "—", " … \n\n — "])
        func nothingToSay(text: String) async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any"
                for path in [path, "\(path)/stream", "\(path)/with-timestamps", "\(path)/stream/with-timestamps"] {
                    let answer = try await SpeechAPI.post(served.port, path, ["text": .string(text)])
                    #expect(answer.status == 422)
                    #expect(try answer.json["detail"]?.arrayValue?.first?["loc"] == ["body", "text"])
                }
                let openAI = try await SpeechAPI.post(served.port, "/v1/audio/speech", ["input": .string(text)])
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

        @Test("every character has its place, and silence lies where no character is")
        func timestamps() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any/with-timestamps?output_format=pcm_16000"
                let text = "We have 12 bikes left. Come by!"
                let answer = try await SpeechAPI.post(served.port, path, ["text": .string(text)])
                let json = try answer.json
                let samples = SpeechAPI.pcm(try #require(Data(base64Encoded: json["audio_base64"]?.stringValue ?? "")))
                let written = try SpeechAPI.alignment(json["alignment"])
                #expect(written.map(\.text).joined() == text)
                let spoken = try SpeechAPI.alignment(json["normalized_alignment"])
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

                let stream = try await SpeechAPI.post(
                    served.port, "/v1/text-to-speech/any/stream/with-timestamps?output_format=pcm_16000",
                    ["text": .string(text)])
                let lines = try stream.body.split(separator: UInt8(ascii: "\n")).map {
                    try JSONValue(parsing: Data($0))
                }
                #expect(lines.count > 1)
                let all = try lines.flatMap { try SpeechAPI.alignment($0["alignment"]) }
                #expect(all.map(\.text).joined() == text)
                #expect(zip(all, all.dropFirst()).allSatisfy { $0.start <= $1.start }, "from the stream's beginning")
            }
        }

        @Test("speed is followed, and what cannot be is refused with its reason")
        func requests() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/text-to-speech/any?output_format=pcm_16000"
                func length(_ speed: Double) async throws -> Int {
                    try await SpeechAPI.post(
                        served.port, path,
                        ["text": .string(SpeechAPI.text), "voice_settings": ["speed": .number(speed)]]
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
                    let answer = try await SpeechAPI.post(served.port, path, body)
                    #expect(answer.status == 422)
                    #expect(try answer.json["detail"]?.arrayValue?.first?["loc"]?.arrayValue?.last == .string(field))
                }
                let format = try await SpeechAPI.post(
                    served.port, "/v1/text-to-speech/any?output_format=aiff", ["text": "Hi"])
                #expect(format.status == 422 && String(decoding: format.body, as: UTF8.self).contains("wav_48000"))
            }
        }
    }
}
