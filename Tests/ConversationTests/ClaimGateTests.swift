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

    @Test("a writer that was told what was not done is believed sooner, but not in words that leave no doubt")
    func corrected() {
        func withholds(_ sentence: String, isCorrected: Bool) -> Bool {
            var gate = ClaimGate(language: SpokenLanguages.language("en"), longestSentence: 600)
            gate.isCorrected = isCorrected
            _ = gate.append(sentence)
            var step = gate.finish()
            while let question = step.question { step = gate.answer(question, isFounded: false) }
            return gate.withheld != nil
        }
        let odds = ["He's aware.", "Lovely, that's what it says on the card now.", "The shop's been told."].map {
            words in
            guard case .claim(let claim, _) = SpokenLanguages.language("en").claim(in: words, isWhole: true, from: 0),
                case .likely(let odds) = claim.manner
            else { return Float.nan }
            return odds
        }
        for (words, odds) in zip(
            ["He's aware.", "Lovely, that's what it says on the card now.", "The shop's been told."], odds)
        where !odds.isNaN {
            #expect(withholds(words, isCorrected: false))
            #expect(withholds(words, isCorrected: true) == (odds >= 2), "\(words) \(odds)")
        }
        #expect(odds.contains { $0 < 2 } && odds.contains { $0 >= 2 }, "\(odds)")
        #expect(withholds("I've booked it.", isCorrected: true))
    }

    @Test("a yes to the question whether it was done waits for the ledger")
    func assent() {
        var gate = ClaimGate(
            language: SpokenLanguages.language("en"), answering: "And is it booked?", longestSentence: 600)
        #expect(gate.append("Yes,") == ClaimGate.Step())
        let step = gate.append(" it is. Anything else?")
        #expect(step.released.isEmpty)
        #expect(step.question?.claim.kinds == [.book] && step.question?.claim.question == "And is it booked")
        guard let question = step.question else { return }
        #expect(gate.answer(question, isFounded: false).released.isEmpty)
        #expect(gate.withheld?.sentence == "Yes, it is. ")
    }

    @Test("of a sentence that is held back its beginning is known, which may have been let through")
    func fragments() {
        let (gate, released, _) = gated("Lovely. The shop's been told.", isFounded: false)
        #expect(gate.withheld != nil)
        #expect(released.joined() == "Lovely. " + gate.fragment)
        #expect(gate.fragment + gate.held == "The shop's been told.")
        var other = ClaimGate(language: SpokenLanguages.language("en"), longestSentence: 600)
        var step = other.append("I've booked Monday, and I've cancelled Tuesday. Bye.")
        while let question = step.question { step = other.answer(question, isFounded: question.claim.kinds == [.book]) }
        #expect(other.withheld != nil && other.fragment.isEmpty, "Monday is booked")
    }

    @Test("a likely claim is looked for after one that is founded, too")
    func likelyAfterFounded() {
        var gate = ClaimGate(language: SpokenLanguages.language("en"), longestSentence: 600)
        var step = gate.append("I've booked Monday for you, and the shop's been told. Bye.")
        var asked: [EffectClaim] = []
        while let question = step.question {
            asked.append(question.claim)
            step = gate.answer(question, isFounded: question.claim.kinds == [.book])
        }
        #expect(asked.map(\.kinds) == [[.book], []])
        #expect(gate.withheld != nil)
    }

    @Test(
        "what is left of a sentence after a founded claim is no claim by the question alone",
        arguments: [
            (
                "Okay yes, did you send the new one then, and did you pay it again, and is it done?",
                "I've sent it."
            ),
            ("And can you send me a confirmation?", "Your table is booked, it's under the name Miller. Anything else?"),
            ("Is it booked?", "I've booked it, as you wanted."),
        ])
    func nothingLeft(question: String, answer: String) {
        var gate = ClaimGate(language: SpokenLanguages.language("en"), answering: question, longestSentence: 600)
        var text = ""
        var questions = 0
        func take(_ first: ClaimGate.Step) {
            var step = first
            text += step.released
            while let question = step.question, questions < 10 {
                questions += 1
                step = gate.answer(question, isFounded: question.claim.kinds.isEmpty == false)
                text += step.released
            }
        }
        take(gate.append(answer))
        take(gate.finish())
        #expect(text == answer && questions == 1)
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
