import Agents
import Testing

@testable import Conversation
@testable import Speech

@Suite("The heard ledger")
struct HeardLedgerTests {
    private func ledger() -> HeardLedger {
        var ledger = HeardLedger()
        ledger.begin("Sure, ", at: 0)
        ledger.add([.init(end: 100, written: 6)])
        ledger.begin("we open at nine.", at: 120)
        ledger.add([
            .init(end: 40, written: 3), .init(end: 80, written: 8), .init(end: 120, written: 11),
            .init(end: 200, written: 16),
        ])
        return ledger
    }

    @Test("who has said what of it is known, as far as it was heard")
    func parts() {
        #expect(ledger().parts(of: "Sure, we").isEmpty)
        var ledger = HeardLedger()
        ledger.begin("She said: ", at: 0)
        ledger.begin("Hello ", in: "Anna", at: 10)
        ledger.begin("there.", in: "Anna", at: 20)
        ledger.begin(" And left.", at: 30)
        func parts(_ heard: String) -> [String] { ledger.parts(of: heard).map { "\($0.label ?? "-")|\($0.text)" } }
        #expect(parts("She said: Hello there. And") == ["-|She said: ", "Anna|Hello there.", "-| And"])
        #expect(parts("She said: Hello") == ["-|She said: ", "Anna|Hello"])
        #expect(parts("She said:") == [])
    }

    @Test("each word is told once, when audio up to its beginning is asked for, and all of them make the text")
    func told() {
        var ledger = HeardLedger()
        ledger.begin("At 21, ", at: 0)
        // A number is written as one word and spoken as two.
        ledger.add([
            .init(start: 0, end: 40, written: 2), .init(start: 50, end: 90, written: 2),
            .init(start: 90, end: 120, written: 6),
        ])
        func words(_ sample: Int) -> [String] {
            ledger.words(beginningBefore: sample).map { "\($0.text)|\($0.samples)" }
        }
        #expect(words(0) == [])
        #expect(words(50) == ["At|0..<40"])
        #expect(words(91) == [" 21,|90..<120"])
        ledger.begin("then.", at: 160)
        #expect(words(400) == [])
        ledger.add([.init(start: 10, end: 60, written: 5)])
        #expect(words(400) == [" then.|170..<220"])
        #expect(words(400) == [])
    }

    @Test("nothing is heard before the first word is over")
    func nothing() {
        #expect(ledger().heard(by: 0) == "")
        #expect(ledger().heard(by: 99) == "")
    }

    @Test(
        "a word counts once it is over",
        arguments: [
            (100, "Sure,"), (159, "Sure,"), (160, "Sure, we"), (239, "Sure, we open"), (240, "Sure, we open at"),
            (319, "Sure, we open at"), (320, "Sure, we open at nine."), (9999, "Sure, we open at nine."),
        ])
    func words(sample: Int, heard: String) {
        #expect(ledger().heard(by: sample) == heard)
    }

    @Test("what is heard is always a prefix of what was written, and never shrinks")
    func monotone() {
        let ledger = ledger()
        var before = ""
        for sample in 0...400 {
            let heard = ledger.heard(by: sample)
            #expect(ledger.written.hasPrefix(heard))
            #expect(heard.hasPrefix(before))
            before = heard
        }
        #expect(before == ledger.written)
    }

    @Test("characters are counted, not bytes")
    func characters() {
        var ledger = HeardLedger()
        ledger.begin("Café 👩‍👩‍👧 öffnet jetzt", at: 0)
        ledger.add([.init(end: 10, written: 4), .init(end: 20, written: 13), .init(end: 30, written: 19)])
        #expect(ledger.heard(by: 10) == "Café")
        #expect(ledger.heard(by: 25) == "Café 👩‍👩‍👧 öffnet")
    }
}
