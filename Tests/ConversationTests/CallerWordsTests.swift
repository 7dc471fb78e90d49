import Testing

@testable import Conversation
@testable import Speech

@Suite("What of the caller's words is new")
struct CallerWordsTests {
    @Test(
        "only what was added is told again; words that were changed are told whole",
        arguments: [
            ("", "Book a table.", "Book a table."),
            ("Book a table.", "Book a table. For six people.", "For six people."),
            ("Book a table.", "book a table for six", "for six"),
            ("Book a table.", "Book a table", ""),
            ("I want", "I wanted to ask", "I wanted to ask"),
            ("Book a table.", "Look at the table.", "Look at the table."),
            ("...", "Hello.", "Hello."),
        ])
    func addition(told: String, words: String, new: String) {
        #expect(CallerWords.addition(of: words, to: told) == new)
    }
}
