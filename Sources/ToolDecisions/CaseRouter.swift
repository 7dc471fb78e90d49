import Engines
import JSON

/// Chooses among the cases of a tool by meaning: which of an agent's colleagues the caller wants, if any.
///
/// A small model does not choose among conditions that it is given as a list with numbers. So the caller's words are
/// compared with the conditions, as vectors; what they would have to be nearer to is what the agent itself answers, the
/// sentences of its prompt, what its other tools do, and words that want nothing. Some texts are near to whatever is said:
/// of each nearness a part is taken off that the text has to words that want nothing.
final class CaseRouter: Sendable {
    private struct Key: Hashable, Sendable {
        var tools: [ToolDefinition]
        var prompt: String
    }

    /// What a caller's words may be near to.
    private struct Landscape: Sendable {
        var cases: [(tool: String, arguments: JSONValue, place: Place)] = []
        /// What the agent answers or does itself, and what wants nothing.
        var own: [Place] = []
    }

    /// A text, as a vector.
    private struct Place: Sendable {
        var vector: [Float]
        /// What is taken off every nearness to it.
        var offset: Float

        func nearness(_ words: [Float]) -> Float { CaseRouter.product(vector, words) - offset }
    }

    /// Words of callers that want nothing by themselves.
    private static let idleWords = [
        "Hello.", "Okay.", "Um.", "Hello, can you help me?", "Yes.", "Thank you.", "Hold on a second.",
        "I have a question.", "Can you hear me?", "No.",
    ]

    private let embedder: any TextEmbedder
    private let options: ToolDecisionOptions.Routing
    private let landscapes: SharedWork<Key, Landscape>
    /// The vectors of `idleWords` as what a caller says.
    private let idle = SharedWork<[String], [[Float]]>(mostRemembered: 1)

    /// Words from which on a sentence says something.
    private static let shortestSentence = 3

    /// - Parameter rememberedLists: agents whose landscapes are remembered.
    init(_ embedder: any TextEmbedder, options: ToolDecisionOptions.Routing, rememberedLists: Int) {
        self.embedder = embedder
        self.options = options
        landscapes = SharedWork(mostRemembered: rememberedLists)
    }

    /// Reads an agent's prompt and tools ahead of the first choice.
    func prepare(_ request: GenerationRequest) {
        guard let key = Self.key(request), !landscapes.isBegun(key) else { return }
        Task { try? await landscape(of: key) }
    }

    /// The case that the caller's last words want; nil for none.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func choice(
        _ request: GenerationRequest, _ dialogue: [DialogueLine]
    ) async throws -> (tool: String, arguments: JSONValue)? {
        guard let key = Self.key(request), let last = dialogue.last, last.speaker == .caller else { return nil }
        let landscape = try await landscape(of: key)
        let words = try await vector(of: dialogue)
        // Which one it is the bare nearness tells better, whether it is any the other.
        let nearest = landscape.cases.max {
            Self.product($0.place.vector, words) < Self.product($1.place.vector, words)
        }
        guard let nearest else { return nil }
        let own = landscape.own.map { $0.nearness(words) }.max() ?? 0
        let odds = options.bias + options.slope * (nearest.place.nearness(words) - own)
        return odds > 0 ? (nearest.tool, nearest.arguments) : nil
    }

    /// The caller's last words, half of it what was said before them.
    private func vector(of dialogue: [DialogueLine]) async throws -> [Float] {
        let last = dialogue.last?.text ?? ""
        let own = dialogue.filter { $0.speaker == .caller }.suffix(2).map(\.text).joined(separator: " ")
        let asked = dialogue.dropLast().last { $0.speaker == .agent }.map { "\($0.text) \(last)" } ?? last
        var vectors: [String: [Float]] = [:]
        try await withThrowingTaskGroup(of: (String, [Float]).self) { group in
            for text in Set([last, own, asked]) {
                group.addTask { [embedder] in (text, try await embedder.vector(of: text, as: .query)) }
            }
            for try await (text, vector) in group { vectors[text] = vector }
        }
        guard let whole = vectors[last], let both = vectors[own], let answer = vectors[asked] else { return [] }
        let sum = whole.indices.map { whole[$0] + (both[$0] + answer[$0]) / 2 }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { $0 / length } : sum
    }

    private static func key(_ request: GenerationRequest) -> Key? {
        guard request.tools.contains(where: { !$0.cases.isEmpty }) else { return nil }
        let prompt = request.messages.lazy.compactMap { if case .system(let text) = $0 { text } else { nil } }.first
        return Key(tools: request.tools, prompt: prompt ?? "")
    }

    @discardableResult
    private func landscape(of key: Key) async throws -> Landscape {
        try await landscapes.value(of: key) { try await self.measured(key) }
    }

    private func measured(_ key: Key) async throws -> Landscape {
        let idle = try await self.idle.value(of: Self.idleWords) { [embedder] in
            var vectors: [[Float]] = []
            for words in Self.idleWords { vectors.append(try await embedder.vector(of: words, as: .query)) }
            return vectors
        }
        func place(_ text: String) async throws -> Place {
            let vector = try await embedder.vector(of: text, as: .passage)
            let mean = idle.reduce(0) { $0 + Self.product($1, vector) } / Float(idle.count)
            return Place(vector: vector, offset: options.idleShare * mean)
        }
        var landscape = Landscape()
        for tool in key.tools {
            for entry in tool.cases where !entry.condition.isEmpty {
                landscape.cases.append((tool.name, entry.arguments, try await place(entry.condition)))
            }
            if tool.cases.isEmpty { landscape.own.append(try await place(tool.description)) }
        }
        for words in Self.idleWords { landscape.own.append(try await place(words)) }
        for sentence in Self.sentences(key.prompt).prefix(options.sentences) where !Self.tellsOfHandOver(sentence) {
            let place = try await place(sentence)
            let isCondition = landscape.cases.contains {
                Self.product($0.place.vector, place.vector) >= options.sameMeaning
            }
            if !isCondition { landscape.own.append(place) }
        }
        return landscape
    }

    private static func product(_ first: [Float], _ second: [Float]) -> Float {
        zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Whether a sentence tells the agent when to hand over, rather than what to answer.
    private static func tellsOfHandOver(_ sentence: String) -> Bool {
        SpokenEvidence.words(sentence).contains { word in ToolDefinition.handOvers.contains(where: word.hasPrefix) }
    }

    /// The sentences and lines of a prompt that say something.
    private static func sentences(_ prompt: String) -> [String] {
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
        return (sentences + [sentence]).filter { SpokenEvidence.words($0).count >= shortestSentence }
    }
}
