/// English numbers below a hundred, word by word.
enum SpokenNumber {
    static let units = EnglishWords.numbers.filter { $0.value < 10 }
    static let teens = EnglishWords.numbers.filter { 10..<20 ~= $0.value }
    static let tens = EnglishWords.numbers.filter { $0.value >= 20 }
}

/// The characters that one English word can stand for in a spelling.
struct SpokenCharacter: Hashable {
    enum Certainty: Int, Comparable {
        /// A common word that sounds like a letter or digit ("are", "for", the article "a").
        case possible
        /// The name of a letter, or a word of the NATO alphabet: among letters rarely anything else.
        case likely
        /// A single letter or digit.
        case certain

        static func < (one: Certainty, other: Certainty) -> Bool { one.rawValue < other.rawValue }
    }

    /// The characters in lower case; several where the recogniser has joined some ("mh370", "55").
    var text: String
    var certainty: Certainty

    /// - Parameter word: The word in lower case. `isCapital` says that the recogniser wrote all of it in capitals.
    init?(_ word: String, isCapital: Bool = false) {
        if let digit = SpokenNumber.units[word] {
            self.init(String(digit), .certain)
        } else if let letter = Self.likely[word] {
            self.init(letter, .likely)
        } else if let character = Self.homophones[word] {
            self.init(character, .possible)
        } else if word.count == 1, word.first?.isASCII == true {
            self.init(word, "aio".contains(word) ? .possible : .certain)
        } else if word.utf8.count <= 15, Self.isJoined(word) {
            self.init(word, .certain)
        } else if (2...4).contains(word.count), isCapital || Self.isUnpronounceable(word) {
            self.init(word, .possible)
        } else {
            return nil
        }
    }

    init(_ text: String, _ certainty: Certainty) {
        self.text = text
        self.certainty = certainty
    }

    /// Whether the word is digits, or letters and digits ("q77"), but no measure, time or ordinal ("5pm", "2nd").
    private static func isJoined(_ word: String) -> Bool {
        guard word.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isLetter) }), word.contains(where: \.isNumber) else {
            return false
        }
        return !measures.contains(String(word.drop(while: \.isNumber)))
    }

    private static func isUnpronounceable(_ word: String) -> Bool {
        word.allSatisfy { "bcdfghjklmnpqrstvwxz".contains($0) } && !abbreviations.contains(word)
    }

    /// Whether the word is two letters that are no English word, or three with an ending that no English word has.
    static func isNoWord(_ word: String) -> Bool {
        guard word.allSatisfy({ $0.isASCII && $0.isLetter }), !abbreviations.contains(word) else { return false }
        if word.count == 2 { return !shortWords.contains(word) }
        return word.count == 3 && unspokenEndings.contains(String(word.suffix(2)))
    }

    private static let shortWords: Set<String> = [
        "ah", "aw", "ha", "er", "uh", "mm", "hm", "ho", "yo", "ya", "ye", "la", "pa", "ma", "jo", "al", "ed", "ty",
        "bo", "lo", "re", "ex", "id", "ad", "tv", "ok", "am", "an", "as", "at", "be", "by", "do", "eh", "go", "he",
        "hi", "if", "in", "is", "it", "me", "my", "no", "of", "oh", "on", "or", "ow", "so", "to", "um", "up", "us",
        "we",
    ]
    /// Consonants that no short English word ends in.
    private static let unspokenEndings: Set<String> = {
        let consonants = "bcdfghjklmnpqrstvwxz"
        let spoken: Set<String> = [
            "ch", "ck", "ct", "dd", "ds", "ff", "ft", "gg", "gh", "gs", "hm", "ks", "lb", "ld", "lf", "lk", "ll", "lm",
            "lp", "lt", "mb", "mm", "mp", "ms", "nd", "ng", "nk", "nn", "ns", "nt", "nx", "ph", "ps", "pt", "rb", "rc",
            "rd", "rf", "rg", "rk", "rl", "rm", "rn", "rp", "rr", "rs", "rt", "sh", "sk", "sm", "sp", "ss", "st", "th",
            "ts", "tt", "tz", "wd", "wk", "wl", "wn", "ws", "xt", "zz", "bs", "mr", "vs", "hn", "cs", "nc", "hl", "nz",
        ]
        return Set(consonants.flatMap { one in consonants.map { String([one, $0]) } }).subtracting(spoken)
    }()

    private static let measures: Set<String> = [
        "st", "nd", "rd", "th", "am", "pm", "kg", "km", "cm", "mm", "ml", "mb", "gb", "ft", "lb", "lbs", "mph", "s",
    ]
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "st", "hm", "hmm", "mm", "mmm", "shh", "pm", "vs", "tv", "pls", "thx",
    ]

    /// Spellings of the letters' names that recognisers write, and the NATO alphabet.
    private static let likely: [String: String] = [
        "ay": "a", "bee": "b", "cee": "c", "dee": "d", "ee": "e", "ef": "f", "eff": "f", "gee": "g", "aitch": "h",
        "haitch": "h", "jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "pee": "p", "cue": "q",
        "queue": "q", "ar": "r", "ess": "s", "tee": "t", "vee": "v", "ex": "x", "wye": "y", "zee": "z", "zed": "z",
        "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f",
        "golf": "g", "hotel": "h", "india": "i", "juliet": "j", "juliett": "j", "kilo": "k", "lima": "l", "mike": "m",
        "november": "n", "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t",
        "uniform": "u", "victor": "v", "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z",
    ]

    /// What the embedded recogniser writes for letters and digits said alone or at the head of a spelling.
    /// "Oh" is a letter here; between digits it is read as zero.
    private static let homophones: [String: String] = [
        "age": "h", "page": "h", "gay": "j", "be": "b", "see": "c", "sea": "c", "eh": "e", "each": "h", "itch": "h",
        "eye": "i", "aye": "i", "okay": "k", "hey": "k", "oh": "o", "are": "r", "our": "r", "tea": "t", "you": "u",
        "we": "v", "why": "y", "and": "n", "um": "m", "to": "2", "too": "2", "for": "4", "won": "1", "ate": "8",
    ]
    /// Homophones that, at the head of an answer, are ordinary words far more often than letters.
    static let openers: Set<String> = [
        "age", "page", "gay", "okay", "hey", "um", "we", "to", "too", "for", "won", "ate", "eh", "oh", "see",
    ]
}
