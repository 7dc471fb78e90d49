import Engines
import Foundation
import JSON

/// The conversation as the model is shown it: what was really said and really heard.
struct ChatHistory: Sendable {
    private enum Entry: Sendable {
        case user(String)
        case agent(response: Int, String)
        case tool(ToolCall, result: String)
        case context(id: String?, String)
    }

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

    /// How an agent that is heard, not read, should write. Short, because small models lose the prompt over it.
    static let voiceStyle = """
        Answer in one or two short, natural spoken sentences. No lists, no markdown, no emoji, no links.
        """

    /// What the model is told when it is to speak up to a silent caller.
    static let silenceNote = """
        The caller has not answered for a while. Say one short, friendly sentence to them: ask whether they are still \
        there, or ask your last question again.
        """

    /// What an English-speaking agent says to a silent caller: small models read the note above aloud.
    static let silencePrompt = "Are you still there?"

    /// What the agent said last; empty before it has said anything.
    var lastAgentWords: String {
        for case .agent(_, let text) in entries.reversed() { return text }
        return ""
    }

    /// The question that the agent asked last, and that is still open; nil when its last turn asked nothing.
    var openQuestion: String? {
        let last = entries.last { if case .context = $0 { false } else { true } }
        guard case .agent(_, let text)? = last else { return nil }
        var sentences: [String] = []
        var sentence = ""
        for character in text {
            sentence.append(character)
            if "?!.".contains(character) {
                sentences.append(sentence.trimmingCharacters(in: .whitespacesAndNewlines))
                sentence = ""
            }
        }
        return sentences.last { $0.hasSuffix("?") && $0 != Self.silencePrompt }
    }

    mutating func addUser(_ text: String) { append(.user(text)) }

    /// Adds what was heard of a response, in place of what an earlier call said of the same one.
    mutating func setAgent(_ text: String, for response: Int) {
        let place = entries.lastIndex { if case .agent(response, _) = $0 { true } else { false } }
        if let place {
            if text.isEmpty { entries.remove(at: place) } else { entries[place] = .agent(response: response, text) }
        } else if !text.isEmpty {
            append(.agent(response: response, text))
        }
    }

    /// Adds a tool call with what came of it.
    mutating func addTool(_ call: ToolCall, result: String) { append(.tool(call, result: result)) }

    /// Adds context that is nobody's turn; one with the same id replaces the older.
    mutating func addContext(_ text: String, id: String?) {
        if let id { entries.removeAll { if case .context(id, _) = $0 { true } else { false } } }
        append(.context(id: id, text))
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        guard entries.count > limit else { return }
        entries.removeFirst(entries.count - limit)
    }

    /// The messages of a request, `turn` as the caller's words that are not yet part of the history.
    func messages(answering turn: String? = nil, note: String? = nil) -> [ChatMessage] {
        var messages: [ChatMessage] = [.system(instructions)]
        for entry in entries {
            switch entry {
            case .user(let text): Self.addUser(text, to: &messages)
            case .agent(_, let text): messages.append(.assistant(text))
            case .tool(let call, let result):
                messages.append(.assistant("", toolCalls: [call]))
                messages.append(.tool(callID: call.id, result: result))
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
