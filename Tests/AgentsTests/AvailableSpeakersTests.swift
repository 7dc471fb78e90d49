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
}
