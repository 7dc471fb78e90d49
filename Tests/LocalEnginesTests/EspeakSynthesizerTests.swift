import Engines
import Testing

@testable import LocalEngines

@Suite("espeak-ng as a voice", .timeLimit(.minutes(2)))
struct EspeakSynthesizerTests {
    private func speech(_ request: SpeechRequest) async throws -> SpeechChunk {
        var all = SpeechChunk(samples: [])
        for try await chunk in try EspeakSynthesizer().synthesize(request) {
            all.samples += chunk.samples
            all.words += chunk.words
        }
        return all
    }

    @Test("is understood", .needsModels)
    func roundTrip() async throws {
        let engines = try TestEngines.load()
        let text = "Can you tell me the opening hours?"
        let spoken = try await speech(SpeechRequest(text: text))
        let heard = try await engines.transcript(TestEngines.at16kHz(spoken.samples, from: 22_050))
        #expect(plainWords(heard) == plainWords(text))
        #expect(spoken.words.map(\.index) == Array(0..<7))
        #expect(
            zip(spoken.words, spoken.words.dropFirst()).allSatisfy { $0.samples.upperBound <= $1.samples.lowerBound })
    }

    @Test("speaks the language that it is asked for, at the speed that it is asked for")
    func languages() async throws {
        let german = try await speech(SpeechRequest(text: "Guten Tag", language: "de"))
        let english = try await speech(SpeechRequest(text: "Guten Tag", language: "en"))
        #expect(german.samples != english.samples && german.samples.contains { abs($0) > 0.05 })
        let slow = try await speech(SpeechRequest(text: "Guten Tag", language: "de", speed: 0.7))
        #expect(Double(slow.samples.count) > 1.2 * Double(german.samples.count))
        let other = try await speech(SpeechRequest(text: "Guten Tag", voice: "f3", language: "de"))
        #expect(other.samples != german.samples)
    }

    @Test("finds espeak-ng's name of a language")
    func names() {
        let known = EspeakLanguages(
            listing: """
                Pty Language Age/Gender VoiceName File Other Languages
                 5 cmn --/M Chinese sit/cmn (zh 5)
                 5 en-gb --/M English gmw/en (en 2)
                 2 en-us --/M English gmw/en-US (en 3)
                 5 nb --/M Norwegian gmq/nb (no 5)
                 5 pt --/M Portuguese roa/pt
                 5 pt-br --/M Portuguese roa/pt-BR
                 5 vi-vn-x-south --/M Vietnamese aav/vi
                """)
        for (language, name) in [
            ("en", "en-us"), ("en-GB", "en-gb"), ("en-AU", "en-us"), ("pt", "pt"), ("pt_BR", "pt-br"), ("zh", "cmn"),
            ("zh-CN", "cmn"), ("no", "nb"), ("vi", "vi-vn-x-south"), ("xx", nil),
        ] {
            #expect(known.name(of: language) == name, "\(language)")
        }
        #expect(EspeakLanguages.installed.names.count > 50)
    }

    @Test("takes what would be options or files as neither")
    func injection() throws {
        let voice = try EspeakSynthesizer()
        for bad in ["../x", "f3 -w", "-f", "f3+m1", "F3"] {
            #expect(voice.arguments(SpeechRequest(text: "a", voice: bad))[1] == "en-us", "\(bad)")
        }
        #expect(
            voice.arguments(SpeechRequest(text: "a", voice: "f3", language: "de-DE", speed: 2))[1...3] == [
                "de+f3", "-s", "350",
            ])
    }

    @Test("says nothing for nothing, and refuses what is far too long")
    func bounds() async throws {
        for text in ["", "…", " - "] {
            #expect(try await speech(SpeechRequest(text: text)).samples.isEmpty)
        }
        let error = await #expect(throws: EngineError.self) {
            try await speech(SpeechRequest(text: String(repeating: "a ", count: 2000)))
        }
        #expect(error?.kind == .rejected)
    }

    @Test("names a program that is missing, fails, or does not end")
    func failures() async throws {
        let none = try #require(throws: EngineError.self) { try EspeakSynthesizer(known: EspeakLanguages(listing: "")) }
        #expect(none.kind == .unavailable && none.message.contains("make setup"))
        for (program, options) in [("false", 10.0), ("/nowhere/espeak-ng", 10), ("yes", 0.2)] {
            var synthesis = LocalEngineOptions.Synthesis()
            synthesis.espeakTimeout = options
            let voice = try EspeakSynthesizer(options: synthesis, program: program)
            await #expect(throws: EngineError.self, "\(program)") {
                for try await _ in voice.synthesize(SpeechRequest(text: "Hello")) {}
            }
        }
    }
}
