import AsyncHTTPClient
import Engines
import Foundation
import JSON
import Language
import Tasks
import Testing

@testable import LocalEngines
@testable import ToolDecisions

private func caller(_ text: String) -> DialogueLine { DialogueLine(speaker: .caller, text: text) }

private func finding(_ result: String, _ kind: ToolResultKind = .answer, _ id: String = "c") -> ToolFinding {
    ToolFinding(callID: id, tool: "move_it", result: result, kind: kind)
}

@Suite("What is said of a tool's result")
struct ToolReportTests {
    private static let stillRunning = "This is still running, and its result will follow. Do not call it again."

    private static let ready: [(String, ToolResultKind, String?)] = [
        ("We have 09:00 and 10:00.", ToolResultKind.answer, "We have 09:00 and 10:00."),
        ("Free: nine and ten.", .answer, nil),
        ("Order cancelled. Refund in 5 days.", .answer, "Order cancelled. Refund in 5 days."),
        ("Error: Item not found.", .failed(isTold: true), "I'm sorry, that did not work: Item not found."),
        ("Error: Item not found.", .answer, "I'm sorry, that did not work: Item not found."),
        ("Error: ", .failed(isTold: true), "I'm sorry, that did not work."), ("Free: 10:00, 11:30", .answer, nil),
        (#"{"status": "ok"}"#, .answer, nil), ("ok", .answer, nil),
    ]

    @Test(arguments: ready)
    func sentencesAndFailuresNeedNoModel(result: String, kind: ToolResultKind, said: String?) {
        #expect(ToolReport(of: finding(result, kind), after: []).ready == said)
    }

    @Test(
        "notes for models are not read out",
        arguments: [
            (stillRunning, ToolResultKind.running, "This takes a moment. I will tell you as soon as I know."),
            ("It was successful; there is no further answer.", .done, "All right, that worked."),
            (
                "Error: no recogniser that understands German; go on in this language, and tell the user.",
                .failed(isTold: false), "I'm sorry, that did not work."
            ),
        ])
    func notesAreNotReadOut(result: String, kind: ToolResultKind, said: String) {
        #expect(ToolReport(of: finding(result, kind), after: []).ready == said)
        // Nothing of it is a claim that would have to be borne out.
        for sentence in said.split(separator: ".") {
            let words = "\(sentence).".trimmingCharacters(in: .whitespaces)
            #expect(English().claim(in: words, isWhole: true, from: 0) == .nothing, "\(words)")
        }
    }

    @Test func resultsAreWordsOnOneLine() {
        #expect(ToolReport.words(#"{"b_c": [1, 2], "a": {"x": true}}"#) == "a: x: true, b c: 1, 2")
        #expect(ToolReport.words(#"[{"n": 1}, {"n": 2}]"#) == "n: 1; n: 2")
        #expect(ToolReport.words("") == "ok" && ToolReport.words("one\ntwo") == "one two")
        #expect(ToolReport.words(String(repeating: "a ", count: 5000)).count == 600)
    }

    @Test("the example of a failure is shown only where the tool tells of one")
    func failures() {
        let dialogue = [caller("Move it, please.")]
        for success in ["moved: Monday", "Changes not staged: a.txt", #"{"delayed": false, "note": "no charge"}"#] {
            #expect(!ToolReport(of: finding(success), after: dialogue).script.contains("did not work"), "\(success)")
        }
        let failed = ToolReport(of: finding(#"{"success": false}"#), after: dialogue).script
        #expect(
            failed.contains("did not work")
                && failed.hasSuffix("Caller: Move it, please.\nComputer: move it: success: false\nAgent:"))
    }
}

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

@Suite("What tools do is held against what the caller wants")
struct ToolDeedTests {
    private static func isWanted(_ tool: String, _ words: String, after agent: String = "Hello.") -> Bool {
        let tool = ToolDefinition(name: tool, description: "", parameters: [:])
        return ToolDeed(tool).isWanted(in: [DialogueLine(speaker: .agent, text: agent), caller(words)])
    }

    @Test(
        "a question wants an answer",
        arguments: [
            ("cancel_booking", "Is the table booked?"), ("cancel_booking", "Are you still there?"),
            ("cancel_booking", "Have you booked it?"), ("cancel_booking", "Hello?"), ("book_table", "Is it booked?"),
            ("book_table", "So have you booked it"), ("cancel_booking", "I have booked a table."),
            ("deleteAccount", "What do you know about me?"), ("cancel_booking", "Did you cancel it?"),
        ])
    func questions(tool: String, words: String) { #expect(!Self.isWanted(tool, words)) }

    @Test(
        "a request wants the deed",
        arguments: [
            ("cancel_booking", "Please cancel my booking."), ("cancel_booking", "Could you call off the table?"),
            ("book_table", "I need a table, please."), ("book_table", "Could you book it?"),
            ("send_program", "Can you text me the program?"), ("order_status", "Where is my order?"),
            ("get_hours", "Are you open?"), ("turn_light_on", "Make it brighter, please."), ("panic", "Help?"),
        ])
    func requests(tool: String, words: String) { #expect(Self.isWanted(tool, words)) }

    @Test("a yes wants what was offered, and a no does not")
    func answers() {
        let offer = "Shall I cancel your booking?"
        #expect(Self.isWanted("cancel_booking", "Yes, please.", after: offer))
        #expect(!Self.isWanted("cancel_booking", "No, not yet.", after: offer))
        #expect(!Self.isWanted("cancel_booking", "Yes, please.", after: "Shall I book it?"))
        let sure = [
            caller("Cancel it, please."), DialogueLine(speaker: .agent, text: "Are you sure?"), caller("Yes."),
        ]
        let tool = ToolDefinition(name: "cancel_booking", description: "", parameters: [:])
        #expect(ToolDeed(tool).isWanted(in: sure))
    }
}

@Suite("Work that several want is done once")
struct SharedWorkTests {
    private struct Failure: Error {}

    /// Counts how often the work is done.
    private actor Count {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }

    @Test("by all that ask while it is done, and afterwards")
    func once() async throws {
        let work = SharedWork<String, Int>(mostRemembered: 2)
        let count = Count()
        let (begun, end) = (Signal(), Signal())
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...3 {
                group.addTask {
                    try await work.value(of: "a") {
                        begun.fire()
                        await end.wait()
                        return await count.next()
                    }
                }
            }
            await begun.wait()
            #expect(work.isBegun("a"))
            end.fire()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == [1, 1, 1])
        #expect(try await work.value(of: "a") { await count.next() } == 1)
    }

    @Test("a failure is not remembered, and old results are forgotten")
    func forgets() async throws {
        let work = SharedWork<String, Int>(mostRemembered: 2)
        await #expect(throws: Failure.self) { try await work.value(of: "a") { throw Failure() } }
        #expect(try await work.value(of: "a") { 1 } == 1)
        for key in ["b", "c"] { _ = try await work.value(of: key) { 2 } }
        #expect(!work.isBegun("a") && work.isBegun("b") && work.isBegun("c"))
    }
}
