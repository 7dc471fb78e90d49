import ArgumentParser
import Client
import Foundation
import JSON

/// The command `parley calls`.
struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "List a running server's conversations, and show what was said in one.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the newest conversations.")

        @OptionGroup var server: ServerOptions

        @Option(help: "Only conversations with the agent of this id.")
        var agent: String?

        @Option(help: "Most conversations to list, 1 to 10000.")
        var limit = 20

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            guard (1...10_000).contains(limit) else { throw CommandError.usage("--limit must be from 1 to 10000.") }
            let calls = try await server.conversations().list(agentID: agent, limit: limit)
            if json {
                print(JSONValue.array(calls).text)
            } else {
                for call in calls { print(CallReport.line(call)) }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a conversation: what was said when, tools, and how long each turn took.",
            discussion: """
                --waterfall adds how each answer came about, and why the agent stopped or went on when it was spoken \
                over: each step with its time from the end of the caller's speech, its inputs and thresholds.
                """)

        @OptionGroup var server: ServerOptions

        @Flag(help: "Add the steps that led to each answer.")
        var waterfall = false

        @Flag(help: "Print the whole record as JSON.")
        var json = false

        @Argument(help: "The conversation's id.")
        var id: String

        func run() async throws {
            let conversations = try server.conversations()
            var record = try await conversations.get(id)
            let waterfalls = waterfall ? try await conversations.waterfalls(of: id) : []
            if json {
                if waterfall { record = record.merging(["waterfalls": .array(waterfalls)]) }
                return print(record.text)
            }
            print(CallReport.text(record))
            if waterfall { print("\n" + WaterfallReport.text(waterfalls)) }
        }
    }
}
