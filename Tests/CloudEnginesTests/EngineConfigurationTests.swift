import Engines
import Testing

@testable import CloudEngines

@Suite("engines.yaml")
struct EngineConfigurationTests {
    private static let environment = [
        "OPENAI_API_KEY": Secret.key, "TEAM": Secret.header, "HOST": "tts.local", "EMPTY": "",
        "BROKEN": "sk-secret\nX-Evil: 1",
    ]

    private func configuration(_ yaml: String) throws -> EngineConfiguration {
        try EngineConfiguration(yaml: yaml, environment: Self.environment)
    }

    @Test("everything that can be said is understood")
    func all() throws {
        let configuration = try configuration(
            """
            language_models:
              - name: Groq
                models: [llama-3.3-70b, groq-*]
                api: chat_completions
                base_url: https://api.groq.com/openai/v1
                api_key: ${OPENAI_API_KEY}
                headers: {X-Team: "${TEAM}"}
                names: {llama-3.3-70b: llama-3.3-70b-versatile}
                prices: {llama-3.3-70b: 0.59/0.79, "groq-*": 1/2.5}
                image_input: ["groq-vision*"]
              - qwen2.5
            transcribers:
              - {id: whisper, kind: openai, model: whisper-1, api_key: "${OPENAI_API_KEY}", partial_interval: 1.5}
              - {id: realtime, kind: openai-realtime, model: gpt-realtime, api_key: "${OPENAI_API_KEY}"}
              - {id: scribe, kind: elevenlabs, model_id: scribe_v2_realtime}
              - {id: scribe-batch, kind: elevenlabs, model_id: scribe_v1, realtime: false}
              - moonshine
            voices:
              - id: alloy
                kind: openai
                name: Alloy
                language: de
                model: gpt-4o-mini-tts
                voice: alloy
                instructions: Softly.
                sample_rate: 22050
                base_url: http://${HOST}:8000/v1
              - kind: elevenlabs
                voice_id: cjVigY5qzO86Huf0OWal
                stability: 0.4
                similarity_boost: 1
                style: 0
                use_speaker_boost: false
              - joe
            """)
        let openAI = ServiceEndpoint(baseURL: "https://api.openai.com/v1", apiKey: Secret.key)
        let elevenLabs = ServiceEndpoint(baseURL: "https://api.elevenlabs.io/v1")
        #expect(
            configuration.providers == [
                ModelProvider(
                    name: "Groq", models: ["llama-3.3-70b", "groq-*"],
                    endpoint: ServiceEndpoint(
                        baseURL: "https://api.groq.com/openai/v1", apiKey: Secret.key,
                        headers: ["X-Team": Secret.header]),
                    names: ["llama-3.3-70b": "llama-3.3-70b-versatile"],
                    prices: [
                        "llama-3.3-70b": ModelPrice(input: 0.59, output: 0.79),
                        "groq-*": ModelPrice(input: 1, output: 2.5),
                    ], imageInput: ["groq-vision*"])
            ])
        #expect(configuration.providers[0].endpoint(for: "groq-vision-1")?.seesImages == true)
        #expect(configuration.providers[0].endpoint(for: "llama-3.3-70b")?.seesImages == false)
        guard case .embedded("qwen2.5", _) = configuration.languageModels.last else {
            Issue.record("\(configuration.languageModels.count)")
            return
        }
        #expect(configuration.transcribers.map(\.id) == ["whisper", "realtime", "scribe", "scribe-batch", "moonshine"])
        #expect(
            configuration.transcribers.map(\.engine) == [
                .openAI(.init(endpoint: openAI, model: "whisper-1", partialInterval: .seconds(1.5))),
                .openAIRealtime(.init(endpoint: openAI, model: "gpt-realtime")),
                .elevenLabs(.init(endpoint: elevenLabs, model: "scribe_v2_realtime")),
                .elevenLabs(.init(endpoint: elevenLabs, mode: .batch, model: "scribe_v1")), .embedded,
            ])
        #expect(configuration.voices.map(\.id) == ["alloy", "cjVigY5qzO86Huf0OWal", "joe"])
        #expect(configuration.voices[0].name == "Alloy" && configuration.voices[0].language == "de")
        #expect(
            configuration.voices[0].engine
                == .openAI(
                    .init(
                        endpoint: ServiceEndpoint(baseURL: "http://tts.local:8000/v1"), model: "gpt-4o-mini-tts",
                        voice: "alloy", instructions: "Softly.", sampleRate: 22_050)))
        var voice = ElevenLabsSynthesizer.Configuration(endpoint: elevenLabs, voice: "cjVigY5qzO86Huf0OWal")
        (voice.settings.stability, voice.settings.similarityBoost, voice.settings.style) = (0.4, 1, 0)
        voice.settings.useSpeakerBoost = false
        #expect(configuration.voices[1].engine == .elevenLabs(voice))
    }

    @Test("an empty file says nothing", arguments: ["", "# nothing\n", "voices:\ntranscribers: []\n", "~"])
    func empty(yaml: String) throws {
        #expect(try configuration(yaml) == EngineConfiguration())
    }

    @Test(
        "what is wrong is told with its place, and without values",
        arguments: [
            ("voices: 5", "voices: is not a list"), ("- a", "is not a map of fields"),
            ("voise: []", "voise: there is no such field; known are language_models, transcribers, voices"),
            ("voices: [[1]]", "voices[0]: is not a map of fields"),
            ("voices: [{id: a}]", "voices[0].kind: is missing; it is one of openai, elevenlabs"),
            ("voices: [{kind: sk-secret}]", "voices[0].kind: is not one of openai, elevenlabs"),
            ("voices: [{kind: openai, model: m, voice: v}]", "voices[0].id: is missing"),
            ("voices: [{kind: openai, id: a, voice: v}]", "voices[0].model: is missing"),
            ("voices: [{kind: openai, id: a, model: m}]", "voices[0].voice: is missing"),
            ("voices: [{kind: openai, id: a, model: {}, voice: v}]", "voices[0].model: is not text"),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, api_key: '${NO_KEY}'}]",
                "voices[0].api_key: the environment variable NO_KEY is not set"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, api_key: '${EMPTY}'}]",
                "voices[0].api_key: the environment variable EMPTY is not set"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, api_key: '${sk-secret}'}]",
                "voices[0].api_key: the text in \"${}\" is not the name of an environment variable"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, api_key: 'sk-secret${'}]",
                "voices[0].api_key: \"${\" has no \"}\""
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, api_key: '${BROKEN}'}]",
                "voices[0].api_key: contains characters that are not allowed in a key"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, headers: {X-A: '${BROKEN}'}}]",
                "voices[0].headers.X-A: contains characters that are not allowed in a header"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, headers: {'X A': b}}]",
                "voices[0].headers: \"X A\" is not a valid header name"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, base_url: sk-secret}]",
                "voices[0].base_url: is not an http or https URL"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, base_url: 'ftp://sk-secret'}]",
                "voices[0].base_url: is not an http or https URL"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, sample_rate: sk-secret}]",
                "voices[0].sample_rate: is not a number from 8000 to 48000"
            ),
            (
                "voices: [{kind: openai, id: a, model: m, voice: v, baseURL: sk-secret}]",
                "voices[0].baseURL: there is no such field; known are api_key, base_url, headers, id, instructions, kind, language, model, name, sample_rate, voice"
            ),
            ("voices: [{kind: elevenlabs}]", "voices[0].voice_id: is missing"),
            (
                "voices: [{kind: elevenlabs, voice_id: v, stability: 2}]",
                "voices[0].stability: is not a number from 0 to 1"
            ),
            (
                "voices: [{kind: elevenlabs, voice_id: v, use_speaker_boost: maybe}]",
                "voices[0].use_speaker_boost: is neither true nor false"
            ),
            ("voices: [a, b, a]", "voices[2]: the id \"a\" is used twice"),
            (
                "transcribers: [{kind: whisper, id: a}]",
                "transcribers[0].kind: is not one of openai, openai-realtime, elevenlabs"
            ),
            (
                "language_models: [{name: n, models: [m], base_url: 'http://a.b', prices: {m: 0.15}}]",
                "language_models[0].prices: is not a price of prompt and answer, such as 0.15/0.60"
            ),
            ("transcribers: [{kind: openai, id: a}]", "transcribers[0].model: is missing"),
            ("transcribers: [{kind: elevenlabs, id: a}]", "transcribers[0].model_id: is missing"),
            (
                "transcribers: [{kind: openai, id: a, model: m, partial_interval: 0}]",
                "transcribers[0].partial_interval: is not a number from 0.2 to 60"
            ),
            ("language_models: [{models: [a]}]", "language_models[0].name: is missing"),
            ("language_models: [{name: a}]", "language_models[0].models: is missing or empty"),
            ("language_models: [{name: a, models: [a]}]", "language_models[0].base_url: is missing"),
            ("language_models: [{name: a, models: [{}]}]", "language_models[0].models[0]: is not text"),
            (
                "language_models: [{name: a, models: [a], base_url: 'http://a', api: soap}]",
                "language_models[0].api: is not one of chat_completions, responses, messages"
            ),
            (
                "language_models: [{name: a, models: [a], base_url: 'http://a', names: [b]}]",
                "language_models[0].names: is not a map of fields"
            ),
        ])
    func errors(yaml: String, message: String) throws {
        let error = try #require(throws: EngineError.self) { try configuration(yaml) }
        #expect(error.message == "engines.yaml: " + message)
        #expect(!error.allText.contains("secret"))
    }

    @Test("text that is no YAML is told by its line alone")
    func syntax() throws {
        for yaml in ["voices:\n  - api_key: 'sk-secret", "voices: [sk-secret: : }", "a: sk-secret\na: sk-secret\n"] {
            let error = try #require(throws: EngineError.self) { try configuration(yaml) }
            #expect(error.message.hasPrefix("engines.yaml: ") && !error.allText.contains("secret"), "\(error)")
        }
        let error = #expect(throws: EngineError.self) {
            try EngineConfiguration(file: "/nowhere/engines.yaml", environment: [:])
        }
        #expect(error?.message == "/nowhere/engines.yaml: cannot be read")
    }
}
