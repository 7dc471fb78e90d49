/// An e-mail address or host name as it is spoken: "j-o-h-n at gmail dot com".
struct SpokenAddress {
    /// The address in lower case.
    var text: String
    var range: Range<Int>

    /// The addresses in a transcript, in order.
    static func all(in reader: SpellingReader) -> [SpokenAddress] {
        var result: [SpokenAddress] = []
        var (start, index) = (0, 0)
        while index < reader.words.count {
            if let found = address(in: reader, at: index, after: start) ?? host(in: reader, at: index) {
                result.append(found)
                (start, index) = (found.range.upperBound, found.range.upperBound)
            } else {
                index += 1
            }
        }
        return result
    }

    /// Whether `text` has the form of an e-mail address.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let domain = parts.last else { return false }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        return !local.isEmpty && local.first != "." && local.last != "." && !local.contains("..")
            && local.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+/".contains($0)) }
            && labels.count > 1 && labels.allSatisfy { !$0.isEmpty }
            && domainEndings.contains(labels.last.map(String.init) ?? "")
    }

    /// Endings after which a host name may go on ("co" before "uk").
    static let openEndings: Set<String> = ["co"]

    /// The common top-level domains; rare ones are left out because they are words too ("dot" before "the").
    private static let domainEndings: Set<String> = [
        "com", "org", "net", "edu", "gov", "io", "info", "biz", "app", "dev", "ai", "me", "tv", "eu", "co", "us", "ca",
        "uk", "ie", "au", "nz", "in", "de", "at", "ch", "fr", "es", "it", "nl", "be", "pt", "se", "no", "dk", "fi",
        "pl", "cz", "ru", "ua", "tr", "jp", "cn", "kr", "br", "mx", "ar", "za",
    ]
    private static let mailHosts: Set<String> = [
        "gmail", "yahoo", "outlook", "hotmail", "icloud", "aol", "proton", "protonmail", "gmx", "googlemail",
        "fastmail",
    ]
    /// Words that come before an address and do not belong to it.
    private static let leadIns: Set<String> = [
        "is", "it's", "its", "it", "that's", "that", "address", "email", "mail", "me", "us", "them", "him", "her", "my",
        "the", "an", "use", "to", "um", "uh", "sure", "yes", "yeah", "okay", "ok", "well", "so", "and", "or", "name",
        "am", "are", "was", "be", "i'm", "at", "write", "send", "please", "under", "no", "this", "of", "course",
        "reach", "look", "bought", "meet", "works", "work", "here", "there", "you", "we", "they", "one",
    ]

    // MARK: The host

    private static func dots(_ word: TranscriptWord) -> Bool { word.plain == "dot" || word.plain == "point" }

    /// The labels from `start` on, joined by periods; nil unless they end in a known top-level domain.
    private static func domain(in reader: SpellingReader, at start: Int) -> (text: String, end: Int)? {
        var labels: [String] = []
        var index = start
        var best: (text: String, end: Int)?
        while let label = label(in: reader, at: index) {
            labels.append(label.text)
            index = label.end
            if labels.count > 1, domainEndings.contains(label.text) { best = (labels.joined(separator: "."), index) }
            guard index < reader.words.count else { break }
            if dots(reader.words[index]), reader.words[index - 1].runsOn {
                index += 1
            } else if !isPeriod(reader.words, after: index - 1) {
                break
            }
        }
        return best
    }

    /// Whether a period without a space after it, or one that a recogniser has put before "com", follows the word.
    private static func isPeriod(_ words: [TranscriptWord], after index: Int) -> Bool {
        let separator = words[index].separator
        if separator == "." { return index + 1 < words.count }
        return separator == ". " && index + 1 < words.count && ["com", "org", "net"].contains(words[index + 1].plain)
    }

    /// One label of a host: a word ("gmail"), or letters up to the next dot ("w-e-b").
    private static func label(in reader: SpellingReader, at start: Int) -> (text: String, end: Int)? {
        guard start < reader.words.count else { return nil }
        var (text, index) = ("", start)
        while index < reader.words.count, !dots(reader.words[index]), let element = reader.element(at: index),
            !element.isMark || (element.text == "-" && !text.isEmpty), element.text.count == 1 || element.isNumeric,
            element.range.count < 3
        {
            text += element.text
            index = element.range.upperBound
            // A period before a word ends the label; periods between spelled letters are the recogniser's.
            if isPeriod(reader.words, after: index - 1), reader.words[index].plain.count > 1 { break }
            guard reader.words[index - 1].runsOn else { break }
        }
        if text.count > 1 { return (text, index) }
        let word = reader.words[start]
        guard word.plain.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return nil }
        // A label with hyphens, such as "Acme-shop dot com".
        (text, index) = (word.plain, start + 1)
        while index < reader.words.count, reader.words[index - 1].separator == "-", !dots(reader.words[index]) {
            text += "-" + reader.words[index].plain
            index += 1
        }
        return (text, index)
    }

    /// A host name without an e-mail address around it: "Example dot com".
    private static func host(in reader: SpellingReader, at start: Int) -> SpokenAddress? {
        let words = reader.words
        guard start + 2 < words.count, dots(words[start + 1]) || words[start].plain.count == 1,
            let (text, end) = domain(in: reader, at: start),
            words[start..<end].contains(where: { $0.plain == "dot" })
        else { return nil }
        return SpokenAddress(text: text, range: start..<end)
    }

    // MARK: The person

    private static func address(in reader: SpellingReader, at index: Int, after bound: Int) -> SpokenAddress? {
        let words = reader.words
        let split: (localEnd: Int, domain: Int)
        if words[index].plain == "at", index > bound, index + 1 < words.count {
            split = (index, index + 1)
        } else if words[index].separator.contains("@"), index + 1 < words.count {
            split = (index + 1, index + 1)
        } else {
            return nil
        }
        guard let domain = domain(in: reader, at: split.domain),
            let local = local(in: reader, before: split.localEnd, after: bound),
            isEvident(local, domain: domain.text, in: reader, isWritten: split.localEnd == split.domain)
        else { return nil }
        let text = local.text + "@" + domain.text
        return isValid(text) ? SpokenAddress(text: text, range: local.start..<domain.end) : nil
    }

    private struct Local {
        var text = ""
        var start: Int
        /// Whether it was spelled, or has a mark or a digit, which no ordinary word before "at" has.
        var isMarked: Bool
    }

    private static func isEvident(
        _ local: Local, domain: String, in reader: SpellingReader, isWritten: Bool
    ) -> Bool {
        if isWritten || local.isMarked || reader.expecting == .email { return true }
        if mailHosts.contains(domain.prefix { $0 != "." }.description) { return true }
        return reader.words[..<local.start].contains { ["email", "mail", "address"].contains($0.plain) }
    }

    /// The local part before "at": letters, and words joined by dots and other marks.
    private static func local(in reader: SpellingReader, before end: Int, after bound: Int) -> Local? {
        let words = reader.words
        var start = end
        while start > bound, words[start - 1].runsOn || start == end, isPart(reader, at: start - 1, end: end) {
            start -= 1
        }
        // "…is, um, j-o-h-n": an address does not begin with a mark or an article.
        while start < end, let element = reader.element(at: start), element.isMark { start += 1 }
        guard start < end else { return nil }
        let inner = words[start..<end - 1]
        let hasUnderscores = inner.contains { $0.separator.contains("_") }
        // An underscore after every letter is the recogniser's way of writing spelling, and not part of the address.
        let keepsUnderscores = hasUnderscores && !inner.allSatisfy { $0.separator.contains("_") }
        var local = Local(start: start, isMarked: false)
        var (index, spelt) = (start, 0)
        while index < end {
            let element = reader.element(at: index).flatMap { $0.range.upperBound <= end ? $0 : nil }
            let isWord = words[index].plain.count > 1 && element.map { $0.certainty == .possible && !$0.isMark } ?? true
            let next: Int
            if let element, !isWord {
                let isOh = words[index].plain == "oh" || words[index].plain == "o"
                local.text += isOh && local.text.last?.isNumber == true ? "0" : element.text
                if element.isMark || element.isNumeric { local.isMarked = true }
                spelt += element.isMark ? 0 : 1
                next = element.range.upperBound
            } else {
                local.text += words[index].plain
                next = index + 1
            }
            if next < end, let mark = mark(after: words[next - 1], isWord: isWord || words[next].plain.count > 1) {
                if mark != "_" || keepsUnderscores || isWord {
                    local.text += mark
                    local.isMarked = true
                }
            }
            index = next
        }
        local.isMarked = local.isMarked || spelt > 1
        return local
    }

    /// The mark of the address that the recogniser wrote after a word; nil for none.
    private static func mark(after word: TranscriptWord, isWord: Bool) -> String? {
        if word.separator.contains("_") { return "_" }
        // A period after a space is not the end of a sentence.
        if word.separator.contains(" .") { return "." }
        guard isWord, word.plain.count > 1, word.separator == "." || word.separator == "-" else { return nil }
        return String(word.separator)
    }

    /// Whether the word at `index` belongs to the address, given that the next word does.
    private static func isPart(_ reader: SpellingReader, at index: Int, end: Int) -> Bool {
        let words = reader.words
        let word = words[index].plain
        guard word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return false }
        if ["double", "triple", "capital"].contains(word) { return reader.element(at: index) != nil }
        if let element = reader.element(at: index), element.isMark || element.certainty > .possible { return true }
        if word.count == 1 {
            // "I" and "a" are letters only among letters.
            if index + 1 == end { return index > 0 && words[index - 1].plain.count == 1 && words[index - 1].runsOn }
            let isAfterLetter = index > 0 && words[index - 1].plain.count == 1 && words[index - 1].runsOn
            let next = reader.element(at: index + 1)
            return words[index + 1].plain.count == 1 || next?.isMark == true || (isAfterLetter && next != nil)
        }
        if leadIns.contains(word) { return false }
        guard index + 1 < end else { return !words[index].separator.contains(",") }
        let isTight = words[index].isTight
        guard let next = reader.element(at: index + 1) else {
            return isTight || (reader.expecting == .email && words[index].separator == " ")
        }
        // "Maria seven", "john dot smith"; letters after a word are a new beginning ("it's john, j o h n").
        return isTight || next.isMark || (next.isNumeric && words[index].separator == " ")
    }
}
