import Foundation
import Testing

@testable import Language

@Suite("Names and codes from the likelihoods of letters")
struct SpelledSequenceTests {
    /// Scores in which each letter of `heard` has `share` of the probability, the one at the same place of `alike` half as much,
    /// and all others the rest.
    private static func scores(_ heard: String, alike: String, share: Double = 0.6) -> [[Float]] {
        zip(heard, alike).map { letter, other in
            let rest = (1 - share * 1.5) / 34
            return SpelledSequence.symbols.map { symbol in
                let probability = symbol == letter ? share : symbol == other ? share / 2 : rest
                return Float(log(probability))
            }
        }
    }

    @Test(
        "what sounds alike is settled by the list of names, where it is one",
        arguments: [
            // A listed name beats what was heard a little better.
            ("SNITH", "SMITH", "SMITH"), ("GARSIA", "GARCIA", "GARCIA"),
            // Codes are what they are.
            ("B7F942", "D7S942", "B7F942"), ("A1", "K1", "A1"),
            // No list has it.
            ("XQZVW", "SUCBU", "XQZVW"),
            // Her name, and not his.
            ("KOWALSKA", "KOWALSKI", "KOWALSKA"),
        ])
    func settled(heard: String, alike: String, expected: String) {
        #expect(SpelledSequence.likeliest(Self.scores(heard, alike: alike)) == expected)
    }

    @Test("nothing, one letter, and more than any name has")
    func lengths() {
        #expect(SpelledSequence.likeliest([]) == "")
        #expect(SpelledSequence.likeliest(Self.scores("A", alike: "8")) == "A")
        let long = String(repeating: "AB", count: 20)
        #expect(SpelledSequence.likeliest(Self.scores(long, alike: long)) == long)
    }
}
