import Foundation
import Names

/// Corrects a spelled name in which the recogniser confused letters that sound alike.
///
/// A noisy-channel model: the frequency of each name, times the probability that it is heard as it was. The remaining
/// probability belongs to unlisted names, which are taken as they were heard. A name is corrected only where nearly all
/// of the probability is on another one.
struct SpelledName {
    /// The letters that were heard, 4 to 16.
    private let heard: [UInt8]
    /// Words that were said beside the spelling ("Murphy, m-u-r-d-h-y").
    private let said: [[UInt8]]

    /// - Parameters:
    ///   - letters: The letters that were heard, in either case.
    ///   - words: The words around it, in lower case.
    /// - Returns: Nil when `letters` cannot be looked up as a name.
    init?(_ letters: String, amid words: [String] = []) {
        guard (4...16).contains(letters.utf8.count), letters.allSatisfy({ $0.isASCII && $0.isLetter }) else {
            return nil
        }
        heard = Self.letters(letters.lowercased().utf8)
        said = words.filter { $0.utf8.count >= 4 && $0.allSatisfy { $0.isASCII && $0.isLetter } }.map {
            Self.letters($0.utf8)
        }
    }

    /// The corrected name, in capitals; nil when what was heard needs no correction.
    var corrected: String? {
        if said.contains(heard) || Self.names.contains(heard) { return nil }
        let unlisted = Self.unlistedShare * pow(Self.unlistedLetter, Double(heard.count))
        var total = unlisted * pow(Self.heardRight, Double(heard.count))
        var best: (name: ArraySlice<UInt8>, probability: Double)?
        func weigh(_ name: ArraySlice<UInt8>, _ share: Double) {
            let probability = share * likelihood(of: name)
            total += probability
            if probability > best?.probability ?? 0 { best = (name, probability) }
        }
        for word in said { weigh(word[...], Self.saidShare) }
        for length in max(3, heard.count - 2)...heard.count + 2 {
            Self.names.each(of: length, weigh)
        }
        guard let best, best.probability >= Self.certainty * total else { return nil }
        // Kowalska is not a misheard Kowalski: in many languages the last vowel tells women's names from men's.
        if Self.isOfOtherSex(heard, than: best.name) { return nil }
        return String(decoding: best.name.map { $0 + UInt8(ascii: "A") }, as: UTF8.self)
    }

    /// Whether two names differ in nothing but their last letter, which is a vowel.
    static func isOfOtherSex(_ heard: [UInt8], than name: ArraySlice<UInt8>) -> Bool {
        guard let last = heard.last, last != name.last else { return false }
        return vowels.contains(last) && name.dropLast() == heard.dropLast()
    }

    /// The probability that `name` is heard as it was, by the likeliest alignment of the two.
    private func likelihood(of name: ArraySlice<UInt8>) -> Double {
        var row = (0...heard.count).map { pow(Self.added, Double($0)) }
        for letter in name {
            var diagonal = row[0]
            row[0] *= Self.lost
            for index in heard.indices {
                let taken = diagonal * Self.hearing[Int(letter) * 26 + Int(heard[index])]
                diagonal = row[index + 1]
                row[index + 1] = max(taken, diagonal * Self.lost, row[index] * Self.added)
            }
        }
        return row[heard.count]
    }

    private static func letters(_ text: some Sequence<UInt8>) -> [UInt8] { text.map { $0 - UInt8(ascii: "a") } }

    // MARK: What is known of callers and of recognisers

    /// Share of callers whose name is not listed: the lists cover four of five people.
    static let unlistedShare = 0.2
    /// The probability of each letter of an unlisted name: 1 of about 16, 4 bits, as in listed names.
    static let unlistedLetter = 1.0 / 16
    /// Share of spelling callers who say the word before they spell it.
    private static let saidShare = 0.05
    /// The share of the probability that a name needs to replace what was heard.
    private static let certainty = 0.9
    /// Probabilities that a letter is heard as itself, is lost, or is added. From 1,500 letters by synthesised voices
    /// through the embedded recogniser, rounded; recordings that spelling is measured on are not among them.
    private static let heardRight = 0.8
    private static let lost = 0.01
    private static let added = 0.004
    /// Letters whose names sound alike, with the probability that one is heard as each of the others.
    private static let alike: [(letters: String, share: Double)] = [
        ("bcdegptvz", 0.03), ("ahjk", 0.03), ("fsx", 0.03), ("mn", 0.05), ("nz", 0.02), ("lmn", 0.01), ("iy", 0.02),
        ("ir", 0.01), ("ae", 0.01), ("qu", 0.05), ("uw", 0.03), ("lo", 0.02),
    ]
    /// The probability that a letter is heard as any other.
    private static let unlike = 0.001

    /// The probability of each letter heard for each letter said, 26 × 26.
    private static let hearing: [Double] = {
        var table = [Double](repeating: unlike, count: 26 * 26)
        for (group, share) in alike {
            let group = letters(group.utf8).map(Int.init)
            for one in group { for other in group { table[one * 26 + other] = max(table[one * 26 + other], share) } }
        }
        for letter in 0..<26 { table[letter * 26 + letter] = heardRight }
        return table
    }()

    private static let vowels = Set(letters("aeiouy".utf8))

    static let names = Names()

    /// The listed names by their length.
    struct Names: Sendable {
        /// Up to two letters longer than what can be heard as a name.
        private var byLength: [[UInt8]] = Array(repeating: [], count: 19)
        private var shares: [[Double]] = Array(repeating: [], count: 19)
        private var all: Set<[UInt8]> = []

        init() {
            for line in CommonNames.lines.split(separator: UInt8(ascii: "\n")) {
                let words = line.split(separator: UInt8(ascii: " "))
                guard let level = words.first.flatMap({ Double(String(decoding: $0, as: UTF8.self)) }) else { continue }
                let share = pow(2, level) / 1_000_000
                for name in words.dropFirst() where name.count < byLength.count {
                    let name = letters(name)
                    byLength[name.count] += name
                    shares[name.count].append(share)
                    all.insert(name)
                }
            }
        }

        func contains(_ name: [UInt8]) -> Bool { all.contains(name) }

        func each(of length: Int, _ body: (ArraySlice<UInt8>, Double) -> Void) {
            guard byLength.indices.contains(length) else { return }
            for (index, share) in shares[length].enumerated() {
                body(byLength[length][index * length..<(index + 1) * length], share)
            }
        }
    }
}
