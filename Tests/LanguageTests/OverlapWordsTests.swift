import Testing

@testable import Language

@Suite("Words over the agent, in other languages")
struct OverlapWordsTests {
    @Test("no word is both agreement and a wish to speak, and all are as spoken words are compared")
    func data() {
        #expect(OverlapWords.all.keys.sorted() == ["de", "es", "fr", "it", "nl", "pt"])
        for (language, words) in OverlapWords.all {
            #expect(words.agreement.count > 20 && words.urgent.count > 20, "\(language)")
            #expect(words.agreement.isDisjoint(with: words.urgent), "\(language)")
            for word in words.agreement.union(words.urgent).union(words.impatience) {
                #expect(SpokenWords(word).words == [word], "\(language): \(word)")
            }
        }
    }

    @Test(
        "agreement goes on, a single urgent word stops",
        arguments: [
            ("de", "Ja, genau.", OverlapMeaning.backchannel), ("de", "Mhm.", .backchannel), ("de", "Moment!", .floor),
            ("es", "Sí, claro.", .backchannel), ("es", "¡Espera!", .floor), ("fr", "D’accord.", .backchannel),
            ("fr", "Attendez !", .floor), ("it", "Va bene.", .backchannel), ("pt", "Não.", .floor),
            ("nl", "Ja, prima.", .backchannel), ("sv", "Mhm.", .backchannel), ("sv", "Vänta", .unclear),
            ("de", "Wie viel kostet das?", .floor),
        ])
    func meanings(language: String, words: String, meaning: OverlapMeaning) {
        let spoken = SpokenLanguages.language(language)
        #expect(spoken.meaning(ofOverlap: words, isFinal: false, ignoring: []) == meaning)
    }

    @Test("impatience adds nothing to what was asked")
    func impatience() {
        let german = SpokenLanguages.language("de")
        #expect(german.adds("Haben Sie offen? Hallo? Sind Sie noch da?", nothingTo: "Haben Sie offen?"))
        #expect(!german.adds("Haben Sie offen? Auch am Sonntag?", nothingTo: "Haben Sie offen?"))
    }
}
