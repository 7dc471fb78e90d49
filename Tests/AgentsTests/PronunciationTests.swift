import Foundation
import JSON
import MemoryStore
import Testing

@testable import Agents

@Suite("Pronunciation dictionaries")
struct PronunciationTests {
    private static let rules: JSONValue = [
        ["string_to_replace": "SQL", "type": "alias", "alias": "sequel"],
        [
            "string_to_replace": "tomato", "type": "phoneme", "phoneme": "təˈmeɪtoʊ", "alphabet": "ipa",
            "case_sensitive": false, "word_boundaries": nil,
        ],
    ]

    private static func dictionary(_ rules: JSONValue = rules) throws -> Resource {
        try PronunciationDictionary.new(body: ["name": "Names", "description": "Ours", "rules": rules])
    }

    @Test("a dictionary keeps its rules with the hosted service's defaults")
    func rules() throws {
        let dictionary = try Self.dictionary()
        let read = try #require(PronunciationDictionary(dictionary))
        #expect(
            read.rules == [
                PronunciationRule("SQL", .alias("sequel")),
                PronunciationRule("tomato", .phoneme("təˈmeɪtoʊ", alphabet: "ipa"), isCaseSensitive: false),
            ])
        let json = PronunciationDictionary.json(dictionary)
        #expect(json["latest_version_rules_num"] == 2 && json["description"] == "Ours")
        #expect(json["rules"]?.arrayValue?.first?["case_sensitive"] == true)
        #expect(json["rules"]?.arrayValue?.last?["alphabet"] == "ipa")
        #expect(PronunciationDictionary.created(dictionary)["version_id"] == json["latest_version_id"])
    }

    @Test(
        "what is no rule is refused, with its place",
        arguments: [
            ([["type": "alias", "alias": "b"]], "string_to_replace"),
            ([["string_to_replace": "", "type": "alias", "alias": "b"]], "string_to_replace"),
            ([["string_to_replace": "a", "type": "alias"]], "alias"),
            ([["string_to_replace": "a", "alias": "b"]], "type"),
            ([["string_to_replace": "a", "type": "phoneme", "phoneme": "b"]], "alphabet"),
            ([["string_to_replace": "a", "type": "alias", "alias": "b", "case_sensitive": "yes"]], "case_sensitive"),
            ("a", "rules"), (nil, "rules"),
        ] as [(JSONValue, String)])
    func refused(rules: JSONValue, place: String) throws {
        do {
            _ = try Self.dictionary(rules)
            Issue.record("\(rules) were taken")
        } catch let error as ValidationError {
            #expect(error.issues.first?.loc.last == .string(place))
        }
        let long = JSONValue.string(String(repeating: "a", count: 201))
        #expect(throws: ValidationError.self) {
            try Self.dictionary([["string_to_replace": long, "type": "alias", "alias": "b"]])
        }
        let rule: JSONValue = ["string_to_replace": "a", "type": "alias", "alias": "b"]
        let many = JSONValue.array(Array(repeating: rule, count: PronunciationDictionary.mostRules + 1))
        #expect(throws: ValidationError.self) { try Self.dictionary(many) }
    }

    @Test("rules are set, added and removed, each time in a new version")
    func changes() throws {
        let first = try Self.dictionary()
        let added = try PronunciationDictionary.changed(
            first, .add,
            with: [
                "rules": [
                    ["string_to_replace": "SQL", "type": "alias", "alias": "S Q L"],
                    ["string_to_replace": "GIF", "type": "alias", "alias": "jif"],
                ]
            ])
        #expect(PronunciationDictionary(added)?.rules.map(\.text) == ["SQL", "tomato", "GIF"])
        #expect(PronunciationDictionary(added)?.rules.first?.replacement == .alias("S Q L"))
        let removed = try PronunciationDictionary.changed(added, .remove, with: ["rule_strings": ["tomato", "none"]])
        #expect(PronunciationDictionary(removed)?.rules.map(\.text) == ["SQL", "GIF"])
        let set = try PronunciationDictionary.changed(removed, .set, with: ["rules": []])
        #expect(PronunciationDictionary(set)?.rules == [])
        let versions = [first, added, removed, set].map { $0.body["version_id"] }
        #expect(Set(versions).count == 4)
        // What changes nothing makes no version.
        for (change, body) in [
            (.add, ["rules": []]), (.remove, ["rule_strings": ["none"]]), (.set, ["rules": first.body["rules"] ?? []]),
        ] as [(PronunciationDictionary.Change, JSONValue)] {
            #expect(try PronunciationDictionary.changed(first, change, with: body) == first)
        }
        let renamed = try PronunciationDictionary.changed(set, with: ["name": "Others", "archived": true])
        #expect(renamed.body["version_id"] == set.body["version_id"])
        #expect(renamed.name == "Others" && renamed.type == "archived")
        #expect(PronunciationDictionary.summary(renamed)["archived_time_unix"]?.intValue != nil)
        let back = try PronunciationDictionary.changed(renamed, with: ["archived": false])
        #expect(PronunciationDictionary.summary(back)["archived_time_unix"] == .null && back.type == "active")
        #expect(throws: ValidationError.self) {
            try PronunciationDictionary.changed(first, .remove, with: ["rule_strings": "SQL"])
        }
        #expect(throws: ValidationError.self) { try PronunciationDictionary.changed(first, with: ["name": ""]) }
    }

    // MARK: In agents

    @Test("a call has the rules of the dictionaries that its voice names, in their order and their versions")
    func settings() async throws {
        let storage = MemoryStorage()
        let first = try Self.dictionary()
        let later = try PronunciationDictionary.changed(
            first, .set, with: ["rules": [["string_to_replace": "GIF", "type": "alias", "alias": "jif"]]])
        try await storage.resources.insert(later)
        for version in [first, later] { try await storage.resources.insert(version.pronunciationVersion) }
        func locator(_ id: String, _ version: String? = nil) -> JSONValue {
            ["pronunciation_dictionary_id": .string(id), "version_id": version.map(JSONValue.string) ?? .null]
        }
        let old = try #require(first.body["version_id"]?.stringValue)
        let config: JSONValue = [
            "tts": [
                "pronunciation_dictionary_locators": [
                    locator(first.id), locator(first.id, old), locator("pdict_none"), locator(first.id, "pdver_none"),
                    ["version_id": "x"],
                ]
            ],
            "language_presets": [
                "de": ["overrides": ["tts": ["pronunciation_dictionary_locators": [locator("pdict_german")]]]]
            ],
        ]
        let agent = try Agent.new(conversationConfig: config)
        let items = try await Workspace(storage).items(for: agent.conversationConfig)
        let settings = try CallSettings(
            agent: agent, initiation: CallInitiation(), variables: CallVariables(), workspace: items)
        #expect(settings.voice.pronunciations.map(\.text) == ["GIF", "SQL", "tomato"])
        let warnings = settings.warnings.filter { $0.contains("pronunciation_dictionary") }
        #expect(warnings.count == 4)
        for part in ["1 phoneme rules", "no dictionary pdict_none", "in the version pdver_none", "_id is missing"] {
            #expect(warnings.contains { $0.contains(part) }, "\(part)")
        }
        let engines = AvailableEngines(languageModels: [], voices: [], transcribers: [], languages: [])
        #expect(agent.warnings(available: engines, workspace: items).contains { $0.contains("pdict_german") })
    }

    // MARK: Files

    @Test("a lexicon of the W3C's form is read: one rule for each written form")
    func lexicon() throws {
        let file = """
            <?xml version="1.0" encoding="UTF-8"?>
            <lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"
                  xmlns:p="urn:x" alphabet="ipa" xml:lang="en-GB">
              <!-- a comment -->
              <lexeme>
                <grapheme>Apple</grapheme><grapheme>apple</grapheme>
                <phoneme>ˈæpl̩</phoneme>
              </lexeme>
              <lexeme><grapheme>UN</grapheme><phoneme alphabet="cmu-arpabet">Y UW</phoneme>
                <alias>United
                   Nations &amp; more</alias><alias>x</alias></lexeme>
              <lexeme><grapheme>nothing</grapheme></lexeme>
            </lexicon>
            """
        let rules = try PronunciationLexicon.rules(of: Data(file.utf8))
        #expect(
            rules == [
                PronunciationRule("Apple", .phoneme("ˈæpl̩", alphabet: "ipa")),
                PronunciationRule("apple", .phoneme("ˈæpl̩", alphabet: "ipa")),
                PronunciationRule("UN", .alias("United Nations & more")),
            ])
        // What is written is read as the same.
        let odd =
            rules + [
                PronunciationRule("<a> \"&\"", .alias("b's")),
                PronunciationRule("x", .phoneme("Y", alphabet: "cmu-arpabet")),
            ]
        #expect(try PronunciationLexicon.rules(of: PronunciationLexicon.file(of: odd)) == odd)
    }

    @Test(
        "what is no lexicon is refused",
        arguments: [
            "", "<html/>", "<lexicon><lexeme>", "not XML",
            "<lexicon><?b?><lexeme><grapheme>a</grapheme><alias>b</alias></lexeme></lexicon>",
            "<lexicon><!-- <!-- --><lexeme><grapheme>a</grapheme><alias>b</alias></lexeme></lexicon>",
            "<?xml version=\"1.0\" encoding=\"IBM037\"?><lexicon></lexicon>",
            "<lexicon \((0..<99).map { "a\($0)='>'" }.joined(separator: " "))></lexicon>",
            "<!DOCTYPE lexicon [<!ENTITY a \"b\">]><lexicon><lexeme><grapheme>&a;</grapheme></lexeme></lexicon>",
            "<lexicon><lexeme><grapheme>\(String(repeating: "a", count: 201))</grapheme><alias>b</alias></lexeme></lexicon>",
        ])
    func wrongFile(text: String) {
        #expect(throws: ValidationError.self) { try PronunciationLexicon.rules(of: Data(text.utf8)) }
    }

    @Test("files have bounds, and one encoding")
    func fileBounds() {
        #expect(throws: ValidationError.self) {
            try PronunciationLexicon.rules(of: Data(repeating: 0x20, count: PronunciationLexicon.longestFile + 1))
        }
        let lexeme = "<lexeme><grapheme>a</grapheme><alias>b</alias></lexeme>"
        let many = String(repeating: lexeme, count: PronunciationDictionary.mostRules + 1)
        #expect(throws: ValidationError.self) {
            try PronunciationLexicon.rules(of: Data("<lexicon>\(many)</lexicon>".utf8))
        }
        #expect(throws: ValidationError.self) {
            try PronunciationLexicon.rules(
                of: Data([0xFF, 0xFE]) + ("<lexicon/>".data(using: .utf16LittleEndian) ?? Data()))
        }
    }
}
