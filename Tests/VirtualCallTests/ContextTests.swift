import Agents
import Conversation
import Engines
import JSON
import TestSupport
import Testing

/// What a model is told beside the conversation, within its time and its share of the tokens.
@Suite("Context of an answer", .timeLimit(.minutes(1)))
struct ContextTests {
    private struct Book: ContextSource {
        let name: String
        let time: VirtualTime
        var latency = Duration.milliseconds(20)
        var text = "The shop opens at nine."
        var fails = false
        var questions = Log<ContextQuestion>()

        func context(for question: ContextQuestion) async throws -> String? {
            questions.add(question)
            try await time.sleep(latency)
            if fails { throw EngineError(.unavailable, engine: name, "no connection") }
            return text
        }
    }

    private func answer(
        _ sources: @escaping @Sendable (VirtualTime) -> [any ContextSource]
    ) async throws -> (request: GenerationRequest, outcome: VirtualCall.Outcome) {
        let requests = Log<GenerationRequest>()
        let outcome = try await VirtualCall.hold(.init(contextSources: sources)) { _ in
            [.text("At nine.")]
        } _: { caller, model in
            try await caller.say("When do you open?")
            try await caller.hearResponse()
            for request in model.requests.entries { requests.add(request) }
        }
        return (try #require(requests.entries.last), outcome)
    }

    @Test("what is found stands after the caller's words, in the order of the sources")
    func found() async throws {
        let (request, outcome) = try await answer { time in
            [
                Book(name: "slow", time: time, latency: .milliseconds(80)),
                Book(name: "fast", time: time, text: "Closed on Sunday."),
            ]
        }
        #expect(
            request.messages.suffix(3) == [
                .user("When do you open?"),
                .system("Use this for your answer if it helps, and do not mention it:\nThe shop opens at nine."),
                .system("Use this for your answer if it helps, and do not mention it:\nClosed on Sunday."),
            ])
        #expect(outcome.record.details.warnings.isEmpty)
        #expect(outcome.events.contains { $0.kind == "context" && $0.detail["found"] == ["slow", "fast"] })
    }

    @Test("an answer does not wait for a source that is slow or fails, and the record says so")
    func late() async throws {
        let (request, outcome) = try await answer { time in
            [Book(name: "slow", time: time, latency: .seconds(9)), Book(name: "broken", time: time, fails: true)]
        }
        #expect(request.messages.last == .user("When do you open?"))
        #expect(
            outcome.record.details.warnings == [
                "The context of slow is missing: it took longer than 0.3 seconds.",
                "The context of broken is missing: broken: no connection (unavailable).",
            ])
        #expect(outcome.messages.responses == ["At nine."])
    }

    @Test("a text that is longer than its share of the tokens is cut")
    func long() async throws {
        let (request, _) = try await answer { time in
            [Book(name: "long", time: time, text: String(repeating: "All about opening hours. ", count: 5_000))]
        }
        guard case .system(let text)? = request.messages.last else {
            throw VirtualCall.Missing(description: "no context")
        }
        #expect(text.utf8.count < 13_000)
        #expect(text.contains("All about opening hours."))
    }

    @Test("greetings and prompts to a silent caller look nothing up")
    func unasked() async throws {
        let asked = Log<ContextQuestion>()
        _ = try await VirtualCall.hold(
            .init(
                configuration: ["agent": ["first_message": "Hello."]],
                contextSources: { [Book(name: "book", time: $0, questions: asked)] })
        ) { _ in
            [.text("Yes.")]
        } _: { caller, _ in
            try await caller.hearResponse()
        }
        #expect(asked.entries.isEmpty)
    }
}
