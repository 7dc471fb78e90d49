/// English, as callers speak it on the telephone.
package struct English: SpokenLanguage {
    /// Words that show that somebody listens, and what recognisers write for hums, coughs and laughter.
    static let agreement: Set<String> = [
        "ah", "aha", "ahem", "alright", "cool", "eh", "er", "erm", "exactly", "good", "got", "great", "ha", "haha",
        "hm", "hmm", "hmmm", "huh", "i", "it", "m", "mhm", "mm", "mmhmm", "mmm", "mmhm", "nice", "oh", "ok", "okay",
        "perfect", "really", "right", "see", "sure", "true", "uh", "uhhuh", "uhuh", "um", "wow", "ya", "yah", "yeah",
        "yep", "yes", "yup", "you",
    ]
    /// Words each of which alone is a barge-in.
    static let urgent: Set<String> = [
        "actually", "but", "excuse", "hello", "hey", "hold", "listen", "no", "pardon", "please", "quiet", "sorry",
        "stop", "wait", "what", "who", "why",
    ]
    /// Words of impatience with a slow answer, which ask for nothing new.
    private static let impatience: Set<String> = [
        "hello", "are", "you", "there", "still", "can", "hear", "me", "hm", "um", "uh", "okay", "so",
    ]

    /// Creates the language.
    package init() {}

    /// Reads the last question in `agentText`, or its last sentence where that is a request ("Please spell it.").
    package func expectedAnswer(to agentText: String) -> ExpectedAnswer {
        AgentSentence.lastRequest(in: agentText, EnglishQuestions.isRequest).map(EnglishQuestions.kind) ?? .nothing
    }

    package func judgement(
        of transcript: String, expecting expected: ExpectedAnswer, after agentWords: String, ending: Float?
    ) -> WordsJudgement {
        let prose = EnglishEnding.judgement(of: transcript, after: agentWords, ending: ending)
        let expected = EnglishEnding.announced(in: transcript) ?? expected
        let value = SpokenValue(transcript, expecting: expected)
        switch value.completeness(endsOpen: prose.completeness == .open) {
        // The full length of such a value is unknown, but the sentence around it is over.
        case .neutral? where ending != nil && prose.completeness == .conclusive: return WordsJudgement(.complete)
        case let known?: return WordsJudgement(known, isClear: known != .neutral)
        case nil: return prose
        }
    }

    /// Writes spelled text the way people write it: "J-o-h-n" becomes JOHN, "double five, one" 551, "john dot smith at
    /// example dot com" john.smith@example.com, and the "to-morrow" of recognisers that learnt from old books tomorrow.
    package func written(_ transcript: String, expecting expected: ExpectedAnswer) -> String {
        InverseTextNormalizer(expecting: expected).written(transcript)
    }

    package func meaning(ofOverlap text: String, isFinal: Bool, ignoring ignored: Set<String>) -> OverlapMeaning {
        OverlapMeaning(
            of: text, isFinal: isFinal, agreement: Self.agreement, urgent: Self.urgent, ignoring: ignored)
    }

    package func adds(_ text: String, nothingTo earlier: String) -> Bool {
        guard let addition = SpokenWords(text).addition(to: SpokenWords(earlier)) else { return false }
        return addition.allSatisfy(Self.impatience.contains)
    }

    package func claim(
        in sentence: String, isWhole: Bool, from place: Int, answering question: String
    ) -> ClaimReading {
        let reading = EnglishClaims(sentence, isWhole: isWhole).read(from: place)
        if case .claim = reading { return reading }
        if place == 0, AffirmedQuestion.isAssent(sentence, isWhole: isWhole) {
            let asked = question.isEmpty ? nil : AffirmedQuestion(question)
            if isWhole || asked != nil { return asked?.reading(of: sentence, isWhole: isWhole) ?? reading }
        }
        guard place > 0 else {
            return reading.merging(LikelyClaim.reading(of: sentence, isWhole: isWhole, answering: question))
        }
        // What follows a claim is judged as a sentence of its own, and not as an answer: the claim was that.
        let start = Self.afterClaim(in: sentence, from: place)
        let rest = String(sentence.dropFirst(start))
        guard rest.contains(where: \.isLetter) else { return reading }
        let likely = LikelyClaim.reading(of: rest, isWhole: isWhole, answering: "", from: LikelyClaim.laterOdds)
        return reading.merging(likely, from: start)
    }

    /// Where what follows a claim begins, which is judged as a sentence of its own; `place` is just after the claim's first
    /// character.
    private static func afterClaim(in sentence: String, from place: Int) -> Int {
        let end = max(place, place - 1 + EffectClaim.clause(of: sentence, from: place - 1).count)
        let rest = sentence.dropFirst(end)
        let opening = rest.prefix { !$0.isLetter && !$0.isNumber }
        return end + opening.count + (rest.dropFirst(opening.count).hasPrefix("and ") ? 4 : 0)
    }

    package func effects(of words: String) -> Set<EffectKind> { EnglishEffects.shared.kinds(of: parts(of: words)) }

    package func looksUp(_ toolName: String) -> Bool { EnglishEffects.shared.looksUp(parts(of: toolName)) }

    /// Whether a tool of this name, by its first word, changes something: `cancel_booking`, but not `order_status`, whose
    /// first word may be a noun.
    package func changes(_ toolName: String) -> Bool { EnglishEffects.shared.changes(parts(of: toolName)) }

    package func tellsOfFailure(_ result: String) -> Bool {
        let words = SpokenWords(String(result.prefix { !".!?;\n".contains($0) })).words
        return EnglishEffects.shared.tellOfFailure(words)
    }

    package func isUndecided(_ status: String) -> Bool {
        EnglishEffects.shared.undecided.contains(parts(of: status))
    }

    package func effects(askedForIn words: String) -> Set<EffectKind> {
        EnglishEffects.shared.kinds(askedForIn: SpokenWords(words).words)
    }

    /// The kinds of effects that the words speak of as done: "Have you booked it?"
    package func effects(doneIn words: String) -> Set<EffectKind> {
        EnglishEffects.shared.kinds(doneIn: SpokenWords(words).words)
    }

    /// Whether the words take back what was asked for before, and ask for nothing after that: "No, wait, forget it."
    package func withdraws(_ words: String) -> Bool {
        guard let rest = EnglishEffects.shared.afterWithdrawal(in: SpokenWords(words).words) else { return false }
        return EnglishEffects.shared.kinds(askedForIn: rest).isEmpty
    }

    package func namesAnother(_ words: String) -> Bool { EnglishEffects.shared.nameAnother(SpokenWords(words).words) }

    package func values(in words: String) -> Set<String> {
        Set(
            SpokenWords(words).words.compactMap { word in
                if let number = EnglishWords.numbers[word] { return String(number) }
                let isValue =
                    word.contains(where: \.isNumber) || ClaimWords.months.contains(word) || Self.days.contains(word)
                return isValue ? word : nil
            })
    }

    private static let days: Set<String> = ["today", "tomorrow", "tonight", "morning", "afternoon", "evening", "noon"]

    /// The words of a text or an identifier: `createBooking` and `create_booking` are two.
    private func parts(of text: String) -> [String] {
        var spaced = ""
        for character in text {
            if character.isUppercase, spaced.last?.isLowercase == true { spaced.append(" ") }
            spaced.append(character)
        }
        return SpokenWords(spaced).words
    }

    package func read(_ text: Glyphs) -> SpeechBuilder {
        var reader = EnglishReader(text)
        reader.read()
        return reader.speech
    }
}

extension ClaimReading {
    /// With what another reading tells of the part of the same sentence that begins at `start`; nil where it tells nothing.
    fileprivate func merging(_ other: ClaimReading?, from start: Int = 0) -> ClaimReading {
        switch (self, other) {
        case (.open(let place), .open(let later)?): .open(from: min(place, start + later))
        case (_, .open(let place)?): .open(from: start + place)
        case (_, .claim(let claim, let place)?): .claim(claim, from: start + place)
        default: self
        }
    }
}
