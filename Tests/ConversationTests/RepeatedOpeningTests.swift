import Testing

@testable import Conversation

@Suite("A second attempt at an answer that begins like the first")
struct RepeatedOpeningTests {
    private func said(_ pieces: [String], after heard: String) -> String {
        var opening = RepeatedOpening(heard)
        return pieces.map { opening.append($0) }.joined() + opening.finish()
    }

    private static let cases: [(String, [String], String)] = [
        ("Great news! ", ["Great news! I can't confirm it yet."], "I can't confirm it yet."),
        ("Great news! ", ["Gr", "eat ", "news", "! I ", "can't."], "I can't."),
        ("Sure thing,", [" Sure", " thing, I can't."], " I can't."),
        ("Great news! ", ["Great, but no."], "Great, but no."),
        ("Yes, at six, and I have", ["I have not booked it."], "I have not booked it."),
        ("Great news! ", ["great news"], ""), ("Great news! ", ["Great"], "Great"), ("", ["Great"], "Great"),
        ("Well, ", ["Wellington it is."], "Wellington it is."),
    ]

    @Test("what was heard is not said again", arguments: cases)
    func repeated(heard: String, pieces: [String], rest: String) {
        #expect(said(pieces, after: heard) == rest)
    }
}
