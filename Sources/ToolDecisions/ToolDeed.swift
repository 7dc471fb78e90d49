import Engines
import Language

/// What a tool does, by the words of its name, held against what the caller wants.
struct ToolDeed: Sendable {
    private let kinds: Set<EffectKind>
    /// Whether its name begins with a verb that changes something.
    private let isChange: Bool

    /// What undoes something is done only where the caller has said so.
    private static let undoing: Set<EffectKind> = [.cancel, .delete, .block]

    init(_ tool: ToolDefinition) {
        kinds = English().effects(of: tool.name)
        isChange = English().changes(tool.name)
    }

    /// Whether the caller can want it now. A question wants an answer ("Is the table booked?"), unless it asks for the deed
    /// ("Could you cancel it?"); a yes wants what the agent has offered.
    func isWanted(in dialogue: [DialogueLine]) -> Bool {
        guard isChange, let last = dialogue.last, last.speaker == .caller else { return true }
        if isAskedFor(in: last.text) || isAgreed(in: dialogue) { return true }
        return kinds.isDisjoint(with: Self.undoing) && !Self.isQuestion(last.text)
    }

    /// Whether the caller's last words ask whether it has been done: "Have you booked it?"
    func isAskedAbout(in dialogue: [DialogueLine]) -> Bool {
        guard isChange, let last = dialogue.last, Self.isQuestion(last.text), !isAskedFor(in: last.text) else {
            return false
        }
        return !kinds.isDisjoint(with: English().effects(doneIn: last.text))
    }

    /// Whether the caller's last words go on with something else that they have asked for: details of a cancellation book
    /// no table.
    func isOffTopic(in dialogue: [DialogueLine]) -> Bool {
        guard isChange, !kinds.isEmpty, !isNamed(in: dialogue) else { return false }
        let wishes = dialogue.reversed().lazy.filter { $0.speaker == .caller }
            .map { English().effects(askedForIn: $0.text) }
        guard let wish = wishes.first(where: { !$0.isEmpty }) else { return false }
        return kinds.isDisjoint(with: wish.reduce(wish) { $0.union($1.deeds) })
    }

    /// Whether the caller's last words are about what the tool does, as far as its name tells what that is.
    func isNamed(in dialogue: [DialogueLine]) -> Bool {
        guard isChange, let last = dialogue.last else { return true }
        return !kinds.isDisjoint(with: English().effects(of: last.text))
    }

    private func isAskedFor(in words: String) -> Bool {
        !kinds.isDisjoint(with: English().effects(askedForIn: words))
    }

    /// Whether the caller's last words answer a question of the agent's about it, or about what they had asked for before.
    private func isAgreed(in dialogue: [DialogueLine]) -> Bool {
        guard dialogue.count > 1, let last = dialogue.last, !Self.isQuestion(last.text),
            !SpokenEvidence.isRefusal(dialogue), !SpokenEvidence.isDeferral(dialogue)
        else { return false }
        let earlier = dialogue.dropLast()
        guard let question = earlier.last, question.speaker == .agent, question.text.contains("?") else { return false }
        if !kinds.isDisjoint(with: English().effects(of: question.text)) { return true }
        return earlier.last { $0.speaker == .caller }.map { isAskedFor(in: $0.text) } ?? false
    }

    /// Whether the words ask how things stand. "Could you" and the like ask for a deed.
    private static func isQuestion(_ text: String) -> Bool {
        let words = SpokenEvidence.words(text).drop { openings.contains($0) }
        guard let first = words.first else { return false }
        return questions.contains(first) || (text.contains("?") && !requests.contains(first))
    }

    private static let openings: Set<String> = [
        "um", "uh", "oh", "well", "so", "and", "okay", "hello", "hi", "sorry", "wait", "but",
    ]
    private static let requests: Set<String> = ["can", "could", "would", "will", "may", "please"]
    private static let questions: Set<String> = [
        "is", "are", "was", "were", "am", "have", "has", "had", "did", "does", "do", "what", "which", "who", "when",
        "where", "why", "how", "isn't", "aren't", "haven't", "hasn't", "didn't", "doesn't",
    ]
}
