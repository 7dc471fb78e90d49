import Language

/// Cuts a language model's streamed text into clauses: the first as early as it can be spoken without regret, later
/// ones at sentences. The cuts depend on the text alone, not on how it arrived.
package struct ClauseCutter: Sendable {
    private enum Boundary { case none, soft, sentence }

    private let options: ClauseOptions
    private let phrases: ClausePhrases
    private var isFirst = true
    /// Words of the clauses cut so far.
    private var wordsCut = 0
    /// Text that has not been cut yet.
    private var pending: [Unicode.Scalar] = []
    private var characters = 0
    /// Starts of the speakable words in `pending`, and the ends of the words that are complete.
    private var words: [Range<Int>] = []
    private var tokenStart = 0
    private var hasWord = false
    /// Position of the bracket that opened a link, an audio tag or a tag, while it is open.
    private var open: Int?
    /// Whether the open bracket began a link's target.
    private var openMark: Unicode.Scalar?
    /// Position of the last ampersand, while it may begin an entity, and whether its token had a word before it.
    private var entity: (start: Int, hadWord: Bool)?
    /// The end of the last entity.
    private var entityEnd = 0
    /// The tags at the end of the text so far.
    private var tags: Range<Int>?

    /// - Parameter phrases: of the language of the text.
    package init(options: ClauseOptions = ClauseOptions(), phrases: ClausePhrases = .english) {
        self.options = options
        self.phrases = phrases
    }

    /// Takes the next piece of the model's text and returns the clauses that it completes.
    package mutating func append(_ delta: String) -> [Clause] {
        var clauses: [Clause] = []
        for scalar in delta.unicodeScalars { take(scalar, into: &clauses) }
        return clauses
    }

    /// The text is over: returns what is left, if anything.
    package mutating func finish() -> [Clause] {
        guard !pending.isEmpty else { return [] }
        let clause = Clause(written: String(pending[...]), isFirst: isFirst, endsSentence: true)
        self = ClauseCutter(options: options, phrases: phrases)
        return [clause]
    }

    /// Characters that are in no clause yet.
    package var pendingCharacters: Int { String(pending[...]).count }

    /// Takes back the end of the text, as far as it is in no clause yet; nothing may be appended after that.
    ///
    /// - Returns: as much of `text`, with which the text so far ends, as was taken back.
    package mutating func takeBack(_ text: String) -> String {
        let back = text.unicodeScalars.suffix(pending.count)
        pending.removeLast(back.count)
        return String(back)
    }

    /// Another voice goes on: returns what is left of this one's, if there is a word in it.
    package mutating func breakOff() -> [Clause] {
        endToken()
        guard !words.isEmpty else { return [] }
        var clauses: [Clause] = []
        cut(at: pending.count, endsSentence: boundary(before: " ") == .sentence, into: &clauses)
        return clauses
    }

    private mutating func take(_ code: Unicode.Scalar, into clauses: inout [Clause]) {
        if code.isSpace, open == nil {
            endToken()
            let boundary = boundary(before: code)
            if boundary != .none, allowsCut(boundary) {
                // A line break goes with the line that it ends, a space with what follows.
                if code == "\n" { pending.append(code) }
                cut(at: pending.count, endsSentence: boundary == .sentence, into: &clauses)
                if code == "\n" { return }
            } else {
                cutLongRun(into: &clauses)
            }
        }
        pending.append(code)
        characters += 1
        if code.isSpace, open == nil {
            entity = nil
            tokenStart = pending.count
            hasWord = false
        } else {
            if let tag = track(code), tag == "break" || Tag.blocks.contains(tag) || Tag.breaks.contains(tag) {
                endToken()
                // The pause of a `<break>` comes at the end of its clause.
                if tag == "break" || allowsCut(.sentence) {
                    cut(at: pending.count, endsSentence: tag != "break", into: &clauses)
                }
            } else if endsAtOnce(code), allowsCut(.soft) {
                endToken()
                cut(at: pending.count, endsSentence: code != "," && code != ";" && code != "—", into: &clauses)
            }
        }
        if characters >= options.maximumCharacters { cutBySize(into: &clauses) }
    }

    // MARK: Tokens

    /// - Returns: The name of the tag that this character completes; nil when it completes none.
    private mutating func track(_ code: Unicode.Scalar) -> String? {
        let position = pending.count - 1
        if let open {
            if code == openMark || code == "\n" && openMark != ")" { close(code) }
            guard code == ">", self.open == nil else { return nil }
            tags = (tags?.upperBound == open - 1 ? tags?.lowerBound ?? open - 1 : open - 1)..<pending.count
            let name = pending[open...].drop { $0 == "/" }.prefix { $0.isAsciiLetter || $0.isDigit }
            return String(name).lowercased()
        }
        switch code {
        case "[": begin(closing: "]", at: position)
        case "(" where position > 0 && pending[position - 1] == "]": begin(closing: ")", at: position)
        case _ where (code.isAsciiLetter || code == "/" || code == "!") && position > 0 && pending[position - 1] == "<":
            begin(closing: ">", at: position)
        case "&": entity = (position, hasWord)
        case ";":
            if let entity, let found = Entity(at: String(pending[entity.start...])[...]),
                found.length == pending.count - entity.start
            {
                hasWord = entity.hadWord || found.scalar.isWordCode
                entityEnd = pending.count
            }
        default:
            if code.isWordCode, !isFence { hasWord = true }
        }
        return nil
    }

    private mutating func begin(closing mark: Unicode.Scalar, at position: Int) {
        open = position
        openMark = mark
        // The text of a link is spoken; whether it is a link shows when its target opens.
        if mark == ")" { hasWord = true }
    }

    private mutating func close(_ code: Unicode.Scalar) {
        open = nil
        openMark = nil
        if code == "\n" { tokenStart = pending.count }
    }

    private var isFence: Bool {
        tokenStart + 2 < pending.count && pending[tokenStart] == "`" && pending[tokenStart + 1] == "`"
            && pending[tokenStart + 2] == "`"
    }

    private mutating func endToken() {
        if hasWord, tokenStart < pending.count { words.append(tokenStart..<pending.count) }
        hasWord = false
        tokenStart = pending.count
    }

    /// So little has been cut that the next clause is as urgent as the first: "Yes," lasts for a third of a second.
    private var isUrgent: Bool { wordsCut < options.firstCommaWords }

    // MARK: Boundaries

    /// What the text before a space or line break ends with.
    private func boundary(before space: Unicode.Scalar) -> Boundary {
        guard !words.isEmpty else { return .none }
        if space == "\n" { return .sentence }
        var end = pending.count
        func skipClosers() { while end > 0, Self.closers.contains(pending[end - 1]) { end -= 1 } }
        skipClosers()
        if let tags, tags.upperBound == end { end = tags.lowerBound }
        skipClosers()
        guard end > 0, !pending[end - 1].isSpace else { return .none }
        switch pending[end - 1] {
        case "!", "?", "。", "！", "？": return .sentence
        case "." where end > 1 && pending[end - 2] == ".": return .soft
        case ".": return isAbbreviation(stop: end - 1) ? .none : .sentence
        case "…": return .soft
        case ";" where end == entityEnd: return .none
        case ",", ";", ":", "—", "，", "、": return .soft
        case "-", "–": return end < 2 || pending[end - 2].isSpace || pending[end - 2] == "-" ? .soft : .none
        default:
            // The mark may be followed by a closing quotation mark or parenthesis.
            return end < pending.count
                && pending[end..<pending.count].contains(where: { $0 == "\"" || $0 == "”" || $0 == ")" })
                ? .soft : .none
        }
    }

    private static let closers: Set<Unicode.Scalar> = [
        "\"", "'", ")", "]", "}", "”", "’", "*", "_", "`", "~", "»",
    ]

    /// Whether waiting for the next character gains nothing: the mark after a plain word cannot be part of it.
    private func endsAtOnce(_ code: Unicode.Scalar) -> Bool {
        guard isUrgent, open == nil, code == "," || code == ";" || code == "!" || code == "?" || code == "—",
            tokenStart < pending.count - 1, !pending.contains(where: { $0 == "\"" || $0 == "“" })
        else { return false }
        return pending[tokenStart..<pending.count - 1].allSatisfy { $0.isLetter || $0 == "'" || $0 == "’" }
    }

    private func allowsCut(_ boundary: Boundary) -> Bool {
        var count = words.count
        if hasWord { count += 1 }
        guard count > 0 else { return false }
        if boundary == .sentence { return isFirst || count >= options.sentenceWords }
        if !isUrgent { return count >= options.commaWords }
        return count >= options.firstCommaWords || (isFirst && opensAnswer)
    }

    /// Openings worth saying at once, such as "Sure,", "Yes!", "Hi Anna,", "I'm sorry,".
    private var opensAnswer: Bool {
        let first = bare(words.first ?? (tokenStart..<pending.count))
        if phrases.openings.contains(first) { return true }
        guard words.count + (hasWord ? 1 : 0) == 2, let second = phrases.pairs[first] else { return false }
        return bare(words.count > 1 ? words[1] : (tokenStart..<pending.count)) == second
    }

    /// Whether the full stop belongs to an abbreviation, an initial or a list marker.
    private func isAbbreviation(stop: Int) -> Bool {
        var start = stop
        while start > 0, !pending[start - 1].isSpace { start -= 1 }
        while start < stop, !pending[start].isWordCode { start += 1 }
        let token = pending[start..<stop]
        guard let first = token.first else { return false }
        if token.allSatisfy(\.isDigit) {
            return phrases.numbersTakeStops && token.count < 3 || token.count <= 3 && isLineStart(start)
        }
        // "am 24.12. um neun"
        if phrases.numbersTakeStops, token.count < 6, token.allSatisfy({ $0.isDigit || $0 == "." }) { return true }
        if phrases.isAbbreviation(endOf: lastWords(to: stop)) { return true }
        if token.count == 1 { return first.isUpper && first != "I" }
        let key = String(token).lowercased()
        if token.contains(".") {
            return token.allSatisfy { $0.isAsciiLetter || $0 == "." } && token.count <= 7
                && token[token.startIndex + 1] == "." || key == "ph.d"
        }
        guard phrases.isEnglish, let isNumbers = EnglishPhrases.abbreviation(key) else { return false }
        // At the head of a sentence "No." and the like are more often words than abbreviations.
        return !isNumbers || key != "no" || !isSentenceStart(start)
    }

    /// The last words of the line up to a full stop, and the stop, without marks before them.
    private func lastWords(to stop: Int) -> [String] {
        var words: [String] = []
        var end = stop + 1
        while end > 0, words.count < ClausePhrases.longestAbbreviation {
            var start = end
            while start > 0, !pending[start - 1].isSpace { start -= 1 }
            var word = pending[start..<end]
            while let first = word.first, !first.isWordCode { word = word.dropFirst() }
            words.insert(String(word), at: 0)
            guard start > 0, pending[start - 1] != "\n" else { break }
            end = start - 1
        }
        return words
    }

    private func isLineStart(_ position: Int) -> Bool {
        var position = position
        while position > 0, pending[position - 1] == " " || Self.closers.contains(pending[position - 1]) {
            position -= 1
        }
        return position == 0 || pending[position - 1] == "\n"
    }

    private func isSentenceStart(_ position: Int) -> Bool {
        guard let last = pending[..<position].last(where: { !$0.isSpace && !Self.closers.contains($0) }) else {
            return true
        }
        return last == "." || last == "!" || last == "?" || last == ":"
    }

    // MARK: Cuts

    /// Cuts a long run without punctuation at its best place.
    private mutating func cutLongRun(into clauses: inout [Clause]) {
        let count = words.count
        if isUrgent, count > options.firstPhraseWords, count < options.firstMaximumWords {
            // The word just over is a conjunction or preposition: what stands before it is a phrase.
            let gap = count - 1
            if penalty(gap) == 0 {
                cut(at: end(ofWord: gap - 1), endsSentence: false, into: &clauses)
            }
            return
        }
        let limit = isUrgent ? options.firstMaximumWords : options.maximumWords
        guard count >= limit else { return }
        let least = min(isUrgent ? options.firstCommaWords : limit / 2, count)
        var best = count
        var lowest = Int.max
        for gap in stride(from: count, through: max(1, least), by: -1) {
            let cost = penalty(gap)
            if cost < lowest { (best, lowest) = (gap, cost) }
        }
        cut(at: end(ofWord: best - 1), endsSentence: false, into: &clauses)
    }

    /// The end of a word with the signs that stand alone after it: those of "5 €" and "20 %".
    private func end(ofWord word: Int) -> Int {
        let limit = word + 1 < words.count ? words[word + 1].lowerBound : pending.count
        let signs = pending[words[word].upperBound..<limit]
        guard signs.allSatisfy({ $0 == " " || $0.isCurrency || $0 == "%" }) else { return words[word].upperBound }
        return (signs.lastIndex { $0 != " " } ?? words[word].upperBound - 1) + 1
    }

    /// How bad a cut between word `gap - 1` and word `gap` is: 0 before a conjunction or preposition, 1 anywhere
    /// else, more inside what belongs together.
    private func penalty(_ gap: Int) -> Int {
        let before = bare(words[gap - 1])
        let last = pending[words[gap - 1].upperBound - 1]
        if last == "," || last == ";" || last == ":" || last == "!" || last == "?" { return 0 }
        let isBeforeLeader = gap < words.count && phrases.leaders.contains(bare(words[gap]))
        if last == "." { return 4 }
        if phrases.pronouns.contains(before) { return isBeforeLeader ? 0 : 3 }
        if phrases.leaders.contains(before) || phrases.binders.contains(before) {
            // How "2." is said in "im 2. Stock" depends on the word before it.
            let mayBeOrdinal = gap == words.count || pending[words[gap].lowerBound].isDigit
            return phrases.numbersTakeStops && mayBeOrdinal ? 4 : 3
        }
        let start = words[gap - 1].lowerBound
        let isName = pending[start].isUpper && !(gap == 1)
        guard gap < words.count else {
            // The next word is not known yet.
            if before.last?.isNumber == true { return 4 }
            return isName ? 2 : 1
        }
        let next = pending[words[gap].lowerBound]
        if before.last?.isNumber == true { return isBeforeLeader ? 1 : 4 }
        if isName, next.isUpper || next.isDigit { return 3 }
        if isBeforeLeader { return 0 }
        return bare(words[gap]) == "of" ? 2 : 1
    }

    /// A word without the marks around it, in lower case.
    private func bare(_ range: Range<Int>) -> String {
        var range = range
        while let first = range.first, !pending[first].isWordCode { range = range.dropFirst() }
        while let last = range.last, !pending[last].isWordCode { range = range.dropLast() }
        return String(pending[range]).lowercased().replacing("\u{2019}", with: "'")
    }

    /// Cuts text without spaces, or with a bracket that never closes, where it can.
    private mutating func cutBySize(into clauses: inout [Clause]) {
        // An unfinished tag, label or entity goes with what follows.
        let bracket = openMark == ")" ? nil : open.map { openMark == ">" ? $0 - 1 : $0 }
        let start = bracket ?? entity.flatMap { pending.count - $0.start < Entity.longest + 2 ? $0.start : nil }
        endToken()
        open = nil
        if let start, words.contains(where: { $0.lowerBound < start }) {
            return cut(at: start, endsSentence: false, into: &clauses)
        }
        let end = words.last?.upperBound ?? pending.count
        if words.isEmpty { words.append(0..<pending.count) }
        cut(
            at: words.count > 1 && end == pending.count ? words[words.count - 2].upperBound : pending.count,
            endsSentence: false, into: &clauses)
    }

    /// Emits `pending` up to `position` and takes the rest again, as the start of the next clause.
    private mutating func cut(at position: Int, endsSentence: Bool, into clauses: inout [Clause]) {
        clauses.append(Clause(written: String(pending[..<position]), isFirst: isFirst, endsSentence: endsSentence))
        let rest = pending[position...]
        let wordsCut = wordsCut + words.count { $0.upperBound <= position }
        self = ClauseCutter(options: options, phrases: phrases)
        self.wordsCut = wordsCut
        isFirst = false
        for code in rest { take(code, into: &clauses) }
    }
}
