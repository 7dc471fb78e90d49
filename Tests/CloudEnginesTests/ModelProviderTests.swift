import Engines
import Testing

@testable import CloudEngines

@Suite("Services by their keys")
struct ModelProviderTests {
    private func endpoint(_ id: String, _ environment: [String: String]) -> LanguageModelEndpoint? {
        ModelProvider.known(in: environment).lazy.compactMap { $0.endpoint(for: id) }.first
    }

    @Test(
        "An id leads to its service when there is a key for it",
        arguments: [
            ("gpt-4o", "OPENAI_API_KEY", "https://api.openai.com/v1", LanguageModelAPI.chatCompletions, "gpt-4o"),
            ("gpt-9-nova", "OPENAI_API_KEY", "https://api.openai.com/v1", .chatCompletions, "gpt-9-nova"),
            ("claude-sonnet-4-5", "ANTHROPIC_API_KEY", "https://api.anthropic.com/v1", .messages, "claude-sonnet-4-5"),
            (
                "claude-3-5-sonnet", "ANTHROPIC_API_KEY", "https://api.anthropic.com/v1", .messages,
                "claude-3-5-sonnet-latest"
            ),
            (
                "gemini-2.5-flash", "GEMINI_API_KEY", "https://generativelanguage.googleapis.com/v1beta/openai",
                .chatCompletions, "gemini-2.5-flash"
            ), ("grok-beta", "XAI_API_KEY", "https://api.x.ai/v1", .chatCompletions, "grok-beta"),
        ])
    func known(id: String, variable: String, url: String, api: LanguageModelAPI, model: String) {
        var expected = LanguageModelEndpoint(baseURL: url, api: api, model: model, apiKey: "k")
        expected.seesImages = ["gpt-4o", "claude-sonnet-4-5", "claude-3-5-sonnet", "gemini-2.5-flash"].contains(id)
        #expect(endpoint(id, [variable: "k"]) == expected)
        #expect(endpoint(id, [variable: ""]) == nil)
        #expect(endpoint(id, [:]) == nil)
        #expect(endpoint("qwen3-4b", [variable: "k"]) == nil)
    }

    @Test("Other addresses that speak the same", arguments: ["http://h:1", "http://h:1/", "http://h:1/v1"])
    func bases(base: String) {
        let environment = ["ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": base]
        #expect(endpoint("claude-opus-4-8", environment)?.baseURL == "http://h:1/v1")
        #expect(endpoint("gpt-5", ["OPENAI_API_KEY": "k", "OPENAI_BASE_URL": base])?.baseURL == base)
    }
}
