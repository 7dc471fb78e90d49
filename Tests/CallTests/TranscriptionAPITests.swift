import Agents
import AsyncHTTPClient
import Audio
import CloudEngines
import Engines
import Foundation
import JSON
import LocalEngines
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

extension CallTests {
    /// Speech to text over real sockets, of what the voice says.
    @Suite("The transcription API", .timeLimit(.minutes(5)))
    struct TranscriptionAPITests {
        private static let text = "Your order is on its way. It arrives on Monday."

        /// Two sentences with silence around them, and where their words are: at 16 kHz, in seconds.
        private func recording() async throws -> (samples: [Float], words: [Range<Double>]) {
            let engines = try #require(CallEngines.current)
            var samples = [Float](repeating: 0, count: 8000)
            var words: [Range<Double>] = []
            for sentence in ["Your order is on its way.", "It arrives on Monday."] {
                let rate = Double(engines.synthesizer.sampleRate)
                var spoken: [Float] = []
                let start = Double(samples.count) / 16_000
                for try await chunk in engines.synthesizer.synthesize(SpeechRequest(text: sentence)) {
                    spoken += chunk.samples
                    words += chunk.words.map {
                        start + Double($0.samples.lowerBound) / rate..<start + Double($0.samples.upperBound) / rate
                    }
                }
                samples += try Resampler.resample(spoken, from: Int(rate), to: 16_000)
                samples += [Float](repeating: 0, count: 16_000)
            }
            return (samples, words)
        }

        private func post(
            _ port: Int, _ path: String, _ fields: [(String, String)], file: Data, name: String = "a.wav"
        ) async throws -> (status: Int, type: String, body: Data) {
            var body = Data()
            for (name, value) in fields {
                body += Data("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
            }
            body += Data(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n".utf8)
            body += file + Data("\r\n--b--\r\n".utf8)
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
            request.method = .POST
            request.headers.add(name: "content-type", value: "multipart/form-data; boundary=b")
            request.body = .bytes(ByteBuffer(bytes: body))
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            let data = try await response.body.collect(upTo: 32 << 20)
            return (
                Int(response.status.code), response.headers.first(name: "content-type") ?? "",
                Data(data.readableBytesView)
            )
        }

        private func plain(_ text: String?) -> [String] { plainWords(text ?? "") }

        @Test("a recording is written down with the place of every word, whatever it comes in")
        func recordings() async throws {
            let (samples, words) = try await recording()
            let wav = try WAV(sampleRate: 16_000, channels: [samples]).encoded()
            let encoder = try MP3Encoder(sampleRate: 16_000, channels: 1)
            // Encoder and decoder delay the audio by 1105 samples.
            let mp3 = try encoder.encode([Array(samples.dropFirst(1105))]) + encoder.finish()
            try await ServedCalls.run { served in
                for (file, format) in [
                    (wav, "other"), (mp3, "other"), (FrameEncoder.encode(samples, as: .pcm16000), "pcm_s16le_16"),
                ] {
                    let answer = try await post(
                        served.port, "/v1/speech-to-text",
                        [
                            ("model_id", "scribe_v1"), ("file_format", format),
                            ("timestamps_granularity", "character"), ("additional_formats", "[{\"format\": \"srt\"}]"),
                        ], file: file)
                    let json = try JSONValue(parsing: answer.body)
                    #expect(answer.status == 200, "\(json)")
                    #expect(plain(json["text"]?.stringValue) == plain(Self.text))
                    #expect(abs((json["audio_duration_secs"]?.doubleValue ?? 0) - Double(samples.count) / 16_000) < 0.2)
                    let all = json["words"]?.arrayValue ?? []
                    #expect(all.map { $0["text"]?.stringValue ?? "" }.joined() == json["text"]?.stringValue)
                    let heard = all.filter { $0["type"] == "word" }
                    try #require(heard.count == words.count)
                    for (word, place) in zip(heard, words) {
                        let start = try #require(word["start"]?.doubleValue)
                        let end = try #require(word["end"]?.doubleValue)
                        #expect(
                            abs(start - place.lowerBound) < 0.2 && abs(end - place.upperBound) < 0.2, "\(word) \(place)"
                        )
                        let characters = word["characters"]?.arrayValue ?? []
                        #expect(
                            characters.compactMap { $0["text"]?.stringValue }.joined() == word["text"]?.stringValue)
                    }
                    let subtitles = json["additional_formats"]?.arrayValue?.first
                    #expect(subtitles?["content"]?.stringValue?.contains(" --> ") == true)
                }
                let nonsense = try await post(
                    served.port, "/v1/speech-to-text", [("model_id", "scribe_v1")], file: Data("no audio".utf8))
                #expect(nonsense.status == 400)
                #expect(try JSONValue(parsing: nonsense.body).value(at: "detail", "code") == "invalid_audio")
                let silence = try await post(
                    served.port, "/v1/speech-to-text", [("model_id", "scribe_v1"), ("file_format", "pcm_s16le_16")],
                    file: Data(count: 64_000))
                #expect(try JSONValue(parsing: silence.body)["text"] == "")
            }
        }

        @Test("the places of words that a service tells are counted from the recording's beginning")
        func placesOfAService() async throws {
            let (samples, words) = try await recording()
            let answer = #"""
                {"language_code": "eng", "text": "Good day.", "words": [
                {"text": "Good", "type": "word", "start": 0.2, "end": 0.4},
                {"text": " ", "type": "spacing", "start": 0.4, "end": 0.5},
                {"text": "day.", "type": "word", "start": 0.5, "end": 0.9}]}
                """#
            try await ScriptedHTTPServer.run { _ in
                [.head(contentType: "application/json"), .write(answer), .end]
            } body: { service in
                let configuration = ScribeTranscriber.Configuration(
                    endpoint: ServiceEndpoint(baseURL: "http://127.0.0.1:\(service.port)"), mode: .batch)
                let scribe = ScribeTranscriber(id: "scribe", configuration, httpClient: .shared)
                try await ServedCalls.run(engines: { $0.transcribers.insert(scribe, at: 0) }) { served in
                    let answer = try await post(
                        served.port, "/v1/speech-to-text", [("model_id", "scribe"), ("file_format", "pcm_s16le_16")],
                        file: FrameEncoder.encode(samples, as: .pcm16000))
                    let json = try JSONValue(parsing: answer.body)
                    #expect(json["text"] == "Good day. Good day.", "\(json)")
                    let starts = (json["words"]?.arrayValue ?? []).filter { $0["type"] == "word" }
                        .compactMap { $0["start"]?.doubleValue }
                    try #require(starts.count == 4)
                    #expect(abs(starts[1] - starts[0] - 0.3) < 0.002 && abs(starts[3] - starts[2] - 0.3) < 0.002)
                    // Each sentence is an utterance of its own, which begins shortly before its first word.
                    for (start, sentence) in [(starts[0], words[0]), (starts[2], words[6])] {
                        #expect(
                            start - 0.2 < sentence.lowerBound && start - 0.2 > sentence.lowerBound - 0.6, "\(start)")
                    }
                }
            }
        }

        @Test("OpenAI's route answers in each of its formats, and streams")
        func openAI() async throws {
            let samples = try await recording().samples
            let wav = try WAV(sampleRate: 16_000, channels: [samples]).encoded()
            try await ServedCalls.run { served in
                func ask(_ fields: [(String, String)]) async throws -> (status: Int, type: String, body: Data) {
                    try await post(
                        served.port, "/v1/audio/transcriptions", [("model", "whisper-1")] + fields, file: wav)
                }
                let json = try await ask([])
                #expect(plain(try JSONValue(parsing: json.body)["text"]?.stringValue) == plain(Self.text))
                let text = try await ask([("response_format", "text")])
                #expect(plain(String(decoding: text.body, as: UTF8.self)) == plain(Self.text))
                let verbose = try await ask([
                    ("response_format", "verbose_json"), ("timestamp_granularities[]", "word"),
                ])
                let details = try JSONValue(parsing: verbose.body)
                #expect(details["language"] == "english")
                let segments = details["segments"]?.arrayValue ?? []
                #expect(segments.count == 2)
                for (index, segment) in segments.enumerated() {
                    #expect(segment["id"] == .integer(index) && segment["text"]?.stringValue?.isEmpty == false)
                    #expect(segment["seek"]?.intValue != nil && segment["tokens"]?.arrayValue != nil)
                    for name in [
                        "start", "end", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob",
                    ] { #expect(segment[name]?.doubleValue != nil, "\(name)") }
                }
                #expect(details.value(at: "usage", "type") == "duration")
                #expect(details["words"]?.arrayValue?.count == plain(Self.text).count)
                let subtitles = try await ask([("response_format", "vtt")])
                #expect(subtitles.type.hasPrefix("text/vtt"))
                #expect(String(decoding: subtitles.body, as: UTF8.self).hasPrefix("WEBVTT\n\n00:00:00."))

                let stream = try await ask([("stream", "true")])
                #expect(stream.type == "text/event-stream")
                let events = try String(decoding: stream.body, as: UTF8.self).split(separator: "\n\n").map {
                    try JSONValue(parsing: String($0.dropFirst("data: ".count)))
                }
                #expect(events.count == 3)
                let deltas = events.compactMap { $0["delta"]?.stringValue }.joined()
                #expect(events.last?["type"] == "transcript.text.done" && events.last?["text"]?.stringValue == deltas)
            }
        }

        /// - Parameter isStandard: Whether the base64 is the standard form, without lines.
        private func chunks(_ samples: [Float], isStandard: Bool = true) -> [JSONValue] {
            stride(from: 0, to: samples.count, by: 1600).map { start in
                let audio = FrameEncoder.encode(samples[start..<min(start + 1600, samples.count)], as: .pcm16000)
                var text = audio.base64EncodedString(options: isStandard ? [] : .lineLength76Characters)
                if !isStandard {
                    text = text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
                }
                return [
                    "message_type": "input_audio_chunk", "audio_base_64": .string(text),
                    "commit": false, "sample_rate": 16_000,
                ]
            }
        }

        private static let commit: JSONValue = [
            "message_type": "input_audio_chunk", "audio_base_64": "", "commit": true, "sample_rate": 16_000,
        ]

        @Test("audio that is streamed is written down as it comes, and settled where the client says")
        func manual() async throws {
            let samples = try await recording().samples
            try await ServedCalls.run { served in
                let path = "/v1/speech-to-text/realtime?model_id=scribe_v2_realtime&include_timestamps=true"
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    let start = try await socket.message()
                    #expect(start["message_type"] == "session_started")
                    #expect(start.value(at: "config", "audio_format") == "pcm_16000")
                    try await socket.send(Self.commit)
                    let early = try await socket.message()
                    #expect(early["message_type"] == "commit_throttled")
                    for chunk in chunks(samples) { try await socket.send(chunk) }
                    try await socket.send(Self.commit)
                    var partials = 0
                    var message = try await socket.message()
                    while message["message_type"] == "partial_transcript" {
                        partials += 1
                        message = try await socket.message()
                    }
                    #expect(partials > 0)
                    #expect(message["message_type"] == "committed_transcript")
                    #expect(plain(message["text"]?.stringValue) == plain(Self.text))
                    let timed = try await socket.message()
                    #expect(timed["message_type"] == "committed_transcript_with_timestamps")
                    #expect(timed["words"]?.arrayValue?.first?["start"]?.doubleValue ?? 0 > 0.3)
                }
            }
        }

        @Test("or where the speaker pauses")
        func voiceActivity() async throws {
            let samples = try await recording().samples
            try await ServedCalls.run { served in
                let path = "/v1/speech-to-text/realtime?commit_strategy=vad&vad_silence_threshold_secs=0.5"
                try await TestWebSocket.connect(to: served.port, path) { socket in
                    for chunk in chunks(samples, isStandard: false) { try await socket.send(chunk) }
                    var committed: [String] = []
                    while committed.count < 2 {
                        let message = try await socket.message()
                        if message["message_type"] == "committed_transcript" {
                            committed.append(message["text"]?.stringValue ?? "")
                        }
                    }
                    #expect(committed.flatMap(plain) == plain(Self.text))
                }
            }
        }

        @Test("what is not understood, or not allowed, is told before the socket closes")
        func refusals() async throws {
            try await ServedCalls.run { served in
                let path = "/v1/speech-to-text/realtime"
                for (query, message, word) in [
                    ("", "no JSON", "input_error"), ("", #"{"message_type": "other"}"#, "input_error"),
                    ("", #"{"message_type": "input_audio_chunk", "audio_base_64": "?"}"#, "input_error"),
                    ("", #"{"message_type": "input_audio_chunk", "audio_base_64": 5}"#, "input_error"),
                    ("", #"{"message_type": "input_audio_chunk", "sample_rate": 8000}"#, "input_error"),
                    ("?audio_format=mp3", nil, "input_error"), ("?vad_threshold=2", nil, "input_error"),
                    ("?token=none", nil, "auth_error"),
                ] {
                    try await TestWebSocket.connect(to: served.port, path + query) { socket in
                        if let message { try await socket.send(message) }
                        let all = try await socket.messagesToClose()
                        #expect(all.code == 1008)
                        #expect(all.messages.last?["message_type"]?.stringValue == word)
                        #expect(all.messages.last?["error"]?.stringValue?.isEmpty == false)
                    }
                }
                let token = served.storage.signedURLs.token(for: .transcriptionSocket)
                for word in ["session_started", "auth_error"] {
                    try await TestWebSocket.connect(to: served.port, "\(path)?token=\(token)") { socket in
                        let message = try await socket.message()
                        #expect(message["message_type"]?.stringValue == word)
                    }
                }
            }
        }
    }
}

extension TestWebSocket {
    /// The next message; a close before it is an error.
    fileprivate func message() async throws -> JSONValue {
        while let frame = try await receive() {
            if case .text(let text) = frame { return try JSONValue(parsing: text) }
            if case .close = frame { break }
        }
        throw CancellationError()
    }
}
