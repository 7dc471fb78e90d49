import Foundation
import JSON
import Language

/// The words of a dialogue, against which the arguments of a tool are checked: a small model invents values.
struct SpokenEvidence: Sendable {
    private struct Line: Sendable {
        var isCaller: Bool
        var words: [String]
        /// The words without those that say a day or a time, in whose place is an empty one.
        var besidesMoments: [String]
    }

    private let lines: [Line]

    init(_ dialogue: [DialogueLine]) {
        lines = dialogue.map { line in
            Line(
                isCaller: line.speaker == .caller, words: Self.words(line.text),
                besidesMoments: SpokenMoments.wordsBesides(line.text).flatMap { $0.isEmpty ? [""] : Self.words($0) })
        }
    }

    /// The words in lower case, without punctuation; apostrophes within words stay.
    static func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }.map(String.init)
    }

    /// The value as it was said, which may differ by a misspelling; nil when it was not said.
    func text(_ value: String) -> String? {
        let wanted = Self.words(value)
        guard !wanted.isEmpty else { return nil }
        if holds(wanted) { return Self.digits(wanted) ?? corrected(value.trimmed) }
        // A number that differs is another number.
        guard !value.contains(where: \.isNumber) else { return nil }
        if let near = nearest(wanted) { return near }
        // A description in the model's own words still has most of the caller's.
        guard wanted.count >= Self.sentence else { return nil }
        let said = Set(lines.flatMap(\.words))
        let telling = wanted.filter { $0.count > 3 }
        return !telling.isEmpty && 2 * telling.filter(said.contains).count >= telling.count ? value.trimmed : nil
    }

    /// Number of words from which on a value is a description and not a name.
    private static let sentence = 4

    /// Whether the words stand together in a line; "A 4711" equals "A4711".
    private func holds(_ wanted: [String]) -> Bool {
        let joined = wanted.joined()
        return lines.contains { line in
            line.words.indices.contains { start in
                var text = ""
                for word in line.words[start...] {
                    text += word
                    if text.count >= joined.count { break }
                }
                return text == joined
            }
        }
    }

    /// The code after a correction by the caller: "15837260, no, sorry, 15837206", or the later of two.
    private func corrected(_ value: String) -> String {
        func shape(_ text: some StringProtocol) -> [Character] {
            text.map { $0.isNumber ? "0" : $0.isLetter ? "a" : $0 }
        }
        guard value.count(where: \.isNumber) >= 3 else { return value }
        // The words of the dialogue are without the sign before a number.
        let sign = value.prefix { !$0.isLetter && !$0.isNumber }
        let wanted = shape(value.dropFirst(sign.count))
        let code = lines.filter(\.isCaller).flatMap(\.words).last { shape($0) == wanted }
        return code.map { "\(sign)\($0.uppercased())" } ?? value
    }

    /// The end of what the caller has said.
    static func account(of dialogue: [DialogueLine]) -> String {
        String(dialogue.filter { $0.speaker == .caller }.map(\.text).joined(separator: " ").suffix(longestAccount))
    }

    /// Most characters of the caller's words that are passed on.
    private static let longestAccount = 400

    /// The words that were said and are spelled nearly like these, since the model misspells rare names; nil for none.
    private func nearest(_ wanted: [String]) -> String? {
        let joined = wanted.joined(separator: " ")
        let allowed = joined.count / 4
        guard allowed > 0 else { return nil }
        var best: (distance: Int, text: String)?
        for line in lines where line.words.count >= wanted.count {
            for start in 0...(line.words.count - wanted.count) {
                let text = line.words[start..<start + wanted.count].joined(separator: " ")
                let distance = Self.distance(joined, text)
                if distance <= allowed, distance < best?.distance ?? .max { best = (distance, text) }
            }
        }
        return best.map { $0.text.split(separator: " ").map(\.capitalized).joined(separator: " ") }
    }

    /// The option that was said last, preferably by the caller; nil for none, or when the words do not tell options
    /// apart.
    func lastSaid(of options: [JSONValue]) -> JSONValue? {
        for isCaller in [true, false] {
            for line in lines.reversed() where line.isCaller == isCaller {
                let places = options.compactMap { option -> (place: Int, option: JSONValue)? in
                    guard let text = option.stringValue else { return nil }
                    return Self.lastPlace(of: Self.words(text), in: line.words).map { ($0, option) }
                }
                if let last = places.max(by: { $0.place < $1.place }) { return last.option }
            }
        }
        return nil
    }

    /// The last place of the words; words of four letters and more may have an ending: "printers".
    private static func lastPlace(of wanted: [String], in words: [String]) -> Int? {
        guard !wanted.isEmpty, words.count >= wanted.count else { return nil }
        return (0...(words.count - wanted.count)).last { start in
            // In "Italian, not French" the second option is ruled out.
            guard start == 0 || words[start - 1] != "not", start < 2 || words[start - 2] != "instead" else {
                return false
            }
            return zip(wanted, words[start...]).allSatisfy { wanted, word in
                word == wanted || (wanted.count >= 4 && word.hasPrefix(wanted) && word.count <= wanted.count + 2)
            }
        }
    }

    // MARK: Numbers

    /// All numbers that were said, in digits or in words, but for those of days and times, which count nothing.
    var numbers: Set<Int> {
        var numbers: Set<Int> = []
        for line in lines {
            var sum: Int?
            for word in line.besidesMoments + [""] {
                if let figure = Int(word) { numbers.insert(figure) }
                guard let value = Self.number(word) else {
                    if let sum { numbers.insert(sum) }
                    sum = nil
                    continue
                }
                numbers.insert(value)
                switch (sum, value) {
                case (let tens?, 1...9) where tens % 10 == 0 && tens > 10: sum = tens + value
                case (let units?, 100) where units < 10: sum = units * 100
                default: sum = value
                }
            }
        }
        return numbers
    }

    /// "Five five zero" in digits; nil for anything else.
    private static func digits(_ words: [String]) -> String? {
        guard words.count > 1 else { return nil }
        let digits = words.compactMap { word in number(word).flatMap { $0 < 10 ? "\($0)" : nil } }
        return digits.count == words.count ? digits.joined() : nil
    }

    static func number(_ word: String) -> Int? { numberWords[word] }

    private static let numberWords = EnglishWords.numbers.merging(["hundred": 100, "oh": 0]) { $1 }

    // MARK: Words that want nothing done

    /// Whether the caller's last words refuse what the agent's last question offered, without naming something else
    /// instead.
    static func isRefusal(_ dialogue: [DialogueLine]) -> Bool {
        guard let (last, before) = exchange(dialogue), before.hasSuffix("?") else { return false }
        let moments = SpokenMoments([DialogueLine(speaker: .caller, text: last)], today: .someDay)
        guard moments.days.isEmpty, moments.times.isEmpty, !last.contains(where: \.isNumber) else { return false }
        return last.split(whereSeparator: { ".!?".contains($0) }).contains { sentence in
            let words = words(String(sentence)).drop {
                ["um", "uh", "oh", "well", "actually", "hm", "sorry"].contains($0)
            }
            return ["no", "nope", "don't", "not", "never"].contains(words.first ?? "")
        }
    }

    /// Whether the caller's last words only thank for what the agent has told.
    static func isThanks(_ dialogue: [DialogueLine]) -> Bool {
        guard let (last, before) = exchange(dialogue), !before.hasSuffix("?"), !last.contains("?") else { return false }
        let words = words(last)
        return words.count <= longestThanks && words.contains { $0 == "thanks" || $0 == "thank" }
    }

    /// Most words of thanks; more words want something besides.
    private static let longestThanks = 8

    /// Whether the caller wants it done later or not at all: "but don't look anything up yet".
    static func isDeferral(_ dialogue: [DialogueLine]) -> Bool {
        let words = callersLast(dialogue)
        return words.contains("yet") && words.contains { ["not", "don't", "don’t"].contains($0) }
    }

    /// Whether the caller's last words want one of the values again: "another coffee".
    static func repeats(_ values: [String: JSONValue], in dialogue: [DialogueLine]) -> Bool {
        let said = Set(callersLast(dialogue))
        guard !said.isDisjoint(with: repetitions) else { return false }
        return values.values.contains { value in
            let words = words(value.stringValue ?? value.text)
            return !words.isEmpty && words.allSatisfy(said.contains)
        }
    }

    // MARK: Words that end a call, or ask for a moment

    /// Whether the caller's last words are a goodbye.
    static func isGoodbye(_ dialogue: [DialogueLine]) -> Bool {
        let words = callersLast(dialogue)
        return words.count <= longestGoodbye && words.suffix(4).contains { goodbyes.contains($0) }
    }

    /// Whether the caller seems to want nothing more.
    static func isEnd(_ dialogue: [DialogueLine]) -> Bool {
        if isGoodbye(dialogue) || isThanks(dialogue) { return true }
        let text = " \(callersLast(dialogue).joined(separator: " ")) "
        if ends.contains(where: { text.contains(" \($0) ") }) { return true }
        // "Anything else?" "No, thank you."
        guard let (_, before) = exchange(dialogue) else { return false }
        return before.lowercased().contains("else") && isRefusal(dialogue)
    }

    /// Whether the caller asks for a moment, or to be left alone.
    static func isPause(_ dialogue: [DialogueLine]) -> Bool {
        let text = " \(callersLast(dialogue).joined(separator: " ")) "
        return pauses.contains { text.contains(" \($0) ") }
    }

    /// Whether the caller asks for a person instead of the agent: "I'd rather speak to a real person."
    static func asksForPerson(_ dialogue: [DialogueLine]) -> Bool {
        let words = callersLast(dialogue)
        let text = " \(words.joined(separator: " ")) "
        guard !refusals.contains(where: { text.contains(" \($0) ") }) else { return false }
        if persons.contains(where: { text.contains(" \($0) ") }) { return true }
        return speaking.contains { text.contains(" \($0) ") } && !somebody.isDisjoint(with: words)
    }

    private static let refusals = ["don't want", "don’t want", "do not want", "don't need", "don’t need", "no need"]
    private static let persons = [
        "real person", "real human", "live person", "live agent", "human being", "actual person",
    ]
    private static let speaking = [
        "speak to", "speak with", "talk to", "talk with", "put me through", "connect me", "transfer me", "get me",
    ]
    private static let somebody: Set<String> = [
        "person", "human", "somebody", "someone", "representative", "operator", "colleague", "manager", "supervisor",
        "staff", "employee",
    ]
    private static let repetitions: Set<String> = [
        "again", "another", "more", "same", "second", "third", "too", "also", "repeat", "once", "extra",
    ]
    /// Most words of a goodbye.
    private static let longestGoodbye = 14
    private static let goodbyes: Set<String> = ["bye", "goodbye", "farewell", "ciao"]
    private static let ends = [
        "that's all", "that’s all", "that is all", "that was all", "that's it", "that’s it", "that will be all",
        "nothing else", "nothing more", "hang up", "end the call", "never mind", "call back", "call you back",
        "call again", "see you", "good night", "have a nice", "have a good", "have a great", "talk to you later",
    ]
    private static let pauses = [
        "wait", "hold on", "hang on", "moment", "second", "sec", "minute", "let me", "i'm thinking", "quiet", "pause",
        "be right back", "stand by", "not talking to you",
    ]

    /// The words of the caller's last turn, in lower case; empty when the agent has spoken last.
    private static func callersLast(_ dialogue: [DialogueLine]) -> [String] {
        guard let last = dialogue.last, last.speaker == .caller else { return [] }
        return words(last.text)
    }

    /// The caller's last turn, and the agent's before it; nil when the dialogue does not end so.
    private static func exchange(_ dialogue: [DialogueLine]) -> (last: String, before: String)? {
        guard let last = dialogue.last, last.speaker == .caller, let before = dialogue.dropLast().last,
            before.speaker == .agent
        else { return nil }
        return (last.text, before.text)
    }

    /// The edit distance: letters that are changed, added or removed.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}

extension String {
    /// The text without spaces and quotation marks at its ends, and without the punctuation of a sentence at its end.
    /// Other signs belong to a value: "+43", "/work", "#12", "50%".
    fileprivate var trimmed: String {
        func isOuter(_ character: Character) -> Bool { character.isWhitespace || "\"'“”‘’".contains(character) }
        var text = Substring(self).drop(while: isOuter)
        while let last = text.last, isOuter(last) || ".,;:!?…".contains(last) { text.removeLast() }
        return String(text)
    }
}
