import AsyncHTTPClient
import Audio
import CloudEngines
import Engines
import Foundation
import JSON
import NIOCore
import Testing

extension CallTests {
    /// The engine for ElevenLabs' voices, against this server's own speech API, heard by the recogniser.
    @Suite("ElevenLabs engines", .timeLimit(.minutes(5)))
    struct ElevenLabsEngineTests {
        private static let sentences = [
            "Your order is on its way.", "It arrives on Monday morning.", "The museum is closed today.",
            "Please call me again tomorrow.", "We have a table for seven people.", "The train leaves in ten minutes.",
        ]

        private struct Speech {
            var samples: [Float] = []
            var words: [WordTiming] = []
        }

        /// Models that speak over a WebSocket, and over HTTP.
        private static let models = ["eleven_flash_v2_5", "eleven_v3"]

        private func voice(
            _ port: Int, model: String = Self.models[0],
            _ adjust: (inout ElevenLabsSynthesizer.Configuration) -> Void = { _ in }
        ) -> ElevenLabsSynthesizer {
            var configuration = ElevenLabsSynthesizer.Configuration(
                endpoint: ServiceEndpoint(baseURL: "http://127.0.0.1:\(port)"), voice: "piper-en_US-joe-medium",
                model: model)
            // Six clauses at once on two cores, while other tests' calls come first.
            configuration.options.firstAudioTimeout = .seconds(30)
            configuration.options.stallTimeout = .seconds(30)
            adjust(&configuration)
            return ElevenLabsSynthesizer(configuration, httpClient: .shared)
        }

        private func speak(_ text: String, _ voice: ElevenLabsSynthesizer, speed: Double = 1) async throws -> Speech {
            var speech = Speech()
            for try await chunk in voice.synthesize(SpeechRequest(text: text, speed: speed)) {
                speech.samples += chunk.samples
                // A word is told when its audio is there.
                #expect(chunk.words.allSatisfy { $0.samples.upperBound <= speech.samples.count })
                speech.words += chunk.words
            }
            return speech
        }

        /// The recogniser hears a word wrongly now and then.
        private func expect(_ speech: Speech, says text: String, at rate: Int) async throws {
            let engines = try #require(CallEngines.current)
            let heard = plainWords(try await engines.transcript(speech.samples, at: rate))
            let said = plainWords(text)
            #expect(said.count { !heard.contains($0) } <= 1 && heard.count <= said.count + 2, "\(heard)")
        }

        /// Every word has its place, in order, and there is sound in it.
        private func expectPlaces(_ speech: Speech, of text: String) {
            #expect(speech.words.map(\.index) == Array(text.split(separator: " ").indices))
            for (word, next) in zip(speech.words, speech.words.dropFirst()) {
                #expect(word.samples.upperBound <= next.samples.lowerBound)
            }
            for word in speech.words {
                #expect(word.samples.upperBound <= speech.samples.count)
                #expect(speech.samples[word.samples].contains { abs($0) > 0.01 })
            }
        }

        @Test("clauses are spoken over each way, with the place of each word", arguments: models)
        func clauses(model: String) async throws {
            try await ServedCalls.run { served in
                for format in [AudioFormat.pcm24000, .pcm8000] {
                    let voice = voice(served.port, model: model) { $0.format = format }
                    #expect(voice.sampleRate == format.sampleRate)
                    let text = Self.sentences[0] + " " + Self.sentences[1]
                    let speech = try await speak(text, voice)
                    expectPlaces(speech, of: text)
                    if format == .pcm24000 { try await expect(speech, says: text, at: format.sampleRate) }
                    let fast = try await speak(text, voice, speed: 1.2)
                    #expect(fast.samples.count < speech.samples.count)
                }
            }
        }

        @Test("six clauses at once are all spoken", arguments: [1, 4])
        func atOnce(sockets: Int) async throws {
            try await ServedCalls.run { served in
                let voice = voice(served.port) { $0.options.maximumSockets = sockets }
                let all = try await withThrowingTaskGroup(of: (Int, Speech).self) { group in
                    for (index, text) in Self.sentences.enumerated() {
                        group.addTask { (index, try await speak(text, voice)) }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                for (index, text) in Self.sentences.enumerated() {
                    let speech = try #require(all[index])
                    expectPlaces(speech, of: text)
                    try await expect(speech, says: text, at: 24_000)
                }
            }
        }

        @Test("cancelled clauses leave room for those that follow")
        func cancellation() async throws {
            try await ServedCalls.run { served in
                let voice = voice(served.port) { $0.options.maximumSockets = 1 }
                for _ in 0..<7 {
                    for try await _ in voice.synthesize(SpeechRequest(text: Self.sentences.joined(separator: " "))) {
                        break
                    }
                }
                try await expect(try await speak(Self.sentences[3], voice), says: Self.sentences[3], at: 24_000)
            }
        }

        @Test("a socket that was closed meanwhile is opened again")
        func reconnecting() async throws {
            try await ServedCalls.run { served in
                let voice = voice(served.port) { $0.options.idleTimeout = .zero }
                for text in Self.sentences.prefix(3) { expectPlaces(try await speak(text, voice), of: text) }
            }
            // And one whose server has gone is an error.
            try await ServedCalls.run { served in
                let voice = voice(served.port) { $0.endpoint.baseURL = "http://127.0.0.1:1" }
                let error = await #expect(throws: EngineError.self) { try await speak("Hello.", voice) }
                #expect(error?.kind == .unavailable)
            }
        }

        @Test("what the server refuses is told")
        func refusals() async throws {
            try await ServedCalls.run { served in
                for model in Self.models {
                    let voice = voice(served.port, model: model) { $0.endpoint.baseURL += "/nowhere" }
                    let error = await #expect(throws: EngineError.self) { try await speak("Hello.", voice) }
                    #expect(error?.kind == .rejected)
                }
            }
        }

        @Test(
            "Scribe hears what was said, over each way",
            arguments: [ScribeTranscriber.Mode.realtime, .batch])
        func transcription(mode: ScribeTranscriber.Mode) async throws {
            try await ServedCalls.run { served in
                let engines = try #require(CallEngines.current)
                let configuration = ScribeTranscriber.Configuration(
                    endpoint: ServiceEndpoint(baseURL: "http://127.0.0.1:\(served.port)"), mode: mode)
                let scribe = ScribeTranscriber(configuration, httpClient: .shared)
                let utterance = scribe.openUtterance(TranscriptionHints())
                for text in Self.sentences.prefix(2) {
                    let audio = try await engines.speech(text, at: 16_000)
                    for start in stride(from: 0, to: audio.count, by: 512) {
                        try await utterance.append(Array(audio[start..<min(start + 512, audio.count)]))
                    }
                    // Once more asks for nothing new.
                    for _ in 0..<2 {
                        let heard = plainWords(try await utterance.transcript(.final).text)
                        #expect(plainWords(text).count { !heard.contains($0) } <= 1, "\(heard)")
                    }
                }
                await utterance.close()
            }
        }
    }
}
