import ArgumentParser
import CloudEngines
import Engines
import Foundation
import JSON
import Language
import LocalEngines
import Logging
import ToolDecisions

/// The command `parley models check`.
struct ToolCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Measure how well a language model calls tools.",
        discussion: """
            Gives the model utterances of callers, with an agent's prompt and tools, and counts how often it calls the \
            right tool with the right arguments, or rightly none. The model is the server's default, or any that agents \
            can name: one of engines.yaml, or of a service whose key is in the environment (which may charge for it). \
            Exit codes: 0 the list was run, 64 wrong use, 70 the model cannot be run.
            """)

    @Argument(help: "The model's id (default: the one that agents without a choice get).")
    var id: String?

    @Option(help: "The list (default Examples/tool-check.yaml of Parley's source folder).")
    var utterances: String?

    @Flag(help: "Show correct cases too.")
    var verbose = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct Result {
        var entry: ToolCheckList.Case
        var calls: [ToolCall]
        var verdict: ToolCheckList.Verdict
        /// Time until the answer began, or the tool call was complete.
        var time: Duration
    }

    func run() async throws {
        LoggingSystem.writeToStandardError(from: .error)
        let installation = Installation()
        guard
            let file = utterances.map({ URL(filePath: $0) })
                ?? installation.root?.appending(path: "Examples/tool-check.yaml")
        else { throw CommandError.usage("Examples is not found; name a list with --utterances.") }
        let list = try ToolCheckList(file: file)
        let home = EngineHome()
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        let room = try EngineRoom(
            manifest: installation.models(in: home), home: home,
            configuration: EngineConfiguration(home: home, environment: environment),
            providers: ModelProvider.known(in: environment), logger: Logger(label: "parley"))
        try await room.running { engines in try await check(list, try Self.model(id, of: engines)) }
    }

    private static func model(_ id: String?, of engines: EngineCatalog) throws -> any LanguageModel {
        guard let id else {
            guard let first = engines.languageModels.first else {
                throw CommandError.failed("There is no language model.")
            }
            return first
        }
        guard let model = engines.languageModels.first(where: { $0.id == id }) ?? engines.findLanguageModel(id) else {
            throw CommandError.usage("There is no language model \(id) here, or its service's key is not set.")
        }
        return model
    }

    private func check(_ list: ToolCheckList, _ model: any LanguageModel) async throws {
        var results: [Result] = []
        for (name, agent) in list.agents.sorted(by: { $0.key < $1.key }) {
            let session = await model.openSession()
            try await Self.prepare(session, of: model, agent)
            for entry in list.cases where entry.agent == name {
                let result = try await Self.result(of: entry, agent, session)
                if !json, verbose || result.verdict != .right { print(Self.line(result)) }
                results.append(result)
            }
            await session.close()
        }
        show(results, model.id)
    }

    /// Prepares the session, as a call does during its first message. On a small machine a long prompt may take more
    /// than one time-out; what was read by then is kept.
    private static func prepare(
        _ session: any LanguageModelSession, of model: any LanguageModel, _ agent: ToolCheckList.Agent
    ) async throws {
        let request = GenerationRequest(messages: [.system(agent.prompt)], tools: try agent.definitions)
        if let model = model as? ToolDecidingModel {
            // On a small machine loading, too, may take longer than one wait.
            for attempt in 1...3 {
                do {
                    try await model.waitUntilPrepared(for: request)
                    break
                } catch let error as EngineError where attempt < 3 && error.kind != .rejected {
                    continue
                }
            }
        }
        for _ in 0..<3 {
            guard (try? await session.prefill(request)) == nil else { return }
        }
    }

    private static func result(
        of entry: ToolCheckList.Case, _ agent: ToolCheckList.Agent, _ session: any LanguageModelSession
    ) async throws -> Result {
        let start = ContinuousClock.now
        do {
            var calls: [ToolCall] = []
            var time: Duration?
            for try await event in session.generate(try request(entry, agent)) {
                time = time ?? ContinuousClock.now - start
                if case .toolCall(let call) = event { calls.append(call) }
            }
            return Result(
                entry: entry, calls: calls, verdict: entry.expect.verdict(on: calls),
                time: time ?? ContinuousClock.now - start)
        } catch let error as EngineError {
            // A service that refuses the key would refuse every other request too.
            guard error.kind != .rejected else { throw error }
            return Result(
                entry: entry, calls: [], verdict: .failed("\(error)"), time: ContinuousClock.now - start)
        }
    }

    private static func request(
        _ entry: ToolCheckList.Case, _ agent: ToolCheckList.Agent
    ) throws -> GenerationRequest {
        var messages = [ChatMessage.system(agent.prompt)]
        let language = English()
        var expecting = ExpectedAnswer.nothing
        for line in (entry.dialogue ?? []) + [["caller": entry.caller]] {
            if let words = line["agent"] {
                messages.append(.assistant(words))
                expecting = language.expectedAnswer(to: words)
            } else if let words = line["caller"] {
                // As in a call, spelled text is written out.
                messages.append(.user(language.written(words, expecting: expecting)))
                expecting = .nothing
            }
        }
        return GenerationRequest(messages: messages, tools: try agent.definitions, temperature: 0, maxTokens: 200)
    }

    private static func line(_ result: Result) -> String {
        let calls = result.calls.map { "\($0.name)(\($0.arguments.text))" }.joined(separator: ", ")
        let wanted = result.entry.expect.tool ?? "none"
        let called = calls.isEmpty ? "none" : calls
        return "\(result.entry.id): \(result.verdict.description): wanted \(wanted), got \(called)"
    }

    private func show(_ results: [Result], _ model: String) {
        let right = results.count { $0.verdict == .right }
        let needed = results.filter { $0.entry.expect.tool != nil }
        let unneeded = results.count - needed.count
        let quiet = results.count { $0.entry.expect.tool == nil && $0.verdict == .right }
        let chosen = needed.count { [.right, .otherArguments].contains($0.verdict) }
        let whole = needed.count { $0.verdict == .right }
        let times = results.map(\.time).sorted()
        let median = times.isEmpty ? 0 : Int(times[times.count / 2] / .milliseconds(1))
        if json {
            let cases = results.map { result -> JSONValue in
                [
                    "id": .string(result.entry.id), "verdict": .string(result.verdict.description),
                    "expected": .string(result.entry.expect.tool ?? "none"),
                    "calls": .array(
                        result.calls.map { ["name": .string($0.name), "arguments": $0.arguments] }),
                    "milliseconds": .integer(Int(result.time / .milliseconds(1))),
                ]
            }
            let fields: JSONValue = [
                "model": .string(model), "cases": .integer(results.count), "right": .integer(right),
                "without_tool": ["cases": .integer(unneeded), "right": .integer(quiet)],
                "with_tool": [
                    "cases": .integer(needed.count), "tool": .integer(chosen), "right": .integer(whole),
                ],
                "median_ms": .integer(median), "results": .array(cases),
            ]
            return print(fields.text)
        }
        let share = results.isEmpty ? 0 : 100 * right / results.count
        print(
            """
            \(model): \(right) of \(results.count) right (\(share) %)
              no tool wanted  \(quiet) of \(unneeded)
              a tool wanted   \(chosen) of \(needed.count) called it, \(whole) with the right arguments
              the first word, or the call, after \(median) ms (median)
            """)
    }
}
