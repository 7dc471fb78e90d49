import Agents
import Audio
import ConvAI
import Conversation
import Foundation
import JSON
import Language
import Testing

extension CallTests {
    @Suite("Audio")
    struct FormatTests {
        @Test("the agent is understood in every output format", arguments: AudioFormat.allCases)
        func output(format: AudioFormat) async throws {
            let engines = try #require(CallEngines.current)
            let configuration: JSONValue = ["tts": ["agent_output_audio_format": .string(format.rawValue)]]
            let outcome = try await hold(
                greeting("We are open from Monday to Friday.", configuration), speaks: false
            ) { try await $0.hearResponse() }
            #expect(outcome.messages.metadata.map(\.agentOutputAudioFormat) == [format.rawValue])
            #expect(outcome.messages.audio.allSatisfy { $0.bytes.count % format.bytesPerSample == 0 })
            var decoder = FrameDecoder(format: format)
            let samples = outcome.messages.audio.flatMap { decoder.decode($0.bytes) }
            let words = plainWords(try await engines.transcript(samples, at: format.sampleRate))
            #expect(Set(words).isSuperset(of: ["open", "monday", "friday"]), "heard: \(words)")
        }

        @Test(
            "a telephone caller is understood, in µ-law both ways and in PCM",
            arguments: [
                (AudioFormat.ulaw8000, AudioFormat.ulaw8000), (.pcm8000, .pcm44100), (.pcm48000, .pcm24000),
            ])
        func input(input: AudioFormat, output: AudioFormat) async throws {
            let outcome = try await hold(
                [
                    "agent": ["first_message": ""], "asr": ["user_input_audio_format": .string(input.rawValue)],
                    "tts": ["agent_output_audio_format": .string(output.rawValue)],
                ], input: input
            ) { caller in
                try await caller.say("What are your opening hours on Saturday?")
                try await caller.response()
                try await caller.hear(.milliseconds(400))
            }
            let metadata = try #require(outcome.messages.metadata.first)
            #expect(metadata.userInputAudioFormat == input.rawValue)
            #expect(metadata.agentOutputAudioFormat == output.rawValue)
            let words = try #require(outcome.messages.transcripts.first)
            #expect(plainWords(words.text).contains("saturday"))
            #expect(outcome.messages.responses.map(\.text) != [CallPhrases.english.apology])
        }

        @Test("audio is sent hardly ahead of real time")
        func pace() async throws {
            let outcome = try await hold(greeting(InterruptionTests.speech), speaks: false) { caller in
                try await caller.hear(.seconds(8))
            }
            let options = CallOptions()
            // A busy machine delays the stamp of the first message at most by this much.
            let slack = Duration.milliseconds(300)
            var sent = Duration.zero
            var start: Duration?
            for received in outcome.received {
                guard case .audio(let audio) = received.message else { continue }
                let origin = start ?? received.time
                start = origin
                let allowed: Duration = received.time - origin + options.playoutLead + options.frame * 2 + slack
                sent += Duration.microseconds(audio.bytes.count / 2 * 1_000_000 / 16_000)
                #expect(sent <= allowed)
            }
            #expect(sent >= .seconds(8))
        }

        @Test("audio that comes at once is heard as if spoken in real time")
        func burst() async throws {
            let outcome = try await hold(greeting(""), speaks: false) { caller in
                var samples = try await caller.engines.speech(
                    "What are your opening hours on Saturday?", at: 16_000)
                samples += [Float](repeating: 0, count: max(0, 5 * 16_000 - samples.count))
                caller.send(.audio(FrameEncoder.encode(samples, as: .pcm16000)))
                try await caller.response()
            }
            let words = try #require(outcome.messages.transcripts.first)
            #expect(plainWords(words.text).contains("saturday"))
            #expect(outcome.messages.transcripts.count == 1)
        }

        @Test("audio without bound ends the call with a reason")
        func flood() async throws {
            let outcome = try await hold(speaks: false) { caller in
                let second = Data(count: 2 * 16_000)
                for _ in 0..<150 { caller.send(.audio(second)) }
                try await caller.inbox.waitForEnd()
            }
            #expect(outcome.ending.code == 1008)
            #expect(outcome.ending.reason == "The audio runs more than 120 s ahead of real time.")
            #expect(outcome.messages.types("error", "client_error") == ["error", "client_error"])
            #expect(outcome.record.status == .failed)
        }
    }
}
