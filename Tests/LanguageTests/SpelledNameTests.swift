import Testing

@testable import Language

@Suite("Spelt names are put right")
struct SpelledNameTests {
    @Test(
        "where letters were heard as others that sound alike",
        arguments: [
            ("WILLIIMS", "WILLIAMS"), ("SDHWARZ", "SCHWARZ"), ("MURDHY", "MURPHY"), ("AOWALSAI", "KOWALSKI"),
            ("OPRIEN", "OBRIEN"), ("SNITH", "SMITH"), ("JOHNZON", "JOHNSON"), ("ROTRIGUEZ", "RODRIGUEZ"),
        ])
    func corrected(heard: String, name: String) {
        #expect(SpelledName(heard)?.corrected == name)
    }

    @Test(
        "and stay what they are where they are names, or like none",
        arguments: [
            "SMYTH", "SMITH", "JONSON", "JENSEN", "JANSEN", "KXPLQMR", "WOJCIECHOWSKA", "KOWALSKA", "XYZZY", "MILLAR",
        ])
    func kept(heard: String) {
        #expect(SpelledName(heard)?.corrected == nil)
    }

    @Test("A name in nobody's list is put right by being said beside its letters")
    func said() {
        #expect(SpelledName("TRAUNTECK", amid: ["it's", "traunbeck", "please"])?.corrected == "TRAUNBECK")
        #expect(SpelledName("TRAUNTECK")?.corrected == nil)
    }

    @Test(
        "No name is looked for in three letters, digits or other alphabets", arguments: ["ABC", "SM1TH", "MÜLLAR", ""])
    func unsuitable(heard: String) {
        #expect(SpelledName(heard) == nil)
    }

    @Test("Only what was asked to be spelt is put right: codes and addresses are as they are heard")
    func asked() {
        #expect(InverseTextNormalizer(expecting: .spelling).written("M u r d h y.") == "MURPHY.")
        #expect(InverseTextNormalizer(expecting: .code(length: nil)).written("M u r d h y.") == "MURDHY.")
        #expect(InverseTextNormalizer().written("It's m u r d h y.") == "It's MURDHY.")
        #expect(ExpectedAnswer(to: "Please spell your booking reference.") == .code(length: nil))
        #expect(ExpectedAnswer(to: "Could you spell your name or your code for me?") == .spelling)
    }

    @Test(
        "Letters run into one that are no word, and words that sound like letters",
        arguments: [
            ("Il three", "IL3"), ("Opr IEN", "OBRIEN"), ("You each five gay g", "UH5JG"),
            ("It is my, no.", "It is my, no."),
            ("Ann, A, N, N.", "Ann, ANN."), ("We age well.", "We age well."), ("Do you? Mr. X.", "Do you? Mr. X."),
        ])
    func runTogether(heard: String, written: String) {
        #expect(InverseTextNormalizer(expecting: .spelling).written(heard) == written)
    }
}
