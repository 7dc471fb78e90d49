import JSON

/// What has to be known about the language that is spoken in a call: by turn taking, of what is heard, and by voices, of
/// what is said.
///
/// A language is a folder with one value that answers these questions. Where nothing is known of a language,
/// `NeutralLanguage` answers them from punctuation, common sounds and digits alone.
package protocol SpokenLanguage: Sendable {
    /// What the agent's last words ask the caller for.
    func expectedAnswer(to agentText: String) -> ExpectedAnswer

    /// Whether the caller has finished, as far as the words tell.
    ///
    /// - Parameters:
    ///   - transcript: what the caller has said so far, as the recogniser wrote it.
    ///   - expected: what the agent's last words ask for.
    ///   - agentWords: those words; empty for none.
    ///   - ending: the probability, by a language model, that nothing follows, 0 to 1; nil when unknown.
    func judgement(
        of transcript: String, expecting expected: ExpectedAnswer, after agentWords: String, ending: Float?
    ) -> WordsJudgement

    /// The transcript as people write it, with what was spelled letter by letter in one piece.
    func written(_ transcript: String, expecting expected: ExpectedAnswer) -> String

    /// What words spoken over the agent mean.
    ///
    /// - Parameters:
    ///   - isFinal: whether no more words of this overlap will come.
    ///   - ignored: terms of the configuration that are never a barge-in, normalised by `SpokenLanguages.normalized`.
    func meaning(ofOverlap text: String, isFinal: Bool, ignoring ignored: Set<String>) -> OverlapMeaning

    /// Whether the answer to `earlier` answers `text` too, because all that it adds is impatience ("Hello? Are you
    /// there?").
    func adds(_ text: String, nothingTo earlier: String) -> Bool

    /// What a sentence of the agent's says that was done for the caller.
    ///
    /// - Parameters:
    ///   - sentence: its beginning, or the whole of it.
    ///   - isWhole: whether nothing of the sentence follows.
    ///   - place: the claims of clauses that begin before it are known, and left out.
    ///   - question: the caller's words that it answers, of which "Yes, it is." makes a claim; empty for none.
    func claim(in sentence: String, isWhole: Bool, from place: Int, answering question: String) -> ClaimReading

    /// The kinds of effects that a tool's name, or words of its arguments and results, are of.
    func effects(of words: String) -> Set<EffectKind>

    /// Whether a tool of this name, by its first word, only looks something up.
    func looksUp(_ toolName: String) -> Bool

    /// Whether a result, or a text in one, tells in its first sentence of a failure.
    func tellsOfFailure(_ result: String) -> Bool

    /// Whether a status says that somebody has still to decide ("pending").
    func isUndecided(_ status: String) -> Bool

    /// The kinds of effects that the caller's words ask for.
    func effects(askedForIn words: String) -> Set<EffectKind>

    /// Whether words speak of one thing more of a kind ("the same for my brother").
    func namesAnother(_ words: String) -> Bool

    /// The numbers, days and months in words, by which one deed differs from another of its kind.
    func values(in words: String) -> Set<String>

    /// Words as a voice can say them, for text without markup: numbers, dates, addresses and the like written out.
    func read(_ text: Glyphs) -> SpeechBuilder
}

/// What the answer of a tool says of its success.
package enum ToolVerdict: Sendable, Hashable {
    case done
    /// It was asked for, and somebody has still to decide.
    case undecided
    case failed
}

extension SpokenLanguage {
    /// What a sentence says that answers nothing.
    package func claim(in sentence: String, isWhole: Bool, from place: Int) -> ClaimReading {
        claim(in: sentence, isWhole: isWhole, from: place, answering: "")
    }

    /// What the answer of a tool says of what it did.
    package func verdict(on result: String, of tool: String) -> ToolVerdict {
        guard let value = try? JSONValue(parsing: result) else { return tellsOfFailure(result) ? .failed : .done }
        switch value {
        case .null, .bool(false), .array([]): return .failed
        case .string(let text): return tellsOfFailure(text) ? .failed : .done
        case .object(let members):
            if members.contains(where: { admitsFailure($0.key, $0.value, of: tool) }) { return .failed }
            let statuses = ["status", "state"].compactMap { members[$0]?.stringValue }
            return statuses.contains(where: isUndecided) ? .undecided : .done
        case .bool, .integer, .number, .array: return .done
        }
    }

    private func admitsFailure(_ name: String, _ value: JSONValue, of tool: String) -> Bool {
        let isNo = value == false || value == 0
        switch name.lowercased() {
        case "success", "succeeded", "ok": return value == false
        case "code", "status_code", "statuscode": return (value.intValue ?? 0) >= 400
        case "status", "state", "result", "message", "reason", "detail":
            return (value.intValue ?? 0) >= 400 || tellsOfFailure(value.stringValue ?? "")
        case let name where name.hasPrefix("error"): return !(value.isNull || isNo || value == "" || value == [])
        // A tool that books answers `{"booked": false}`; `{"cancelled": false}` is no failure of its.
        default: return isNo && !effects(of: name).isDisjoint(with: effects(of: tool))
        }
    }
}

/// The languages that are known here.
package enum SpokenLanguages {
    /// The language of an ISO 639-1 code; the neutral one where nothing is known of it. `und`, no language at all, leaves
    /// every number as it is written.
    package static func language(_ code: String) -> any SpokenLanguage {
        code == "en" ? English() : NeutralLanguage(code, groupsDigits: code != "und")
    }

    /// A term in the form in which spoken words are compared: lower case, without punctuation but for apostrophes
    /// within words.
    package static func normalized(_ term: String) -> String { SpokenWords(term).joined }
}
