import CallMetrics
import Testing

@Suite("Word error rate")
struct WordErrorRateTests {
    @Test(
        "Case, punctuation and ways to write numbers make no difference",
        arguments: [
            ("Order number 12345?", "order number one two three four five"),
            ("12,345", "twelve thousand three hundred and forty-five"),
            ("Nineteen eighty four", "1984"), ("I'd like it.", "i’d LIKE it"), ("twenty one and two", "21 and 2"),
            ("a hundred", "a hundred"), ("five zero five", "505"), ("three hundred and", "300 and"),
        ])
    func normalization(_ left: String, _ right: String) {
        #expect(TextNormalization.words(left) == TextNormalization.words(right))
    }

    @Test("Different words and numbers stay different")
    func different() {
        #expect(TextNormalization.words("one hundred five") != TextNormalization.words("one five"))
        #expect(TextNormalization.words("yes") != TextNormalization.words("yeah"))
        #expect(TextNormalization.words("twelve thousand") == ["1", "2", "0", "0", "0"])
    }

    @Test("Substitutions, deletions and insertions count one each")
    func errors() {
        let reference = "what is the weather in paris"
        #expect(WordErrors(reference: reference, hypothesis: "What is the weather in Paris?").errors == 0)
        #expect(WordErrors(reference: reference, hypothesis: "what was the weather paris today").errors == 3)
        #expect(WordErrors(reference: reference, hypothesis: "").rate == 1)
        let sum = WordErrors(reference: "a b", hypothesis: "a") + WordErrors(reference: "c d", hypothesis: "c d")
        #expect(sum.rate == 0.25)
    }
}
