import Agents
import Testing

@Suite("A transcript that grows")
struct TranscriptDraftTests {
    private let like = TranscriptTurn.Feedback(score: "like", time: 1)
    private let dislike = TranscriptTurn.Feedback(score: "dislike", time: 2)

    private func turn(_ role: TranscriptTurn.Role, _ text: String, _ eventID: Int) -> TranscriptTurn {
        TranscriptTurn(role: role, message: text, timeInCall: 0, sourceEventID: eventID)
    }

    @Test("feedback that comes before its turn waits for it; the last one counts")
    func early() {
        var draft = TranscriptDraft()
        draft.rate(3, like)
        draft.rate(3, dislike)
        draft.rate(4, like)
        draft.rate(4, nil)
        // The caller's turn has the same id, but it is the agent's that is rated.
        draft.put(turn(.user, "Hi", 3), at: 0)
        draft.put(turn(.agent, "Hello", 3), at: 1)
        draft.put(turn(.agent, "Bye", 4), at: 2)
        #expect(draft.turns.map(\.feedback) == [nil, dislike, nil])
    }

    @Test("a turn that is written again keeps its feedback, and is saved again")
    func again() {
        var draft = TranscriptDraft()
        draft.put(turn(.agent, "Hel", 1), at: 0)
        draft.rate(1, like)
        #expect(draft.takeUnsaved().map(\.place) == [0])
        #expect(draft.takeUnsaved().isEmpty)
        draft.put(turn(.agent, "Hello", 1), at: 0)
        let saved = draft.takeUnsaved()
        #expect(saved.map(\.turn.message) == ["Hello"])
        #expect(saved.map(\.turn.feedback) == [like])
        draft.rate(1, nil)
        #expect(draft.takeUnsaved().map(\.turn.feedback) == [nil])
    }

    @Test("feedback on turns that never come is bounded")
    func bounded() {
        var draft = TranscriptDraft()
        for id in 1...1000 { draft.rate(id, like) }
        draft.put(turn(.agent, "A", 1), at: 0)
        draft.put(turn(.agent, "B", 1000), at: 1)
        #expect(draft.turns.map(\.feedback) == [like, nil])
    }

    @Test("a turn that was lost leaves its place empty: the others stay at theirs")
    func lost() {
        var draft = TranscriptDraft()
        draft.put(turn(.user, "Hi", 1), at: 0)
        draft.put(turn(.user, "And?", 2), at: 2)
        draft.put(turn(.agent, "Ye", 2), at: 3)
        _ = draft.takeUnsaved()
        draft.put(turn(.agent, "Yes.", 2), at: 3)
        draft.amend(at: 1) { $0.message = "nothing" }
        #expect(draft.takeUnsaved().map(\.place) == [3])
        #expect(draft.turns.map(\.message) == ["Hi", "And?", "Yes."])
    }

    @Test("a turn that is over can be amended, and is saved again")
    func amended() {
        var draft = TranscriptDraft()
        draft.put(turn(.agent, "Hello", 1), at: 0)
        _ = draft.takeUnsaved()
        draft.amend(at: 0) { $0.message = "Hello." }
        #expect(draft.takeUnsaved().map(\.turn.message) == ["Hello."])
    }
}
