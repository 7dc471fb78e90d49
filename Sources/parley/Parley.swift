import ArgumentParser
import Logging
import Server

/// The command `parley`.
@main
struct Parley: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley", abstract: "Voice agents on your own machine.",
        discussion: """
            `parley serve` starts the server, `parley talk` talks to it. Every command explains itself with --help.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, TalkCommand.self, AgentsCommand.self, CallsCommand.self, ReplayCommand.self,
            ModelsCommand.self, KeysCommand.self, CertificateCommand.self, DoctorCommand.self, BenchCommand.self,
        ])

    /// Runs a command; its errors are written to the standard error stream and become exit codes.
    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            guard var asynchronous = command as? any AsyncParsableCommand else { return try command.run() }
            do {
                try await asynchronous.run()
            } catch let error where !(error is ExitCode || error is CleanExit || error is CancellationError) {
                let error = CommandError(error)
                // The message may quote a server.
                LogStream.standardError.write("parley: \(error)")
                throw error.exitCode
            }
        } catch {
            exit(withError: error)
        }
    }
}

extension LoggingSystem {
    /// Writes entries of `level` and above to the standard error stream, one line each.
    static func writeToStandardError(from level: Logger.Level) {
        bootstrap { label in
            var handler = StreamLogHandler(label: label, stream: LogStream.standardError)
            handler.logLevel = level
            return handler
        }
    }
}
