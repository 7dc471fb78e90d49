import Agents
import Foundation
import JSON
import Server
import Testing

@Suite("Pronunciation dictionaries over REST", .timeLimit(.minutes(1)))
struct PronunciationRouteTests {
    private static let path = "/v1/pronunciation-dictionaries"

    private static func rules(_ words: [String: String]) -> JSONValue {
        .array(
            words.sorted { $0.key < $1.key }.map {
                ["string_to_replace": .string($0), "type": "alias", "alias": .string($1)]
            })
    }

    @Test("dictionaries are made, listed, renamed and archived")
    func dictionaries() async throws {
        try await withServer { server in
            let path = Self.path
            let made = try await server.send(
                "POST", "\(path)/add-from-rules", ["name": "B", "rules": Self.rules(["SQL": "sequel"])])
            #expect(made.status == 200 && made.json["version_rules_num"] == 1)
            let id = try #require(made.json["id"]?.stringValue)
            _ = try await server.send("POST", "\(path)/add-from-rules", ["name": "A", "rules": []])
            func names(_ query: String = "") async throws -> [String] {
                try await server.send("GET", "\(path)\(query)").json["pronunciation_dictionaries"]?.arrayValue?
                    .compactMap { $0["name"]?.stringValue } ?? []
            }
            #expect(try await names("?sort=name&sort_direction=ascending") == ["A", "B"])
            #expect(try await names("?sort=creation_time_unix&sort_direction=descending") == ["A", "B"])
            let first = try await server.send("GET", "\(path)?page_size=1").json
            #expect(first["has_more"] == true)
            #expect(try await names("?page_size=1&cursor=\(first["next_cursor"]?.stringValue ?? "")") == ["B"])
            #expect(try await server.send("GET", "\(path)?sort=size").status == 422)

            let renamed = try await server.send("PATCH", "\(path)/\(id)", ["name": "C", "archived": true])
            #expect(renamed.json["name"] == "C" && renamed.json["archived_time_unix"]?.intValue != nil)
            #expect(renamed.json["latest_version_id"] == made.json["version_id"])
            #expect(try await names() == ["A"])
            #expect(try await names("?include_archived=true&sort=name&sort_direction=ascending") == ["A", "C"])
            #expect(try await server.send("GET", "\(path)/\(id)").json["rules"]?.arrayValue?.count == 1)
            #expect(try await server.send("GET", "\(path)/pdict_none").status == 404)
            #expect(try await server.send("POST", "\(path)/add-from-rules", ["rules": []]).status == 422)
        }
    }

    @Test("each change of the rules is a version, whose file can be fetched and sent again")
    func versions() async throws {
        try await withServer { server in
            let path = Self.path
            let made = try await server.send(
                "POST", "\(path)/add-from-rules", ["name": "B", "rules": Self.rules(["SQL": "sequel", "UN": "U N"])]
            ).json
            let id = try #require(made["id"]?.stringValue)
            let first = try #require(made["version_id"]?.stringValue)
            let added = try await server.send(
                "POST", "\(path)/\(id)/add-rules", ["rules": Self.rules(["GIF": "jif"])]
            ).json
            #expect(added["version_rules_num"] == 3)
            let removed = try await server.send("POST", "\(path)/\(id)/remove-rules", ["rule_strings": ["SQL", "UN"]])
            #expect(removed.json["version_rules_num"] == 1)
            let nothing = try await server.send("POST", "\(path)/\(id)/add-rules", ["rules": []])
            #expect(nothing.json == removed.json)
            let set = try await server.send("POST", "\(path)/\(id)/set-rules", ["rules": Self.rules(["a": "b"])]).json
            let last = try #require(set["version_id"]?.stringValue)
            #expect(last != first)

            let old = try await server.send("GET", "\(path)/\(id)/\(first)/download")
            #expect(old.status == 200)
            #expect(old.header("Content-Type") == "application/pls+xml")
            #expect(String(decoding: old.data, as: UTF8.self).contains("<grapheme>SQL</grapheme>"))
            let latest = try await server.send("GET", "\(path)/\(id)/\(last)/download")
            #expect(!String(decoding: latest.data, as: UTF8.self).contains("SQL"))
            #expect(try await server.send("GET", "\(path)/\(id)/pdver_none/download").status == 404)

            let form = """
                --x\r\nContent-Disposition: form-data; name="name"\r\n\r\nFrom a file\r
                --x\r\nContent-Disposition: form-data; name="file"; filename="a.pls"\r\n\r\n
                """
            var body = Data(form.trimmingCharacters(in: .newlines).utf8) + Data("\r\n\r\n".utf8)
            body += old.data + Data("\r\n--x--\r\n".utf8)
            let sent = try await server.send(
                "POST", "\(path)/add-from-file", raw: body,
                headers: ["Content-Type": "multipart/form-data; boundary=x"])
            #expect(sent.status == 200 && sent.json["version_rules_num"] == 2)
            let copy = try await server.send("GET", "\(path)/\(sent.json["id"]?.stringValue ?? "")")
            #expect(copy.json["name"] == "From a file")
            #expect(copy.json["rules"]?.arrayValue?.first?["alias"] == "sequel")
        }
    }

    @Test("the oldest versions are forgotten, unless an agent names them")
    func forgotten() async throws {
        try await withServer { server in
            let path = Self.path
            let made = try await server.send("POST", "\(path)/add-from-rules", ["name": "B", "rules": []]).json
            let id = try #require(made["id"]?.stringValue)
            var versions = [try #require(made["version_id"]?.stringValue)]
            for number in 1...PronunciationDictionary.keptVersions + 1 {
                if number == 2 {
                    let locator: JSONValue = [
                        "pronunciation_dictionary_id": .string(id), "version_id": .string(versions[1]),
                    ]
                    _ = try await server.makeAgent(
                        ["conversation_config": ["tts": ["pronunciation_dictionary_locators": [locator]]]])
                }
                let set = try await server.send(
                    "POST", "\(path)/\(id)/set-rules", ["rules": Self.rules(["a": "b\(number)"])])
                versions.append(try #require(set.json["version_id"]?.stringValue))
            }
            func status(_ place: Int) async throws -> Int {
                try await server.send("GET", "\(path)/\(id)/\(versions[place])/download").status
            }
            #expect(try await status(0) == 404)
            #expect(try await status(1) == 200)
            #expect(try await status(2) == 200)
        }
    }
}
