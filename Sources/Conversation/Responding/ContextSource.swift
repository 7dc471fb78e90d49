import Engines
import Tasks

/// Something that knows what an answer needs, such as documents. It is asked before the model is, for every turn of the
/// caller's, and has little time: what comes too late is left out.
public protocol ContextSource: Sendable {
    /// As the record and its warnings name it.
    var name: String { get }

    /// What the model is to know for its answer; nil for nothing. Cancelled when the time is over: it must return at once
    /// then, because the answer and the call wait for it.
    func context(for question: ContextQuestion) async throws -> String?
}

/// What a source of context is asked.
public struct ContextQuestion: Sendable, Hashable {
    /// The agent that is to answer.
    public var agentID: String
    /// The caller's words that are to be answered.
    public var words: String
    /// The most tokens that are of use, by an estimate; a longer text is cut.
    public var tokens: Int
}

/// The context of one answer: all sources at once, within one budget of time and tokens.
struct ContextLookup: Sendable {
    let sources: [any ContextSource]
    let question: ContextQuestion
    /// The time after which sources are cancelled.
    let budget: Duration
    let clock: TaskClock

    /// What one source found.
    struct Finding: Sendable, Hashable {
        var source: String
        /// Nil for nothing.
        var text: String?
        /// Why there is nothing that should have been there; nil when nothing went wrong.
        var problem: String?
    }

    /// The findings in the order of the sources.
    func findings() async -> [Finding] {
        await withTaskGroup(of: (Int, Finding).self) { group in
            for (place, source) in sources.enumerated() {
                group.addTask { (place, await finding(of: source)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func finding(of source: any ContextSource) async -> Finding {
        let share = question.tokens / sources.count
        let found = await clock.first(within: budget) { () -> Finding in
            do {
                let text = try await source.context(
                    for: ContextQuestion(
                        agentID: question.agentID, words: question.words, tokens: share))
                guard let text, !text.isEmpty else { return Finding(source: source.name) }
                return Finding(source: source.name, text: TokenEstimate.prefix(of: text, tokens: share))
            } catch {
                return Finding(source: source.name, problem: "\(error)")
            }
        }
        return found ?? Finding(source: source.name, problem: "it took longer than \(budget)")
    }
}
