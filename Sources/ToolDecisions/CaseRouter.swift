import Engines
import JSON

/// Chooses among the cases of a tool by meaning: which of an agent's colleagues the caller wants, if any.
///
/// A small model does not choose among conditions that it is given as a list with numbers. So the caller's words are
/// compared with the conditions, as vectors; what they would have to be nearer to is what the agent itself answers, the
/// sentences of its prompt, what its other tools do, and words that want nothing. Some texts are near to whatever is said:
/// of each nearness a part is taken off that the text has to words that want nothing.
///
/// English only, as far as the words that want nothing and those for handing over go.
final class CaseRouter: Sendable {
    /// A text that the caller's words may be near to.
    private struct Place: Sendable {
        var vector: [Float]
        /// What is taken off every nearness to it.
        var offset: Float

        func nearness(_ words: [Float]) -> Float { CaseRouter.product(vector, words) - offset }
    }

    private typealias Choice = (tool: String, arguments: JSONValue, place: Place)

    private let embedder: any TextEmbedder
    private let options: ToolDecisionOptions.Routing
    private let places: SharedWork<String, Place>
    /// The vectors of `idleWords` as what a caller says.
    private let idle = SharedWork<[String], [[Float]]>(mostRemembered: 1)

    /// Words of callers that want nothing by themselves.
    private static let idleWords = [
        "Hello.", "Okay.", "Um.", "Hello, can you help me?", "Yes.", "Thank you.", "Hold on a second.",
        "I have a question.", "Can you hear me?", "No.",
    ]

    init(_ embedder: any TextEmbedder, options: ToolDecisionOptions.Routing) {
        self.embedder = embedder
        self.options = options
        places = SharedWork(mostRemembered: options.rememberedTexts)
    }

    /// Reads an agent's prompt and tools ahead of the first choice.
    func prepare(_ request: GenerationRequest) {
        guard request.tools.contains(where: { !$0.cases.isEmpty }) else { return }
        Task {
            let choices = try await self.choices(request.tools)
            _ = try await self.own(request, besides: choices)
        }
    }

    /// The case that the caller's last words want; nil for none.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func choice(
        _ request: GenerationRequest, _ dialogue: [DialogueLine]
    ) async throws -> (tool: String, arguments: JSONValue)? {
        guard let last = dialogue.last, last.speaker == .caller, !request.isAnsweredByHandOver else { return nil }
        let choices = try await choices(request.tools)
        guard !choices.isEmpty else { return nil }
        let own = try await own(request, besides: choices)
        let words = try await vector(of: dialogue)
        // Which one it is the bare nearness tells better, whether it is any the other.
        let nearest = choices.max {
            Self.product($0.place.vector, words) < Self.product($1.place.vector, words)
        }
        guard let nearest, !request.hasFailed(nearest.tool, nearest.arguments) else { return nil }
        let rival = own.map { $0.nearness(words) }.max() ?? 0
        let odds = options.bias + options.slope * (nearest.place.nearness(words) - rival)
        return odds > 0 ? (nearest.tool, nearest.arguments) : nil
    }

    /// The caller's last words, and with less weight what was said before them.
    private func vector(of dialogue: [DialogueLine]) async throws -> [Float] {
        let last = dialogue.last?.text ?? ""
        let own = dialogue.filter { $0.speaker == .caller }.suffix(2).map(\.text).joined(separator: " ")
        let asked = dialogue.dropLast().last { $0.speaker == .agent }.map { "\($0.text) \(last)" } ?? last
        let weights = [(last, 1), (own, options.before), (asked, options.before)]
        let sum = try await withThrowingTaskGroup(of: [Float].self) { group in
            for text in Set(weights.map(\.0)) {
                let weight = weights.reduce(Float(0)) { $1.0 == text ? $0 + $1.1 : $0 }
                group.addTask { [embedder] in try await embedder.vector(of: text, as: .query).map { $0 * weight } }
            }
            return try await group.reduce(into: [Float]()) { sum, vector in
                sum = sum.isEmpty ? vector : zip(sum, vector).map(+)
            }
        }
        let length = Self.product(sum, sum).squareRoot()
        return length > 0 ? sum.map { $0 / length } : sum
    }

    // MARK: What there is to compare with

    private func choices(_ tools: [ToolDefinition]) async throws -> [Choice] {
        var choices: [Choice] = []
        for tool in tools {
            for entry in tool.cases where !entry.condition.isEmpty {
                choices.append((tool.name, entry.arguments, try await place(entry.condition)))
            }
        }
        return choices
    }

    /// What the agent answers or does itself, and what wants nothing.
    private func own(_ request: GenerationRequest, besides choices: [Choice]) async throws -> [Place] {
        let tools = request.tools.lazy.filter(\.cases.isEmpty).map(\.description).prefix(options.sentences)
        var own: [Place] = []
        for text in Self.idleWords + tools { own.append(try await place(text)) }
        let prompt = request.messages.lazy.compactMap { if case .system(let text) = $0 { text } else { nil } }.first
        for sentence in sentences(prompt ?? "").prefix(options.sentences) {
            let place = try await place(sentence)
            let nearest = choices.map { Self.product($0.place.vector, place.vector) }.max() ?? 0
            let limit = Self.tellsOfHandOver(sentence) ? options.handOverMeaning : options.sameMeaning
            if nearest < limit { own.append(place) }
        }
        return own
    }

    private func place(_ text: String) async throws -> Place {
        try await places.value(of: text) { try await self.measured(text) }
    }

    private func measured(_ text: String) async throws -> Place {
        let idle = try await self.idle.value(of: Self.idleWords) { [embedder] in
            var vectors: [[Float]] = []
            for words in Self.idleWords { vectors.append(try await embedder.vector(of: words, as: .query)) }
            return vectors
        }
        let vector = try await embedder.vector(of: text, as: .passage)
        let mean = idle.reduce(0) { $0 + Self.product($1, vector) } / Float(max(1, idle.count))
        return Place(vector: vector, offset: options.idleShare * mean)
    }

    private static func product(_ first: [Float], _ second: [Float]) -> Float {
        zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Whether a sentence may tell the agent when to hand over, rather than what to answer.
    private static func tellsOfHandOver(_ sentence: String) -> Bool {
        SpokenEvidence.words(sentence).contains { word in ToolDefinition.handOvers.contains(where: word.hasPrefix) }
    }

    /// The sentences and lines of a prompt that say something.
    private func sentences(_ prompt: String) -> [String] {
        var sentences: [String] = []
        var sentence = ""
        for character in prompt {
            if character.isNewline || (character.isWhitespace && sentence.last.map { ".!?".contains($0) } == true) {
                sentences.append(sentence)
                sentence = ""
            } else {
                sentence.append(character)
            }
        }
        return (sentences + [sentence]).filter { SpokenEvidence.words($0).count >= options.shortestSentence }
    }
}

extension GenerationRequest {
    /// Whether another agent has just taken over, or failed to, because of the caller's last words: these have had their
    /// hand-over.
    fileprivate var isAnsweredByHandOver: Bool {
        let last = messages.lastIndex { if case .user = $0 { true } else { false } }
        return messages.dropFirst(last ?? 0).contains {
            if case .assistant(_, let calls) = $0 { !calls.isEmpty } else { false }
        }
    }

    /// Whether the last call of a tool was this one, and did not work.
    fileprivate func hasFailed(_ tool: String, _ arguments: JSONValue) -> Bool {
        let calls = messages.flatMap { if case .assistant(_, let calls) = $0 { calls } else { [ToolCall]() } }
        guard let last = calls.last(where: { $0.name == tool }), last.arguments == arguments else { return false }
        guard let finding = messages.findings.last(where: { $0.callID == last.id }) else { return false }
        return if case .failed = finding.kind { true } else { false }
    }
}
