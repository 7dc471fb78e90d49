import AsyncHTTPClient
import Engines
import Foundation
import JSON
import Synchronization

/// Decides, before a small model answers, whether to call a tool, which one, and with which arguments.
///
/// On their own, such models call tools at random, write calls into the text, and invent arguments. So the choice is
/// made from the probabilities of the names, less those that they have whatever is said. Each argument is asked for
/// separately and must have been said; where a required one is missing, no tool is called, and the agent asks for it.
public final class LlamaToolDecider: Sendable {
    /// The model's prior likelihoods of the tools in a list.
    private struct Bias: Sendable {
        /// The tokens of each name, with the text around it.
        var tokens: [String: [Int]]
        /// The mean of the logarithm of each name's probability after neutral words.
        var logarithms: [String: Double]
    }

    private struct State {
        var biases: [[ToolDefinition]: Bias] = [:]
        /// The remembered lists, oldest first.
        var order: [[ToolDefinition]] = []
        var beingPrepared: Set<[ToolDefinition]> = []
    }

    private let client: LlamaClient
    private let options: LocalEngineOptions.ToolDecision
    private let now: @Sendable () -> Date
    private let makeCallID: @Sendable () -> String
    private let state = Mutex(State())

    /// The server's own tools for ending the call and for saying nothing.
    private static let endCall = "end_call"
    private static let skipTurn = "skip_turn"
    /// Most tokens of what is said about a result: some 20 seconds.
    private static let longestReport = 80
    /// Most tokens of an argument: a name, an address or a sentence.
    private static let longestValue = 48
    /// Most tokens of an argument that is an object or a list.
    private static let longestObject = 256
    /// How much less likely than the most likely one a tool without arguments may be, as a natural logarithm.
    private static let nearlyAsLikely = 1.0
    /// Advantage of a tool that was asked for explicitly, as a natural logarithm: more than the usual distance between
    /// such a tool and talking.
    private static let saidOutright = 6.0
    /// Most tools whose arguments are asked for before the agent speaks instead.
    private static let longestSearch = 2
    /// A logarithm that is lower than any that the server returns.
    private static let unlikely = -14.0

    /// - Parameters:
    /// - client: The HTTP client for requests to `server`.
    /// - now: The clock for "today" in the agent's time zone, used when the agent's prompt does not name the day.
    public init(
        server: LlamaServer, client: HTTPClient, options: LocalEngineOptions.ToolDecision = .init(),
        now: @escaping @Sendable () -> Date = { Date() },
        makeCallID: @escaping @Sendable () -> String = { "call_\(UUID().uuidString.lowercased())" }
    ) {
        self.client = LlamaClient(server: server, http: client, timeout: .seconds(options.timeout))
        self.options = options
        self.now = now
        self.makeCallID = makeCallID
    }

    /// Measures the prior likelihoods of the tools, ahead of the first decision.
    public func prepare(_ tools: [ToolDefinition]) {
        guard !tools.isEmpty, client.server.isReady,
            state.withLock({ $0.biases[tools] == nil && $0.beingPrepared.insert(tools).inserted })
        else { return }
        // A task of its own: the one that asks may be cancelled at the caller's next word.
        Task {
            _ = try? await bias(of: tools, ToolPrompt(tools))
            state.withLock { _ = $0.beingPrepared.remove(tools) }
        }
    }

    /// What the agent is to do now.
    public enum Decision: Sendable, Hashable {
        case call(ToolCall)
        /// A required argument is missing: the question that asks for it.
        case ask(String)
        case talk
    }

    /// Decides what to do about the latest turn.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public func decide(_ request: GenerationRequest) async throws -> Decision {
        let dialogue = lines(of: request.messages)
        guard dialogue.last?.speaker == .caller, !request.tools.isEmpty else { return .talk }
        if let end = goodbye(request.tools, dialogue) { return .call(end) }
        let prompt = ToolPrompt(request.tools)
        let bias = try await bias(of: request.tools, prompt)
        let text = prompt.text(dialogue)
        let said = Said(
            evidence: SpokenEvidence(dialogue),
            moments: SpokenMoments(dialogue, today: Self.today(of: request, now: now())),
            account: SpokenEvidence.account(of: dialogue))
        let wantsNothing =
            SpokenEvidence.isRefusal(dialogue) || SpokenEvidence.isThanks(dialogue)
            || SpokenEvidence.isDeferral(dialogue)
        let earlier = request.messages.lastCalls
        let neutral = prompt.text([DialogueLine(speaker: .caller, text: ToolPrompt.neutralWords[0])])
        let wanted =
            SpokenEvidence.asksForPerson(dialogue) ? Set(request.tools.filter(\.leadsToPerson).map(\.name)) : []
        let names = try await namesLikelierThanTalk(text, bias, wanted: wanted)
        var attempts = 0
        for (name, score) in names {
            guard let tool = request.tools.first(where: { $0.name == name }) else { continue }
            // Tools that end the call or say nothing need more than a likely name.
            if name == Self.endCall, !SpokenEvidence.isEnd(dialogue) { continue }
            if name == Self.skipTurn, !SpokenEvidence.isPause(dialogue) { continue }
            let needsArguments = tool.arguments.contains { $0.isRequired && !$0.isAccount }
            if needsArguments, wantsNothing { return .talk }
            // When an argument of one tool was not said, a similar tool may be meant, but hardly one without arguments.
            guard needsArguments || score > (names.first?.score ?? 0) - Self.nearlyAsLikely else { continue }
            let script = Script(text: "\(text) \(name)(", neutral: "\(neutral) \(name)(")
            if let values = try await values(for: tool, script, said) {
                // The same call was made before: it is repeated only when the caller names a value anew.
                if !values.isEmpty, earlier[name] == .object(values), !SpokenEvidence.repeats(values, in: dialogue) {
                    return .talk
                }
                return .call(ToolCall(id: makeCallID(), name: name, arguments: .object(values)))
            }
            attempts += 1
            if attempts == Self.longestSearch { break }
        }
        return attempts > 0 ? try await question(after: text, dialogue) : .talk
    }

    /// Asks for what an incomplete request lacks; leaves questions to the model, which knows the agent's prompt.
    private func question(after text: String, _ dialogue: [DialogueLine]) async throws -> Decision {
        guard let words = dialogue.last?.text, !words.contains("?") else { return .talk }
        let asked = try await client.continuation(
            of: "\(text) \(ToolPrompt.talk)(\"", upTo: ["\"", "\n"], limit: Self.longestValue,
            slot: client.server.decidingSlot)
        let question = ToolPrompt.line(asked)
        return question.hasSuffix("?") ? .ask(question) : .talk
    }

    /// What the agent tells the caller about the results at the end of the messages.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public func report(on messages: [ChatMessage]) async throws -> String {
        let report = ToolReport(of: messages.lastResults, after: lines(of: messages))
        if let ready = report.ready { return ready }
        let words = try await client.continuation(
            of: report.script, upTo: ["\n"], limit: Self.longestReport, slot: client.server.decidingSlot)
        return words.trimmingCharacters(in: .whitespaces)
    }

    /// The call that ends the conversation after a goodbye, for which no model is asked; nil without one.
    private func goodbye(_ tools: [ToolDefinition], _ dialogue: [DialogueLine]) -> ToolCall? {
        guard let tool = tools.first(where: { $0.name == Self.endCall }), SpokenEvidence.isGoodbye(dialogue) else {
            return nil
        }
        let values = ["reason": "The caller said goodbye.", "message": "Goodbye."]
        let known = tool.parameters["properties"]?.objectValue ?? [:]
        return ToolCall(
            id: makeCallID(), name: tool.name,
            arguments: .object(values.filter { known[$0.key] != nil }.mapValues(JSONValue.string)))
    }

    // MARK: Which

    /// The tools that are more likely than talking, the most likely first.
    ///
    /// - Parameter wanted: The tools that the caller has asked for explicitly.
    private func namesLikelierThanTalk(
        _ text: String, _ bias: Bias, wanted: Set<String>
    ) async throws -> [(name: String, score: Double)] {
        let scores = try await logarithms(of: bias.tokens, after: text).map { name, logarithm in
            let score = logarithm - options.calibration * (bias.logarithms[name] ?? 0)
            return (name: name, score: score + (wanted.contains(name) ? Self.saidOutright : 0))
        }
        let talk = (scores.first { $0.name == ToolPrompt.talk }?.score ?? 0) + options.talkBias
        return scores.filter { $0.name != ToolPrompt.talk && $0.score > talk }
            .sorted { ($1.score, $0.name) < ($0.score, $1.name) }
    }

    private func bias(of tools: [ToolDefinition], _ prompt: ToolPrompt) async throws -> Bias {
        if let known = state.withLock({ $0.biases[tools] }) { return known }
        var tokens: [String: [Int]] = [:]
        for name in tools.map(\.name) + [ToolPrompt.talk] { tokens[name] = try await client.tokens(of: " \(name)(") }
        var sums: [String: Double] = [:]
        for words in ToolPrompt.neutralWords {
            let text = prompt.text([DialogueLine(speaker: .caller, text: words)])
            for (name, logarithm) in try await logarithms(of: tokens, after: text) {
                sums[name, default: 0] += logarithm
            }
        }
        let bias = Bias(
            tokens: tokens, logarithms: sums.mapValues { $0 / Double(ToolPrompt.neutralWords.count) })
        state.withLock { state in
            if state.biases.updateValue(bias, forKey: tools) == nil { state.order.append(tools) }
            if state.order.count > options.rememberedLists { state.biases[state.order.removeFirst()] = nil }
        }
        return bias
    }

    /// The logarithm of the probability of each continuation after `text`, token by token where several begin alike.
    private func logarithms(of continuations: [String: [Int]], after text: String) async throws -> [String: Double] {
        var result: [String: Double] = [:]
        var open = [(text: text, depth: 0, sum: 0.0, names: continuations.keys.sorted())]
        while let group = open.popLast() {
            guard group.names.count > 1 else {
                for name in group.names { result[name] = group.sum }
                continue
            }
            let candidates = try await client.candidates(
                after: group.text, count: options.candidates, slot: client.server.decidingSlot)
            let floor = min(Self.unlikely, candidates.last?.logprob ?? 0)
            let byToken = Dictionary(grouping: group.names) { name -> Int? in
                let tokens = continuations[name] ?? []
                return group.depth < tokens.count ? tokens[group.depth] : nil
            }
            for (token, names) in byToken {
                let candidate = candidates.first { $0.id == token }
                let sum = group.sum + (candidate?.logprob ?? floor)
                if let candidate, names.count > 1 {
                    open.append((group.text + candidate.token, group.depth + 1, sum, names))
                } else {
                    for name in names { result[name] = sum }
                }
            }
        }
        return result
    }

    // MARK: With what

    /// The call as far as it is written, after the dialogue and after neutral words.
    private struct Script {
        private(set) var text: String
        private(set) var neutral: String
        private var hasArguments = false

        init(text: String, neutral: String) { (self.text, self.neutral) = (text, neutral) }

        mutating func append(_ argument: String) {
            text += piece(argument)
            neutral += piece(argument)
            hasArguments = true
        }

        func piece(_ argument: String) -> String { (hasArguments ? ", " : "") + argument }
    }

    private struct Said {
        var evidence: SpokenEvidence
        var moments: SpokenMoments
        /// The description of a matter, in the caller's words.
        var account: String
    }

    /// The arguments of a tool; nil when a required one was not said.
    private func values(
        for tool: ToolDefinition, _ script: Script, _ said: Said
    ) async throws -> [String: JSONValue]? {
        var (script, values) = (script, [String: JSONValue]())
        for argument in tool.arguments {
            if let value = try await value(of: argument, &script, said) {
                values[argument.name] = value
            } else if argument.isRequired {
                return nil
            }
        }
        return values
    }

    /// The value of an argument; nil when it was not said.
    private func value(of argument: ToolArgument, _ script: inout Script, _ said: Said) async throws -> JSONValue? {
        let asked = script.text + script.piece("\(argument.name)=")
        let anyway = script.neutral + script.piece("\(argument.name)=")
        let value: JSONValue?
        switch argument.kind {
        case .choice(let options):
            if let option = said.evidence.lastSaid(of: options) {
                value = option
            } else {
                value = argument.isRequired ? try await likeliest(of: options, asked, anyway) : nil
            }
        case .flag:
            value = argument.isRequired ? try await likeliest(of: [true, false], asked) : nil
        case .integer, .number:
            let written = try await client.continuation(
                of: asked, upTo: [",", ")"], limit: Self.longestValue, slot: client.server.decidingSlot)
            value = Double(written.trimmingCharacters(in: .whitespaces)).flatMap { number in
                guard let whole = Int(exactly: number) else { return argument.isWhole ? nil : .number(number) }
                return said.evidence.numbers.contains(whole) ? .integer(whole) : nil
            }
        case .text, .date, .time, .dateTime:
            // An optional argument is asked for only where the model would give it.
            if !argument.isRequired, !(argument.isOfDay && said.moments.isDaySaid), try await isLeftOut(asked) {
                return nil
            }
            let written = try await client.continuation(
                of: asked + "\"", upTo: ["\""], limit: Self.longestValue, slot: client.server.decidingSlot)
            value = Self.text(written, argument, said).map(JSONValue.string)
        case .other:
            let written = try await client.continuation(
                of: asked, limit: Self.longestObject, schema: argument.schema, slot: client.server.decidingSlot)
            value = argument.isRequired ? try? JSONValue(parsing: written) : nil
        }
        if let value { script.append("\(argument.name)=\(value.text)") }
        return value
    }

    private static func text(_ written: String, _ argument: ToolArgument, _ said: Said) -> String? {
        switch argument.kind {
        case .date: return said.moments.day(written)
        case .time: return said.moments.time(written)
        case .dateTime:
            guard let day = said.moments.day(written), let time = said.moments.time(written) else { return nil }
            return "\(day)T\(time):00"
        default:
            if argument.isOfDigits, !written.contains(where: \.isNumber), said.evidence.text(written)?.isNumber != true
            {
                return nil
            }
            return said.evidence.text(written) ?? (argument.isRequired && argument.isAccount ? said.account : nil)
        }
    }

    private func isLeftOut(_ text: String) async throws -> Bool {
        let candidates = try await client.candidates(
            after: text, count: options.candidates, slot: client.server.decidingSlot)
        func logarithm(_ prefix: String) -> Double {
            candidates.filter { $0.token.hasPrefix(prefix) }.map(\.logprob).max() ?? Self.unlikely
        }
        return logarithm("None") >= logarithm("\"")
    }

    /// - Parameter anyway: The same question after neutral words. Where they make the option as likely, the dialogue is
    ///   no evidence for it.
    private func likeliest(
        of options: [JSONValue], _ asked: String, _ anyway: String? = nil
    ) async throws -> JSONValue? {
        // The quotation mark that begins a text is one token with the sign before it.
        let isText = options.allSatisfy { $0.stringValue != nil }
        func written(_ option: JSONValue) -> String {
            option.boolValue.map { $0 ? "True" : "False" } ?? (isText ? String(option.text.dropFirst()) : option.text)
        }
        var tokens: [String: [Int]] = [:]
        for option in options { tokens[written(option)] = try await client.tokens(of: written(option)) }
        let quote = isText ? "\"" : ""
        let here = try await logarithms(of: tokens, after: asked + quote)
        guard let best = options.max(by: { (here[written($0)] ?? 0) < (here[written($1)] ?? 0) }) else { return nil }
        guard let anyway else { return best }
        let without = try await logarithms(of: tokens, after: anyway + quote)
        let evidence = (here[written(best)] ?? 0) - (without[written(best)] ?? 0)
        // `nil` would be a JSON null here.
        return evidence > self.options.choiceEvidence ? best : Optional.none
    }

    // MARK: The dialogue

    /// The latest entries of the dialogue, without tools and instructions.
    private func lines(of messages: [ChatMessage]) -> [DialogueLine] {
        let lines = messages.compactMap { message -> DialogueLine? in
            switch message {
            case .user(let text): DialogueLine(speaker: .caller, text: ToolPrompt.line(text))
            case .assistant(let text, _): DialogueLine(speaker: .agent, text: ToolPrompt.line(text))
            case .system, .tool: nil
            }
        }
        return lines.filter { !$0.text.isEmpty }.suffix(options.messages).map {
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
    /// The arguments of the last call of each tool.
    fileprivate var lastCalls: [String: JSONValue] {
        reduce(into: [:]) { calls, message in
            guard case .assistant(_, let made) = message else { return }
            for call in made { calls[call.name] = call.arguments }
        }
    }

    /// The results at the end of the messages, with the tools that gave them.
    fileprivate var lastResults: [(tool: String, result: String)] {
        var names: [String: String] = [:]
        var results: [(tool: String, result: String)] = []
        for message in self {
            switch message {
            case .assistant(_, let calls):
                for call in calls { names[call.id] = call.name }
                results = []
            case .tool(let id, let result): results.append((names[id] ?? "the tool", result))
            case .system, .user: results = []
            }
        }
        return results
    }
}

extension ToolDefinition {
    /// Whether it connects the caller to a person: "transfer_to_human", "connectFrontDesk".
    var leadsToPerson: Bool {
        let name = name.lowercased()
        // Asking for a person is not an emergency.
        guard !name.contains("emergency") else { return false }
        if ["human", "operator", "live_agent"].contains(where: name.contains) { return true }
        let words = Set(SpokenEvidence.words(description) + name.split(separator: "_").map(String.init))
        return ["transfer", "connect", "escalate", "handoff", "hand_off", "forward"].contains(where: name.contains)
            && !words.isDisjoint(with: [
                "caller", "customer", "user", "person", "team", "desk", "department", "colleague", "staff", "manager",
                "office", "agent", "representative", "support",
            ])
    }
}

extension ToolArgument {
    private var words: String { "\(name) \(schema["description"]?.stringValue ?? "")".lowercased() }

    /// Whether its description asks for digits.
    fileprivate var isOfDigits: Bool { words.contains("digit") }

    /// Whether it is a day.
    fileprivate var isOfDay: Bool { ["day", "date"].contains { words.contains($0) } }

    /// Whether it is to hold the caller's account of a matter, and not a name or a number.
    fileprivate var isAccount: Bool {
        [
            "message", "what ", "whathappened", "reason", "describe", "description", "summary", "note", "problem",
            "in the caller's words",
        ]
        .contains { words.contains($0) }
    }

    /// Whether it is a whole number.
    fileprivate var isWhole: Bool {
        if case .integer = kind { true } else { false }
    }
}

extension String {
    fileprivate var isNumber: Bool { !isEmpty && allSatisfy(\.isNumber) }
}
