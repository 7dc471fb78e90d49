import Testing

@testable import Conversation

@Suite("When a response may begin to be heard")
struct SpeechStartTests {
    private let pace = SpeechStart.Pace()

    @Test("a one-word opening waits for the words after it, a phrase of two seconds does not")
    func opening() {
        #expect(!SpeechStart.isSafe(queued: 0.4, unspoken: 0, isWritten: false, pace: pace))
        #expect(SpeechStart.isSafe(queued: 2, unspoken: 0, isWritten: false, pace: pace))
    }

    @Test("the more is written, the sooner")
    func unspoken() {
        #expect(!SpeechStart.isSafe(queued: 0.5, unspoken: 0, isWritten: false, pace: pace))
        #expect(SpeechStart.isSafe(queued: 0.5, unspoken: 36, isWritten: false, pace: pace))
    }

    @Test("a whole answer of one word is said at once")
    func oneWord() {
        #expect(SpeechStart.isSafe(queued: 0.3, unspoken: 0, isWritten: true, pace: pace))
        #expect(!SpeechStart.isSafe(queued: 0.3, unspoken: 60, isWritten: true, pace: pace))
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
        }
        #expect(SpeechStart.isSafe(queued: 0.4, unspoken: 0, isWritten: false, pace: fast))
        #expect(!SpeechStart.isSafe(queued: 1.5, unspoken: 0, isWritten: false, pace: slow))
    }

    @Test("a few characters say nothing about speed")
    func tooLittle() {
        var pace = pace
        pace.note(writing: 3, in: .milliseconds(1))
        pace.note(writing: 300, in: .milliseconds(1))
        #expect(pace == SpeechStart.Pace())
    }
}
