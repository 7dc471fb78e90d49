import Engines
import LocalEngines
import Synchronization

/// How likely a small model finds each of an agent's tools, less how likely it finds them whatever is said.
final class ToolLikelihoods: Sendable {
    /// The model's prior likelihoods of the tools in a list.
    private struct Bias: Sendable {
        /// The tokens of each name, with the text around it.
        var tokens: [String: [Int]]
        /// The mean of the logarithm of each name's probability after neutral words.
        var logarithms: [String: Double]
    }

    private let client: LlamaClient
    private let options: ToolDecisionOptions
    private let biases: SharedWork<[ToolDefinition], Bias>
    /// What was read ahead last.
    private let ahead = Mutex((text: "", isReading: false))

    /// Advantage of a tool that was asked for explicitly, as a natural logarithm: more than the usual distance between
    /// such a tool and talking.
    private static let saidOutright = 6.0
    /// A logarithm that is lower than any that the server returns.
    static let unlikely = -14.0

    init(client: LlamaClient, options: ToolDecisionOptions) {
        self.client = client
        self.options = options
        biases = SharedWork(mostRemembered: options.rememberedLists)
    }

    /// Measures the prior likelihoods of the tools, ahead of the first decision, unless the model is still being loaded.
    func prepare(_ tools: [ToolDefinition]) {
        guard !tools.isEmpty else { return }
        client.server.want()
        guard client.server.isReady, !biases.isBegun(tools) else { return }
        Task { try? await bias(of: tools) }
    }

    /// The same at once, however long loading takes.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func waitUntilPrepared(for tools: [ToolDefinition]) async throws {
        guard !tools.isEmpty else { return }
        client.server.want()
        try await client.server.waitUntilReady()
        try await bias(of: tools)
    }

    /// Whether the model can be asked for these tools without a long wait.
    func isPrepared(for tools: [ToolDefinition]) -> Bool { client.server.isReady && biases.isDone(tools) }

    /// Has the model read the beginning of a script, so that only what follows it has to be read when the names are asked
    /// for. One is read at a time, and none twice in a row.
    func readAhead(_ text: String) {
        let isNew = ahead.withLock { ahead in
            guard !ahead.isReading, ahead.text != text else { return false }
            ahead = (text, true)
            return true
        }
        guard isNew else { return }
        Task {
            let read = try? await client.candidates(after: text, count: 1, slot: client.server.decidingSlot)
            ahead.withLock { $0 = (read == nil ? "" : text, false) }
        }
    }

    /// The tools, the most likely first, with how much likelier each is than talking, as a natural logarithm.
    ///
    /// - Parameters:
    ///   - text: the script up to the name.
    ///   - wanted: the tools that the caller has asked for explicitly.
    func advantages(
        of tools: [ToolDefinition], _ text: String, wanted: Set<String>
    ) async throws -> [(name: String, score: Double)] {
        let bias = try await bias(of: tools)
        let scores = try await logarithms(of: bias.tokens, after: text).map { name, logarithm in
            let score = logarithm - options.calibration * (bias.logarithms[name] ?? 0)
            return (name: name, score: score + (wanted.contains(name) ? Self.saidOutright : 0))
        }
        let talk = (scores.first { $0.name == ToolPrompt.talk }?.score ?? 0) + options.talkBias
        return scores.filter { $0.name != ToolPrompt.talk }.map { ($0.name, $0.score - talk) }
            .sorted { ($1.score, $0.name) < ($0.score, $1.name) }
    }

    @discardableResult
    private func bias(of tools: [ToolDefinition]) async throws -> Bias {
        try await biases.value(of: tools) { try await self.measuredBias(of: tools) }
    }

    private func measuredBias(of tools: [ToolDefinition]) async throws -> Bias {
        let prompt = ToolPrompt(tools)
        var tokens: [String: [Int]] = [:]
        for name in tools.map(\.name) + [ToolPrompt.talk] { tokens[name] = try await client.tokens(of: " \(name)(") }
        var sums: [String: Double] = [:]
        for words in ToolPrompt.neutralWords {
            let text = prompt.text([DialogueLine(speaker: .caller, text: words)])
            for (name, logarithm) in try await logarithms(of: tokens, after: text) {
                sums[name, default: 0] += logarithm
            }
        }
        return Bias(tokens: tokens, logarithms: sums.mapValues { $0 / Double(ToolPrompt.neutralWords.count) })
    }

    /// The logarithm of the probability of each continuation after `text`, token by token where several begin alike.
    func logarithms(of continuations: [String: [Int]], after text: String) async throws -> [String: Double] {
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
}
