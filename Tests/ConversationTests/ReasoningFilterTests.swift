import Testing

@testable import Conversation
@testable import Speech

@Suite("What a model thinks aloud")
struct ReasoningFilterTests {
    /// `text` in pieces of `size` characters.
    private func filtered(_ text: String, by size: Int) -> String {
        var filter = ReasoningFilter()
        var rest = Substring(text)
        var result = ""
        while !rest.isEmpty {
            result += filter.append(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return result + filter.finish()
    }

    @Test(
        "is taken out, wherever the tags are cut",
        arguments: [
            ("<think>hm</think>Hello.", "Hello."),
            ("<think>\nThe user <b>wants</b> 3 < 4.\n</think>\n\nHello.", "Hello."),
            ("<thinking>hm</thinking> Hello.", "Hello."),
            ("<REASONING lang=\"en\">hm</REASONING>Hello.", "Hello."),
            ("Well. <think>hm</think> Hello.", "Well. Hello."),
            ("Well.<think>hm</think> Hello.", "Well. Hello."),
            ("<think>a<think>b</think>c</think>Hello.", "Hello."),
            ("<think></think>", ""), ("<think>never closed", ""), ("Hello. <think>never closed", "Hello. "),
            ("</think>Hello.", "Hello."), ("hm</think> Hello.", "hm Hello."),
            ("3 < 4 and <b>5</b> > 4", "3 < 4 and <b>5</b> > 4"), ("a <", "a <"), ("<thi", "<thi"), ("", ""),
            ("<thinker>Hello.</thinker>", "<thinker>Hello.</thinker>"), (" Hello.", " Hello."),
            (
                "<think " + String(repeating: "x", count: 200) + ">Hello.",
                "<think " + String(repeating: "x", count: 200) + ">Hello."
            ),
        ])
    func tags(text: String, heard: String) {
        for size in [1, 2, 3, 5, 7, 1000] { #expect(filtered(text, by: size) == heard, "in pieces of \(size)") }
    }
}
