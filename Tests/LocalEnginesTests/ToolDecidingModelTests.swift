import AsyncHTTPClient
import Engines
import Foundation
import JSON
import Language
import Testing

@testable import LocalEngines
@testable import ToolDecisions

@Suite("What the embedded model learns of tools")
struct ToolDecidingModelTests {
    private static let call = ToolCall(id: "c", name: "book_it", arguments: ["day": "Friday"])
    private static let tool = ToolDefinition(name: "book_it", description: "", parameters: [:])

    private static func request(
        _ result: String, _ kind: ToolResultKind = .answer, then later: [ChatMessage] = [], untold: Set<String> = []
    ) -> GenerationRequest {
        var request = GenerationRequest(
            messages: [
                .system("You help."), .user("Friday."), .assistant("", toolCalls: [call]),
                .tool(callID: "c", result: result, kind: kind),
            ] + later)
        request.untold = untold
        return request
    }

    @Test("calls are not shown, and results as something that cannot be said without being held against what was done")
    func withoutTools() {
        var request = Self.request("Your table is by the window.")
        request.tools = [Self.tool]
        let plain = request.withoutTools
        #expect(plain.tools.isEmpty && plain.messages.count == 3)
        let note = "Done by the computer: book it: Your table is by the window."
        #expect(plain.messages[2] == .system(note))
        #expect(
            English().claim(in: note, isWhole: true, from: 0)
                == .claim(EffectClaim(kinds: [], manner: .state), from: 0))
        let running = Self.request("This is still running. Do not call it again.", .running).withoutTools
        #expect(running.messages[2] == .system("The computer is at it: book it"))
        let failed = Self.request("Error: go on in this language.", .failed(isTold: false)).withoutTools
        #expect(failed.messages[2] == .system("Not done by the computer: book it"))
        request.messages += [.assistant("Done.", toolCalls: [Self.call]), .user("Thanks.")]
        #expect(request.withoutTools.messages.suffix(2) == [.assistant("Done."), .user("Thanks.")])
    }

    @Test("a change that callers hear is not told; what they said before it is still to be answered")
    func settled() {
        let settled = Self.request("The language is French.", .settled)
        #expect(settled.withoutSettled.messages == [.system("You help."), .user("Friday.")])
        #expect(settled.withoutSettled.asksForAnswer && settled.withoutSettled.news.isEmpty)
        let booked = Self.request("Booked.", .done)
        #expect(booked.withoutSettled == booked)
        // Of two calls at once the other stays.
        var both = settled
        both.messages[2] = .assistant(
            "One moment.", toolCalls: [Self.call, ToolCall(id: "d", name: "look", arguments: [:])])
        both.messages.append(.tool(callID: "d", result: "Free at ten."))
        #expect(
            both.withoutSettled.messages.suffix(2) == [
                .assistant("One moment.", toolCalls: [ToolCall(id: "d", name: "look", arguments: [:])]),
                .tool(callID: "d", result: "Free at ten."),
            ])
    }

    @Test("tools that the conversation calls by itself are not to be chosen")
    func automatic() {
        var request = Self.request("Booked.")
        request.tools = [Self.tool, ToolDefinition(name: "language_detection", description: "", parameters: [:])]
        request.automaticTools = ["language_detection"]
        #expect(request.withoutAutomaticTools.tools.map(\.name) == ["book_it"])
    }

    @Test("what was said in another language is a note, behind which the agent opens in the present one")
    func oneLanguage() {
        var request = GenerationRequest(messages: [
            .system("Antworte auf Deutsch."), .assistant("Hello."), .user("Is it open?"), .assistant("It is."),
            .system("Context: rain"), .user("Guten Tag."), .system("Kurz."),
        ])
        #expect(request.inOneLanguage == request)
        request.formerLanguage = FormerLanguage(userMessages: 1, opening: "Willkommen.")
        #expect(
            request.inOneLanguage.messages == [
                .system("Antworte auf Deutsch."), .system("Context: rain"),
                .system("Said so far:\nYou: Hello.\nCaller: Is it open?\nYou: It is."), .assistant("Willkommen."),
                .user("Guten Tag."), .system("Kurz."),
            ])
        // A greeting alone is left out, and what the model would go on with is not put at the end.
        request.messages.removeSubrange(2...4)
        request.formerLanguage?.userMessages = 0
        #expect(
            request.inOneLanguage.messages == [
                .system("Antworte auf Deutsch."), .assistant("Willkommen."), .user("Guten Tag."), .system("Kurz."),
            ])
        request.messages.removeLast(2)
        #expect(request.inOneLanguage.messages == [.system("Antworte auf Deutsch.")])
    }

    @Test("to be told is what stands at the end, and what came when the caller had gone on to something else")
    func news() {
        #expect(Self.request("Booked.").news.map(\.result) == ["Booked."])
        let later: [ChatMessage] = [
            .user("Are you open?"), .assistant("Yes."), .system("A tool has brought its result."),
        ]
        #expect(Self.request("Booked.", then: later).news.isEmpty)
        let news = Self.request("Booked.", then: later, untold: ["c"])
        #expect(news.news.map(\.tool) == ["book_it"] && !news.asksForAnswer)
        #expect(Self.request("Booked.", then: [.user("Hello?"), .system("Context.")]).asksForAnswer)
        // An agent that takes over tells nobody that it has.
        #expect(Self.request("The user was transferred.", .done, then: [.system("You take over.")]).news.isEmpty)
    }

    @Test(
        "a late result is told, before the answer to what the caller has said meanwhile",
        .enabled(
            if: LlamaServerTests.isInstalled,
            "PARLEY_HOME has no llama-server or model; `make setup` builds and fetches them"))
    func lateResults() async throws {
        let decider = LlamaToolDecider(server: try LlamaServer(home: TestEngines.home), client: .shared)
        func said(_ request: GenerationRequest) async throws -> String {
            let session = await ToolDecidingModel(FixedModel(), decider: decider).openSession()
            var text = ""
            for try await case .text(let delta) in session.generate(request) { text += delta }
            return text
        }
        let note = ChatMessage.system("A tool has just brought its result. Tell it to the caller.")
        let told: [ChatMessage] = [.user("Hello?"), .assistant("One moment."), note]
        #expect(try await said(Self.request("It is booked.", then: told, untold: ["c"])) == "It is booked.")
        let asked: [ChatMessage] = [.user("Are you open on Sundays?")]
        #expect(
            try await said(Self.request("It is booked.", then: asked, untold: ["c"])) == "It is booked. We are open.")
        #expect(try await said(Self.request("It is booked.", then: asked)) == "We are open.")
        #expect(try await said(Self.request("It is booked.")) == "It is booked.")
    }
}

/// A model that always says the same.
private struct FixedModel: LanguageModel, LanguageModelSession {
    let id = "fixed"

    func openSession() async -> any LanguageModelSession { self }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { continuation in
            continuation.yield(.text("We are open."))
            continuation.yield(.finished(GenerationSummary(reason: "stop")))
            continuation.finish()
        }
    }

    func prefill(_ request: GenerationRequest) async throws {}
    func close() async {}
}
