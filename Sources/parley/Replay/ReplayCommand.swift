import Agents
import ArgumentParser
import Client
import Conversation
import Foundation
import JSON
import TurnTaking

/// The command `parley replay`.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Repeat a call's decisions from its log, or see what another turn-taking policy would have changed.",
        discussion: """
            Without --policy the recorded events go through the machine again, and every decision and command must be \
            the recorded one (exit status 1 if not: this build decides otherwise than the one that held the call).

            With --policy the call is simulated under the changed numbers: the caller's voice is the recorded one, \
            the engines answer what they answered and take as long as they took. FILE is JSON with the numbers to \
            change, lengths as text: {"neutralWait": {"certain": "500 ms"}, "patience": 0.8}. --print-policy shows all \
            of them.
            """)

    @OptionGroup var server: ServerOptions

    @Option(help: ArgumentHelp("Numbers to change.", valueName: "file"))
    var policy: String?

    @Option(help: ArgumentHelp("Read the log from a file that --save wrote, instead of a server.", valueName: "file"))
    var log: String?

    @Option(help: ArgumentHelp("Write the log to a file.", valueName: "file"))
    var save: String?

    @Flag(help: "Print the policy that the call was held under, as --policy reads it.")
    var printPolicy = false

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "The conversation's id.")
    var id: String?

    func validate() throws {
        guard (id == nil) != (log == nil) else { throw ValidationError("Name a conversation, or a file with --log.") }
    }

    func run() async throws {
        let source = try await source()
        if let save { try Data(source.text.utf8).write(to: URL(filePath: save)) }
        let lines = (source["lines"]?.arrayValue ?? []).compactMap(CallEvent.init(json:))
        let call: CallLog
        do { call = try CallLog(lines) } catch { throw CommandError.failed("\(error)") }
        if printPolicy { return print(PolicyText.write(call.turns.policy)) }
        guard let policy else { return try repeated(call.turns) }
        let changed: TurnPolicy
        do {
            changed = try PolicyText.read(try Self.json(file: policy), over: call.turns.policy)
        } catch let problem as PolicyText.Problem {
            throw CommandError.usage("\(policy): \(problem)")
        }
        let report = PolicyReplay(call.turns, under: changed)
        print(json ? report.json.text : report.text)
    }

    private func source() async throws -> JSONValue {
        if let log { return try Self.json(file: log) }
        return try await server.conversations().log(of: id ?? "")
    }

    private static func json(file: String) throws -> JSONValue {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: file)) } catch {
            throw CommandError.usage("\(file) cannot be read.")
        }
        do { return try JSONValue(parsing: data) } catch { throw CommandError.usage("\(file) is not JSON: \(error)") }
    }

    private func repeated(_ log: TurnLog) throws {
        let start = ContinuousClock.now
        let again = log.replayed()
        let time = (ContinuousClock.now - start) / .milliseconds(1)
        let places = log.differences(from: again)
        let commands = log.entries.reduce(0) { $0 + $1.commands.count }
        let decisions = log.entries.reduce(0) { $0 + $1.decisions.count }
        if json {
            let difference: (Int) -> JSONValue = { place in
                [
                    "at_secs": .number((log.entries[place].time - CallTime.zero).seconds),
                    "event": .string("\(log.entries[place].event)"),
                    "recorded": .string("\(log.entries[place].commands)"),
                    "repeated": .string("\(again.entries[place].commands)"),
                ]
            }
            print(
                JSONValue.object([
                    "events": .integer(log.entries.count), "commands": .integer(commands),
                    "decisions": .integer(decisions), "milliseconds": .number((time * 10).rounded() / 10),
                    "differences": .array(places.map(difference)),
                ]).text)
        } else {
            print(
                "\(log.entries.count) events, \(decisions) decisions, \(commands) commands, "
                    + "repeated in \(String(format: "%.1f", time)) ms.")
            if places.isEmpty { print("All as recorded.") }
            for place in places.prefix(20) {
                print("\(PolicyReplay.clock(log.entries[place].time))  \(log.entries[place].event)")
                print("  recorded: \(log.entries[place].commands) \(log.entries[place].decisions)")
                print("  repeated: \(again.entries[place].commands) \(again.entries[place].decisions)")
            }
            if places.count > 20 { print("… and \(places.count - 20) more.") }
        }
        if !places.isEmpty { throw ExitCode(1) }
    }
}
