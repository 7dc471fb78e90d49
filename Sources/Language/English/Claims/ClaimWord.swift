/// A word of the agent's, as its grammar is read: "I've" is two of them.
struct ClaimWord: Sendable {
    /// Lower case; the verb of a contraction in full, but for "'s" and "'d", which may be two.
    var text: String
    /// The place of its first character in the sentence.
    var start: Int
    /// Whether it is written with a capital.
    var isCapital: Bool
    /// Whether a clause ends with it, at a mark.
    var endsClause = false

    private static let marks: Set<Character> = [",", ";", ":", "—", "–", "(", ")", "!", "?", ".", "…"]
    private static let contractions = ["'ve": "have", "'re": "are", "'m": "am", "'ll": "will", "'d": "'d", "'s": "'s"]
    private static let wholes = [
        "can't": ["can", "not"], "won't": ["will", "not"], "let's": ["let"], "gonna": ["going"],
    ]

    /// The words of a sentence; without the last one where more of it may follow.
    ///
    /// - Returns: also the place of that last, unfinished word; nil when there is none.
    static func all(in sentence: String, isWhole: Bool) -> (words: [ClaimWord], unfinished: Int?) {
        let characters = Array(sentence)
        var words: [ClaimWord] = []
        var place = 0
        func isWord(_ place: Int) -> Bool {
            guard characters.indices.contains(place) else { return false }
            let character = characters[place]
            if character.isLetter || character.isNumber { return true }
            guard place > 0, characters.indices.contains(place + 1) else { return false }
            let (before, after) = (characters[place - 1], characters[place + 1])
            // Within a word, a number or a time.
            if "'’-".contains(character) { return isPart(before) && isPart(after) }
            return ".,:".contains(character) && before.isNumber && after.isNumber
        }
        func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        while place < characters.count {
            guard isWord(place) else {
                endClause(at: place)
                place += 1
                continue
            }
            let start = place
            while isWord(place) { place += 1 }
            if place == characters.count, !isWhole { return (words, start) }
            add(String(characters[start..<place]), at: start)
        }
        return (words, nil)

        func endClause(at place: Int) {
            guard let last = words.indices.last else { return }
            let character = characters[place]
            let isDash =
                character == "-" && place > 0 && characters[place - 1].isWhitespace
                && (place + 1 == characters.count || characters[place + 1].isWhitespace)
            if marks.contains(character) || isDash { words[last].endsClause = true }
        }
        func add(_ word: String, at start: Int) {
            let plain = word.lowercased().replacing("’", with: "'")
            var parts = wholes[plain] ?? [plain]
            if parts.count == 1, plain.hasSuffix("n't") {
                parts = [String(plain.dropLast(3)), "not"]
            } else if parts == [plain], let (end, verb) = contractions.first(where: { plain.hasSuffix($0.key) }) {
                parts = [String(plain.dropLast(end.count)), verb]
            }
            let isCapital = word.first?.isUppercase == true
            words += parts.map { ClaimWord(text: $0, start: start, isCapital: isCapital) }
        }
    }

    /// Words between two commas that may stand within a verb group.
    private static let longestParenthesis = 4

    /// The clauses of a sentence: they end at marks and before words that join. What stands between commas within a verb
    /// group ("I have also, of course, informed them") is left out.
    static func clauses(_ words: [ClaimWord]) -> [[ClaimWord]] {
        var clauses: [[ClaimWord]] = []
        var clause: [ClaimWord] = []
        var parenthesis = 0
        for (place, word) in words.enumerated() {
            if parenthesis > 0 {
                parenthesis -= 1
                continue
            }
            if ClaimWords.joining.contains(word.text), !clause.isEmpty {
                clauses.append(clause)
                clause = []
            }
            clause.append(word)
            guard word.endsClause else { continue }
            if isWithinVerbs(clause) {
                let rest = words[(place + 1)...].prefix(longestParenthesis)
                let end = rest.firstIndex { $0.endsClause }
                let inner = rest.prefix(through: end ?? rest.endIndex - 1)
                let isClause = inner.contains {
                    ["i", "we"].contains($0.text) || ClaimWords.auxiliaries.contains($0.text)
                }
                // As long as its end is not written, the clause is not over.
                if !isClause, end != nil || rest.count < longestParenthesis {
                    parenthesis = (end ?? words.count - 1) - place
                    clause[clause.count - 1].endsClause = false
                    continue
                }
            }
            clauses.append(clause)
            clause = []
        }
        return clause.isEmpty ? clauses : clauses + [clause]
    }

    /// Whether a clause that a mark ends has an auxiliary of "I" or "we", and not yet its verb.
    private static func isWithinVerbs(_ clause: [ClaimWord]) -> Bool {
        let words = clause.reversed().drop { ClaimWords.isAdverb($0.text) }
        guard let verb = words.first, ClaimWords.have.contains(verb.text) else { return false }
        return words.dropFirst().first.map { ["i", "we"].contains($0.text) } ?? false
    }
}

/// The words of English by which the grammar of a claim is read.
enum ClaimWords {
    static let modals: Set<String> = ["will", "would", "can", "could", "shall", "should", "may", "might", "must", "'d"]
    static let be: Set<String> = ["is", "are", "was", "were", "am"]
    static let have: Set<String> = ["have", "has", "had"]
    static let auxiliaries = modals.union(be).union(have).union(["do", "does", "did"])
    static let negations: Set<String> = ["not", "never"]
    /// What stands between the verbs of a group, or opens a clause, and changes nothing.
    static let adverbs: Set<String> = [
        "now", "just", "already", "also", "successfully", "successful", "all", "both", "officially", "fully", "even",
        "indeed", "therefore", "finally", "definitely", "absolutely", "certainly", "automatically", "currently",
        "securely",
    ]
    /// Any other word on "-ly" is an adverb too, but for nouns, verbs, and what makes the verb doubtful.
    static func isAdverb(_ word: String) -> Bool {
        adverbs.contains(word)
            || (word.hasSuffix("ly") && word.count > 4 && !EnglishEffects.shared.otherThanAdverbs.contains(word))
    }
    /// What makes a thing the caller's.
    static let callers: Set<String> = ["your", "you", "it", "that"]
    /// Which of several appointments it is: "Your next appointment is on Friday" was looked up.
    static let another: Set<String> = ["next", "first", "last", "only", "usual", "current", "original", "previous"]
    /// What opens an answer.
    static let openings: Set<String> = [
        "okay", "ok", "great", "perfect", "alright", "right", "excellent", "good", "fine", "sure", "yes", "yeah", "yep",
        "well", "and", "so", "but", "then", "oh", "wonderful", "awesome", "fantastic", "congratulations", "thanks",
        "thank", "sorry", "lovely", "super", "cool",
    ]
    static let joining: Set<String> = ["and", "but", "so", "because", "since", "then"]
    /// What follows is not said to be so.
    static let conditions: Set<String> = [
        "if", "when", "once", "whenever", "unless", "until", "till", "before", "after", "while", "whether", "as",
        "although", "though",
    ]
    static let questions: Set<String> = [
        "what", "which", "who", "whom", "where", "when", "why", "how", "whose",
    ]
    static let relatives: Set<String> = ["that", "which", "who"]
    /// Verbs whose clause tells what somebody thinks, says or is to do.
    static let others: Set<String> = [
        "said", "says", "say", "see", "think", "hope", "believe", "assume", "guess", "heard", "know", "notice",
        "understand", "mentioned", "told", "looks", "seems", "appears", "sounds", "shows", "show", "means", "suggests",
        "tells", "let", "please", "need", "want", "like", "make",
    ]
    /// After these "show" and the like are nouns.
    static let beforeNouns: Set<String> = ["the", "a", "an", "your", "my", "our", "this", "for", "of"]
    /// "I can confirm that…" says what follows.
    static let assertions: Set<String> = ["confirm", "say", "tell", "inform", "report", "announce", "let"]
    static let beforeAssertions: Set<String> = adverbs.union([
        "happy", "pleased", "glad", "delighted", "proud", "to", "like", "be", "able", "here",
    ])
    static let afterAssertions: Set<String> = ["you", "know", "that", "to"]
    /// "Please confirm:" and "according to" make what follows somebody else's word.
    static let recaps: Set<String> = ["confirm", "ensure", "give", "verify", "check"]
    static let determiners: Set<String> = [
        "a", "an", "the", "your", "you", "it", "that", "this", "everything", "two", "three", "four", "five", "six",
        "one", "some", "all", "both", "him", "her", "them", "my", "our", "another",
    ]
    /// What follows a participle that stands for a whole clause: "Booked for two."
    static let afterParticiple: Set<String> = [
        "for", "at", "on", "under", "in", "with", "it", "that", "your", "you", "until", "from", "to", "and", "as", "by",
        "the", "via", "now", "successfully",
    ]
    /// Past forms that say nothing without an object.
    static let emptyVerbs: Set<String> = [
        "left", "made", "placed", "put", "got", "taken", "took", "done", "did", "dropped", "received",
    ]
    static let objects: Set<String> = ["it", "that", "this", "everything"]
    static let nobody: Set<String> = ["no", "none", "nothing", "neither", "nobody", "nor"]
    /// "'s" after these is a verb.
    static let beforeVerbS: Set<String> = [
        "it", "that", "this", "everything", "he", "she", "there", "all", "both", "they", "order", "appointment",
    ]
    /// What after "is" says that it is done.
    static let ready = [
        "set", "good to go", "in place", "complete", "successful", "on its way", "on it 's way", "on the way",
        "on their way", "on his way", "on her way", "a success", "in the system", "on the list",
        "on the waiting list", "up and running", "in for", "down for", "on standby", "all done", "off to", "on order",
        "yours",
    ].map { $0.split(separator: " ").map(String.init) }
    static let numbers: Set<String> = ["number", "reference", "code", "id"]
    static let numbered: Set<String> = [
        "confirmation", "booking", "reservation", "reference", "order", "ticket", "tracking", "claim", "case",
    ]
    static let months: Set<String> = Set(
        (EnglishWords.months + EnglishWords.weekdays).map { $0.lowercased() })
    static let pastTimes: Set<String> = ["yesterday", "ago", "last", "earlier", "previously", "originally"]
    static let periods = months.union([
        "week", "month", "year", "time", "night", "winter", "summer", "spring", "fall", "autumn",
    ])
    /// What makes a rule of "is done".
    static let general: Set<String> = [
        "usually", "always", "normally", "generally", "automatically", "daily", "weekly", "monthly", "every", "each",
        "typically", "often", "only", "when", "if", "once", "unless", "whenever",
    ]
    /// The same, but not of what is the caller's.
    static let generalOfThings: Set<String> = ["until", "through", "online", "after", "before", "within", "per"]
}
