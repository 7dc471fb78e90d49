import Engines
import JSON
import Language
import Testing

@testable import ToolDecisions

@Suite("What the caller speaks of, held against what a tool does")
struct ToolTopicTests {
    private static func deed(_ name: String) -> ToolDeed {
        ToolDeed(ToolDefinition(name: name, description: "", parameters: ["type": "object", "properties": [:]]))
    }

    private static func dialogue(_ lines: [String]) -> [DialogueLine] {
        lines.enumerated().map { DialogueLine(speaker: $0.isMultiple(of: 2) ? .caller : .agent, text: $1) }
    }

    private static let elsewhere: [[String]] = [
        ["Please cancel my booking.", "Under which name?", "My name is Miller, it was for Friday at six."],
        ["Could you cancel it?", "I'm sorry, that did not work.", "It was for two people."],
        ["A table for two, Miller.", "Sorry?", "Actually, please cancel it.", "One moment.", "Is it cancelled now?"],
    ]

    @Test("what goes on with a cancellation books nothing", arguments: elsewhere)
    func offTopic(lines: [String]) {
        #expect(Self.deed("book_table").isOffTopic(in: Self.dialogue(lines)))
        #expect(!Self.deed("cancel_booking").isOffTopic(in: Self.dialogue(lines)))
        #expect(!Self.deed("find_tables").isOffTopic(in: Self.dialogue(lines)))
    }

    private static let named: [[String]] = [
        ["Could you book a table?", "For when?", "Friday at six."], ["I need a table.", "For when?", "Friday at six."],
        ["Please cancel my booking.", "Done.", "And now a table for Saturday at eight."],
        ["Please move my appointment.", "To when?", "Friday at six."],
    ]

    @Test("what was asked for, or is named, is wanted", arguments: named)
    func onTopic(lines: [String]) { #expect(!Self.deed("book_table").isOffTopic(in: Self.dialogue(lines))) }

    @Test("a question whether it was done is no wish, and one for it is")
    func questions() {
        let deed = Self.deed("book_table")
        for words in ["Have you booked it?", "Is a table reserved for me?", "So did you book it? Was it booked?"] {
            #expect(deed.isAskedAbout(in: Self.dialogue([words])), "\(words)")
        }
        for words in ["Could you book it?", "Do you have a table for two?", "I have booked there before."] {
            #expect(!deed.isAskedAbout(in: Self.dialogue([words])), "\(words)")
        }
    }

    private static let list = "A table is free at 12:00, at 13:00 and at 18:00."
    private static let offered: [([String], [String])] = [
        ([list, "For three people."], []), ([list, "Yes, please."], []),
        ([list, "In the evening, please."], ["18:00"]),
        ([list, "The last one, please."], ["18:00"]), ([list, "At one o'clock."], ["13:00"]),
        ([list, "For three.", "Shall I book 18:00?", "Yes."], ["18:00"]),
        (["Is six fine?", "Yes.", "At 18:00?", "Yes."], ["18:00"]),
    ]

    @Test("of several times that the agent has offered none counts that nobody has chosen", arguments: offered)
    func offers(lines: [String], times: [String]) {
        let dialogue =
            [DialogueLine(speaker: .caller, text: "I need a table.")]
            + lines.enumerated().map { DialogueLine(speaker: $0.isMultiple(of: 2) ? .agent : .caller, text: $1) }
        let moments = SpokenMoments(dialogue, today: .someDay)
        #expect(moments.times.map(\.time.text) == times)
    }

    @Test("notes on tools are known by how they begin")
    func notes() {
        for kind in [ToolResultKind.answer, .done, .failed(isTold: true), .running] {
            let note = ToolFinding(callID: "c", tool: "book_table", result: "ok", kind: kind).note
            #expect(ToolFinding.isNote(note) == true && ToolFinding.isNote(String(note.prefix(9))) == nil, "\(note)")
        }
        #expect(ToolFinding.isNote(" done by the computer: cancel") == true)
        for text in ["That is done.", "Done!", "The table is booked.", "Not yet."] {
            #expect(ToolFinding.isNote(text) == false, "\(text)")
        }
    }

    @Test("a clock time without a space is one")
    func closeTimes() {
        let moments = SpokenMoments([DialogueLine(speaker: .caller, text: "On Sunday 6PM, or 7pm.")], today: .someDay)
        #expect(moments.times.map(\.time.text) == ["18:00", "19:00"])
    }

    @Test("a sentence in data is said as it is")
    func sentence() {
        func ready(_ result: String) -> String? {
            ToolReport(of: ToolFinding(callID: "c", tool: "book_table", result: result, kind: .answer), after: []).ready
        }
        let sentence = "A table for 3 is booked at 12:00."
        #expect(ready(#"{"message": "\#(sentence)"}"#) == sentence)
        #expect(ready(#"{"status": "ok", "id": 7, "message": "\#(sentence)"}"#) == sentence)
        #expect(ready(#"{"one": "\#(sentence)", "two": "It is free."}"#) == nil)
    }

    @Test("who takes a wish back wants nothing, unless they want something else")
    func withdrawal() {
        for words in ["A table for two on Friday at six. No, wait, forget it.", "Never mind.", "Oh, leave it, thanks."]
        {
            #expect(English().withdraws(words), "\(words)")
        }
        for words in ["Forget it, please book the other one.", "A table for two.", "I won't forget it again, book it."]
        {
            #expect(!English().withdraws(words), "\(words)")
        }
    }
}
