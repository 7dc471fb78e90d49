import ArgumentParser
import Foundation
import JSON
import LocalEngines

/// The command `parley models`.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List, fetch, check, measure and remove the engines' models.",
        subcommands: [List.self, Fetch.self, ToolCheckCommand.self, ModelMeasurement.self, Remove.self],
        defaultSubcommand: List.self)

    /// The trial that loads models in a separate process of this command.
    static func trial(in home: EngineHome) -> ModelTrial {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        return ModelTrial(home: home, command: [program, "models", "measure", "--load"])
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the models and show which are installed.")

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try ModelsCommand.setup(["--list-models"] + (json ? ["--json"] : []))
        }
    }

    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Fetch a model that models.yaml lists.")

        @Argument(help: "The model's id.")
        var id: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try ModelsCommand.setup(["--model", id] + (json ? ["--json"] : []))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a model's files.")

        @Argument(help: "The model's id.")
        var id: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try ModelsCommand.setup(["--remove-model", id] + (json ? ["--json"] : []))
        }
    }

    /// Runs the set-up, which alone knows how to fetch and check a model.
    private static func setup(_ arguments: [String]) throws {
        guard let script = Installation().setup, FileManager.default.fileExists(atPath: script.path) else {
            throw CommandError.failed(
                "The set-up scripts are not beside this command; set PARLEY_ROOT to Parley's source folder.")
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path] + arguments
        var environment = ProcessInfo.processInfo.environment
        environment["PARLEY_HOME"] = EngineHome().path
        process.environment = environment
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw ExitCode(process.terminationStatus) }
    }
}
