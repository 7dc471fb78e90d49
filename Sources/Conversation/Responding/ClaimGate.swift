import Language

/// Lets an answer's text through as it is written, but for sentences that say something was done: these wait until it is
/// known whether the call's ledger has it.
///
/// A value. Text without a claim passes as soon as its words can no longer become one, mostly at once: the voice, which
/// speaks clauses, waits for none of it. After a claim that is unfounded nothing more passes.
struct ClaimGate: Sendable {
    /// What may be heard by now, and what must be known before more may.
    struct Step: Sendable, Hashable {
        var released = ""
        var question: Question?
    }

    /// Whether this was done.
    struct Question: Sendable, Hashable {
        var claim: EffectClaim
        /// The sentence so far.
        var sentence: String
    }

    private let language: any SpokenLanguage
    /// The caller's words that are answered.
    private let answered: String
    /// Characters after which a sentence is judged as if it ended there: nothing is held for longer.
    private let longestSentence: Int
    /// Whether the writer has been told what was not done: what it says then is believed sooner.
    var isCorrected = false

    /// The sentence that is being written, and what has come after it.
    private var sentence = ""
    /// Characters of the sentence that have been released.
    private var released = 0
    /// The claims of clauses that begin before this character of the sentence are founded.
    private var founded = 0
    /// The place of the claim that is asked about, or that is unfounded as far as it is written.
    private var doubted: Int?
    private var isOver = false

    /// The first claim that is unfounded, in its whole sentence; nil while there is none.
    private(set) var withheld: Question?
    /// The text from that claim on.
    private(set) var held = ""
    /// The beginning of its sentence, which was let through; empty where a claim in it is founded.
    private(set) var fragment = ""

    /// From these odds on, as a logarithm (0.88), a writer that has been told makes a claim that no rule knows.
    private static let correctedOdds: Float = 2

    /// - Parameter answered: the caller's words that the text answers; empty for none.
    init(language: any SpokenLanguage, answering answered: String = "", longestSentence: Int) {
        self.language = language
        self.answered = answered
        self.longestSentence = longestSentence
    }

    /// More has been written.
    mutating func append(_ text: String) -> Step {
        guard withheld == nil else {
            held += text
            return Step()
        }
        sentence += text
        return advance()
    }

    /// Nothing more will be written.
    mutating func finish() -> Step {
        isOver = true
        return withheld == nil ? advance() : Step()
    }

    /// The answer to the question of the last step.
    mutating func answer(_ question: Question, isFounded: Bool) -> Step {
        guard let place = doubted else { return Step() }
        if isFounded {
            founded = place + 1
            doubted = nil
        } else if isWhole(question.sentence) {
            withheld = question
            fragment = founded == 0 ? String(sentence.prefix(released)) : ""
            held = String(sentence.dropFirst(released))
            return Step()
        }
        return advance()
    }

    private mutating func advance() -> Step {
        var step = Step()
        while !sentence.isEmpty {
            let end = end()
            let part = end.map { String(sentence.prefix($0)) } ?? sentence
            switch language.claim(in: part, isWhole: end != nil, from: founded, answering: answered) {
            case .unknown, .nothing: release(upTo: part.count, into: &step)
            case .open(let place): release(upTo: end == nil ? place : part.count, into: &step)
            case .claim(let claim, _) where isDoubtful(claim): release(upTo: part.count, into: &step)
            case .claim(let claim, let place):
                release(upTo: place, into: &step)
                // While the sentence is written it is asked once, so that a founded claim does not wait for its end.
                guard end != nil || doubted != place else { return step }
                doubted = place
                step.question = Question(claim: claim, sentence: part)
                return step
            }
            guard let end else { return step }
            sentence.removeFirst(end)
            (released, founded, doubted) = (0, 0, nil)
        }
        return step
    }

    private func isDoubtful(_ claim: EffectClaim) -> Bool {
        if case .likely(let odds) = claim.manner { isCorrected && odds < Self.correctedOdds } else { false }
    }

    private mutating func release(upTo place: Int, into step: inout Step) {
        guard place > released else { return }
        step.released += sentence.prefix(place).dropFirst(released)
        released = place
    }

    // MARK: Sentences

    private func isWhole(_ part: String) -> Bool { end() == part.count }

    /// The number of characters of the sentence with its mark; nil while it goes on.
    private func end() -> Int? {
        var hasMark = false
        for (place, character) in sentence.enumerated() {
            if character.isNewline || (hasMark && character.isWhitespace) { return place + 1 }
            if ".!?…".contains(character) {
                hasMark = true
            } else if !"\"'”’)*".contains(character) {
                hasMark = false
            }
            if place + 1 == longestSentence { return longestSentence }
        }
        return isOver ? sentence.count : nil
    }
}
