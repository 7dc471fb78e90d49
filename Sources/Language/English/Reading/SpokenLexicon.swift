/// The English words behind signs and short forms.
enum SpokenLexicon {
    /// An abbreviation: in the table in lower case, without its full stop.
    struct Abbreviation: Sendable {
        var words: String
        /// Whether it may stand at the end of a sentence, so that its full stop counts when a capital follows.
        var endsSentence = false
        /// Whether it is one only before a digit, as in `No. 5`.
        var beforeDigit = false
    }

    static let abbreviations: [String: Abbreviation] = {
        var table: [String: Abbreviation] = [:]
        for (short, words) in [
            "dr": "Doctor", "mr": "Mister", "mrs": "Missus", "ms": "Miz", "prof": "Professor", "gen": "General",
            "sgt": "Sergeant", "capt": "Captain", "lt": "Lieutenant", "sen": "Senator", "rep": "Representative",
            "gov": "Governor", "rev": "Reverend", "hon": "Honorable", "e.g": "for example,", "i.e": "that is,",
            "vs": "versus", "approx": "approximately", "est": "established", "dept": "department", "cf": "compare",
            "mt": "Mount", "ft": "Fort",
        ] { table[short] = Abbreviation(words: words) }
        for (short, words) in [
            "etc": "et cetera", "inc": "Incorporated", "ltd": "Limited", "corp": "Corporation", "co": "Company",
            "jr": "Junior", "sr": "Senior", "ave": "Avenue", "blvd": "Boulevard", "rd": "Road", "hwy": "Highway",
            "st": "Street", "al": "al", "a.m": "A.M.", "p.m": "P.M.", "ph.d": "P.H.D.", "appt": "appointment",
            "govt": "government", "bros": "Brothers", "min": "minimum", "mins": "minutes", "hrs": "hours",
            "hr": "hours", "lbs": "pounds", "oz": "ounces", "u.s": "US", "u.k": "UK", "d.c": "DC", "p.s": "P.S.",
            "max": "maximum", "ext": "extension",
        ] { table[short] = Abbreviation(words: words, endsSentence: true) }
        let irregular = [("tues", "Tuesday"), ("thur", "Thursday"), ("thurs", "Thursday"), ("sept", "September")]
        let names = EnglishWords.weekdays + EnglishWords.months.filter { $0.count > 3 }
        for (short, name) in names.map({ (String($0.lowercased().prefix(3)), $0) }) + irregular {
            table[short] = Abbreviation(words: name, endsSentence: true)
        }
        for (short, words) in [
            "no": "number", "nos": "numbers", "fig": "figure", "vol": "volume", "ch": "chapter", "p": "page",
            "pp": "pages", "tel": "telephone", "apt": "apartment", "ste": "suite", "art": "article", "sec": "section",
        ] { table[short] = Abbreviation(words: words, beforeDigit: true) }
        return table
    }()

    /// Abbreviations that are as often ordinary words: full stops after them end a sentence.
    static let ambiguous: Set<String> = [
        "sun", "sat", "wed", "art", "mon", "max", "al", "co", "est", "min", "sec", "gen", "rep", "rev", "ch",
        "ext", "p",
    ]

    /// Abbreviations that are said in full even without a full stop.
    static let bareAbbreviations = [
        "vs": "versus", "etc": "et cetera", "approx": "approximately", "mr": "Mister", "mrs": "Missus", "ms": "Miz",
        "dr": "Doctor",
    ]

    static let months: [String: String] = {
        var table: [String: String] = [:]
        for month in EnglishWords.months {
            table[month.lowercased()] = month
            table[String(month.lowercased().prefix(3))] = month
        }
        table["sept"] = "September"
        return table
    }()
    static let weekdays = Set(EnglishWords.weekdays.flatMap { [$0.lowercased(), String($0.lowercased().prefix(3))] })
        .union(["tues", "thurs"])

    struct Currency: Sendable {
        var one: String
        var many: String
        var minorOne: String
        var minorMany: String
    }

    private static let dollar = Currency(one: "dollar", many: "dollars", minorOne: "cent", minorMany: "cents")
    private static let euro = Currency(one: "euro", many: "euros", minorOne: "cent", minorMany: "cents")
    private static let pound = Currency(one: "pound", many: "pounds", minorOne: "penny", minorMany: "pence")
    private static let yen = Currency(one: "yen", many: "yen", minorOne: "sen", minorMany: "sen")
    private static let rupee = Currency(one: "rupee", many: "rupees", minorOne: "paisa", minorMany: "paise")

    static let currencySigns: [Unicode.Scalar: Currency] = [
        "$": dollar, "€": euro, "£": pound, "¥": yen, "₹": rupee,
        "¢": Currency(one: "cent", many: "cents", minorOne: "", minorMany: ""),
        "₩": Currency(one: "won", many: "won", minorOne: "jeon", minorMany: "jeon"),
        "₽": Currency(one: "ruble", many: "rubles", minorOne: "kopeck", minorMany: "kopecks"),
        "₿": Currency(one: "bitcoin", many: "bitcoins", minorOne: "", minorMany: ""),
    ]
    static let currencyCodes: [String: Currency] = [
        "USD": dollar, "EUR": euro, "GBP": pound, "JPY": yen, "INR": rupee,
        "CAD": Currency(one: "Canadian dollar", many: "Canadian dollars", minorOne: "cent", minorMany: "cents"),
        "AUD": Currency(one: "Australian dollar", many: "Australian dollars", minorOne: "cent", minorMany: "cents"),
        "CHF": Currency(one: "Swiss franc", many: "Swiss francs", minorOne: "centime", minorMany: "centimes"),
    ]
    /// Letters before a currency sign: `US$5`.
    static let currencyPrefixes = [
        "US": "US", "CA": "Canadian", "C": "Canadian", "AU": "Australian", "A": "Australian",
    ]
    static let magnitudes = [
        "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "b": "billion",
        "B": "billion", "bn": "billion", "T": "trillion", "tn": "trillion", "thousand": "thousand",
        "million": "million", "billion": "billion", "trillion": "trillion",
    ]

    struct Unit: Sendable {
        var one: String
        var many: String
        /// Read as a unit also after a space; otherwise only when it touches the number.
        var spaced = true
    }

    static let units: [String: Unit] = {
        var table: [String: Unit] = [:]
        for (sign, one) in [
            ("km", "kilometer"), ("cm", "centimeter"), ("mm", "millimeter"), ("m", "meter"), ("nm", "nanometer"),
            ("µm", "micrometer"), ("mi", "mile"), ("ft", "foot"), ("yd", "yard"), ("kg", "kilogram"), ("g", "gram"),
            ("mg", "milligram"), ("lb", "pound"), ("lbs", "pound"), ("oz", "ounce"), ("L", "liter"), ("l", "liter"),
            ("ml", "milliliter"), ("mL", "milliliter"), ("gal", "gallon"), ("mph", "mile per hour"),
            ("kph", "kilometer per hour"), ("km/h", "kilometer per hour"), ("m/s", "meter per second"),
            ("KB", "kilobyte"), ("kB", "kilobyte"), ("MB", "megabyte"), ("GB", "gigabyte"), ("TB", "terabyte"),
            ("Hz", "hertz"), ("kHz", "kilohertz"), ("MHz", "megahertz"), ("GHz", "gigahertz"), ("W", "watt"),
            ("kW", "kilowatt"), ("MW", "megawatt"), ("V", "volt"), ("kWh", "kilowatt hour"), ("mAh", "milliamp hour"),
            ("ms", "millisecond"), ("s", "second"), ("sec", "second"), ("secs", "second"), ("min", "minute"),
            ("mins", "minute"), ("hr", "hour"), ("hrs", "hour"), ("h", "hour"), ("px", "pixel"), ("dB", "decibel"),
            ("Mbps", "megabit per second"), ("Gbps", "gigabit per second"), ("fps", "frame per second"),
            ("rpm", "revolution per minute"), ("kcal", "kilocalorie"), ("cal", "calorie"),
            ("km²", "square kilometer"), ("m²", "square meter"), ("m³", "cubic meter"),
            ("psi", "pound per square inch"), ("°", "degree"), ("°C", "degree Celsius"), ("°F", "degree Fahrenheit"),
            ("%", "percent"), ("sq", "square"), ("kPa", "kilopascal"),
        ] { table[sign] = Unit(one: one, many: plural(one)) }
        table["in"] = Unit(one: "inch", many: "inches", spaced: false)
        table["\""] = Unit(one: "inch", many: "inches", spaced: false)
        table["x"] = Unit(one: "time", many: "times", spaced: false)
        return table
    }()

    /// The plural of the unit, which is what is counted, before "per".
    private static func plural(_ unit: String) -> String {
        switch unit {
        case "foot": "feet"
        case "percent", "square": unit
        case _ where unit.hasSuffix("hertz"): unit
        case _ where unit.hasPrefix("degree"): "degrees" + unit.dropFirst(6)
        default: unit.contains(" per ") ? unit.replacing(" per ", with: "s per ") : unit + "s"
        }
    }
    /// Longest key of `units`, in scalars.
    static let longestUnit = 4

    /// Words before which `/` is said as "per".
    static let perWords: Set<String> = [
        "hour", "hr", "day", "week", "month", "mo", "year", "yr", "minute", "min", "second", "sec", "person", "night",
        "unit", "user", "item", "kg", "lb", "km", "mile", "gallon",
    ]
    static let perExpansions = [
        "hr": "hour", "mo": "month", "yr": "year", "min": "minute", "sec": "second", "kg": "kilogram", "lb": "pound",
        "km": "kilometer",
    ]

    /// A number of four digits or more after one of these is said digit by digit.
    static let digitContexts: Set<String> = [
        "number", "code", "pin", "order", "account", "id", "ticket", "confirmation", "reference", "zip", "extension",
        "digits", "card", "tracking", "invoice", "case", "passcode", "otp", "serial", "flight", "room",
        "booking", "postcode", "ext",
    ]

    /// Digits in groups after one of these are dialled or typed.
    static let digitAnnouncers: Set<String> = [
        "number", "code", "pin", "account", "id", "confirmation", "reference", "tracking", "invoice", "card", "serial",
        "booking", "passcode", "otp", "ticket", "call", "dial", "phone", "telephone", "tel", "mobile", "fax", "hotline",
        "ring", "whatsapp",
    ]

    /// Short top-level domains that make `name.tld` an address rather than a missing space.
    static let topLevelDomains: Set<String> = [
        "com", "org", "net", "io", "ai", "dev", "app", "co", "edu", "gov", "uk", "de", "fr", "eu", "info", "me", "us",
        "ca", "au", "jp", "in", "ch", "nl", "es", "it", "tv", "xyz", "biz", "shop", "store", "health",
    ]

    /// Acronyms that engines would read as a word.
    static let spelled: Set<String> = [
        "FAQ", "FAQS", "VIP", "VIPS", "LED", "LEDS", "AM", "NYC", "ETA", "UPS", "UX", "ROI", "EST", "EDT", "ADHD",
        "SEO", "IDE", "CIA", "EOD", "AMA", "ISO", "IOS", "ESP",
    ]

    /// Words written in capitals for emphasis; capitals make some engines spell them.
    static let emphasised: Set<String> = [
        "a", "about", "absolutely", "after", "again", "all", "also", "always", "am", "amazing", "an", "and", "any",
        "anything", "are", "at", "attention", "awesome", "be", "because", "before", "best", "big", "but", "by", "call",
        "can", "cannot", "careful", "caution", "click", "danger", "definitely", "did", "do", "does", "don't", "done",
        "each", "ever", "every", "everything", "exactly", "extremely", "fast", "first", "for", "free", "from", "get",
        "go", "good", "great", "had", "has", "have", "he", "hello", "her", "here", "hey", "him", "his", "hot", "how",
        "huge", "if", "immediately", "important", "in", "into", "is", "its", "just", "last", "less", "let", "like",
        "look", "love", "made", "make", "many", "may", "me", "more", "most", "much", "must", "my", "need", "never",
        "new", "next", "nice", "no", "none", "not", "note", "nothing", "now", "of", "off", "okay", "on", "once", "one",
        "only", "open", "or", "other", "our", "out", "over", "please", "read", "ready", "really", "right", "same",
        "save", "say", "see", "she", "should", "so", "sorry", "start", "stop", "sure", "thank", "thanks", "that",
        "the", "their", "them", "then", "there", "they", "this", "to", "today", "too", "try", "under", "until", "up",
        "use", "very", "wait", "want", "warning", "was", "way", "we", "were", "what", "when", "where", "which", "why",
        "will", "win", "with", "without", "wow", "yes", "you", "your", "wrong",
    ]
    /// Words of `emphasised` that are acronyms too, and stay so unless the words around them are in capitals as well.
    static let shoutedOnly: Set<String> = ["it", "us", "who", "am", "id"]
}
