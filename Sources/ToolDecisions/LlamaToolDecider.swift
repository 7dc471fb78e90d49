import AsyncHTTPClient
import Engines
import Foundation
import JSON
import Language
import LocalEngines
import Tasks

/// Decides, before a small model answers, whether to call a tool, which one, and with which arguments.
///
/// On their own, such models call tools at random, write calls into the text, and invent arguments. So the choice is
/// made from the probabilities of the names, less those that they have whatever is said. Each argument is asked for
/// separately and must have been said; where a required one is missing, no tool is called, and the agent asks for it.
public final class LlamaToolDecider: Sendable {
    private let client: LlamaClient
    private let options: ToolDecisionOptions
    private let now: @Sendable () -> Date
    private let makeCallID: @Sendable () -> String
    private let likelihoods: ToolLikelihoods
    /// Those of a larger model; nil where there is none.
    private let larger: ToolLikelihoods?
    /// Nil where no model tells meanings.
    private let router: CaseRouter?

    /// The server's own tools for ending the call and for saying nothing.
    private static let endCall = "end_call"
    private static let skipTurn = "skip_turn"
    /// Most tokens of what is said about a result: some 20 seconds.
    private static let longestReport = 80
    /// How much less likely than the most likely one a tool without arguments may be, as a natural logarithm.
    private static let nearlyAsLikely = 1.0
    /// Most tools whose arguments are asked for before the agent speaks instead.
    private static let longestSearch = 2

    /// - Parameters:
    ///   - client: The HTTP client for requests to `server`.
    ///   - embedder: What tells which of a tool's cases the caller means; without one the model itself chooses.
    ///   - now: The clock for "today" in the agent's time zone, used when the agent's prompt does not name the day.
    public init(
        server: LlamaServer, chooser: LlamaServer? = nil, client: HTTPClient, embedder: (any TextEmbedder)? = nil,
        options: ToolDecisionOptions = ToolDecisionOptions(),
        now: @escaping @Sendable () -> Date = { Date() },
        makeCallID: @escaping @Sendable () -> String = { "call_\(UUID().uuidString.lowercased())" }
    ) {
        self.client = LlamaClient(server: server, http: client, timeout: .seconds(options.timeout))
        self.options = options
        likelihoods = ToolLikelihoods(client: self.client, options: options)
        larger = chooser.map {
            ToolLikelihoods(
                client: LlamaClient(server: $0, http: client, timeout: .seconds(options.timeout)), options: options)
        }
        router = embedder.map {
            CaseRouter($0, options: options.routing)
        }
        self.now = now
        self.makeCallID = makeCallID
    }

    /// Measures the prior likelihoods of the tools, and reads what callers may mean and what was said, ahead of the next
    /// decision.
    public func prepare(_ request: GenerationRequest) {
        let tools = chosenByModel(request.tools)
        likelihoods.prepare(tools)
        router?.prepare(request)
        guard let larger, !tools.isEmpty else { return }
        larger.prepare(tools)
        // It takes the processor from answers that are being written.
        guard larger.isPrepared(for: tools), client.server.load.answers == 0 else { return }
        larger.readAhead(ToolPrompt(tools).text(lines(of: request.messages, beforeCaller: true), isOpen: true))
    }

    /// The same at once, however long it takes.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func waitUntilPrepared(for request: GenerationRequest) async throws {
        for likelihoods in [likelihoods, larger].compactMap(\.self) {
            try await likelihoods.waitUntilPrepared(for: chosenByModel(request.tools))
        }
        router?.prepare(request)
    }

    /// Those among which the model chooses.
    private func chosenByModel(_ tools: [ToolDefinition]) -> [ToolDefinition] {
        router == nil ? tools : tools.filter { !$0.cases.contains { !$0.condition.isEmpty } }
    }

    /// What the agent is to do now.
    enum Decision: Sendable, Hashable {
        case call(ToolCall)
        /// The same call was made before, with this result.
        case repeats(ToolFinding)
        /// A required argument is missing: the question that asks for it.
        case ask(String)
        case talk
    }

    /// Decides what to do about the latest turn.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func decide(_ request: GenerationRequest) async throws -> Decision {
        let dialogue = lines(of: request.messages)
        guard dialogue.last?.speaker == .caller, !request.tools.isEmpty else { return .talk }
        if let end = goodbye(request.tools, dialogue) { return .call(end) }
        let wantsNothing =
            SpokenEvidence.isRefusal(dialogue) || SpokenEvidence.isThanks(dialogue)
            || SpokenEvidence.isDeferral(dialogue) || English().withdraws(dialogue.last?.text ?? "")
        var tools = chosenByModel(request.tools)
        do {
            if !wantsNothing, let router, let choice = try await choice(of: router, request, dialogue) {
                return .call(ToolCall(id: makeCallID(), name: choice.tool, arguments: choice.arguments))
            }
        } catch is EngineError {
            // Then the model chooses among them, too.
            tools = request.tools
        }
        guard !tools.isEmpty else { return .talk }
        let prompt = ToolPrompt(tools)
        let text = prompt.text(dialogue)
        let said = ArgumentWriter.Said(
            evidence: SpokenEvidence(dialogue),
            moments: SpokenMoments(dialogue, today: Self.today(of: request, now: now())),
            account: SpokenEvidence.account(of: dialogue))
        let earlier = request.messages.lastCalls
        let neutral = prompt.text([DialogueLine(speaker: .caller, text: ToolPrompt.neutralWords[0])])
        let wanted =
            SpokenEvidence.asksForPerson(dialogue) ? Set(tools.filter(\.leadsToPerson).map(\.name)) : []
        let names = try await likelierThanTalk(tools, text, wanted: wanted)
        let writer = ArgumentWriter(client: client, likelihoods: likelihoods, options: options, said: said)
        var missing: [ToolArgument] = []
        for (name, score) in names {
            guard let tool = tools.first(where: { $0.name == name }) else { continue }
            // Tools that end the call or say nothing need more than a likely name.
            if name == Self.endCall, !SpokenEvidence.isEnd(dialogue) { continue }
            if name == Self.skipTurn, !SpokenEvidence.isPause(dialogue) { continue }
            let needsArguments = tool.arguments.contains { $0.isRequired && !$0.isAccount }
            if needsArguments, wantsNothing { return .talk }
            let deed = ToolDeed(tool)
            if deed.isOffTopic(in: dialogue) || deed.isAskedAbout(in: dialogue) { continue }
            // Where nothing else has to be said, the wish itself has to.
            if !needsArguments, !tool.leadsToPerson, !deed.isWanted(in: dialogue) { continue }
            // When an argument of one tool was not said, a similar tool may be meant, but hardly one without arguments.
            guard needsArguments || score > (names.first?.score ?? 0) - Self.nearlyAsLikely else { continue }
            let script = ArgumentWriter.Script(text: "\(text) \(name)(", neutral: "\(neutral) \(name)(")
            switch try await writer.values(for: tool, script) {
            case .all(let values):
                // The same call was made before: it is repeated only when the caller names a value anew.
                if !values.isEmpty, let before = earlier[name], before.arguments == .object(values),
                    !SpokenEvidence.repeats(values, in: dialogue)
                {
                    let finding = request.messages.findings.last { $0.callID == before.id }
                    return deed.isNamed(in: dialogue) ? finding.map(Decision.repeats) ?? .talk : .talk
                }
                return .call(ToolCall(id: makeCallID(), name: name, arguments: .object(values)))
            case .missing(let argument): missing.append(argument)
            }
            if missing.count == Self.longestSearch { break }
        }
        guard let argument = missing.first else { return .talk }
        return try await question(about: argument, after: text, dialogue)
    }

    /// The tools that are likelier than talking, the likeliest first. Where the small model finds one likely, or nearly so,
    /// the larger one chooses, if it is there and answers in time.
    private func likelierThanTalk(
        _ tools: [ToolDefinition], _ text: String, wanted: Set<String>
    ) async throws -> [(name: String, score: Double)] {
        let names = try await likelihoods.advantages(of: tools, text, wanted: wanted)
        if let larger, larger.isPrepared(for: tools), let first = names.first, first.score > options.larger.gate {
            let limit = options.larger.patience
            do {
                let chosen = try await TaskClock.continuous().value(
                    within: limit, orThrow: EngineError(.timeout, engine: "decide", "no choice within \(limit)")
                ) { try await larger.advantages(of: tools, text, wanted: wanted) }
                return chosen.filter { $0.score > options.larger.talkBias }
            } catch is EngineError {
                // Then what the small model finds counts.
            }
        }
        return names.filter { $0.score > 0 }
    }

    private func choice(
        of router: CaseRouter, _ request: GenerationRequest, _ dialogue: [DialogueLine]
    ) async throws -> (tool: String, arguments: JSONValue)? {
        let limit = options.routing.patience
        return try await TaskClock.continuous().value(
            within: limit, orThrow: EngineError(.timeout, engine: "embedding", "no choice within \(limit)")
        ) { try await router.choice(request, dialogue) }
    }

    /// Asks for what an incomplete request lacks; leaves questions to the model, which knows the agent's prompt.
    private func question(
        about argument: ToolArgument, after text: String, _ dialogue: [DialogueLine]
    ) async throws -> Decision {
        guard let words = dialogue.last?.text, !words.contains("?") else { return .talk }
        if let question = argument.question { return .ask(question) }
        let asked = try await client.continuation(
            of: "\(text) \(ToolPrompt.talk)(\"", upTo: ["\"", "\n"], limit: ArgumentWriter.longestValue,
            slot: client.server.decidingSlot)
        let question = ToolPrompt.line(asked)
        return question.hasSuffix("?") ? .ask(question) : .talk
    }

    /// What the agent tells the caller about results.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func report(on findings: [ToolFinding], in request: GenerationRequest) async throws -> String {
        let messages = request.messages
        var sentences: [String] = []
        for finding in findings {
            // What the caller has said since it was called is not what it answers.
            let call = messages.firstIndex { message in
                if case .assistant(_, let calls) = message { calls.contains { $0.id == finding.callID } } else { false }
            }
            let report = ToolReport(
                of: finding, after: lines(of: Array(messages[..<(call ?? messages.endIndex)])),
                in: request.language ?? "en")
            var words = report.ready ?? ""
            if report.ready == nil {
                words = try await client.continuation(
                    of: report.script, upTo: ["\n"], limit: Self.longestReport, slot: client.server.decidingSlot)
            }
            words = words.trimmingCharacters(in: .whitespaces)
            // Two tools that run take one moment.
            if !sentences.contains(words) { sentences.append(words) }
        }
        return sentences.joined(separator: " ")
    }

    /// The call that ends the conversation after a goodbye, for which no model is asked; nil without one.
    private func goodbye(_ tools: [ToolDefinition], _ dialogue: [DialogueLine]) -> ToolCall? {
        guard let tool = tools.first(where: { $0.name == Self.endCall }), SpokenEvidence.isGoodbye(dialogue) else {
            return nil
        }
        let values = [
            "reason": "The caller said goodbye.", "message": "Goodbye.", "system__message_to_speak": "Goodbye.",
        ]
        let known = tool.parameters["properties"]?.objectValue ?? [:]
        return ToolCall(
            id: makeCallID(), name: tool.name,
            arguments: .object(values.filter { known[$0.key] != nil }.mapValues(JSONValue.string)))
    }

    // MARK: The dialogue

    /// The latest entries of the dialogue, without tools and instructions.
    ///
    /// - Parameter beforeCaller: whether they are those before the caller's next words, of which some may have been said: they
    ///   may change with each word.
    private func lines(of messages: [ChatMessage], beforeCaller: Bool = false) -> [DialogueLine] {
        var lines = messages.compactMap { message -> DialogueLine? in
            switch message {
            case .user(let text, _): DialogueLine(speaker: .caller, text: ToolPrompt.line(text))
            case .assistant(let text, _): DialogueLine(speaker: .agent, text: ToolPrompt.line(text))
            case .system, .tool: nil
            }
        }
        .filter { !$0.text.isEmpty }
        if beforeCaller, lines.last?.speaker == .caller { lines.removeLast() }
        // The window begins at the same entry for several turns, so that what the model has read of it stays read.
        let excess = max(0, lines.count + (beforeCaller ? 1 : 0) - options.messages)
        let step = max(1, options.messages / 2)
        return lines.dropFirst((excess + step - 1) / step * step).map {
            DialogueLine(speaker: $0.speaker, text: String($0.text.suffix(options.messageLength)))
        }
    }

    /// The day that the agent's prompt gives as today, or else the present day in the agent's time zone.
    static func today(of request: GenerationRequest, now: Date) -> CivilDay {
        for case .system(let prompt) in request.messages {
            if let day = SpokenMoments.today(in: prompt) { return day }
        }
        return CivilDay(of: now, in: request.timezone.flatMap(TimeZone.init(identifier:)) ?? .gmt)
    }
}

extension [ChatMessage] {
    /// The last call of each tool.
    fileprivate var lastCalls: [String: ToolCall] {
        reduce(into: [:]) { calls, message in
            guard case .assistant(_, let made) = message else { return }
            for call in made { calls[call.name] = call }
        }
    }
}

extension ToolDefinition {
    /// How words begin with which an agent gives a call to somebody else.
    static let handOvers = ["transfer", "connect", "escalate", "handoff", "forward"]

    /// Whether it connects the caller to a person: "transfer_to_human", "connectFrontDesk".
    var leadsToPerson: Bool {
        let name = name.lowercased()
        // Asking for a person is not an emergency.
        guard !name.contains("emergency") else { return false }
        if ["human", "operator", "live_agent"].contains(where: name.contains) { return true }
        let words = Set(SpokenEvidence.words(description) + name.split(separator: "_").map(String.init))
        return (Self.handOvers + ["hand_off"]).contains(where: name.contains)
            && !words.isDisjoint(with: [
                "caller", "customer", "user", "person", "team", "desk", "department", "colleague", "staff", "manager",
                "office", "agent", "representative", "support",
            ])
    }
}
