import ArgumentParser
import Client
import Foundation
import JSON
import Server

/// The command `parley agents`.
struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "List, show, create and delete a running server's agents.",
        subcommands: [List.self, Show.self, Create.self, Delete.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the agents.")

        @OptionGroup var server: ServerOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let agents = try await server.agents().list()
            if json {
                let list = agents.map { ["agent_id": .string($0.id), "name": .string($0.name)] as JSONValue }
                print(JSONValue.array(list).text)
            } else {
                for agent in agents { print("\(agent.id)  \(agent.name)".onOneLine) }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print an agent's whole configuration as JSON.")

        @OptionGroup var server: ServerOptions

        @Argument(help: "The agent's id.")
        var id: String

        func run() async throws {
            print(try await server.agents().get(id).text)
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create an agent and print its id.",
            discussion: "From a JSON file with the body of the REST interface, or from the options.")

        @OptionGroup var server: ServerOptions

        @Option(help: "A JSON file: name, conversation_config, platform_settings.")
        var file: String?

        @Option(help: "The agent's name.")
        var name: String?

        @Option(help: "What the agent is to do and know.")
        var prompt: String?

        @Option(help: "What it says first; without it, it waits for the caller.")
        var firstMessage: String?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            var body: JSONValue = [:]
            if let file {
                do {
                    body = try JSONValue(parsing: try Data(contentsOf: URL(filePath: file)))
                } catch {
                    throw CommandError.usage("\(file) cannot be read as JSON.")
                }
                guard body.objectValue != nil else { throw CommandError.usage("\(file) is not a JSON object.") }
            }
            if let name { body["name"] = .string(name) }
            var agent: JSONValue = [:]
            if let prompt { agent["prompt"] = ["prompt": .string(prompt)] }
            if let firstMessage { agent["first_message"] = .string(firstMessage) }
            body = (["conversation_config": [:]] as JSONValue).merging(body)
                .merging(["conversation_config": ["agent": agent]])
            let id = try await server.agents().create(body)
            print(json ? (["agent_id": .string(id)] as JSONValue).text : id)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete an agent.")

        @OptionGroup var server: ServerOptions

        @Argument(help: "The agent's id.")
        var id: String

        func run() async throws {
            try await server.agents().delete(id)
        }
    }
}
