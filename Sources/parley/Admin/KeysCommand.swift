import Agents
import ArgumentParser
import Foundation
import JSON
import SQLiteStore

/// The command `parley keys`.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, list and revoke API keys.",
        discussion: "Works on the server's database; the server may be running. Only a hash of a key is stored.",
        subcommands: [List.self, Create.self, Revoke.self], defaultSubcommand: List.self)

    /// The option that selects the database.
    struct Database: ParsableArguments {
        @Option(help: "Folder of the database.")
        var data: String?

        func keys() throws -> any KeyStore {
            var environment = ProcessInfo.processInfo.environment
            if let data { environment["PARLEY_DATA"] = data }
            let directory = Installation(environment: environment).data
            return try SQLiteStorage(directory: directory, key: .unused).keys
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys, by name and first characters.")

        @OptionGroup var database: Database

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let keys = try await database.keys().list()
            if json {
                print(JSONValue.array(keys.map(\.json)).text)
            } else {
                for key in keys { print("\(key.id)  \(key.prefix)…  \(key.name)") }
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key and print it; it is shown only once.")

        @OptionGroup var database: Database

        @Option(help: "What it is for.")
        var name = "key"

        func run() async throws {
            print(try await database.keys().create(name: name).key)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a key.")

        @OptionGroup var database: Database

        @Argument(help: "The key's id, as `parley keys list` shows it.")
        var id: String

        func run() async throws {
            try await database.keys().revoke(id)
        }
    }
}
