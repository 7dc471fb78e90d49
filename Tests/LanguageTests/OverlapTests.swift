import Testing

@testable import Language

@Suite("What words over the agent mean")
struct OverlapTests {
    @Test(
        "in English",
        arguments: [
            ("mm-hm", OverlapMeaning.backchannel), ("Yeah, right.", .backchannel), ("wait", .floor), ("No.", .floor),
            ("what about Monday", .floor), ("Monday", .unclear), ("", .unclear), ("doc", .backchannel),
        ])
    func english(text: String, meaning: OverlapMeaning) {
        #expect(English().meaning(ofOverlap: text, isFinal: false, ignoring: ["doc"]) == meaning)
    }

    @Test(
        "in a language of which nothing is known, where only sounds are agreement",
        arguments: [
            ("mhm", OverlapMeaning.backchannel), ("okay, hm", .backchannel), ("ja", .unclear), ("ja gut", .floor),
            ("stopp", .unclear), ("", .unclear), ("genau", .backchannel),
        ])
    func neutral(text: String, meaning: OverlapMeaning) {
        #expect(NeutralLanguage().meaning(ofOverlap: text, isFinal: false, ignoring: ["genau"]) == meaning)
    }

    @Test("a single word that stays single takes the floor")
    func final() {
        #expect(English().meaning(ofOverlap: "Monday", isFinal: true, ignoring: []) == .floor)
        #expect(NeutralLanguage().meaning(ofOverlap: "stopp", isFinal: true, ignoring: []) == .floor)
    }

    @Test("impatience adds nothing to a question, a new question does")
    func impatience() {
        let question = "When do you open?"
        #expect(English().adds("When do you open? Hello? Are you there?", nothingTo: question))
        #expect(!English().adds("When do you open? And on Sunday?", nothingTo: question))
        #expect(NeutralLanguage().adds("Wann öffnen Sie? Hm?", nothingTo: "Wann öffnen Sie?"))
        #expect(!NeutralLanguage().adds("Wann öffnen Sie? Hallo?", nothingTo: "Wann öffnen Sie?"))
    }
}
