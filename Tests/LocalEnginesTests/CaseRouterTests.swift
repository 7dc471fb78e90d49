import Engines
import JSON
import Testing

@testable import LocalEngines
@testable import ToolDecisions

/// Which of a tool's cases the caller's words mean, with the real model.
@Suite("Cases of a tool, by meaning", .enabled(if: TestEngines.tellMeanings))
struct CaseRouterTests {
    private static let handOver = ToolDefinition(
        name: "transfer_to_agent", description: "Transfers the user.", parameters: ["type": "object"],
        cases: [
            .init(condition: "The caller asks about an invoice or a payment.", arguments: ["agent_number": 0]),
            .init(condition: "technical problems", arguments: ["agent_number": 2]),
            .init(condition: "When the user wants to buy something or another plan", arguments: ["agent_number": 3]),
        ])
    private static let prompt = """
        You answer the telephone of Velonet, an internet provider. Keep to two sentences.
        The shop on Mill Lane is open from nine to six, Monday to Saturday.
        A technician's visit costs forty euros, and is free in the first year.
        """

    private static func embedder() throws -> E5Embedder {
        try E5Embedder(home: TestEngines.home, pool: InferencePool())
    }

    private func choice(_ dialogue: [DialogueLine], prompt: String = prompt) async throws -> JSONValue? {
        let router = CaseRouter(try Self.embedder(), options: ToolDecisionOptions().routing)
        return try await router.choice(
            GenerationRequest(messages: [.system(prompt)], tools: [Self.handOver]), dialogue)?.arguments["agent_number"]
    }

    private func choice(_ words: String, prompt: String = prompt) async throws -> JSONValue? {
        try await choice([DialogueLine(speaker: .caller, text: words)], prompt: prompt)
    }

    @Test("vectors have length 1, and what means the same is nearer than what does not")
    func vectors() async throws {
        let embedder = try Self.embedder()
        func vector(_ text: String, _ role: EmbeddingRole = .passage) async throws -> [Float] {
            try await embedder.vector(of: text, as: role)
        }
        func product(_ first: [Float], _ second: [Float]) -> Float { zip(first, second).reduce(0) { $0 + $1.0 * $1.1 } }
        let words = try await vector("My internet is down again.", .query)
        #expect(abs(product(words, words) - 1) < 1e-3)
        let (near, far) = try await (vector("technical problems"), vector("The kitchen closes at ten."))
        #expect(product(words, near) > product(words, far) + 0.02)
        // A query is another text than a passage; texts of any length and with any character are read.
        #expect(try await vector("My internet is down again.") != words)
        #expect(try await vector("").count == words.count)
        #expect(try await vector("a\0b " + String(repeating: "Wort ", count: 20_000)).count == words.count)
    }

    @Test(
        "who is in charge of what the caller wants is found in other words than the condition's",
        arguments: [
            ("Hello, I have a question about my last invoice.", 0),
            ("Um, my router keeps blinking red and nothing loads.", 2),
            ("I'd like to upgrade to the bigger package.", 3),
            ("Hi, my invoice is higher than it should be.", 0),
        ])
    func found(words: String, number: Int) async throws {
        #expect(try await choice(words) == .integer(number))
    }

    @Test(
        "what the agent answers itself, and what is no wish, leads to nobody",
        arguments: ["Hello?", "What are your opening hours?", "Hold on a second.", "Thanks, that's very kind."])
    func none(words: String) async throws {
        #expect(try await choice(words) == nil)
    }

    @Test("a yes means what the agent has offered")
    func agreed() async throws {
        let offer = "Shall I put you through to the colleague who looks after invoices?"
        let lines = [
            DialogueLine(speaker: .caller, text: "There is something wrong with what I paid."),
            DialogueLine(speaker: .agent, text: offer), DialogueLine(speaker: .caller, text: "Yes, please."),
        ]
        #expect(try await choice(lines) == 0)
    }

    @Test("what the prompt says of handing over is nothing that the agent answers")
    func instructions() async throws {
        let prompt =
            Self.prompt + "\nIf the caller was charged twice or asks about a payment, transfer them to billing."
        #expect(try await choice("Hello, I have a question about my last invoice.", prompt: prompt) == 0)
    }

    @Test("without cases nothing is asked")
    func nothing() async throws {
        let router = CaseRouter(try Self.embedder(), options: ToolDecisionOptions().routing)
        let tool = ToolDefinition(name: "end_call", description: "Hangs up.", parameters: ["type": "object"])
        let lines = [DialogueLine(speaker: .caller, text: "I was charged twice this month.")]
        #expect(try await router.choice(GenerationRequest(messages: [], tools: [tool]), lines) == nil)
    }
    @Test("an agent that has taken over, or whose hand-over has failed, is not asked to hand over again")
    func again() async throws {
        let router = CaseRouter(try Self.embedder(), options: ToolDecisionOptions().routing)
        let words = "Hello, I have a question about my last invoice."
        let call = ToolCall(id: "1", name: "transfer_to_agent", arguments: ["agent_number": 0])
        func choice(_ messages: [ChatMessage]) async throws -> JSONValue? {
            try await router.choice(
                GenerationRequest(messages: messages, tools: [Self.handOver]),
                [DialogueLine(speaker: .caller, text: words)]
            )?.arguments["agent_number"]
        }
        let asked: [ChatMessage] = [.system(Self.prompt), .user(words), .assistant("", toolCalls: [call])]
        #expect(try await choice([.user(words)]) == 0)
        #expect(try await choice(asked + [.tool(callID: "1", result: "Taken over.", kind: .done)]) == nil)
        let failed: [ChatMessage] = asked + [.tool(callID: "1", result: "No such agent.", kind: .failed(isTold: true))]
        #expect(try await choice(failed + [.assistant("I'm sorry."), .user(words)]) == nil)
    }

    @Test("an embedder that fails leaves the choice to the model")
    func failure() async throws {
        struct Broken: TextEmbedder {
            let id = "broken"
            func vector(of text: String, as role: EmbeddingRole) async throws -> [Float] {
                throw EngineError(.failed, engine: id, "it is broken")
            }
        }
        let router = CaseRouter(Broken(), options: ToolDecisionOptions().routing)
        let request = GenerationRequest(messages: [.system(Self.prompt)], tools: [Self.handOver])
        router.prepare(request)
        await #expect(throws: EngineError.self) {
            try await router.choice(request, [DialogueLine(speaker: .caller, text: "My invoice is wrong.")])
        }
    }
}
