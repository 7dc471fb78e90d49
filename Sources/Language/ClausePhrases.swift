/// What decides in a language where a sentence ends, and where it is cut because its speaker would breathe there.
package struct ClausePhrases: Sendable {
    /// The lists of a language in `reading-rules.json`, in lower case.
    struct Lists: Sendable, Decodable {
        let openings: Set<String>
        let leaders: Set<String>
        let binders: Set<String>
        let pronouns: Set<String>
    }

    /// Words that are said for themselves at the beginning of an answer.
    package let openings: Set<String>
    /// Openings of two words.
    package let pairs: [String: String]
    /// Words that begin a phrase: a cut before them is heard as natural.
    package let leaders: Set<String>
    /// Words that lean on the next one: never cut after them.
    package let binders: Set<String>
    /// Subjects that lean on the next word, or objects that end a phrase.
    package let pronouns: Set<String>
    /// Whether a number of one or two digits with a full stop is an ordinal: "3. Mai".
    package let numbersTakeStops: Bool
    /// Whether English abbreviations count.
    package let isEnglish: Bool
    /// Abbreviations up to one of their full stops: "z." and "z. B.".
    private let heads: Set<String>
    private let suffixes: [String]

    /// The most words of an abbreviation.
    package static let longestAbbreviation = 4

    /// - Parameters:
    ///   - lists: nil where nobody has written any: then openings are English, which lets a comma end the first clause, and
    ///     so are abbreviations; English words that begin phrases mean something else.
    ///   - abbreviations: as they are written.
    ///   - suffixes: ends of words that are abbreviations, in lower case.
    init(_ lists: Lists?, abbreviations: [String], suffixes: [String], numbersTakeStops: Bool) {
        openings = lists?.openings ?? EnglishPhrases.openings
        leaders = lists?.leaders ?? []
        binders = lists?.binders ?? []
        pronouns = lists?.pronouns ?? []
        pairs = [:]
        isEnglish = lists == nil
        self.suffixes = suffixes
        self.numbersTakeStops = numbersTakeStops
        heads = abbreviations.reduce(into: []) { heads, written in
            let parts = written.split(separator: " ")
            for count in parts.indices where parts[count].hasSuffix(".") {
                let head = parts[...count]
                for text in [head.joined(separator: " "), head.joined()] {
                    heads.insert(text)
                    heads.insert(text.prefix(1).uppercased() + text.dropFirst())
                }
            }
        }
    }

    private init() {
        (openings, pairs) = (EnglishPhrases.openings, EnglishPhrases.pairs)
        (leaders, binders, pronouns) = (EnglishPhrases.leaders, EnglishPhrases.binders, EnglishPhrases.pronouns)
        (heads, suffixes, numbersTakeStops, isEnglish) = ([], [], false, true)
    }

    package static let english = ClausePhrases()

    private static let unknown = ClausePhrases(nil, abbreviations: [], suffixes: [], numbersTakeStops: false)

    /// Those of a language, a BCP 47 tag whose region does not matter.
    package static func of(_ language: String) -> ClausePhrases {
        let code = String(language.lowercased().prefix { $0 != "-" && $0 != "_" })
        return code == "en" ? english : ReadingRules.of(code)?.phrases ?? unknown
    }

    /// Whether the full stop that ends the last of these words is one of an abbreviation.
    ///
    /// - Parameter words: the last words, in order, of which no more than `longestAbbreviation` are looked at.
    package func isAbbreviation(endOf words: [String]) -> Bool {
        guard let last = words.last else { return false }
        if suffixes.contains(where: { last.count > $0.count && last.lowercased().hasSuffix($0) }) { return true }
        return words.indices.suffix(Self.longestAbbreviation).contains {
            heads.contains(words[$0...].joined(separator: " "))
        }
    }
}
