import Engines
import Foundation
import Language
import Testing

@testable import ToolDecisions

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

    @Test("in the conversation's language, where its sentences were written; the cause is the tool's")
    func otherLanguages() {
        let report = ToolReport(of: finding("Error: Kein Tisch frei.", .failed(isTold: true)), after: [], in: "de-AT")
        #expect(report.ready == "Es tut mir leid, das hat nicht geklappt: Kein Tisch frei.")
        #expect(ToolReport(of: finding("", .done), after: [], in: "es").ready == "De acuerdo, ha funcionado.")
        #expect(ToolReport(of: finding("", .done), after: [], in: "la").ready == "All right, that worked.")
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
