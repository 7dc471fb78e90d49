import AsyncHTTPClient
import Audio
import CallMetrics
import CloudEngines
import Engines
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import WebSockets

/// Measures the speech API, and what Parley adds to requests to other services.
struct SpeechBench: Sendable {
    /// The results; times are in milliseconds.
    struct Figures: Codable, Sendable {
        /// Time from the flush of twelve words to their first audio, over `stream-input`.
        var firstAudio: Distribution?
        /// Time from the request for an answer to the arrival of the HTTP request at the provider.
        var beforeRequest: Distribution?
        /// Time from the provider's first byte of the answer to the event made from it.
        var afterResponse: Distribution?
        /// Seconds of recordings that were transcribed, and how many of them in one second.
        var transcribed: Double
        var timesRealTime: Double
    }

    /// The text of twelve words.
    static let sentence = "Thank you for waiting, your order has been sent out this morning. "
    /// Most recordings that are transcribed, in seconds.
    private static let longestRecording = 300.0
    private static let transcriptionTimeout = TimeAmount.minutes(10)

    let url: URL
    let apiKey: String?
    let turns: Int

    /// - Parameter recordings: The samples of callers' recordings, which are transcribed as one recording.
    func run(_ recordings: [[Float]], sampleRate: Int) async throws -> Figures {
        var times: [Double] = []
        // The first request opens what later ones find open, so it is not counted.
        for turn in 0...turns {
            let time = try await firstAudio()
            if turn > 0 { times.append(time) }
        }
        let (before, after) = try await overhead()
        let (seconds, length) = try await transcription(recordings, sampleRate: sampleRate)
        return Figures(
            firstAudio: Distribution(times), beforeRequest: Distribution(before), afterResponse: Distribution(after),
            transcribed: length, timesRealTime: length / seconds)
    }

    private var headers: [(String, String)] { apiKey.map { [("xi-api-key", $0)] } ?? [] }

    private func firstAudio() async throws -> Double {
        var components = URLComponents(url: url, resolvingAgainstBaseURL: false)
        components?.scheme = ["https", "wss"].contains(url.scheme) ? "wss" : "ws"
        components?.path = "/v1/text-to-speech/default/stream-input"
        components?.query = "output_format=pcm_16000"
        guard let address = components?.url else { throw CommandError.usage("\(url) is not a server's address.") }
        return try await WebSocket.run(address, headers: headers) { inbound, outbound in
            func send(_ message: JSONValue) async throws { try await outbound.send(WebSocketMessage(message.data)) }
            try await send(["text": " "])
            try await send(["text": .string(Self.sentence)])
            let start = ContinuousClock.now
            try await send(["text": " ", "flush": true])
            try await send(["text": ""])
            // Read to the end, so that unread audio does not delay the next one.
            var first: Double?
            for try await message in inbound {
                let json = try JSONValue(parsing: message.data)
                if let error = json["message"]?.stringValue { throw CommandError.failed(error) }
                if first == nil, json["audio"]?.stringValue?.isEmpty == false {
                    first = (ContinuousClock.now - start) / .milliseconds(1)
                }
            }
            guard let first else { throw CommandError.failed("The server closed the speech socket without audio.") }
            return first
        }
    }

    private func transcription(
        _ recordings: [[Float]], sampleRate: Int
    ) async throws -> (seconds: Double, length: Double) {
        let pause = [Float](repeating: 0, count: sampleRate / 2)
        let limit = Int(Self.longestRecording * Double(sampleRate))
        var samples: [Float] = []
        for recording in recordings where samples.count + recording.count < limit { samples += recording + pause }
        let file = try WAV(sampleRate: sampleRate, channels: [samples]).encoded()
        let boundary = "parley-bench"
        var body = Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"model_id\"\r\n\r\nscribe_v1\r\n".utf8)
        body += Data(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bench.wav\"\r\n\r\n".utf8)
        body += file + Data("\r\n--\(boundary)--\r\n".utf8)
        var request = HTTPClientRequest(url: url.appending(path: "v1/speech-to-text").absoluteString)
        request.method = .POST
        request.headers.add(name: "content-type", value: "multipart/form-data; boundary=\(boundary)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let start = ContinuousClock.now
        let response = try await HTTPClient.shared.execute(request, timeout: Self.transcriptionTimeout)
        let answer = try JSONValue(parsing: Data(try await response.body.collect(upTo: 16 << 20).readableBytesView))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard response.status == .ok, answer["text"]?.stringValue?.isEmpty == false else {
            throw CommandError.failed("The recordings could not be transcribed: \(answer.text.prefix(200))")
        }
        return (seconds, Double(samples.count) / Double(sampleRate))
    }

    // MARK: Providers

    /// When a request arrived, and when its answer was sent.
    private final class Times: Sendable {
        let marks = Mutex<(came: ContinuousClock.Instant, went: ContinuousClock.Instant)?>(nil)
    }

    /// The time that Parley's client of Chat Completions adds, measured with a server in this process.
    private func overhead() async throws -> (before: [Double], after: [Double]) {
        let times = Times()
        let router = Router()
        router.post("/v1/chat/completions") { request, _ in
            let came = ContinuousClock.now
            _ = try await request.body.collect(upTo: 1 << 20)
            let chunk: JSONValue = ["choices": [["index": 0, "delta": ["content": "Yes."], "finish_reason": nil]]]
            let end: JSONValue = ["choices": [["index": 0, "delta": [:], "finish_reason": "stop"]]]
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream"],
                body: ResponseBody { writer in
                    times.marks.withLock { $0 = (came, .now) }
                    try await writer.write(ByteBuffer(string: "data: \(chunk.text)\n\n"))
                    try await writer.write(ByteBuffer(string: "data: \(end.text)\n\ndata: [DONE]\n\n"))
                    try await writer.finish(nil)
                })
        }
        return try await ScriptedModel.serve(router) { url in
            let model = RemoteLanguageModel(
                id: "bench", endpoint: LanguageModelEndpoint(baseURL: url, model: "bench"), httpClient: .shared)
            let session = await model.openSession()
            var (before, after): ([Double], [Double]) = ([], [])
            for turn in 0...turns {
                let request = GenerationRequest(messages: [.user("Is it open today?")])
                let start = ContinuousClock.now
                var first: ContinuousClock.Instant?
                for try await event in session.generate(request) {
                    if case .text = event, first == nil { first = .now }
                }
                guard turn > 0, let first, let marks = times.marks.withLock(\.self) else { continue }
                before.append((marks.came - start) / .milliseconds(1))
                after.append((first - marks.went) / .milliseconds(1))
            }
            await session.close()
            return (before, after)
        }
    }
}

extension SpeechBench.Figures {
    var table: String {
        typealias Run = BenchReport.Run
        let lines: [String?] = [
            Run.row("speech", ["n", "p50", "p95", "max"]),
            Run.row("12 words -> first audio, ms", firstAudio),
            Run.row("request -> at the provider, ms", beforeRequest, Run.decimal),
            Run.row("answer at the provider -> event, ms", afterResponse, Run.decimal),
            "\(Int(transcribed.rounded())) s of recordings transcribed at \(Run.decimal(timesRealTime)) times "
                + "real time",
        ]
        return lines.compactMap { $0 }.joined(separator: "\n")
    }
}
