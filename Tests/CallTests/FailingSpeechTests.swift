import Agents
import AsyncHTTPClient
import Audio
import CloudEngines
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// The clients of speech servers, made as servers make them.
struct SpeechClients: Sendable {
    static let key = "sk-secret-0123456789abcdef"

    private let client: HTTPClient

    static func run<Result>(_ body: (SpeechClients) async throws -> Result) async throws -> Result {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: RemoteLanguageModel.clientConfiguration())
        do {
            let result = try await body(SpeechClients(client: client))
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    func voice(at url: String) -> OpenAISynthesizer {
        OpenAISynthesizer(
            id: "cloud-voice",
            configuration: .init(
                endpoint: ServiceEndpoint(baseURL: url, apiKey: Self.key), model: "tts-1",
                voice: "piper-en_US-joe-medium"), httpClient: client)
    }

    func transcriber(at url: String) -> OpenAITranscriber {
        OpenAITranscriber(
            id: "cloud-transcriber",
            configuration: .init(endpoint: ServiceEndpoint(baseURL: url, apiKey: Self.key), model: "whisper-1"),
            httpClient: client)
    }

    /// What the recogniser at `url` makes of mono samples at 16 kHz.
    func transcript(of samples: [Float], at url: String) async throws -> String {
        let utterance = transcriber(at: url).openUtterance(TranscriptionHints())
        try await utterance.append(samples)
        let text = try await utterance.transcript(.final).text
        await utterance.close()
        return text
    }
}

extension CallTests {
    /// Speech over the network, from Parley's own speech API where it works, and what callers notice when it fails.
    @Suite("Speech over the network", .timeLimit(.minutes(5)))
    struct FailingSpeechTests {
        private static let hello = "Hello, this is Mia. How can I help you?"

        /// 16-bit PCM at 24 kHz, as OpenAI sends it.
        private static func pcm(_ text: String) async throws -> [UInt8] {
            let engines = try #require(CallEngines.current)
            return [UInt8](FrameEncoder.encode(try await engines.speech(text, at: 24_000), as: .pcm16000))
        }

        /// What a caller hears of a call's agent.
        private static func heard(in outcome: Outcome) async throws -> [String] {
            let engines = try #require(CallEngines.current)
            let samples = outcome.messages.audio.flatMap { message in
                var decoder = FrameDecoder(format: .pcm16000)
                return decoder.decode(message.bytes)
            }
            return plainWords(try await engines.transcript(samples, at: 16_000))
        }

        private static func kinds(_ outcome: Outcome) async throws -> [String] {
            try await outcome.storage.conversations.events(of: outcome.record.id).map(\.kind)
        }

        /// Everything that is kept of a call, as text.
        private static func kept(_ outcome: Outcome) async throws -> String {
            let events = try await outcome.storage.conversations.events(of: outcome.record.id)
            return "\(outcome.record) \(events) \(outcome.received)"
        }

        @Test("a voice over the network is heard, streamed, through Parley's own API")
        func voice() async throws {
            let engines = try #require(CallEngines.current)
            try await ServedCalls.run { served in
                try await SpeechClients.run { clients in
                    let voice = clients.voice(at: "http://127.0.0.1:\(served.port)/v1")
                    let text = "Your order is on its way. It arrives on Monday."
                    var chunks: [[Float]] = []
                    for try await chunk in voice.synthesize(SpeechRequest(text: text)) { chunks.append(chunk.samples) }
                    #expect(chunks.count > 1)
                    let words = plainWords(
                        try await engines.transcript(chunks.flatMap(\.self), at: voice.sampleRate))
                    #expect(words.contains("order") && words.contains("monday"), "\(words)")
                }
            }
        }

        @Test("a recogniser over the network is heard")
        func transcriber() async throws {
            let engines = try #require(CallEngines.current)
            let said = try await engines.speech("Good morning.", at: 16_000)
            try await ScriptedHTTPServer.run(
                [.head(contentType: "application/json"), .write(#"{"text":"Good morning."}"#), .end]
            ) { server in
                try await SpeechClients.run { clients in
                    let heard = try await clients.transcript(of: said, at: server.url)
                    #expect(heard == "Good morning.")
                }
            }
        }

        @Test("a voice that fails in mid-call is followed by the embedded one, and the record says so")
        func failingVoice() async throws {
            let greeting = try await Self.pcm(Self.hello)
            let count = Mutex(0)
            try await ScriptedHTTPServer.run { _ in
                let isFirst = count.withLock { count in
                    count += 1
                    return count == 1
                }
                return isFirst
                    ? [.head(contentType: "audio/pcm"), .bytes(greeting), .end]
                    : [.head(500, contentType: "text/plain"), .write("no \(SpeechClients.key)"), .end]
            } body: { server in
                try await SpeechClients.run { clients in
                    let voice = clients.voice(at: server.url)
                    let outcome = try await hold(
                        ["agent": ["first_message": "Hello."]],
                        engines: { $0.synthesizers.insert(voice, at: 0) }
                    ) { caller in
                        try await caller.hearResponse()
                        try await caller.say("What are your opening hours on Saturday?")
                        try await caller.hearResponse(2)
                    }
                    #expect(outcome.messages.responses.count == 2)
                    let words = try await Self.heard(in: outcome)
                    let answer = plainWords(outcome.messages.responses[1].text)
                    #expect(words.contains("help"), "the first voice said something else: \(words)")
                    #expect(words.filter(answer.contains).count >= 3, "\(words) is not \(answer)")
                    let warnings = outcome.record.details.warnings
                    let expected =
                        "The voice cloud-voice failed (the voice's server answered with status 500); "
                        + "piper-en_US-joe-medium spoke in its place."
                    #expect(warnings.contains(expected), "\(warnings)")
                    let kinds = try await Self.kinds(outcome)
                    #expect(kinds.contains("voice_fallback"))
                    #expect(server.requests.count == 2, "it rests after that")
                    #expect(outcome.record.failure == nil)
                    let kept = try await Self.kept(outcome)
                    #expect(!kept.contains("secret"))
                }
            }
        }

        @Test("a voice that breaks off in the middle of a clause is followed by the rest of it")
        func halfAClause() async throws {
            let text = "Welcome to the bicycle workshop on the corner of Church Street."
            let half = try await Self.pcm("Welcome to the bicycle workshop")
            try await ScriptedHTTPServer.run([.head(contentType: "audio/pcm"), .bytes(half), .drop]) { server in
                try await SpeechClients.run { clients in
                    let voice = clients.voice(at: server.url)
                    let outcome = try await hold(greeting(text), engines: { $0.synthesizers.insert(voice, at: 0) }) {
                        caller in
                        try await caller.hearResponse()
                    }
                    let words = try await Self.heard(in: outcome)
                    // The recogniser has its own idea of the street's name.
                    for word in ["welcome", "bicycle", "workshop", "corner", "street"] {
                        #expect(words.contains(word), "\(words)")
                    }
                    #expect(words.count { $0 == "welcome" } == 1)
                    #expect(outcome.record.details.warnings.contains { $0.contains("the answer was cut off") })
                }
            }
        }

        @Test("an agent's voice is the one that it names")
        func namedVoice() async throws {
            let greeting = try await Self.pcm(Self.hello)
            try await ScriptedHTTPServer.run { _ in
                [.head(contentType: "audio/pcm"), .bytes(greeting), .end]
            } body: { server in
                try await SpeechClients.run { clients in
                    let voice = clients.voice(at: server.url)
                    for (id, count) in [("cloud-voice", 1), ("any", 0)] {
                        let before = server.requests.count
                        _ = try await hold(
                            ["tts": ["voice_id": .string(id)], "agent": ["first_message": "Hello."]],
                            engines: { $0.synthesizers.append(voice) }
                        ) { try await $0.hearResponse() }
                        #expect(server.requests.count - before == count)
                    }
                }
            }
        }

        @Test(
            "a recogniser that fails in mid-call is followed by the embedded one, which hears the whole utterance",
            arguments: [false, true])
        func failingTranscriber(isNamed: Bool) async throws {
            try await ScriptedHTTPServer.run { _ in
                [.head(429, contentType: "text/plain", headers: ["retry-after": "30"]), .end]
            } body: { server in
                try await SpeechClients.run { clients in
                    let transcriber = clients.transcriber(at: server.url)
                    let outcome = try await hold(
                        ["asr": ["provider": .string(isNamed ? "cloud-transcriber" : "scribe_realtime")]],
                        engines: { $0.transcribers.insert(transcriber, at: isNamed ? $0.transcribers.count : 0) }
                    ) { caller in
                        try await caller.hearResponse()
                        try await caller.say("What are your opening hours on Saturday?")
                        try await caller.hearResponse(2)
                    }
                    let words = plainWords(outcome.messages.transcripts.map(\.text).joined(separator: " "))
                    #expect(words.contains("opening") && words.contains("saturday"), "\(words)")
                    #expect(server.requests.count == 1, "it rests after that")
                    let warnings = outcome.record.details.warnings
                    #expect(
                        warnings.contains {
                            $0.hasPrefix("The transcriber cloud-transcriber failed")
                                && $0.hasSuffix("moonshine-tiny-en listened in its place.")
                        }, "\(warnings)")
                    let kinds = try await Self.kinds(outcome)
                    #expect(kinds.contains("transcriber_fallback"))
                    #expect(outcome.record.transcript.last { $0.role == .user }?.asrProvider == "moonshine-tiny-en")
                    let kept = try await Self.kept(outcome)
                    #expect(!kept.contains("secret"))
                }
            }
        }

        @Test("a recogniser over the network is asked at pauses alone, and its words are answered")
        func networkTranscriber() async throws {
            try await ScriptedHTTPServer.run { _ in
                [.head(contentType: "application/json"), .write(#"{"text":"When do you open on Saturday?"}"#), .end]
            } body: { server in
                try await SpeechClients.run { clients in
                    let transcriber = clients.transcriber(at: server.url)
                    let outcome = try await hold([:], engines: { $0.transcribers.insert(transcriber, at: 0) }) {
                        caller in
                        try await caller.hearResponse()
                        try await caller.say("What are your opening hours on Saturday?")
                        try await caller.hearResponse(2)
                    }
                    #expect(outcome.messages.transcripts.first?.text == "When do you open on Saturday?")
                    #expect(server.requests.count <= 2, "\(server.requests.count) requests")
                    #expect(
                        outcome.record.transcript.first { $0.role == .user }?.asrProvider == "cloud-transcriber")
                }
            }
        }
    }
}
