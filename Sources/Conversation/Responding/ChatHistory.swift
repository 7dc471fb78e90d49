import Engines
import JSON

/// The conversation as the model is shown it: what was really said and really heard.
struct ChatHistory: Sendable {
    private enum Entry: Sendable {
        case user(String)
        case agent(ResponseID, String)
        case toolCalls(ResponseID, String, [ToolCall])
        case toolResult(callID: String, String)
        case context(id: String?, String)
    }

    typealias ResponseID = Int

    /// Entries, oldest first.
    private var entries: [Entry] = []
    private let instructions: String
    private let limit: Int

    /// - Parameter instructions: the system prompt.
    /// - Parameter limit: entries kept; the oldest leave first.
    init(instructions: String, limit: Int) {
        self.instructions = instructions
        self.limit = limit
    }

    /// How an agent that is heard, not read, should write.
    static let voiceStyle = """
        You are speaking with the caller on a voice call: everything you write is read aloud. \
        Answer in one or two short, natural sentences. Never use lists, headings, markdown, emoji or links. \
        Ask one question at a time. If you do not know something, say so.
        """

    mutating func addUser(_ text: String) { append(.user(text)) }

    /// Adds what was heard of a response, in place of what an earlier call said of the same one.
    mutating func setAgent(_ text: String, for id: ResponseID) {
        let place = entries.lastIndex { if case .agent(id, _) = $0 { true } else { false } }
        if let place {
            if text.isEmpty { entries.remove(at: place) } else { entries[place] = .agent(id, text) }
        } else if !text.isEmpty {
            append(.agent(id, text))
        }
    }

    mutating func addTools(_ text: String, _ calls: [ToolCall], for id: ResponseID) {
        append(.toolCalls(id, text, calls))
    }

    mutating func addToolResult(_ result: String, callID: String) { append(.toolResult(callID: callID, result)) }

    /// Adds context that is nobody's turn; one with the same id replaces the older.
    mutating func addContext(_ text: String, id: String?) {
        if let id { entries.removeAll { if case .context(id, _) = $0 { true } else { false } } }
        append(.context(id: id, text))
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        guard entries.count > limit else { return }
        entries.removeFirst(entries.count - limit)
        // A tool's result without its call is an error to most providers.
        while case .toolResult = entries.first { entries.removeFirst() }
    }

    /// The messages of a request, `turn` as the caller's words that are not yet part of the history.
    func messages(answering turn: String? = nil, note: String? = nil) -> [ChatMessage] {
        var messages: [ChatMessage] = [.system(instructions)]
        for entry in entries {
            switch entry {
            case .user(let text): Self.addUser(text, to: &messages)
            case .agent(_, let text): messages.append(.assistant(text))
            case .toolCalls(_, let text, let calls): messages.append(.assistant(text, toolCalls: calls))
            case .toolResult(let callID, let result): messages.append(.tool(callID: callID, result: result))
            case .context(_, let text): messages.append(.system("Context: " + text))
            }
        }
        if let turn { Self.addUser(turn, to: &messages) }
        if let note { messages.append(.system(note)) }
        return messages
    }

    /// Two turns of the caller in a row are one to the model: some providers refuse anything else.
    private static func addUser(_ text: String, to messages: inout [ChatMessage]) {
        if case .user(let before) = messages.last {
            messages[messages.count - 1] = .user(before + " " + text)
        } else {
            messages.append(.user(text))
        }
    }
}
