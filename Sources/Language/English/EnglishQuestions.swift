/// What the agent's English words ask the caller for.
enum EnglishQuestions {
    /// "Please spell your name", but not "please hold the line".
    static func isRequest(_ sentence: AgentSentence) -> Bool {
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

    static func kind(of sentence: AgentSentence) -> ExpectedAnswer {
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
    private static func isOffer(_ sentence: AgentSentence) -> Bool {
        sentence.isQuestion
            && sentence.startsAny([
                "do you", "did you", "are you", "is ", "are ", "have you", "has ", "would you like", "do ", "does ",
                "shall ", "should ", "was ", "were you", "will you", "did ", "want ",
            ])
            && !sentence.hasAny(["what", "which", "how", "when", "where"]) && !sentence.has("or")
    }
}

extension AgentSentence {
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
