import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import CloudEngines

@Suite("Voices of OpenAI's API")
struct OpenAISynthesizerTests {
    private static let samples: [Float] = (0..<4800).map { sin(Float($0) * 0.05) * 0.5 }
    private static let pcm = [UInt8](FrameEncoder.encode(samples, as: .pcm16000))

    private func withVoice(
        url: String, options adjust: (inout OpenAISynthesizer.Options) -> Void = { _ in },
        configuration change: (inout OpenAISynthesizer.Configuration) -> Void = { _ in },
        body: (OpenAISynthesizer) async throws -> Void
    ) async throws {
        var options = OpenAISynthesizer.Options()
        adjust(&options)
        let endpoint = Secret.endpoint(url)
        var configuration = OpenAISynthesizer.Configuration(endpoint: endpoint, model: "tts-1", voice: "alloy")
        change(&configuration)
        try await withClient { client in
            try await body(
                OpenAISynthesizer(id: "cloud", configuration: configuration, httpClient: client, options: options))
        }
    }

    private func say(
        _ request: SpeechRequest = SpeechRequest(text: "Hello there."), with voice: OpenAISynthesizer
    ) async throws -> [[Float]] {
        var chunks: [[Float]] = []
        for try await chunk in voice.synthesize(request) { chunks.append(chunk.samples) }
        return chunks
    }

    private func failure(of voice: OpenAISynthesizer) async throws -> EngineError {
        let error = await #expect(throws: EngineError.self) { try await say(with: voice) }
        return try #require(error)
    }

    @Test("the request is as the API has it")
    func request() async throws {
        try await ScriptedHTTPServer.run { _ in
            [.head(contentType: "audio/pcm"), .bytes(Self.pcm), .end]
        } body: { server in
            try await withVoice(url: server.url + "/", configuration: { $0.instructions = "Softly." }) { voice in
                _ = try await say(with: voice)
                _ = try await say(SpeechRequest(text: "Faster!", voice: "nova", speed: 1.2), with: voice)
            }
            let request = try #require(server.requests.first)
            #expect(request.head.method == .POST && request.head.uri == "/v1/audio/speech")
            #expect(request.head.headers["authorization"] == ["Bearer \(Secret.key)"])
            #expect(request.head.headers["x-token"] == [Secret.header])
            let body: JSONValue = [
                "model": "tts-1", "voice": "alloy", "input": "Hello there.", "response_format": "pcm",
                "instructions": "Softly.",
            ]
            #expect(try JSONValue(parsing: request.body) == body)
            let second = try JSONValue(parsing: server.requests[1].body)
            #expect(second["voice"] == "nova" && second["speed"] == 1.2)
        }
    }

    @Test("audio is handed on as it comes, however its bytes are cut")
    func streams() async throws {
        let pieces = stride(from: 0, to: Self.pcm.count, by: 701).map {
            ScriptedHTTPServer.Step.bytes(Array(Self.pcm[$0..<min($0 + 701, Self.pcm.count)]))
        }
        try await ScriptedHTTPServer.run([.head(contentType: "audio/pcm")] + pieces + [.end]) { server in
            try await withVoice(url: server.url) { voice in
                let chunks = try await say(with: voice)
                let heard = chunks.flatMap(\.self)
                #expect(heard.count == Self.samples.count)
                #expect(zip(heard, Self.samples).allSatisfy { abs($0 - $1) < 0.001 })
            }
        }
        // What is there is heard before the rest has come.
        try await ScriptedHTTPServer.run([.head(contentType: "audio/pcm"), .bytes(Self.pcm), .hang]) { server in
            try await withVoice(url: server.url) { voice in
                for try await chunk in voice.synthesize(SpeechRequest(text: "Hello.")) {
                    #expect(!chunk.samples.isEmpty)
                    break
                }
                for await _ in server.hangUps { break }
            }
        }
    }

    @Test("WAV is understood where PCM was asked for")
    func wav() async throws {
        let low = try Resampler.resample(Self.samples, from: 24_000, to: 16_000)
        let file = [UInt8](try WAV(sampleRate: 16_000, channels: [low]).encoded())
        try await ScriptedHTTPServer.run(
            [.head(contentType: "audio/wav"), .bytes(Array(file[..<30])), .bytes(Array(file[30...])), .end]
        ) { server in
            try await withVoice(url: server.url) { voice in
                let heard = try await say(with: voice).flatMap(\.self)
                #expect(abs(heard.count - Self.samples.count) <= 2)
                #expect(zip(heard, Self.samples).dropFirst(100).dropLast(200).allSatisfy { abs($0 - $1) < 0.02 })
            }
        }
    }

    @Test("a failing server is an error of its kind", arguments: FailingAnswer.all)
    func failures(_ answer: FailingAnswer) async throws {
        try await ScriptedHTTPServer.run(answer.script) { server in
            try await withVoice(url: server.url, options: { $0.firstAudioTimeout = answer.patience }) { voice in
                let error = try await failure(of: voice)
                #expect(error.kind == answer.kind && error.engine == "cloud", "\(error)")
                #expect(error.retryAfter == answer.retryAfter)
                #expect(!error.allText.contains("secret"), "\(error)")
            }
        }
    }

    @Test("half a stream is a failure, after the audio that there was")
    func halfAStream() async throws {
        let half = Array(Self.pcm.prefix(3001))
        for (end, kind) in [(ScriptedHTTPServer.Step.drop, EngineError.Kind.failed), (.hang, .timeout)] {
            try await ScriptedHTTPServer.run([.head(contentType: "audio/pcm"), .bytes(half), end]) { server in
                try await withVoice(
                    url: server.url, options: { $0.stallTimeout = kind == .timeout ? .milliseconds(150) : .seconds(20) }
                ) { voice in
                    var count = 0
                    let error = await #expect(throws: EngineError.self) {
                        for try await chunk in voice.synthesize(SpeechRequest(text: "Hello.")) {
                            count += chunk.samples.count
                        }
                    }
                    #expect(error?.kind == kind)
                    #expect(count == 1500)
                }
            }
        }
    }

    @Test("a drip that never ends is ended, and so is too much")
    func bounds() async throws {
        let drip = Array(repeating: ScriptedHTTPServer.Step.bytes([0, 0]), count: 50)
        try await ScriptedHTTPServer.run([.head(contentType: "audio/pcm")] + drip + [.hang]) { server in
            try await withVoice(url: server.url, options: { $0.totalTimeout = .milliseconds(200) }) { voice in
                let error = try await failure(of: voice)
                #expect(error.kind == .timeout)
            }
        }
        try await ScriptedHTTPServer.run([.head(contentType: "audio/pcm"), .bytes(Self.pcm), .hang]) { server in
            try await withVoice(url: server.url, options: { $0.maximumAudio = 0.1 }) { voice in
                let error = try await failure(of: voice)
                #expect(error.kind == .failed)
                for await _ in server.hangUps { break }
            }
        }
        try await withVoice(url: "http://127.0.0.1:1/v1", options: { $0.maximumCharacters = 5 }) { voice in
            let error = try await failure(of: voice)
            #expect(error.kind == .rejected)
        }
    }

    @Test("nothing to be heard, other formats and an unreachable server are failures")
    func others() async throws {
        let mp3: [ScriptedHTTPServer.Step] = [.head(contentType: "audio/mpeg"), .bytes([0xFF, 0xFB, 0, 0]), .end]
        let stereo = [UInt8](try WAV(sampleRate: 24_000, channels: [Self.samples, Self.samples]).encoded())
        for script in [
            [.head(contentType: "audio/pcm"), .end], mp3, [.head(contentType: "audio/pcm"), .bytes(stereo), .end],
        ] {
            try await ScriptedHTTPServer.run(script) { server in
                try await withVoice(url: server.url) { voice in
                    let error = try await failure(of: voice)
                    #expect(error.kind == .malformedAnswer, "\(error)")
                }
            }
        }
        try await withVoice(url: "http://127.0.0.1:1/v1") { voice in
            let error = try await failure(of: voice)
            #expect(error.message == "the voice's server cannot be reached: connection refused")
        }
    }

    @Test("an endpoint shows neither key nor headers")
    func endpoint() {
        let endpoint = ServiceEndpoint(
            baseURL: "https://user:secret@example.com/v1?key=secret", apiKey: Secret.key,
            headers: ["X-Token": Secret.header])
        #expect("\(endpoint) \(String(reflecting: endpoint))" == "example.com example.com")
    }
}

@Suite("Audio of speech servers")
struct SpeechAudioReaderTests {
    private let samples: [Float] = (0..<1000).map { Float($0 % 100) / 200 }

    private func read(_ bytes: [UInt8], cut: Int) throws -> [Float] {
        var reader = try SpeechAudioReader(engine: "t", rate: 24_000, wantedRate: 24_000)
        var result: [Float] = []
        for start in stride(from: 0, to: bytes.count, by: cut) {
            result += try reader.read(bytes[start..<min(start + cut, bytes.count)])
        }
        return try result + reader.finish()
    }

    @Test("samples are the same however they are cut, with a header or without", arguments: [1, 2, 3, 7, 4096])
    func cuts(cut: Int) throws {
        let pcm = [UInt8](FrameEncoder.encode(samples, as: .pcm16000))
        let wav = [UInt8](try WAV(sampleRate: 24_000, channels: [samples]).encoded())
        let plain = try read(pcm, cut: cut)
        #expect(plain.count == 1000)
        #expect(try read(wav, cut: cut) == plain)
        // Chunks after the samples are not heard; sizes that streams leave open are.
        #expect(try read(wav + "LIST".utf8 + [4, 0, 0, 0, 1, 2, 3, 4], cut: cut) == plain)
        var open = wav
        for index in 40..<44 { open[index] = 0xFF }
        #expect(try read(open, cut: cut) == plain)
    }

    @Test("audio that only begins like a header is audio")
    func likeAHeader() throws {
        let bytes = Array("RIFFRAFFROFF".utf8) + [0, 0]
        #expect(try read(bytes, cut: 3).count == 7)
        #expect(try read(Array("RIFF".utf8), cut: 4).count == 2)
        #expect(try read(Array("RI".utf8), cut: 2).count == 1)
    }

    @Test("a header without samples is an error")
    func broken() throws {
        let wav = [UInt8](try WAV(sampleRate: 24_000, channels: [samples]).encoded())
        #expect(throws: EngineError.self) { try read(Array(wav.prefix(40)), cut: 8) }
        var endless = Array(wav.prefix(36)) + "junk".utf8 + [0xFF, 0xFF, 0xFF, 0x7F]
        endless += [UInt8](repeating: 0, count: 100)
        #expect(throws: EngineError.self) { try read(endless, cut: 8) }
    }
}
