import Testing

@testable import Conversation
@testable import Speech

@Suite("When a response may begin to be heard")
struct SpeechStartTests {
    private let pace = SpeechStart.Pace()

    @Test("a one-word opening waits for the words after it, a phrase of two seconds does not")
    func opening() {
        #expect(SpeechStart.needed(unspoken: 0, isWritten: false, pace: pace) > 0.4)
        #expect(SpeechStart.needed(unspoken: 0, isWritten: false, pace: pace) <= 2)
    }

    @Test("the more is written, the sooner")
    func unspoken() {
        #expect(SpeechStart.needed(unspoken: 0, isWritten: false, pace: pace) > 0.4)
        #expect(SpeechStart.needed(unspoken: 36, isWritten: false, pace: pace) < 0.4)
    }

    @Test("a whole answer of one word is said at once")
    func oneWord() {
        #expect(SpeechStart.needed(unspoken: 0, isWritten: true, pace: pace) <= 0.3)
        #expect(SpeechStart.needed(unspoken: 60, isWritten: true, pace: pace) > 0.3)
    }

    @Test("engines that prove fast may begin sooner, slow ones later")
    func learning() {
        var fast = pace
        var slow = pace
        for _ in 0..<10 {
            fast.note(writing: 500, in: .seconds(1))
            fast.note(voicing: 36, in: .milliseconds(80))
            slow.note(writing: 30, in: .seconds(1))
            slow.note(voicing: 36, in: .milliseconds(600))
            slow.note(joining: .seconds(2))
        }
        #expect(SpeechStart.needed(unspoken: 0, isWritten: false, pace: fast) <= 0.4)
        #expect(SpeechStart.needed(unspoken: 0, isWritten: false, pace: slow) > 1.5)
    }

    @Test("the longer it has waited, the sooner the second clause comes, unless it is late")
    func waited() {
        let fresh = SpeechStart.needed(unspoken: 0, isWritten: false, pace: pace)
        let later = SpeechStart.needed(unspoken: 0, isWritten: false, waited: 0.2, pace: pace)
        #expect(abs(fresh - later - 0.2) < 1e-9)
        let late = SpeechStart.needed(unspoken: 0, isWritten: false, waited: 3, pace: pace)
        #expect(late > fresh)
    }

    @Test("among many answers everything takes longer; what was learnt alone holds there")
    func crowd() {
        let crowd = SpeechStart.crowd(of: 4)
        #expect(SpeechStart.crowd(of: 0) == 1 && SpeechStart.crowd(of: 1) == 1)
        #expect(crowd > 1.7 && crowd < 2)
        let alone = SpeechStart.needed(unspoken: 0, isWritten: false, pace: pace)
        #expect(abs(SpeechStart.needed(unspoken: 0, isWritten: false, pace: pace, crowd: crowd) - crowd * alone) < 1e-9)
        var learnt = pace
        var learntInACrowd = pace
        learnt.note(writing: 60, in: .seconds(1))
        learntInACrowd.note(writing: 60, in: .seconds(crowd), crowd: crowd)
        #expect(learnt == learntInACrowd)
    }

    @Test("a few characters say nothing about speed")
    func tooLittle() {
        var pace = pace
        pace.note(writing: 3, in: .milliseconds(1))
        pace.note(writing: 300, in: .milliseconds(1))
        #expect(pace == SpeechStart.Pace())
    }
}
