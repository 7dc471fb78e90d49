import Agents
import Engines
import Foundation
import JSON
import Language
import Tools

/// What the tools of a call have done, against which the agent's claims are held.
///
/// A success is a receipt for what its tool does, by the words of the tool's name, arguments and result. It is none for
/// what the caller has asked for since then: after "and Tuesday too", the booking of Monday proves nothing. Where a tool's
/// words do not tell what it does, it stands for everything that was asked for before it ran. What only reads is no
/// receipt for a deed, but for a state that its result names ("Your order has been shipped").
struct ReceiptLedger: Sendable {
    /// What is undecided was only asked for.
    private enum State: Sendable, Hashable { case running, done, undecided, failed }

    private struct Entry: Sendable {
        var call: ToolCall
        var hasEffects: Bool
        var state: State
        /// The result; empty while there is none.
        var result = ""
        /// When the result came, on the call's clock.
        var end = Duration.zero
    }

    /// Words of the caller's.
    struct Turn: Sendable, Hashable {
        var words: String
        /// On the call's clock.
        var time: Duration
    }

    /// What speaks for and against a claim.
    struct Account: Sendable, Hashable {
        var isFounded: Bool
        /// The names of the tools that are done, have failed, and run.
        var done: [String]
        var failed: [String]
        var running: [String]
        /// Whether the latest of them has failed.
        var isLatestFailed = false
    }

    private let mostEntries: Int
    private let mostTurns: Int
    /// Oldest first.
    private var entries: [Entry] = []
    private var turns: [Turn] = []

    /// Characters of a result that are read.
    private static let longestResult = 4_000
    /// Words of an argument or result up to which it may name an action ("cancel"), rather than be a text.
    private static let shortValue = 3

    /// - Parameters:
    ///   - mostEntries: tool calls that are remembered, newest first.
    ///   - mostTurns: turns of the caller that are remembered.
    init(mostEntries: Int, mostTurns: Int) {
        self.mostEntries = mostEntries
        self.mostTurns = mostTurns
    }

    /// A tool has been started.
    mutating func begin(_ run: ToolRun, _ language: any SpokenLanguage) {
        entries.append(Entry(call: run.call, hasEffects: run.tool?.hasEffects(language) ?? false, state: .running))
        if entries.count > mostEntries { entries.removeFirst() }
    }

    /// A tool has an outcome, which may replace an earlier one.
    mutating func end(_ run: ToolRun, at time: Duration, _ language: any SpokenLanguage) {
        guard let outcome = run.outcome, let place = entries.lastIndex(where: { $0.call.id == run.call.id }) else {
            return
        }
        let isAnswer = !outcome.isError && outcome.isCalled
        entries[place].state =
            switch isAnswer ? language.verdict(on: outcome.result, of: run.call.name) : .failed {
            case .done: .done
            case .undecided: .undecided
            case .failed: .failed
            }
        entries[place].result = String(outcome.result.prefix(Self.longestResult))
        entries[place].end = time
    }

    /// The caller has said something.
    mutating func heard(_ turn: Turn) {
        turns.append(turn)
        if turns.count > mostTurns { turns.removeFirst() }
    }

    /// - Parameters:
    ///   - sentence: the one that claims it.
    ///   - answering: the caller's words that it answers, where they are not part of the conversation yet.
    func account(
        of claim: EffectClaim, in sentence: String, answering: Turn?, _ language: any SpokenLanguage
    ) -> Account {
        let turns = turns + [answering].compactMap(\.self)
        func names(_ state: State) -> [String] {
            entries.filter { $0.state == state && $0.hasEffects }.map(\.call.name)
        }
        return Account(
            isFounded: entries.contains { stands($0, for: claim, in: sentence, turns, language) },
            done: names(.done) + names(.undecided),
            failed: names(.failed), running: names(.running),
            isLatestFailed: entries.last { $0.hasEffects }?.state == .failed)
    }

    private func stands(
        _ entry: Entry, for claim: EffectClaim, in sentence: String, _ turns: [Turn], _ language: any SpokenLanguage
    ) -> Bool {
        guard entry.state == .done || entry.state == .undecided else {
            return entry.state == .failed && claim.manner != .deed
                && isQuoted(entry, for: claim, in: sentence, language)
        }
        let later = turns.filter { $0.time > entry.end }
        let wanted = claim.kinds.reduce(into: Set<EffectKind>()) { $0.formUnion($1.deeds) }
        guard entry.hasEffects else {
            switch claim.manner {
            case .deed: return false
            case .state: return !claim.kinds.isDisjoint(with: Self.named(in: entry.result, language))
            case .holding:
                let named = Self.deeds(of: entry.call, entry.result, language)
                return !claim.kinds.isDisjoint(with: named) && !contradicts(entry, claim, in: sentence, turns, language)
            // What was just looked up is reported in all sorts of words.
            case .likely: return later.isEmpty
            }
        }
        // Who has only asked for a booking has not booked.
        let deeds = entry.state == .undecided ? Self.requests : Self.deeds(of: entry.call, entry.result, language)
        guard entry.state == .done || !claim.kinds.isDisjoint(with: Self.requests) else { return false }
        if !claim.kinds.isEmpty {
            guard deeds.isEmpty ? later.isEmpty : !deeds.isDisjoint(with: wanted) else { return false }
        }
        if contradicts(entry, claim, in: sentence, turns, language) { return false }
        // What was asked for, or first named, after the tool had run was not done by it.
        let known = turns.filter { $0.time <= entry.end }.map(\.words) + [entry.call.arguments.text, entry.result]
        let values = language.values(in: later.map(\.words).joined(separator: " "))
            .subtracting(language.values(in: known.joined(separator: " ")))
        guard values.isDisjoint(with: language.values(in: sentence)) else { return false }
        let knownWords = Set(known.flatMap { SpokenWords($0).words })
        // The clause of the claim; what follows may be about anything.
        let clause = String(sentence.prefix { $0 != "," })
        return later.allSatisfy { turn in
            let news = Set(SpokenWords(turn.words).words).subtracting(knownWords)
            // Who says again what they have said wants nothing new.
            if news.isEmpty { return true }
            if language.namesAnother(turn.words) {
                let named = news.filter { $0.count >= Self.shortestName }
                guard !language.namesAnother(clause), named.isDisjoint(with: SpokenWords(clause).words) else {
                    return false
                }
            }
            let asked = language.effects(askedForIn: turn.words)
            return claim.kinds.isEmpty ? asked.isEmpty : asked.isDisjoint(with: wanted)
        }
    }

    /// Whether a sentence says in a failed tool's own words how things stand ("the restaurant is closed"), of something else
    /// than what the tool was to do.
    private func isQuoted(
        _ entry: Entry, for claim: EffectClaim, in sentence: String, _ language: any SpokenLanguage
    ) -> Bool {
        guard case .claim(_, let place) = language.claim(in: sentence, isWhole: true, from: 0) else { return false }
        let wanted = claim.kinds.reduce(into: Set<EffectKind>()) { $0.formUnion($1.deeds) }
        let done = language.effects(of: entry.call.name)
        let words = SpokenWords(String(sentence.dropFirst(place))).words
        guard words.count >= Self.shortestQuote, done.isDisjoint(with: wanted) else { return false }
        let quote = " " + words.prefix(2 * Self.shortestQuote).joined(separator: " ") + " "
        return " \(SpokenWords(entry.result).joined) ".contains(quote)
    }

    /// Whether the tool's arguments or result name another day, time or number than the clause of the claim, which nobody
    /// else has named either.
    private func contradicts(
        _ entry: Entry, _ claim: EffectClaim, in sentence: String, _ turns: [Turn], _ language: any SpokenLanguage
    ) -> Bool {
        // What was moved is named by where it was before.
        let isMoved = language.effects(of: entry.call.name).contains(.change)
        if isMoved, !claim.kinds.isDisjoint(with: [.cancel, .delete]) { return false }
        let isAssent = !claim.question.isEmpty
        let said = ClaimValues(saying: isAssent ? claim.question : language.clause(of: claim, in: sentence))
        guard !said.isEmpty else { return false }
        let own = Self.values(of: entry)
        guard said.differs(from: own) else { return false }
        var known = own
        for other in entries { known.formUnion(Self.values(of: other)) }
        // Who asks afterwards whether it is for Friday does not know it.
        for turn in turns where !isAssent || turn.time <= entry.end {
            known.formUnion(ClaimValues(heard: turn.words))
        }
        return said.differs(from: known)
    }

    /// The days, times and numbers of a tool's arguments and result.
    private static func values(of entry: Entry) -> ClaimValues {
        let result = (try? JSONValue(parsing: entry.result)) ?? .string(entry.result)
        return ClaimValues(data: members(of: entry.call.arguments) + members(of: result))
    }

    /// Texts and numbers with the name of the member that they are in; that of an element is its list's.
    private static func members(of value: JSONValue, name: String = "") -> [(name: String, text: String)] {
        switch value {
        case .string(let text): [(name, text)]
        case .integer(let number): [(name, String(number))]
        case .number(let number): [(name, String(number))]
        case .array(let elements): elements.flatMap { members(of: $0, name: name) }
        case .object(let members): members.flatMap { Self.members(of: $0.value, name: $0.key) }
        case .null, .bool: []
        }
    }

    /// What has been done once something was asked for.
    private static let requests: Set<EffectKind> = [.create, .send, .notify]

    /// Letters of a word that names something.
    private static let shortestName = 4

    /// Words that are quoted rather than alike by chance.
    private static let shortestQuote = 3

    // MARK: Words

    /// What a tool does: by its name, and by short values that may name an action or a state.
    private static func deeds(of call: ToolCall, _ result: String, _ language: any SpokenLanguage) -> Set<EffectKind> {
        let values = texts(in: call.arguments).filter { $0.split(separator: " ").count <= shortValue }
        return values.reduce(language.effects(of: call.name)) { $0.union(language.effects(of: $1)) }
            .union(named(in: result, language))
    }

    /// What a result names; of data what its values say, and members that are true, but for those of lists' elements: of
    /// many slots one is booked, by anybody.
    private static func named(in result: String, _ language: any SpokenLanguage) -> Set<EffectKind> {
        guard let value = try? JSONValue(parsing: result), value.objectValue != nil || value.arrayValue != nil else {
            return language.effects(of: result)
        }
        return texts(in: value).reduce(into: []) { $0.formUnion(language.effects(of: $1)) }
    }

    private static func texts(in value: JSONValue, isListed: Bool = false) -> [String] {
        if let text = value.stringValue { return [text] }
        if let elements = value.arrayValue { return elements.flatMap { texts(in: $0, isListed: true) } }
        return (value.objectValue ?? [:]).sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            value == true ? isListed ? [] : [name] : texts(in: value, isListed: isListed)
        }
    }
}

extension SpokenLanguage {
    /// The words of the clause that makes a claim; of the whole sentence where it is not found again.
    fileprivate func clause(of claim: EffectClaim, in sentence: String) -> String {
        var place = 0
        while case .claim(let found, let start) = self.claim(in: sentence, isWhole: true, from: place), start >= place {
            guard found != claim else { return EffectClaim.clause(of: sentence, from: start) }
            place = start + 1
        }
        return sentence
    }
}

extension ToolSettings {
    /// Whether a success of the tool may have changed something for the caller. The owner's word goes before its name.
    func hasEffects(_ language: any SpokenLanguage) -> Bool {
        switch kind {
        case .system(let tool): tool == .transferToAgent || tool == .transferToNumber
        case .client, .webhook, .mcp: !isReadOnly && (readOnlyMark != nil || !language.looksUp(name))
        }
    }
}
