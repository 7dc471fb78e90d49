import Foundation

/// What has to be written out in a language because voices read it wrongly, from `reading-rules.json`, which is part of the
/// program. Numbers stay digits: engines know how those are said.
///
/// The kinds of rules are the same for all languages. What a language has none of is left as it is written.
struct ReadingRules: Sendable {
    /// How days and months are said.
    struct Dates: Sendable, Decodable {
        /// The names of the months, from January on.
        let months: [String]
        /// The signs that may stand between a day, a month and a year.
        let separators: String
        /// A date without its year, and with it: `{day} de {month} de {year}`.
        let dayMonth: String
        let full: String
        /// How the first of a month is said, where it differs from "1".
        let first: String?
        /// Whether days are said as ordinals.
        let ordinalDays: Bool?
        /// Words after which two numbers are a day and a month, which may be a fraction or a version elsewhere.
        let announcers: Set<String>
    }

    /// How years before 2000 are said, where engines take them for amounts.
    struct Years: Sendable, Decodable {
        let hundred: String
        /// Words after which four digits are a year.
        let after: Set<String>
        /// 0 to 99 in words.
        let numbers: [String]
    }

    /// How times of day are said.
    struct Times: Sendable, Decodable {
        /// Signs between hours and minutes that make a time of them: a colon, or the letter of "14h30".
        let marks: String
        /// What may follow a time and is not said again, or is said by the forms for it.
        let words: [String]
        /// Words after which, or before which, a full stop is a mark as well.
        let stopWords: [String]
        let stopAfter: Set<String>?
        /// The full hour, with `{number}`; one o'clock; and `{hour}` with `{minute}`.
        let hour: String
        let one: String
        let minutes: String
        /// The same for fewer than ten minutes, and where a word follows.
        let fewMinutes: String?
        let hourWithWord: String?
        let minutesWithWord: String?
        /// Hours that are not said like the number.
        let numbers: [String: String]
    }

    /// How the numbers of days, floors and the like are said.
    struct Ordinals: Sendable, Decodable {
        /// An ending for a place between words: `before` names words that may follow, `after` such as may come before.
        struct Ending: Sendable, Decodable {
            let ending: String
            let before: Set<String>?
            let after: Set<String>?
        }

        /// From 1 on, without endings.
        let stems: [String]
        /// What makes an ordinal of a number, and the ending that it stands for.
        let marks: [String: String]
        /// The first that fits a place is taken; where there are some and none fits, the number is no ordinal.
        let endings: [Ending]
    }

    /// Numbers that take the gender of what they count.
    struct Counted: Sendable, Decodable {
        let before: Set<String>
        let after: Set<String>?
        let numbers: [String: String]
    }

    struct Currency: Sendable, Decodable {
        let signs: [String]
        let one: String
        let many: String
        let oneCent: String
        let cents: String
    }

    /// The words for signs: `minus`, `to`, `and`, `per`, `number`, `times`, `about`.
    let words: [String: String]
    /// How the signs within web and mail addresses are said.
    let address: [String: String]
    let fractions: [String: String]
    let dates: Dates?
    let years: Years?
    let times: Times?
    let ordinals: Ordinals?
    let counted: [Counted]
    /// An amount of a currency, with `{whole}` units of it and `{cents}`.
    let amount: String
    let currencies: [(sign: WrittenForm, words: Currency)]
    /// What stands after a number: how one of it is said, and the word for several.
    let units: [(sign: WrittenForm, one: String, many: String)]
    /// Abbreviations by their first scalar, the longest first.
    let abbreviations: [Unicode.Scalar: [WrittenForm]]
    /// Ends of words that are abbreviated: "Hauptstr."
    let suffixes: [String: String]
    /// The days of the week by their abbreviations.
    let weekdays: [String: String]
    /// Words after which a number is said digit by digit.
    let spelledAfter: Set<String>
    /// How many digits a postal code has that is said digit by digit, after a comma and before a name.
    let postcode: Int?

    /// How a sentence is cut where its speaker would breathe, and where it ends.
    let phrases: ClausePhrases

    /// The names of days and months between which a dash means "to", and how they are said.
    let rangeNames: [String: String]
    /// The rules of an ISO 639-1 code; nil where nobody has written any.
    static func of(_ language: String) -> ReadingRules? { all[language] }

    static let all: [String: ReadingRules] = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode([String: ReadingRules].self, from: Data(PackageResources.reading_rules_json)))
            ?? [:]
    }()
}

extension ReadingRules: Decodable {
    private enum CodingKeys: String, CodingKey {
        case words, address, fractions, dates, years, times, ordinals, counted, amount, currencies, units
        case abbreviations, beforeNames, beforeNumbers, closing, suffixes, weekdays, spelledAfter, postcode, phrases
        case stopsAfterNumbers
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func table(_ key: CodingKeys) throws -> [String: String] {
            try values.decodeIfPresent([String: String].self, forKey: key) ?? [:]
        }
        words = try table(.words)
        address = try table(.address)
        fractions = try table(.fractions)
        suffixes = try table(.suffixes)
        weekdays = try table(.weekdays)
        dates = try values.decodeIfPresent(Dates.self, forKey: .dates)
        years = try values.decodeIfPresent(Years.self, forKey: .years)
        times = try values.decodeIfPresent(Times.self, forKey: .times)
        ordinals = try values.decodeIfPresent(Ordinals.self, forKey: .ordinals)
        counted = try values.decodeIfPresent([Counted].self, forKey: .counted) ?? []
        amount = try values.decodeIfPresent(String.self, forKey: .amount) ?? ""
        spelledAfter = try values.decodeIfPresent(Set<String>.self, forKey: .spelledAfter) ?? []
        postcode = try values.decodeIfPresent(Int.self, forKey: .postcode)
        currencies = (try values.decodeIfPresent([Currency].self, forKey: .currencies) ?? [])
            .flatMap { currency in
                currency.signs.map { (WrittenForm($0, spoken: currency.many, place: .afterNumber), currency) }
            }
            .sorted { $0.0.length > $1.0.length }
        units = (try values.decodeIfPresent([String: [String]].self, forKey: .units) ?? [:])
            .compactMap { sign, forms in
                guard let one = forms.first, let many = forms.last else { return nil }
                return (WrittenForm(sign, spoken: many, place: .afterNumber), one, many)
            }
            .sorted { $0.0.length > $1.0.length }
        phrases = ClausePhrases(
            try values.decodeIfPresent(ClausePhrases.Lists.self, forKey: .phrases),
            abbreviations: try [.abbreviations, .beforeNames, .beforeNumbers].flatMap { try table($0).keys }
                + units.map(\.sign.written)
                + weekdays.keys.filter { $0.first?.isUppercase == true || $0.count > 2 }.map { $0 + "." },
            suffixes: Array(suffixes.keys),
            numbersTakeStops: try values.decodeIfPresent(Bool.self, forKey: .stopsAfterNumbers) ?? false)
        let closing = try values.decodeIfPresent(Set<String>.self, forKey: .closing) ?? []
        let places: [(CodingKeys, WrittenForm.Place)] = [
            (.abbreviations, .anywhere), (.beforeNames, .beforeName), (.beforeNumbers, .beforeNumber),
        ]
        let forms = try places.flatMap { key, place in
            try table(key).map {
                WrittenForm($0.key, spoken: $0.value, place: place, closesSentence: closing.contains($0.key))
            }
        }
        abbreviations = Dictionary(grouping: forms.flatMap { form in form.openings.map { ($0, form) } }) { $0.0 }
            .mapValues { $0.map(\.1).sorted { $0.length > $1.length } }
        let months = dates?.months ?? []
        rangeNames = weekdays.merging((weekdays.values + months).map { ($0, $0) }) { first, _ in first }
    }
}
