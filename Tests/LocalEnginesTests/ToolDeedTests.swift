import Engines
import JSON
import Testing

@testable import ToolDecisions

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
