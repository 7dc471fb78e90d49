import Testing

@testable import Language

@Suite("What a call says by itself")
struct CallPhrasesTests {
    /// What Whisper base understands.
    private static let languages = [
        "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "zh",
    ]

    @Test("every language that can be heard has all of it, and nothing of another one")
    func complete() throws {
        #expect(CallPhrases.all.keys.sorted() == Self.languages)
        var sentences: Set<String> = []
        for (language, phrases) in CallPhrases.all {
            #expect(phrases.fillers.count == 3 && phrases.sentences.count == 8, "\(language)")
            #expect("?？".contains(try #require(phrases.rePrompt.last)), "\(language)")
            for sentence in phrases.sentences {
                #expect(sentences.insert(sentence).inserted, "\(language): \(sentence)")
                #expect("?!.？！。".contains(try #require(sentence.last)), "\(language): \(sentence)")
            }
        }
    }

    @Test("the region and the case of a tag do not matter; of other languages there is nothing")
    func tags() {
        #expect(CallPhrases.of("de-AT") == CallPhrases.all["de"] && CallPhrases.of("pt_BR") == CallPhrases.all["pt"])
        #expect(CallPhrases.of("EN-us") == .english)
        for tag in ["", "la", "eng", "und", "-de"] { #expect(CallPhrases.of(tag) == nil, "\(tag)") }
    }
}
