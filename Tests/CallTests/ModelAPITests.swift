import AsyncHTTPClient
import CloudEngines
import Engines
import JSON
import LocalEngines
import Testing

extension CallTests {
    /// The clients against a real server of all three APIs: llama-server, with the embedded model.
    @Suite("Clients of language models")
    struct ModelAPITests {
        private func generate(_ api: LanguageModelAPI, _ request: GenerationRequest) async throws -> [GenerationEvent] {
            let engines = try #require(CallEngines.current)
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: RemoteLanguageModel.clientConfiguration())
            let endpoint = LanguageModelEndpoint(baseURL: engines.llama.baseURL, api: api, model: "any")
            let model = RemoteLanguageModel(id: "test", endpoint: endpoint, httpClient: client)
            var events: [GenerationEvent] = []
            do {
                let session = await model.openSession()
                for try await event in session.generate(request) { events.append(event) }
                await session.close()
            } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
            return events
        }

        @Test("A conversation is answered, token by token and with counts", arguments: LanguageModelAPI.allCases)
        func answer(api: LanguageModelAPI) async throws {
            let request = GenerationRequest(
                messages: [
                    .system("You answer in one short sentence."), .assistant("Hello. What can I do for you?"),
                    .user("My name is Maria. Please remember it."), .assistant("I will, Maria."),
                    .system("Context: it is Monday."), .user("What is my name?"),
                ], temperature: 0, maxTokens: 24)
            let events = try await generate(api, request)
            let text = events.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
            #expect(text.contains("Maria"))
            #expect(events.count > 2, "it is streamed")
            let summary = try summary(of: events)
            #expect(try #require(summary.inputTokens) > 30)
            #expect(try #require(summary.outputTokens) > 2)
        }

        @Test("An answer ends at its longest length", arguments: LanguageModelAPI.allCases)
        func longest(api: LanguageModelAPI) async throws {
            let request = GenerationRequest(
                messages: [.user("Count from one to one hundred.")], temperature: 0, maxTokens: 8)
            let events = try await generate(api, request)
            let summary = try summary(of: events)
            #expect(try #require(summary.outputTokens) <= 9)
        }

        /// The embedded model makes little of it: what counts is that it gets there.
        @Test("A tool's call and result are part of the context", arguments: LanguageModelAPI.allCases)
        func toolResult(api: LanguageModelAPI) async throws {
            let call = ToolCall(id: "call_1", name: "opening_hours", arguments: ["day": "Monday"])
            let tool = ToolDefinition(
                name: "opening_hours", description: "Tells the opening hours of a day.",
                parameters: ["type": "object", "properties": ["day": ["type": "string"]], "required": ["day"]])
            var request = GenerationRequest(
                messages: [.system("Answer in one short sentence."), .user("When do you close on Monday?")],
                tools: [tool], temperature: 0, maxTokens: 8)
            let before = try #require(summary(of: try await generate(api, request)).inputTokens)
            request.messages += [
                .assistant("", toolCalls: [call]), .tool(callID: "call_1", result: "Open from 9 to 17."),
            ]
            let after = try #require(summary(of: try await generate(api, request)).inputTokens)
            #expect(after > before + 20)
        }

        private func summary(of events: [GenerationEvent]) throws -> GenerationSummary {
            guard case .finished(let summary) = try #require(events.last) else {
                throw EngineError(.failed, engine: "test", "no end: \(events)")
            }
            return summary
        }
    }
}
