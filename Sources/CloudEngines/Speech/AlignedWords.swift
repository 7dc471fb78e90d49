import Engines
import Foundation

/// Finds the words of a clause in a voice's alignment of characters.
///
/// Letters and digits are matched one by one; punctuation, spaces and case may differ. When the alignment differs from
/// the text, the words from there on get no times.
struct AlignedWords: Sendable {
    /// A character with its times, in seconds from the start of the clause.
    struct Character: Sendable, Hashable {
        var text: String
        var start: Double
        var end: Double
    }

    private struct Word {
        var letters: [Unicode.Scalar]
        /// Whether it is part of an audio tag such as `[laughs]`, which a voice may leave out of its alignment.
        var isTag: Bool
    }

    private let words: [Word]
    private let sampleRate: Double
    private var isLost = false
    /// The next word, how many of its letters have come, and where they began.
    private var next = 0
    private var letters = 0
    private var start = 0
    /// The end of the last letter.
    private var end = 0
    private var placed: [WordTiming] = []

    /// - Parameter text: The text of the clause.
    init(text: String, sampleRate: Int) {
        var isTag = false
        words = text.split(whereSeparator: \.isWhitespace).map { word in
            if word.hasPrefix("[") { isTag = true }
            defer { if word.contains("]") { isTag = false } }
            return Word(letters: Self.letters(of: String(word)), isTag: isTag)
        }
        self.sampleRate = Double(sampleRate)
        skip { $0.letters.isEmpty }
    }

    /// Adds characters, which directly follow the previous ones.
    mutating func add(_ characters: [Character]) {
        for character in characters {
            for letter in Self.letters(of: character.text) {
                guard !isLost, next < words.count else { return }
                take(letter, from: sample(character.start), to: sample(character.end))
            }
        }
    }

    /// The words that are over by `length` samples of the clause, each of which is returned once.
    mutating func over(by length: Int) -> [WordTiming] {
        let over = placed.prefix { $0.samples.upperBound <= length }
        placed.removeFirst(over.count)
        return Array(over)
    }

    /// The remaining words with times, when the whole clause is `length` samples long.
    mutating func rest(of length: Int) -> [WordTiming] {
        defer { placed = [] }
        return placed.map {
            WordTiming(
                index: $0.index, samples: min($0.samples.lowerBound, length)..<min($0.samples.upperBound, length))
        }
    }

    private mutating func take(_ letter: Unicode.Scalar, from start: Int, to end: Int) {
        if words[next].letters[letters] != letter, letters == 0 {
            skip { $0.isTag || $0.letters.isEmpty }
        }
        guard next < words.count, words[next].letters[letters] == letter else {
            isLost = true
            return
        }
        if letters == 0 { self.start = max(start, self.end) }
        self.end = max(end, self.end, self.start)
        letters += 1
        guard letters == words[next].letters.count else { return }
        placed.append(WordTiming(index: next, samples: self.start..<self.end))
        next += 1
        letters = 0
        skip { $0.letters.isEmpty }
    }

    /// Places words that are not spoken at the end of the word before them.
    private mutating func skip(while isSilent: (Word) -> Bool) {
        while next < words.count, isSilent(words[next]) {
            placed.append(WordTiming(index: next, samples: end..<end))
            next += 1
        }
    }

    private func sample(_ seconds: Double) -> Int {
        // A clause is minutes long at most; nonsense from a service must not trap.
        seconds.isNaN ? 0 : Int((min(max(seconds, 0), 3600) * sampleRate).rounded())
    }

    private static func letters(of text: String) -> [Unicode.Scalar] {
        text.lowercased().precomposedStringWithCanonicalMapping.unicodeScalars.filter {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
        }
    }
}
