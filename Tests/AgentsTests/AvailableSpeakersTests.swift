import Agents
import JSON
import Testing

@Suite("The speakers and languages that a server has")
struct AvailableSpeakersTests {
    @Test("A speaker of a voice is known with the voice, and every language where all are spoken")
    func speakers() {
        var engines = AvailableEngines(
            languageModels: ["local"], voices: ["joe", "kokoro"], transcribers: ["tiny"], languages: ["en"])
        func warnings(_ voice: String, _ language: String) -> [String] {
            engines.warnings(for: [
                "agent": ["prompt": ["llm": "local"], "language": .string(language)],
                "tts": ["voice_id": .string(voice), "model_id": .string(voice)],
            ])
        }
        #expect(warnings("kokoro:jf_alpha", "en-GB") == [])
        // One for `voice_id`, one for `model_id`.
        #expect(warnings("kok:jf_alpha", "en").count == 2)
        #expect(
            warnings("joe", "de") == [
                "agent.language: \"de\" is not configured on this server; \"en\" is used instead."
            ])
        engines.languages = ["mul"]
        #expect(warnings("joe", "de") == [])
    }

    @Test("Voices with labels are checked: that they are here, and that a model can write their labels")
    func labels() throws {
        func voice(_ label: String, _ id: String) -> JSONValue { ["label": .string(label), "voice_id": .string(id)] }
        let engines = AvailableEngines(
            languageModels: ["local"], voices: ["joe", "kokoro"], transcribers: ["tiny"], languages: ["en"])
        let voices = [
            voice("Anna", "joe"), voice("Old Man-2", "kokoro:jf_alpha"), voice("Ghost", "nobody"), voice("anna", "joe"),
            voice("a<b", "joe"), voice("", "joe"), voice("Think", "joe"),
            voice(String(repeating: "x", count: 41), "joe"),
        ]
        let agent = try Agent.new(conversationConfig: ["tts": ["supported_voices": .array(voices)]])
        let warnings = agent.warnings(available: engines)
        #expect(
            warnings.map { String($0.prefix { $0 != ":" }) } == ["tts.supported_voices.2.voice_id"]
                + (3...7).map { "tts.supported_voices.\($0).label" })
        let settings = try CallSettings(
            agent: agent, initiation: .init(), variables: CallVariables(), available: engines)
        #expect(settings.voices.map(\.label) == ["Anna", "Old Man-2", "Ghost"])
        #expect(Set(settings.warnings) == Set(warnings))
    }

    @Test("an agent has so many voices besides its own")
    func mostVoices() throws {
        let voices = (0..<30).map { number -> JSONValue in ["label": .string("v\(number)"), "voice_id": "joe"] }
        let agent = try Agent.new(conversationConfig: ["tts": ["supported_voices": .array(voices)]])
        let settings = try CallSettings(agent: agent, initiation: .init(), variables: CallVariables())
        #expect(settings.voices.map(\.label) == (0..<20).map { "v\($0)" })
        #expect(settings.warnings.contains("tts.supported_voices: only the first 20 voices are used."))
    }
}
