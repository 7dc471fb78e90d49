/// The kind of answer that the agent's last words ask the caller for.
///
/// It decides how a transcript is read (see `InverseTextNormalizer`) and when an answer is complete (see
/// `Completeness`).
public enum ExpectedAnswer: Sendable, Hashable, Codable {
    /// The agent asked nothing.
    case nothing
    /// An open question.
    case anything
    case phoneNumber
    case email
    /// A name or word, letter by letter.
    case spelling
    /// Letters and digits said one by one; `length` is how many, where the agent named it ("the last four digits").
    case code(length: Int?)
    /// A number or an amount.
    case quantity
    case date
    /// Yes or no.
    case confirmation
    /// One of several options that the agent has named.
    case choice

    /// Whether the answer is letters and digits said one by one.
    var isSpelt: Bool {
        switch self {
        case .phoneNumber, .email, .spelling, .code: true
        case .nothing, .anything, .quantity, .date, .confirmation, .choice: false
        }
    }

    /// Reads the last question in `agentText`, or its last sentence where that is a request ("Please spell it.").
    ///
    /// English only: a question in any other `language` (an ISO 639-1 code) asks for `anything`.
    public init(to agentText: String, language: String = "en") {
        var request: Sentence?
        var last: Sentence?
        for sentence in Sentence.all(in: agentText) {
            last = sentence
            if sentence.isQuestion || (language == "en" && Self.isRequest(sentence)) { request = sentence }
        }
        // Words after a question ("Take your time.") leave the question open.
        guard let sentence = request ?? last, sentence.isQuestion || request != nil else {
            self = .nothing
            return
        }
        self = language == "en" ? Self.kind(of: sentence) : .anything
    }

    /// "Please spell your name", but not "please hold the line".
    private static func isRequest(_ sentence: Sentence) -> Bool {
        if sentence.hasAny(["tell me", "let me know"]) { return true }
        guard sentence.hasAny(requests) else { return false }
        return switch kind(of: sentence) {
        case .nothing, .anything, .confirmation, .choice: false
        default: true
        }
    }

    private static let requests = [
        "please", "give me", "say", "spell", "provide", "i need", "i'll need", "share", "confirm", "enter",
        "i will need",
    ]

    private static func kind(of sentence: Sentence) -> ExpectedAnswer {
        if sentence.hasAny(confirmationEndings) || sentence.startsAny(checks) { return .confirmation }
        if sentence.hasAny(["spell", "spelled", "spelt", "spelling", "letter by letter"]) {
            // A code may be asked for with the word "spell", which then asks for no name.
            return sentence.hasAny(codes) && !sentence.has("name") ? .code(length: sentence.namedLength) : .spelling
        }
        if sentence.hasAny(["email", "e-mail", "mail address"]) { return isOffer(sentence) ? .confirmation : .email }
        if sentence.hasAny(phones) { return isOffer(sentence) ? .confirmation : .phoneNumber }
        if let length = sentence.namedLength { return .code(length: length) }
        if sentence.hasAny(["zip code", "zip"]) { return .code(length: 5) }
        if sentence.hasAny(codes) { return isOffer(sentence) ? .confirmation : .code(length: nil) }
        if sentence.hasAny(dates) { return isOffer(sentence) ? .confirmation : .date }
        if sentence.hasAny(["how many", "how much", "how old", "what amount", "which number"]) { return .quantity }
        if sentence.has("or"), sentence.isQuestion { return .choice }
        return isOffer(sentence) ? .confirmation : .anything
    }

    private static let phones = ["phone number", "telephone number", "mobile number", "cell number", "callback number"]
    private static let codes = [
        "order number", "account number", "reference number", "confirmation number", "customer number",
        "tracking number", "ticket number", "serial number", "policy number", "member number", "membership number",
        "card number", "booking number", "case number", "flight number", "code", "pin", "postcode", "license plate",
        "order id", "booking reference",
    ]
    private static let dates = [
        "date", "what day", "which day", "birthday", "when were you born", "what time", "which time", "when would",
        "when do", "when should", "when is", "when can",
    ]
    private static let confirmationEndings = ["is that right", "is that correct", "correct?", "right?", "yes or no"]
    private static let checks = ["is it ", "is this ", "is that ", "did you say", "shall i", "should i", "so that's"]

    /// Whether the question asks for yes or no, and not politely for a value.
    private static func isOffer(_ sentence: Sentence) -> Bool {
        sentence.isQuestion
            && sentence.startsAny([
                "do you", "did you", "are you", "is ", "are ", "have you", "has ", "would you like", "do ", "does ",
                "shall ", "should ", "was ", "were you", "will you", "did ", "want ",
            ])
            && !sentence.hasAny(["what", "which", "how", "when", "where"]) && !sentence.has("or")
    }

    /// One sentence of the agent's, prepared for looking up phrases.
    private struct Sentence {
        /// The words in lower case, separated by single spaces, with a space at both ends.
        var words: String
        var isQuestion: Bool

        /// The sentences of `text`; a period inside a word ("p.m", "example.com") does not end one.
        static func all(in text: String) -> [Sentence] {
            var result: [Sentence] = []
            var words: [String] = []
            func close(isQuestion: Bool) {
                if !words.isEmpty {
                    result.append(
                        Sentence(words: " " + words.joined(separator: " ") + " ", isQuestion: isQuestion))
                }
                words = []
            }
            for token in text.lowercased().split(whereSeparator: \.isWhitespace) {
                let word = token.drop { !$0.isLetter && !$0.isNumber }
                let end = word.reversed().drop { !$0.isLetter && !$0.isNumber }
                if !end.isEmpty { words.append(String(end.reversed()).replacing("’", with: "'")) }
                let mark = token.reversed().first { ".?!".contains($0) || $0.isLetter || $0.isNumber }
                if mark == "?" {
                    close(isQuestion: true)
                } else if mark == "." || mark == "!" {
                    close(isQuestion: false)
                }
            }
            close(isQuestion: false)
            return result
        }

        func has(_ phrase: String) -> Bool {
            phrase.hasSuffix("?")
                ? isQuestion && words.hasSuffix(" \(phrase.dropLast()) ") : words.contains(" \(phrase) ")
        }
        func hasAny(_ phrases: [String]) -> Bool { phrases.contains(where: has) }
        func startsAny(_ phrases: [String]) -> Bool { phrases.contains { words.dropFirst().hasPrefix($0) } }

        /// The length that the sentence names, such as 4 in "the last four digits" and "your 4-digit code".
        var namedLength: Int? {
            let list = words.split { $0 == " " || $0 == "-" }
            for (number, unit) in zip(list, list.dropFirst())
            where ["digit", "digits", "character", "characters"].contains(unit) {
                let value = Int(number) ?? SpokenNumber.units[String(number)] ?? SpokenNumber.teens[String(number)]
                if let value, (2...32).contains(value) { return value }
            }
            return nil
        }
    }
}
