/// The English verbs and nouns of what agents do for callers, from `effects.txt`.
struct EnglishEffects: Sendable {
    /// One meaning of a form.
    struct Meaning: Sendable, Hashable {
        /// Nil for a verb whose object tells the kind.
        var kind: EffectKind?
        /// The particle that belongs to it, such as "up"; nil for none.
        var particle: String?
    }

    static let shared = EnglishEffects(String(decoding: PackageResources.effects_txt, as: UTF8.self))

    private(set) var bases: [String: [Meaning]] = [:]
    private(set) var pasts: [String: [Meaning]] = [:]
    private(set) var participles: [String: [Meaning]] = [:]
    private(set) var nouns: [String: EffectKind] = [:]
    /// Forms that tell of an effect only as the agent's own deed.
    private(set) var ownDeeds: Set<String> = []
    /// Verbs that change nothing.
    private(set) var lookups: Set<String> = []
    /// Participles that tell of things as well ("The library is closed"), by whom nobody asks.
    private(set) var facts: Set<String> = []
    /// Words before a clause that say that it is so: "please note".
    private(set) var frames: [[String]] = []
    /// Verbs, and adjectives after "I am", by which the agent says what it takes to be so: "I think".
    private(set) var opinions: Set<String> = []
    /// Who acts for the agent.
    private(set) var staff: Set<String> = []
    /// Participles without an effect that do not end in "-ed" or "-en".
    private(set) var seen: Set<String> = []
    /// Words on "-ly" after which a verb is not said to be so, or that are no adverbs.
    private(set) var otherThanAdverbs: Set<String> = []
    /// How a result begins that tells of a failure.
    private var failures: [[String]] = []
    /// What stands anywhere in a result that tells of a failure.
    private var refusals: [[String]] = []
    /// Words for one thing more of a kind.
    private var additions: [[String]] = []
    /// How people take back what they have asked for.
    private var withdrawals: [[String]] = []
    /// What a status is of a request that nobody has decided yet.
    private(set) var undecided: Set<[String]> = []

    init(_ table: String) {
        for line in table.split(separator: "\n") where !line.hasPrefix("#") {
            let halves = line.split(separator: "|", omittingEmptySubsequences: false)
            let words = halves[0].split(separator: " ")
            guard let name = words.first else { continue }
            switch name {
            case "lookup":
                lookups.formUnion(words.dropFirst().map(String.init))
                continue
            case "opinion", "staff", "seen", "noAdverb":
                let plain = words.dropFirst().map(String.init)
                switch name {
                case "opinion": opinions.formUnion(plain)
                case "staff": staff.formUnion(plain)
                case "seen": seen.formUnion(plain)
                default: otherThanAdverbs.formUnion(plain)
                }
                continue
            case "frame", "failure", "refusal", "undecided", "addition", "withdrawal":
                let phrases = words.dropFirst().map { $0.split(separator: "_").map(String.init) }
                switch name {
                case "frame": frames += phrases
                case "failure": failures += phrases
                case "refusal": refusals += phrases
                case "addition": additions += phrases
                case "withdrawal": withdrawals += phrases
                default: undecided.formUnion(phrases)
                }
                continue
            default: break
            }
            let kind = EffectKind(rawValue: String(name))
            for verb in words.dropFirst() { add(verb: verb, kind) }
            for noun in halves.dropFirst().joined().split(separator: " ") { nouns[String(noun)] = kind }
        }
    }

    private mutating func add(verb: Substring, _ kind: EffectKind?) {
        let forms = verb.split(separator: "/").map { $0.filter { !"!?".contains($0) } }
        guard let base = forms.first, let past = forms.dropFirst().first, let participle = forms.last else { return }
        func put(_ form: String, into table: inout [String: [Meaning]]) {
            if form == "-" { return }
            let parts = form.split(separator: "_").map(String.init)
            let meaning = Meaning(kind: kind, particle: parts.count > 1 ? parts[1] : nil)
            table[parts[0], default: []].append(meaning)
        }
        put(base, into: &bases)
        put(past, into: &pasts)
        put(participle, into: &participles)
        if verb.contains("?") { facts.insert(participle) }
        if verb.contains("!") { ownDeeds.formUnion([past, participle]) }
    }

    // MARK: Tools and callers

    /// Whether the words of a tool's name begin with a verb that changes nothing: `check_invoice`, but not `check_in`.
    func looksUp(_ words: [String]) -> Bool {
        guard let verb = words.first, lookups.contains(verb) else { return false }
        let next = words.dropFirst().first
        // `check_and_book`, `find_or_create_booking`.
        let goesOn = zip(words, words.dropFirst()).contains { joint, verb in
            ["and", "or", "then"].contains(joint) && bases[verb]?.contains { $0.kind != nil } == true
        }
        if goesOn { return false }
        return !(bases[verb] ?? []).contains { $0.particle != nil && $0.particle == next }
    }

    /// Whether a result's words tell of a failure.
    func tellOfFailure(_ words: [String]) -> Bool {
        failures.contains { words.starts(with: $0) } || Self.has(refusals, in: words)
    }

    /// Whether words speak of one thing more of a kind: "the same for my brother".
    func nameAnother(_ words: [String]) -> Bool { Self.has(additions, in: words) }

    /// The words after the last that take back what was said before; nil when none do.
    func afterWithdrawal(in words: [String]) -> [String]? {
        for start in words.indices.reversed() {
            for phrase in withdrawals where words[start...].starts(with: phrase) {
                return Array(words[(start + phrase.count)...])
            }
        }
        return nil
    }

    private static func has(_ phrases: [[String]], in words: [String]) -> Bool {
        phrases.contains { phrase in words.indices.contains { words[$0...].starts(with: phrase) } }
    }

    /// Whether the words of a tool's name begin with a verb of effect, which is no noun too.
    func changes(_ words: [String]) -> Bool {
        guard let verb = words.first, bases[verb] != nil, nouns[verb] == nil, !looksUp(words) else { return false }
        return !kinds(of: words).isEmpty
    }

    /// The kinds that the words of a name or a short text are of: those of its verbs in any form, else those of its nouns.
    func kinds(of words: [String]) -> Set<EffectKind> {
        var verbs: Set<EffectKind> = []
        var others: Set<EffectKind> = []
        for (index, word) in words.enumerated() {
            if let kind = nouns[word] { others.insert(kind) }
            // A noun that is a verb too is the verb only at the beginning: `create_order`, but `order_food`.
            guard nouns[word] == nil || index == 0 else { continue }
            // `post_request` is named after its method.
            if word == "post", index == 0, words.dropFirst().contains(where: { nouns[$0] != nil }) { continue }
            for table in [bases, pasts, participles] {
                for meaning in table[word] ?? [] where meaning.particle.map(words.contains) ?? true {
                    if let kind = meaning.kind { verbs.insert(kind) }
                }
            }
        }
        return verbs.subtracting(Self.entering).isEmpty ? others.isEmpty ? verbs : others : verbs
    }

    /// What `create` and the like do is told by the noun: `create_booking` books.
    private static let entering: Set<EffectKind> = [.create]

    /// The kinds of what a caller asks for: "could you book", but not "did you book".
    func kinds(askedForIn words: [String]) -> Set<EffectKind> {
        var kinds: Set<EffectKind> = []
        for (index, word) in words.enumerated() {
            let before = words[..<index].suffix(3)
            // "I have to cancel that" is a wish, and "did you have to cancel it" is none.
            let excluding = before.last == "to" ? Self.negations : Self.askedAbout
            guard !before.contains(where: excluding.contains), bases[word] != nil else { continue }
            let meanings = (bases[word] ?? []).filter { $0.particle.map(words.contains) ?? true }
            kinds.formUnion(meanings.compactMap(\.kind))
            let isVague = meanings.contains { $0.kind == nil }
            if isVague { kinds.formUnion(words[(index + 1)...].compactMap { nouns[$0] }) }
        }
        return kinds
    }

    private static let negations: Set<String> = ["did", "don't", "not", "never", "didn't", "won't"]

    /// The kinds of the past forms and participles in words.
    func kinds(doneIn words: [String]) -> Set<EffectKind> {
        words.reduce(into: []) { kinds, word in
            for meaning in (pasts[word] ?? []) + (participles[word] ?? [])
            where meaning.particle.map(words.contains) ?? true {
                if let kind = meaning.kind { kinds.insert(kind) }
            }
        }
    }

    /// After these a base form asks what was done, or is a noun.
    private static let askedAbout: Set<String> = [
        "did", "my", "the", "your", "this", "that", "an", "a", "has", "have", "had", "don't", "not", "never",
    ]
}
