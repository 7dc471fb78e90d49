import Tasks
import Tools

/// The calls of tools that wait for somebody's approval.
struct Approvals {
    private struct Waiting {
        let answered = Signal()
        var answer: Bool?
    }

    private var waiting: [String: Waiting] = [:]

    /// Waits for the approval of a call; the signal fires when somebody has answered, or nobody will.
    mutating func ask(for callID: String) -> Signal {
        let entry = Waiting()
        waiting[callID] = entry
        return entry.answered
    }

    /// Somebody has answered; whether that was waited for.
    mutating func answer(_ callID: String, isApproved: Bool) -> Bool {
        guard let entry = waiting[callID] else { return false }
        // The first answer counts.
        if entry.answer == nil { waiting[callID]?.answer = isApproved }
        entry.answered.fire()
        return true
    }

    /// The answer, which is not waited for any more.
    mutating func take(_ callID: String) -> MCPApprovalAnswer {
        switch waiting.removeValue(forKey: callID)?.answer {
        case true?: .approved
        case false?: .refused
        case nil: .unanswered
        }
    }

    /// Nobody will answer any more.
    mutating func giveUp() {
        for entry in waiting.values { entry.answered.fire() }
    }
}
