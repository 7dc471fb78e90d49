import Engines
import Foundation
import JSON
import TestSupport
import NIOHTTP1
import Testing

@testable import CloudEngines

/// Scribe by requests, against a server whose every byte a test decides.
@Suite(.timeLimit(.minutes(1))) struct ScribeUploadTests {
    private func withUtterance(
        _ server: ScriptedHTTPServer, _ adjust: (inout ScribeTranscriber.Configuration) -> Void = { _ in },
        body: (any UtteranceTranscription) async throws -> Void
    ) async throws {
        try await withClient { client in
            var configuration = ScribeTranscriber.Configuration(
                endpoint: ServiceEndpoint(baseURL: "http://127.0.0.1:\(server.port)", apiKey: speechKey), mode: .batch)
            adjust(&configuration)
            let scribe = ScribeTranscriber(configuration, httpClient: client)
            let utterance = scribe.openUtterance(TranscriptionHints(keywords: ["Parley"]))
            try await body(utterance)
            await utterance.close()
        }
    }

    private func answer(_ text: String) -> [ScriptedHTTPServer.Step] {
        [
            .head(contentType: "application/json"),
            .write(JSONValue.object(["text": .string(text), "language_code": "eng"]).text), .end,
        ]
    }

    @Test func utteranceIsUploadedWholeForEachTranscript() async throws {
        try await ScriptedHTTPServer.run(answer("One."), answer("One. Two.")) { server in
            try await withUtterance(server) { utterance in
                #expect(try await utterance.transcript(.final).text == "")
                // Printable bytes, as the server keeps its bodies as text.
                try await utterance.append([Float](repeating: Float(0x4141) / 32768, count: 3))
                #expect(try await utterance.transcript(.partial).text == "")
                #expect(try await utterance.transcript(.final) == Transcript(text: "One.", language: "eng"))
                #expect(try await utterance.transcript(.final).text == "One.")
                try await utterance.append([0])
                #expect(try await utterance.transcript(.partial).text == "One.")
                #expect(try await utterance.transcript(.final).text == "One. Two.")
            }
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 2)
            #expect(request.head.uri == "/v1/speech-to-text")
            #expect(request.head.headers["xi-api-key"] == [speechKey])
            let type = try #require(request.head.headers.first(name: "content-type"))
            let boundary = try #require(type.split(separator: "boundary=").last)
            let parts = request.body.components(separatedBy: "--\(boundary)")
            #expect(parts.last == "--\r\n")
            for (name, value) in [
                ("model_id", "scribe_v2"), ("file_format", "pcm_s16le_16"), ("language_code", "en"),
                ("keyterms", "Parley"), ("tag_audio_events", "false"),
            ] {
                #expect(parts.contains("\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"))
            }
            #expect(
                parts.contains {
                    $0.contains("name=\"file\"; filename=\"audio.pcm\"") && $0.hasSuffix("\r\n\r\nAAAAAA\r\n")
                })
        }
    }

    private func transcript(_ body: JSONValue) async throws -> Transcript {
        var transcript = Transcript(text: "")
        try await ScriptedHTTPServer.run([.head(contentType: "application/json"), .write(body.text), .end]) { server in
            try await withUtterance(server) { utterance in
                try await utterance.append([0.5])
                transcript = try await utterance.transcript(.final)
            }
            let request = try #require(server.requests.first)
            #expect(request.body.contains("name=\"timestamps_granularity\"\r\n\r\nword\r\n"))
        }
        return transcript
    }

    private static func entry(_ text: String, _ start: Double?, _ end: Double?, type: String = "word") -> JSONValue {
        [
            "text": .string(text), "type": .string(type), "start": start.map { .number($0) } ?? .null,
            "end": end.map { .number($0) } ?? .null, "logprob": -0.1,
        ]
    }

    @Test func placesOfWordsAreToldWithThem() async throws {
        let words = try await transcript([
            "text": "Hello, Mia.  It's five",
            "words": [
                Self.entry("Hello", 0.1, 0.4), Self.entry(",", 0.4, 0.4),
                Self.entry(" ", 0.4, 0.5, type: "spacing"), Self.entry("Mia.", 0.5, 0.9),
                Self.entry("(laughs)", 0.9, 1.5, type: "audio_event"), Self.entry(" ", nil, nil, type: "spacing"),
                // A service's nonsense is no reason to trap.
                Self.entry("It's", 1.6, 1.2), Self.entry(" ", 1.2, 1.2, type: "spacing"),
                Self.entry("five", 1.7, 2),
            ],
        ]).words
        #expect(
            words == [
                TimedWord(text: "Hello,", range: 0.1..<0.4), TimedWord(text: "Mia.", range: 0.5..<0.9),
                TimedWord(text: "It's", range: 1.6..<1.6), TimedWord(text: "five", range: 1.7..<2),
            ])
    }

    @Test(arguments: [
        [], [entry("Good", 0, 0.5)], [entry("Good", nil, nil), entry(" ", 0, 0, type: "spacing"), entry("day.", 0, 1)],
        [entry("Good", -1, 1), entry(" ", 0, 0, type: "spacing"), entry("day.", 0, 1)],
        [entry("Good", 0, 1), entry(" ", 0, 0, type: "spacing"), entry("night.", 0, 1)],
    ])
    func placesOfOtherWordsAreNotTold(entries: [JSONValue]) async throws {
        let transcript = try await transcript(["text": "Good day.", "words": .array(entries)])
        #expect(transcript.text == "Good day." && transcript.words.isEmpty)
    }

    @Test func thoseWhoAskForTheSameWaitForOneAnswer() async throws {
        try await ScriptedHTTPServer.run(answer("One.")) { server in
            try await withUtterance(server) { utterance in
                try await utterance.append([0.5])
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<4 { group.addTask { try await utterance.transcript(.final).text } }
                    for try await text in group { #expect(text == "One.") }
                }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func partialsAreAskedForWhereTheyAreWanted() async throws {
        try await ScriptedHTTPServer.run(answer("One.")) { server in
            try await withUtterance(server, { $0.batch.asksForPartials = true }) { utterance in
                try await utterance.append([0.5])
                #expect(try await utterance.transcript(.partial).text == "One.")
            }
        }
    }

    @Test func failuresAreTold() async throws {
        let scripts: [([ScriptedHTTPServer.Step], EngineError.Kind)] = [
            ([.head(401), .write(#"{"detail":"Bad key \#(speechKey)"}"#), .end], .rejected),
            ([.head(429, headers: ["retry-after": "3"]), .end], .rateLimited), ([.head(500), .end], .failed),
            ([.head(), .write("no json \(speechKey)"), .end], .malformedAnswer),
            ([.head(), .write("{}"), .end], .malformedAnswer),
            ([.head(), .write(String(repeating: " ", count: 2 << 20)), .end], .malformedAnswer), ([.hang], .timeout),
            ([.head(), .write("{"), .drop], .failed),
        ]
        for (script, kind) in scripts {
            try await ScriptedHTTPServer.run(script, answer("One.")) { server in
                try await withUtterance(server, { $0.batch.timeout = .seconds(kind == .timeout ? 0.2 : 20) }) {
                    utterance in
                    try await utterance.append([0.5])
                    let error = try await engineFailure { try await utterance.transcript(.final) }
                    #expect(error.kind == kind, "\(error)")
                    if kind == .rateLimited { #expect(error.retryAfter == .seconds(3)) }
                    // What was said is not lost with the answer.
                    #expect(try await utterance.transcript(.final).text == "One.")
                }
            }
        }
    }

    @Test func utteranceHasABound() async throws {
        try await ScriptedHTTPServer.run { server in
            try await withUtterance(server, { $0.batch.maximumAudio = 1 }) { utterance in
                try await utterance.append([Float](repeating: 0, count: 16_000))
                #expect(try await engineFailure { try await utterance.append([0]) }.kind == .rejected)
            }
        }
    }
}
