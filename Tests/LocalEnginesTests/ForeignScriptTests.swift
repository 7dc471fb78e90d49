import Testing

@testable import LocalEngines

@Suite("Words in a script that the language does not have")
struct ForeignScriptTests {
    @Test(
        "are no words of it",
        arguments: [("喊", "de"), ("да.", "en"), ("はい", "es-MX"), ("ναι!", "tr"), ("네, 네", "vi")])
    func removed(text: String, language: String) {
        #expect(ForeignScript.removed(from: text, language: language) == "")
    }

    @Test(
        "a word of its own script, figures, and languages with other scripts stay",
        arguments: [
            ("Das heißt 喊.", "de"), ("Çok iyi", "tr"), ("Vâng ạ", "vi"), ("12, 13!", "en"), ("", "fr"), ("喊", "zh"),
            ("はい", "ja"), ("да", "ru"), ("OK", "ko"), ("ναι", "el"), ("喊", "und"),
        ])
    func kept(text: String, language: String) {
        #expect(ForeignScript.removed(from: text, language: language) == text)
    }
}
