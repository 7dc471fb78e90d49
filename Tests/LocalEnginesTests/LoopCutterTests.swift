import Testing

@testable import LocalEngines

@Suite("Loops of the recogniser")
struct LoopCutterTests {
    @Test(
        "are cut to one turn",
        arguments: [
            ("My name is A-R-E-R-E-R-E-R-E", "My name is A-R-E"),
            ("S, m, i, t, h, t, h, t, h, t, h.", "S, m, i, t, h"),
            ("I want to go to the to go to the to go to the to go to the", "I want to go to the"),
            ("Well well well well well well well well", "Well"),
            ("1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2", "1, 2"),
        ])
    func loops(text: String, expected: String) {
        #expect(LoopCutter.cut(text) == expected)
    }

    @Test(
        "are not seen in what people say",
        arguments: [
            "", "No.", "No, no, no, no.", "Thank you, thank you.", "Bye bye bye.", "B-A-R-B-A-R-A", "1, 2, 1, 2, 1, 2.",
            "0, 0, 0, 0.", "M-I-S-S-I-S-S-I-P-P-I", "I said no, no, no, and then I left.",
            "Had had had had a better effect.", "Hello, hello, hello? Can you hear me?",
        ])
    func speech(text: String) {
        #expect(LoopCutter.cut(text) == text)
    }
}
