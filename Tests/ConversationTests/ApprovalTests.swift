import Tasks
import Testing
import Tools

@testable import Conversation

@Suite("Approvals of tool calls") struct ApprovalTests {
    @Test("the first answer counts, and only for a call that waits for one")
    func answers() async {
        var approvals = Approvals()
        let isWaitedFor = approvals.answer("a", isApproved: true)
        #expect(!isWaitedFor)
        let answered = approvals.ask(for: "a")
        let first = approvals.answer("a", isApproved: false)
        let second = approvals.answer("a", isApproved: true)
        #expect(first && second)
        await answered.wait()
        let answer = approvals.take("a")
        #expect(answer == .refused)
        let late = approvals.answer("a", isApproved: true)
        #expect(!late)
    }

    @Test("what nobody answers is unanswered, and the end of the call ends the wait")
    func unanswered() async {
        var approvals = Approvals()
        let answered = approvals.ask(for: "a")
        approvals.giveUp()
        await answered.wait()
        let answer = approvals.take("a")
        #expect(answer == .unanswered)
    }
}
