import Language
import Testing

@testable import Conversation

@Suite("Claims wait for what bears them out")
struct ClaimGateTests {
    /// Feeds a text word by word; every question gets the same answer.
    private func gated(
        _ text: String, isFounded: Bool, language: String = "en", longest: Int = 600
    ) -> (gate: ClaimGate, released: [String], questions: Int) {
        var gate = ClaimGate(language: SpokenLanguages.language(language), longestSentence: longest)
        var released: [String] = []
        var questions = 0
        func take(_ first: ClaimGate.Step) {
            var step = first
            var text = step.released
            while let question = step.question {
                questions += 1
                step = gate.answer(question, isFounded: isFounded)
                text += step.released
            }
            released.append(text)
        }
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.dropFirst().firstIndex(of: " ") ?? rest.endIndex
            take(gate.append(String(rest[..<end])))
            rest = rest[end...]
        }
        take(gate.finish())
        return (gate, released, questions)
    }

    @Test("text without a claim passes whole, and asks nothing")
    func clean() {
        let text =
            "Sure, I can book that for you. Which day would you like? We open at nine.\nOn Sundays we are closed."
        let (gate, released, questions) = gated(text, isFounded: false)
        #expect(released.joined() == text)
        #expect(questions == 0)
        #expect(gate.withheld == nil)
        // The opening is there as soon as it is written.
        #expect(released[0] == "Sure,")
    }

    @Test("what comes before an unfounded claim passes, and nothing after it")
    func unfounded() {
        let (gate, released, _) = gated("Great choice! I've booked it for Monday. See you then.", isFounded: false)
        #expect(released.joined() == "Great choice! ")
        #expect(gate.withheld?.sentence == "I've booked it for Monday. ")
        #expect(gate.withheld?.claim == EffectClaim(kinds: [.book], manner: .deed))
        #expect(gate.held == "I've booked it for Monday. See you then.")
    }

    @Test("a founded claim passes before its sentence is over, after one question")
    func founded() {
        let text = "Okay. I've booked it for Monday at nine in your name. See you then."
        let (gate, released, questions) = gated(text, isFounded: true)
        #expect(released.joined() == text)
        #expect(gate.withheld == nil)
        #expect(questions == 1)
        #expect(released[4].hasPrefix(" it") || released[3].contains("booked"))
    }

    @Test("the end of a sentence may take a claim back")
    func takenBack() {
        let text = "Your card is charged when you check out. You're booked for Monday, is that right?"
        let (gate, released, _) = gated(text, isFounded: false)
        #expect(released.joined() == text)
        #expect(gate.withheld == nil)
    }

    @Test("each claim of a sentence is asked about")
    func two() {
        var gate = ClaimGate(language: SpokenLanguages.language("en"), longestSentence: 600)
        var step = gate.append("I've booked Monday, and I've cancelled Tuesday. Bye.")
        var text = step.released
        var asked: [Set<EffectKind>] = []
        while let question = step.question {
            asked.append(question.claim.kinds)
            step = gate.answer(question, isFounded: question.claim.kinds == [.book])
            text += step.released
        }
        #expect(asked == [[.book], [.cancel]])
        #expect(text == "I've booked Monday, and ")
        #expect(gate.held == "I've cancelled Tuesday. Bye.")
    }

    @Test("a claim without a mark at its end is one")
    func unmarked() {
        #expect(gated("I've booked it", isFounded: false).released.joined() == "")
        #expect(gated("I've booked it", isFounded: true).released.joined() == "I've booked it")
    }

    @Test("a sentence that does not end is not held for ever")
    func endless() {
        let text = "I've booked it " + String(repeating: "and so on ", count: 40)
        let (gate, _, _) = gated(text, isFounded: false, longest: 100)
        #expect(gate.withheld?.sentence.count == 100)
        #expect(gate.held == text)
    }

    @Test("in a language of which nothing is known everything passes at once")
    func neutral() {
        let (gate, released, _) = gated("Ich habe gebucht.", isFounded: false, language: "de")
        #expect(released == ["Ich", " habe", " gebucht.", ""])
        #expect(gate.withheld == nil)
    }
}
