import Foundation
import JSON

/// How one word is said, or several.
public struct PronunciationRule: Sendable, Hashable {
    /// What is said in a word's place.
    public enum Replacement: Sendable, Hashable {
        /// Other words, or the same spelled otherwise.
        case alias(String)
        /// Its sounds, in an alphabet such as `ipa` or `cmu-arpabet`.
        case phoneme(String, alphabet: String)
    }

    /// What stands in the text.
    public var text: String
    /// What is said in its place.
    public var replacement: Replacement
    /// Whether capitals count.
    public var isCaseSensitive: Bool
    /// Whether it is replaced only where it is no part of a longer word.
    public var isWholeWord: Bool

    /// A rule with the hosted service's defaults.
    public init(_ text: String, _ replacement: Replacement, isCaseSensitive: Bool = true, isWholeWord: Bool = true) {
        self.text = text
        self.replacement = replacement
        self.isCaseSensitive = isCaseSensitive
        self.isWholeWord = isWholeWord
    }

    /// The most characters of `text`, and of what is said in its place.
    static let (longestText, longestReplacement) = (200, 500)

    /// Reads a rule of a request, or of the store.
    init(_ json: JSONValue, at loc: [JSONValue]) throws(ValidationError) {
        var issues: [ValidationError.Issue] = []
        func text(_ name: String, atMost limit: Int) -> String {
            guard let text = json[name]?.stringValue else {
                let isMissing = (json[name] ?? .null).isNull
                issues.append(
                    .init(
                        loc: loc + [.string(name)],
                        msg: isMissing ? "Field required" : "Input should be a valid string",
                        type: isMissing ? "missing" : "string_type"))
                return ""
            }
            if !(1...limit).contains(text.count) {
                issues.append(
                    .init(
                        loc: loc + [.string(name)], msg: "Input should have 1 to \(limit) characters",
                        type: "value_error"))
            }
            return text
        }
        func flag(_ name: String) -> Bool {
            guard let value = json[name], !value.isNull else { return true }
            if value.boolValue == nil {
                issues.append(
                    .init(loc: loc + [.string(name)], msg: "Input should be a valid boolean", type: "bool_type"))
            }
            return value.boolValue ?? true
        }
        guard json.objectValue != nil else {
            throw ValidationError([.init(loc: loc, msg: "Input should be a valid object", type: "dict_type")])
        }
        let written = text("string_to_replace", atMost: Self.longestText)
        let (isCaseSensitive, isWholeWord) = (flag("case_sensitive"), flag("word_boundaries"))
        let replacement: Replacement
        switch json["type"]?.stringValue {
        case "alias": replacement = .alias(text("alias", atMost: Self.longestReplacement))
        case "phoneme":
            replacement = .phoneme(
                text("phoneme", atMost: Self.longestReplacement), alphabet: text("alphabet", atMost: Self.longestText))
        default:
            replacement = .alias("")
            issues.append(
                .init(loc: loc + ["type"], msg: "Input should be one of: alias, phoneme", type: "enum"))
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
        self.init(written, replacement, isCaseSensitive: isCaseSensitive, isWholeWord: isWholeWord)
    }

    /// The rule as the API writes it.
    var json: JSONValue {
        var json: JSONValue = [
            "string_to_replace": .string(text), "case_sensitive": .bool(isCaseSensitive),
            "word_boundaries": .bool(isWholeWord),
        ]
        switch replacement {
        case .alias(let alias):
            json["type"] = "alias"
            json["alias"] = .string(alias)
        case .phoneme(let phoneme, let alphabet):
            json["type"] = "phoneme"
            json["phoneme"] = .string(phoneme)
            json["alphabet"] = .string(alphabet)
        }
        return json
    }
}

/// How configurations and requests name a dictionary: `{"pronunciation_dictionary_id", "version_id"}`.
public struct PronunciationLocator: Sendable, Hashable {
    /// The dictionary.
    public var dictionaryID: String
    /// The version; nil for the latest.
    public var versionID: String?

    /// The member of configurations and requests that has a list of them.
    public static let member = "pronunciation_dictionary_locators"

    /// Nil for anything that is none.
    public init?(_ json: JSONValue) {
        guard let id = json["pronunciation_dictionary_id"]?.stringValue, !id.isEmpty else { return nil }
        dictionaryID = id
        versionID = json["version_id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Rules for how words are said, in one of their versions. Every change of the rules makes a new one.
///
/// The body of a dictionary's resource has the latest rules; those of former versions are resources of their own.
public struct PronunciationDictionary: Sendable, Hashable {
    /// The id of the dictionary.
    public var id: String
    /// The name for people.
    public var name: String
    /// The rules in the order in which they are tried.
    public var rules: [PronunciationRule]

    /// The most rules of a dictionary.
    public static let mostRules = 2_000
    /// The most dictionaries that an agent's voice follows.
    static let mostDictionaries = 10
    /// How many versions of a dictionary are kept, the newest; besides them those that agents name.
    public static let keptVersions = 100
    /// How the versions before the latest are kept.
    public static let formerVersions = FormerVersions(most: keptVersions - 1, unlessIn: ["version_id"]) {
        $0.pronunciationVersion
    }
    /// The longest name, and the longest description, in characters.
    private static let (longestName, longestDescription) = (256, 4_096)

    /// A version of a stored dictionary; nil when there is no such version.
    ///
    /// - Parameters:
    ///   - version: Nil for the latest.
    ///   - versions: Resources of versions by their ids.
    public init?(_ dictionary: Resource, version: String? = nil, among versions: [String: Resource] = [:]) {
        var body = dictionary.body
        if let version, version != body["version_id"]?.stringValue {
            guard let found = versions[version], found.name == dictionary.id else { return nil }
            body = found.body
        }
        id = dictionary.id
        name = dictionary.name
        rules = (body["rules"]?.arrayValue ?? []).compactMap { try? PronunciationRule($0, at: []) }
    }

    // MARK: What follows them

    /// The rules of the dictionaries that a voice's settings name, in their order.
    ///
    /// - Parameter warnings: told of what cannot be followed.
    static func rules(
        named locators: [JSONValue], in dictionaries: [PronunciationLocator: PronunciationDictionary],
        _ warnings: inout [String]
    ) -> [PronunciationRule] {
        let place = "tts.\(PronunciationLocator.member)"
        if locators.count > mostDictionaries {
            warnings.append("\(place): only the first \(mostDictionaries) dictionaries are followed.")
        }
        var rules: [PronunciationRule] = []
        for json in locators.prefix(mostDictionaries) {
            guard let locator = PronunciationLocator(json) else {
                warnings.append("\(place): pronunciation_dictionary_id is missing.")
                continue
            }
            guard let dictionary = dictionaries[locator] else {
                let version = locator.versionID.map { " in the version \($0)" } ?? ""
                warnings.append(
                    "\(place): there is no dictionary \(locator.dictionaryID)\(version); its words are said as they are "
                        + "read.")
                continue
            }
            let phonemes = dictionary.rules.count { if case .phoneme = $0.replacement { true } else { false } }
            if phonemes > 0 {
                warnings.append(
                    "\(place): \(dictionary.name) has \(phonemes) phoneme rules, which are not followed on this server: "
                        + "its voices are given words; use alias rules.")
            }
            rules += dictionary.rules
        }
        return rules
    }

    /// What cannot be followed of the dictionaries that a configuration names, as sentences for its owner.
    static func warnings(for config: JSONValue, workspace: WorkspaceItems) -> [String] {
        let presets = (config["language_presets"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
        var warnings: [String] = []
        for settings in [config] + presets.compactMap(\.value["overrides"]) {
            _ = rules(
                named: settings.value(at: "tts", PronunciationLocator.member)?.arrayValue ?? [],
                in: workspace.dictionaries, &warnings)
        }
        return warnings
    }

    // MARK: Requests

    /// A new dictionary from the body of a request: `{name, description?, rules}`.
    ///
    /// - Throws: `ValidationError`.
    public static func new(body: JSONValue, now: Date = Date()) throws(ValidationError) -> Resource {
        let rules = try rules(of: body)
        return try new(
            name: body["name"], description: body["description"], rules: rules, now: now)
    }

    /// A new dictionary of these rules.
    ///
    /// - Throws: `ValidationError`.
    public static func new(
        name: JSONValue?, description: JSONValue?, rules: [PronunciationRule], now: Date = Date()
    ) throws(ValidationError) -> Resource {
        let name = try text(name, "name", 1...longestName)
        var body: JSONValue = [:]
        if let description, !description.isNull {
            body["description"] = .string(try text(description, "description", 0...longestDescription))
        }
        var dictionary = Resource(
            .pronunciationDictionary, id: Identifier.make("pdict"), name: name, type: State.active.rawValue, body: body,
            now: now)
        try dictionary.hold(rules)
        return dictionary
    }

    /// The dictionary with what an update request gives: `{name?, archived?}`. The rules stay.
    ///
    /// - Throws: `ValidationError`.
    public static func changed(
        _ dictionary: Resource, with body: JSONValue, now: Date = Date()
    ) throws(ValidationError) -> Resource {
        var dictionary = dictionary
        if let name = body["name"], !name.isNull { dictionary.name = try text(name, "name", 1...longestName) }
        if let archived = body["archived"], !archived.isNull {
            guard let isArchived = archived.boolValue else {
                throw ValidationError([
                    .init(loc: ["body", "archived"], msg: "Input should be a valid boolean", type: "bool_type")
                ])
            }
            if isArchived != (dictionary.type == State.archived.rawValue) {
                dictionary.body["archived_at"] = isArchived ? .integer(Int(now.timeIntervalSince1970)) : nil
            }
            dictionary.type = (isArchived ? State.archived : .active).rawValue
        }
        dictionary.updatedAt = Int(now.timeIntervalSince1970)
        return dictionary
    }

    /// How a request changes the rules.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        /// `{rules}` takes the place of all rules.
        case set = "set-rules"
        /// `{rules}` is added; a rule for the same text is replaced.
        case add = "add-rules"
        /// The rules for the texts of `{rule_strings}` are removed.
        case remove = "remove-rules"
    }

    /// The dictionary with its rules changed by a request, in a new version; as it is when the rules stay the same.
    ///
    /// - Throws: `ValidationError`.
    public static func changed(
        _ dictionary: Resource, _ change: Change, with body: JSONValue, now: Date = Date()
    ) throws(ValidationError) -> Resource {
        let before = PronunciationDictionary(dictionary)?.rules ?? []
        var rules = before
        switch change {
        case .set: rules = try Self.rules(of: body)
        case .add:
            var places = Dictionary(rules.enumerated().map { ($1.text, $0) }) { first, _ in first }
            for rule in try Self.rules(of: body) {
                if let place = places[rule.text] {
                    rules[place] = rule
                } else {
                    places[rule.text] = rules.count
                    rules.append(rule)
                }
            }
        case .remove:
            guard let texts = body["rule_strings"]?.arrayValue, texts.allSatisfy({ $0.stringValue != nil }) else {
                throw ValidationError([
                    .init(
                        loc: ["body", "rule_strings"], msg: "Input should be a list of strings", type: "list_type")
                ])
            }
            let removed = Set(texts)
            rules.removeAll { removed.contains(.string($0.text)) }
        }
        guard rules != before else { return dictionary }
        var dictionary = dictionary
        try dictionary.hold(rules)
        dictionary.updatedAt = Int(now.timeIntervalSince1970)
        return dictionary
    }

    private static func rules(of body: JSONValue) throws(ValidationError) -> [PronunciationRule] {
        guard let rules = body["rules"]?.arrayValue else {
            let isMissing = (body["rules"] ?? .null).isNull
            throw ValidationError([
                .init(
                    loc: ["body", "rules"], msg: isMissing ? "Field required" : "Input should be a valid list",
                    type: isMissing ? "missing" : "list_type")
            ])
        }
        try check(count: rules.count)
        var read: [PronunciationRule] = []
        for (index, rule) in rules.enumerated() {
            read.append(try PronunciationRule(rule, at: ["body", "rules", .integer(index)]))
        }
        return read
    }

    fileprivate static func check(count: Int) throws(ValidationError) {
        guard count <= mostRules else {
            throw ValidationError([
                .init(
                    loc: ["body", "rules"], msg: "A dictionary should have at most \(mostRules) rules",
                    type: "too_long")
            ])
        }
    }

    private static func text(
        _ value: JSONValue?, _ name: String, _ length: ClosedRange<Int>
    ) throws(ValidationError) -> String {
        guard let text = value?.stringValue, length.contains(text.count) else {
            let isMissing = (value ?? .null).isNull
            throw ValidationError([
                .init(
                    loc: ["body", .string(name)],
                    msg: isMissing
                        ? "Field required"
                        : "Input should be a string of \(length.lowerBound) to \(length.upperBound) characters",
                    type: isMissing ? "missing" : "value_error")
            ])
        }
        return text
    }

    // MARK: Answers

    /// Whether lists show a dictionary: the type of its resource.
    public enum State: String, Sendable {
        case active
        case archived
    }

    /// The answer of the requests that create a dictionary.
    public static func created(_ dictionary: Resource) -> JSONValue {
        let (version, count) = latest(dictionary)
        return identity(dictionary).merging(["version_id": version, "version_rules_num": count])
    }

    /// The answer of the requests that change a dictionary's rules.
    public static func changed(_ dictionary: Resource) -> JSONValue {
        let (version, count) = latest(dictionary)
        return ["id": .string(dictionary.id), "version_id": version, "version_rules_num": count]
    }

    /// A dictionary without its rules, as lists have it.
    public static func summary(_ dictionary: Resource) -> JSONValue {
        let (version, count) = latest(dictionary)
        return identity(dictionary).merging([
            "latest_version_id": version, "latest_version_rules_num": count,
            "archived_time_unix": dictionary.body["archived_at"] ?? .null,
        ])
    }

    /// A dictionary with its rules.
    public static func json(_ dictionary: Resource) -> JSONValue {
        summary(dictionary).merging(["rules": dictionary.body["rules"] ?? []])
    }

    private static func latest(_ dictionary: Resource) -> (version: JSONValue, count: JSONValue) {
        (
            dictionary.body["version_id"] ?? "",
            .integer(dictionary.body["rules"]?.arrayValue?.count ?? 0)
        )
    }

    private static func identity(_ dictionary: Resource) -> JSONValue {
        [
            "id": .string(dictionary.id), "name": .string(dictionary.name),
            "description": dictionary.body["description"] ?? .null, "created_by": "local",
            "creation_time_unix": .integer(dictionary.createdAt), "permission_on_resource": "admin",
        ]
    }
}

extension Resource {
    /// The version of a pronunciation dictionary that is its latest now, as a resource of its own.
    public var pronunciationVersion: Resource {
        Resource(
            .pronunciationVersion, id: body["version_id"]?.stringValue ?? "", name: id,
            body: ["rules": body["rules"] ?? []], now: Date(timeIntervalSince1970: Double(updatedAt)))
    }

    fileprivate mutating func hold(_ rules: [PronunciationRule]) throws(ValidationError) {
        try PronunciationDictionary.check(count: rules.count)
        body["rules"] = .array(rules.map(\.json))
        body["version_id"] = .string(Identifier.make("pdver"))
    }
}
