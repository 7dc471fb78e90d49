import Engines
import JSON
import Synchronization
import Tasks
import Testing

@testable import Conversation
@testable import Speech

@Suite("When a model fails")
struct ModelCascadeTests {
    /// Says its lines, then ends as it is told to.
    final class Model: LanguageModel, LanguageModelSession {
        enum End: Sendable {
            case well
            case failure(EngineError.Kind)
            case never
            /// Fails so many times before it says a word; then all is well.
            case failures(Int, EngineError)
            /// Says all of it only after a while.
            case late
            /// Refuses every request with images.
            case refusesImages
        }

        let id: String
        let events: [GenerationEvent]
        let end: End
        let seesImages: Bool
        private let state = Mutex((requests: [GenerationRequest](), open: 0))

        init(_ id: String, _ events: [GenerationEvent], _ end: End = .well, seesImages: Bool = false) {
            self.seesImages = seesImages
            self.id = id
            self.events = events
            self.end = end
        }

        var requests: [GenerationRequest] { state.withLock { $0.requests } }
        var openSessions: Int { state.withLock { $0.open } }

        func openSession() async -> any LanguageModelSession {
            state.withLock { $0.open += 1 }
            return self
        }

        func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
            let count = state.withLock { state in
                state.requests.append(request)
                return state.requests.count
            }
            return AsyncThrowingStream { continuation in
                if case .failures(let failures, let error) = end, count <= failures {
                    return continuation.finish(throwing: error)
                }
                if case .refusesImages = end, request.hasImages {
                    return continuation.finish(throwing: EngineError(.rejected, engine: id, "bad image"))
                }
                if case .late = end {
                    Task {
                        for _ in 0..<5000 { await Task.yield() }
                        for event in events { continuation.yield(event) }
                        continuation.finish()
                    }
                    return
                }
                for event in events { continuation.yield(event) }
                switch end {
                case .well, .failures, .late, .refusesImages:
                    continuation.yield(.finished(GenerationSummary(reason: "stop")))
                    continuation.finish()
                case .failure(let kind):
                    continuation.finish(throwing: EngineError(kind, engine: id, "broken"))
                case .never: break
                }
            }
        }

        func prefill(_ request: GenerationRequest) async throws {}

        func close() async { state.withLock { $0.open -= 1 } }
    }

    private static let request = GenerationRequest(messages: [.user("Hi")])
    /// A clock on which every wait is over as soon as nothing else can go on.
    private static let hasty = TaskClock(elapsed: { .zero }, sleep: { _ in for _ in 0..<1000 { await Task.yield() } })
    /// A clock on which pauses are over at once, and the time-outs of models never.
    private static let brief = TaskClock(
        elapsed: { .zero },
        sleep: { if $0 >= .seconds(4) { try await Task.sleep(for: .seconds(600)) } })
    private static let patient = TaskClock(elapsed: { .zero }, sleep: { _ in try await Task.sleep(for: .seconds(600)) })

    private func run(
        _ models: [Model], clock: TaskClock = patient, request: GenerationRequest = request, times: Int = 1
    ) async -> (text: String, model: String?, error: EngineError?, fallbacks: [EngineFallback]) {
        let report = Reports()
        let cascade = ModelCascade(models: models, timeout: .seconds(4), budget: .seconds(7), clock: clock) {
            await report.add($0)
        }
        let session = await cascade.openSession()
        var text = ""
        var model: String?
        var failure: EngineError?
        do {
            for _ in 0..<times {
                for try await event in session.generate(request) {
                    if case .text(let piece) = event { text += piece }
                    if case .finished(let summary) = event { model = summary.model }
                }
            }
        } catch {
            failure = error as? EngineError
        }
        await session.close()
        #expect(models.allSatisfy { $0.openSessions == 0 }, "every session is given back")
        return (text, model, failure, await report.all)
    }

    private actor Reports {
        private(set) var all: [EngineFallback] = []
        func add(_ fallback: EngineFallback) { all.append(fallback) }
    }

    private static let picture = GenerationRequest(messages: [
        .user("What is it?", images: [ModelImage(id: "i1", mimeType: "image/png", base64: "AAAA")])
    ])
    private static let unseen =
        "(The user sends an image, which you cannot see. Say so if it matters, and ask what is on it.)\nWhat is it?"

    @Test("Images are for the models of a cascade that see; others are told")
    func images() async {
        let (first, second) = (Model("a", [], .failure(.failed), seesImages: true), Model("b", [.text("Yes.")]))
        _ = await run([first, second], request: Self.picture)
        #expect(first.requests.map(\.hasImages) == [true])
        #expect(second.requests.map(\.messages) == [[.user(Self.unseen)]])
    }

    @Test("A server that refuses an image is asked without it, and not shown it again")
    func refusedImage() async {
        let model = Model("a", [.text("Yes.")], .refusesImages, seesImages: true)
        let result = await run([model], request: Self.picture, times: 2)
        #expect(result.text == "Yes.Yes." && result.error == nil)
        #expect(model.requests.map(\.hasImages) == [true, false, false])
        #expect(model.requests.last?.messages == [.user(Self.unseen)])
        #expect(result.fallbacks.map(\.next) == ["a"])
    }

    @Test("A model that answers needs no other")
    func well() async {
        let backup = Model("b", [.text("No.")])
        let result = await run([Model("a", [.text("Yes.")]), backup])
        #expect(result.text == "Yes." && result.error == nil && result.fallbacks.isEmpty)
        #expect(result.model == "a")
        #expect(backup.requests.isEmpty)
    }

    @Test(
        "One that fails before its first word is followed by the next, with the same request",
        arguments: [EngineError.Kind.unavailable, .timeout, .rateLimited, .rejected, .malformedAnswer, .failed])
    func failure(kind: EngineError.Kind) async {
        let backup = Model("b", [.text("Yes.")])
        let result = await run([Model("a", [], .failure(kind)), backup])
        #expect(result.text == "Yes." && result.error == nil && result.model == "b")
        #expect(backup.requests == [Self.request])
        #expect(
            result.fallbacks == [.init(task: .generation, failure: EngineError(kind, engine: "a", "broken"), next: "b")]
        )
    }

    @Test("One that breaks off is gone on with, and nothing is said twice")
    func brokenOff() async throws {
        let backup = Model("b", [.text(" at nine.")])
        let result = await run([Model("a", [.text("We open")], .failure(.failed)), backup])
        #expect(result.text == "We open at nine.")
        let messages = try #require(backup.requests.first?.messages)
        #expect(Array(messages.prefix(2)) == [.user("Hi"), .assistant("We open")])
        guard case .system(let note) = messages.last else {
            Issue.record("no note: \(messages)")
            return
        }
        #expect(note.contains("without repeating"))
    }

    @Test("One that says nothing in time is given up, also in mid-answer")
    func standstill() async {
        let silent = await run([Model("a", [], .never), Model("b", [.text("Yes.")])], clock: Self.hasty)
        #expect(silent.text == "Yes.")
        #expect(silent.fallbacks.first?.failure.kind == .timeout)
        let stuck = await run(
            [Model("a", [.text("We")], .never), Model("b", [.text(" do.")])], clock: Self.hasty)
        #expect(stuck.text == "We do.")
    }

    @Test("The last one's failure is the answer's")
    func allFail() async {
        let result = await run([
            Model("a", [], .failure(.unavailable)), Model("b", [], .failure(.failed)),
            Model("c", [], .failure(.rejected)),
        ])
        #expect(result.error == EngineError(.rejected, engine: "a", "c: broken"), "the call knows the first one's name")
        #expect(result.fallbacks.map(\.next) == ["b", "c"])
    }

    @Test("A tool that was called is not called again by another model")
    func tools() async {
        let call = GenerationEvent.toolCall(ToolCall(id: "1", name: "book", arguments: [:]))
        let backup = Model("b", [.text("Yes.")])
        let result = await run([Model("a", [call], .failure(.failed)), backup])
        #expect(result.error?.engine == "a")
        #expect(backup.requests.isEmpty)
    }
    @Test(
        "One that is alone is asked again when that may help",
        arguments: [EngineError.Kind.unavailable, .timeout, .rateLimited, .malformedAnswer, .failed])
    func askedAgain(kind: EngineError.Kind) async {
        let model = Model("a", [.text("Yes.")], .failures(1, EngineError(kind, engine: "a", "broken")))
        let result = await run([model], clock: Self.brief)
        #expect(result.text == "Yes." && result.error == nil && model.requests.count == 2)
        #expect(
            result.fallbacks == [.init(task: .generation, failure: EngineError(kind, engine: "a", "broken"), next: "a")]
        )
    }

    @Test(
        "It is not asked again what it refused, or when it wants to be left alone for long",
        arguments: [
            EngineError(.rejected, engine: "a", "No."),
            EngineError(.rateLimited, engine: "a", "Later.", retryAfter: .seconds(60)),
        ])
    func notAskedAgain(failure: EngineError) async {
        let model = Model("a", [.text("Yes.")], .failures(1, failure))
        let result = await run([model], clock: Self.brief)
        #expect(result.error == failure && model.requests.count == 1 && result.fallbacks.isEmpty)
    }

    @Test("It is asked twice at most")
    func twice() async {
        let model = Model("a", [.text("Yes.")], .failures(9, EngineError(.failed, engine: "a", "broken")))
        let result = await run([model], clock: Self.hasty)
        #expect(result.error == EngineError(.failed, engine: "a", "broken") && model.requests.count == 2)
    }
}
