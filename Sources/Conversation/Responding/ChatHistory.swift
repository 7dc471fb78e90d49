import Agents
import Engines
import Foundation
import JSON
import Language
import Speech

/// The conversation as the model is shown it: what was actually said and heard.
struct ChatHistory: Sendable {
    private enum Entry: Sendable {
        case user(String, [SharedFile])
        /// With who says which part of it; empty when all is in the agent's own voice.
        case agent(response: Int, String, parts: [TranscriptTurn.VoicePart])
        /// A tool call; it is still running when `result` is nil.
        case tool(ToolCall, result: String?, ToolResultKind = .running)
        case context(id: String?, String)
        /// From here on the conversation is in another language, in which the agent would have opened it with these words.
        case languageChange(opening: String)

        var tokens: Int {
            switch self {
            case .user(let text, let files):
                files.reduce(TokenEstimate.tokens(in: text)) { $0 + $1.tokens }
            case .agent(_, let text, _), .context(_, let text), .languageChange(let text):
                TokenEstimate.tokens(in: text)
            case .tool(let call, let result, _):
                TokenEstimate.tokens(in: call.name + call.arguments.text)
                    + TokenEstimate.tokens(in: result ?? ChatHistory.stillRunning)
            }
        }
    }

    /// Entries, oldest first.
    private var entries: [Entry] = []
    private var instructions: String
    /// Sentences that the call says by itself: fillers, the re-prompt, the apology. The model is not shown them, since it would
    /// say them too.
    private var ownSentences: [String]
    private let limit: Int
    private var tokens: Int
    /// Whether something was left out, or cut, to fit.
    private(set) var isShortened = false

    /// - Parameters:
    ///   - instructions: the system prompt.
    ///   - limit: entries kept; the oldest are removed first.
    ///   - tokens: the most tokens of all entries, by `TokenEstimate`.
    ///   - ownSentences: what the call says by itself, of which the model is not shown anything.
    init(instructions: String, limit: Int, tokens: Int = .max, ownSentences: [String] = []) {
        self.instructions = instructions
        self.ownSentences = ownSentences
        self.limit = limit
        self.tokens = tokens
    }

    /// The system prompt's part on writing for the ear. Short, because small models lose track of the prompt over it.
    static let voiceStyle = """
        Answer in one or two short, natural spoken sentences. No lists, no markdown, no emoji, no links.
        """

    /// The end of a tool's description whose call is to be announced.
    static let announcementNote = "Before you use it, tell the user in one short sentence what you are about to do."

    /// The instruction for addressing a silent caller, where `CallPhrases` has no sentence for it.
    static let silenceNote = """
        The caller has not answered for a while. Say one short, friendly sentence to them: ask whether they are still \
        there, or ask your last question again.
        """

    /// The instruction for telling a tool's result that came after the caller had gone on to something else.
    static let newsNote = """
        A tool that the caller waits for has just brought its result, which is above. Tell it to them in one short \
        sentence.
        """

    /// The fact for a model that has written that something is done which no tool has done, and is asked once more. It does
    /// not quote the sentence, and can be said to a caller: small models repeat what stands here.
    static func correctionNote(_ account: ReceiptLedger.Account) -> String {
        func list(_ title: String, _ tools: [String]) -> String {
            tools.isEmpty ? "" : " \(title): \(tools.joined(separator: ", "))."
        }
        return """
            What the user has asked for has not been done: no tool has done it since they asked.\
            \(list("Done before", account.done))\(list("Failed", account.failed))\
            \(list("Still running", account.running)) \
            Call the tool that does it if you have all that it needs. Otherwise tell the user in one short sentence that \
            it is not done yet, and what you need from them.
            """
    }

    /// The result of a tool that is still running, worded so that the model neither forgets the call nor repeats it.
    static let stillRunning = "This is still running, and its result will follow. Do not call it again."

    /// The system prompt for writing a filler while another model makes the answer.
    static let fillerNote = """
        The user waits for an answer that somebody else is looking up. Do not answer. Say only one very short, friendly \
        sentence that bridges the wait, such as "Let me check your order." or "One moment, I am looking that up."
        """

    /// What stands before the context of an answer.
    static let contextNote = "Use this for your answer if it helps, and do not mention it:\n"

    /// The instruction for an agent that goes on with a call in which another one has spoken before.
    static let takeoverNote = """
        You have just taken over this call; what was said before was said to another agent. Go on with what the caller \
        needs, in one or two short sentences, and do not ask for what they have said already.
        """

    /// The system prompt's part on the agent's other voices.
    static func voicesNote(_ voices: [LabelledVoice]) -> String {
        let list = voices.map { voice in
            let language = voice.language.map { " (\(languageName($0)))" } ?? ""
            return "<\(voice.label)>\(language)" + (voice.description.isEmpty ? "" : ": \(voice.description)")
        }
        let example = voices[0].label
        return """
            You can speak in several voices. What another voice says stands between its tags, as in \
            <\(example)>Good day.</\(example)>; all else is said in your own voice. Write the tags exactly so, close each, \
            and never talk about them.
            \(list.joined(separator: "\n"))
            """
    }

    /// The instruction for going on in a language that is not the prompt's.
    static func languageNote(_ language: String) -> String {
        "The conversation is in \(languageName(language)) now. Answer only in \(languageName(language))."
    }

    /// The English name of a language, for models: `German` of `de`.
    static func languageName(_ language: String) -> String {
        Locale(identifier: "en").localizedString(forIdentifier: language) ?? language
    }

    /// The caller's latest turn; empty before there is one.
    var lastCallerWords: String {
        for case .user(let text, _) in entries.reversed() { return text }
        return ""
    }

    /// Whether the caller's latest turn got no word for an answer.
    var isUnanswered: Bool {
        for entry in entries.reversed() {
            switch entry {
            case .user: return true
            case .agent(_, let text, _) where !text.isEmpty: return false
            case .agent, .tool, .context, .languageChange: continue
            }
        }
        return false
    }

    /// The agent's latest turn; empty before there is one.
    var lastAgentWords: String {
        for case .agent(_, let text, _) in entries.reversed() { return text }
        return ""
    }

    /// The question that the agent asked last, if still open; nil when its last turn asked nothing.
    ///
    /// - Parameter language: in which it was asked, BCP 47.
    func openQuestion(in language: String = "en") -> String? {
        let last = entries.last {
            switch $0 {
            case .context, .languageChange: false
            case .user, .agent, .tool: true
            }
        }
        guard case .agent(_, let text, _)? = last else { return nil }
        var cutter = ClauseCutter(phrases: ClausePhrases.of(language))
        var sentences: [String] = []
        var sentence = ""
        for clause in cutter.append(text) + cutter.finish() {
            sentence += clause.written
            guard clause.endsSentence else { continue }
            sentences.append(sentence.trimmingCharacters(in: .whitespacesAndNewlines))
            sentence = ""
        }
        return sentences.last { "?？".contains($0.last ?? ".") && !ownSentences.contains($0) }
    }

    /// Another agent takes over: the conversation stays as it is, under its instructions.
    ///
    /// - Parameter ownSentences: what the call says by itself from now on.
    mutating func take(instructions: String, tokens: Int, ownSentences: [String] = []) {
        (self.instructions, self.tokens) = (instructions, tokens)
        self.ownSentences += ownSentences.filter { !self.ownSentences.contains($0) }
        trim()
    }

    /// The conversation goes on in another language, in which the caller's latest turn was said already.
    ///
    /// - Parameter opening: what the agent would have opened the conversation with in that language; empty when unknown.
    mutating func changeLanguage(opening: String) {
        let place = entries.lastIndex { if case .user = $0 { true } else { false } }
        entries.insert(.languageChange(opening: opening), at: place ?? entries.endIndex)
        trim()
    }

    /// Adds a turn of the caller's, whose files may have no words.
    ///
    /// - Parameter bounds: of all files that the model is shown; older ones are then only named.
    /// - Returns: the names of those of `files` that are not shown, because the others are as much as the bounds allow.
    @discardableResult
    mutating func addUser(
        _ text: String, files: [SharedFile] = [], within bounds: FileBounds = FileBounds()
    ) -> [String] {
        guard !files.isEmpty else {
            append(.user(fitted(text), []))
            return []
        }
        // Half of the room is for what else is said.
        let room = min(bounds.tokens, tokens / 2)
        var (shown, omitted, count, bytes) = (files, [String](), 0, 0)
        for index in files.indices.reversed() where files[index].isShown {
            guard count < bounds.files, bytes + files[index].imageSize <= bounds.imageBytes else {
                shown[index].content = .omitted
                omitted.insert(files[index].name, at: 0)
                continue
            }
            count += 1
            bytes += files[index].imageSize
        }
        let texts = shown.count { if case .text = $0.content { true } else { false } }
        let short = shown.map { $0.fitted(tokens: room / max(1, texts)) }
        if short != files { isShortened = true }
        entries.append(.user(fitted(text), short))
        forgetFiles(bounds, room: room)
        trim()
        return omitted
    }

    /// What the model is shown of the caller's files at most, all together.
    struct FileBounds: Sendable, Hashable {
        /// The latest files.
        var files = Int.max
        /// Tokens of text.
        var tokens = Int.max
        /// Bytes of images as they are sent.
        var imageBytes = Int.max
    }

    /// Only names the older files when all of them are more than the bounds allow.
    private mutating func forgetFiles(_ bounds: FileBounds, room: Int) {
        var (files, tokens, bytes) = (0, 0, 0)
        for place in entries.indices.reversed() {
            guard case .user(let text, var shown) = entries[place], !shown.isEmpty else { continue }
            for index in shown.indices.reversed() where shown[index].isShown {
                files += 1
                if case .text(let text, _, _) = shown[index].content { tokens += TokenEstimate.tokens(in: text) }
                bytes += shown[index].imageSize
                guard files > bounds.files || tokens > room || bytes > bounds.imageBytes else { continue }
                shown[index].content = .forgotten
            }
            entries[place] = .user(text, shown)
        }
    }

    /// Adds what was heard of a response, replacing an earlier entry for the same response.
    ///
    /// - Parameter parts: who says which part; empty when all is in the agent's own voice.
    mutating func setAgent(_ text: String, parts: [TranscriptTurn.VoicePart] = [], for response: Int) {
        let place = entries.lastIndex { if case .agent(response, _, _) = $0 { true } else { false } }
        let entry = Entry.agent(response: response, text, parts: parts)
        if let place {
            if text.isEmpty { entries.remove(at: place) } else { entries[place] = entry }
        } else if !text.isEmpty {
            append(entry)
        }
    }

    /// What several voices have said, as the model writes it: one that does not see its own labels soon leaves them out, and
    /// one that sees others soon writes them.
    private static func tagged(_ parts: [TranscriptTurn.VoicePart], _ labels: Set<String>) -> String {
        parts.map { part in
            guard let label = part.label, labels.contains(label) else { return part.text }
            let space = part.text.prefix(while: \.isWhitespace)
            return "\(space)<\(label)>\(part.text.dropFirst(space.count))</\(label)>"
        }.joined()
    }

    /// Adds a tool call that has been started.
    mutating func addTool(_ call: ToolCall) { append(.tool(call, result: nil)) }

    /// Sets the result of a tool call, replacing an earlier one.
    mutating func setResult(_ result: String, _ kind: ToolResultKind, of call: ToolCall) {
        let place = entries.lastIndex { if case .tool(call, _, _) = $0 { true } else { false } }
        guard let place else { return }
        entries[place] = .tool(call, result: fitted(result), kind)
    }

    /// Adds context that belongs to nobody's turn; it replaces older context of the same id.
    mutating func addContext(_ text: String, id: String?) {
        if let id { entries.removeAll { if case .context(id, _) = $0 { true } else { false } } }
        append(.context(id: id, fitted(text)))
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        trim()
    }

    /// Drops old entries by the quarter rather than one by one, since the model must read its whole context again each
    /// time.
    private mutating func trim() {
        var size = entries.reduce(0) { $0 + $1.tokens }
        guard entries.count > limit || size > tokens else { return }
        let (most, largest) = (limit - limit / 4, tokens - tokens / 4)
        while entries.count > 1, entries.count > most || size > largest { size -= entries.removeFirst().tokens }
        isShortened = true
    }

    /// Cuts a text to half of the room: a longer one would push out everything else, itself included.
    private mutating func fitted(_ text: String) -> String {
        let short = Self.fitted(text, tokens: tokens)
        if short != text { isShortened = true }
        return short
    }

    /// A text as it is when it takes less than half of the room, and cut when it does not.
    static func fitted(_ text: String, tokens: Int) -> String {
        guard TokenEstimate.tokens(in: text) > tokens / 2 else { return text }
        return TokenEstimate.prefix(of: text, tokens: tokens / 2) + " […]"
    }

    /// The messages of a request, with `turn` as words of the caller that are not part of the history yet.
    ///
    /// - Parameter labels: of the voices that the agent has which is asked; the call may have had another before.
    func messages(
        answering turn: String? = nil, note: String? = nil, labels: Set<String> = []
    ) -> [ChatMessage] {
        dialogue(answering: turn, note: note, labels: labels).messages
    }

    /// The same, and which of it was said before the language changed.
    func dialogue(
        answering turn: String?, note: String?, labels: Set<String>
    ) -> (messages: [ChatMessage], formerLanguage: FormerLanguage?) {
        var messages: [ChatMessage] = [.system(instructions)]
        var former: FormerLanguage?
        for entry in entries {
            switch entry {
            case .user(let text, let files): Self.addUser(text, files, to: &messages)
            case .agent(_, let text, let parts):
                let own = withoutOwnSentences(parts.isEmpty ? text : Self.tagged(parts, labels))
                if !own.isEmpty { Self.addAgent(own, to: &messages) }
            case .tool(let call, let result, let kind):
                messages.append(.assistant("", toolCalls: [call]))
                messages.append(.tool(callID: call.id, result: result ?? Self.stillRunning, kind: kind))
            case .context(_, let text): messages.append(.system("Context: " + text))
            case .languageChange(let opening):
                let turns = messages.count { if case .user = $0 { true } else { false } }
                // A turn that is still unanswered becomes one with those that follow.
                let isOpen = if case .user = messages.last { true } else { false }
                former = FormerLanguage(userMessages: isOpen ? turns - 1 : turns, opening: opening)
            }
        }
        if let turn { Self.addUser(turn, to: &messages) }
        if let note { messages.append(.system(note)) }
        return (messages, former)
    }

    /// The conversation as `system__conversation_history` has it.
    var json: JSONValue {
        let entries = entries.flatMap { entry -> [JSONValue] in
            switch entry {
            case .user(let text, let files):
                let words = files.map { "[file: \($0.name)]" } + (text.isEmpty ? [] : [text])
                return [["role": "user", "message": .string(words.joined(separator: " "))]]
            case .agent(_, let text, _): return [["role": "agent", "message": .string(text)]]
            case .context, .languageChange: return []
            case .tool(let call, let result, _):
                let name: JSONValue = ["tool_name": .string(call.name), "request_id": .string(call.id)]
                let request = name.merging(["params_as_json": .string(call.arguments.text)])
                let requested: JSONValue = ["role": "agent", "tool_requests": [request]]
                guard let result else { return [requested] }
                let answer = name.merging(["result_value": .string(result)])
                return [requested, ["role": "agent", "tool_results": [answer]]]
            }
        }
        return ["x-elevenlabs-history": true, "entries": .array(entries)]
    }

    private func withoutOwnSentences(_ text: String) -> String {
        guard let first = ownSentences.first(where: text.contains) else { return text }
        return withoutOwnSentences(text.replacing(first, with: "")).replacing("  ", with: " ")
            .trimmingCharacters(in: .whitespaces)
    }

    /// Joins two turns of the agent in a row ("Are you still there?" after an answer): llama-server refuses two at the
    /// end.
    private static func addAgent(_ text: String, to messages: inout [ChatMessage]) {
        if case .assistant(let before, let calls) = messages.last, calls.isEmpty {
            messages[messages.count - 1] = .assistant(before + " " + text)
        } else {
            messages.append(.assistant(text))
        }
    }

    /// Joins two turns of the caller in a row: some providers refuse them.
    private static func addUser(_ text: String, _ files: [SharedFile] = [], to messages: inout [ChatMessage]) {
        // The words come last: what the caller wants of the file.
        let parts = files.map(\.account) + (text.isEmpty ? [] : [text])
        let whole = parts.joined(separator: "\n")
        let images = files.compactMap(\.image)
        if case .user(let before, let earlier) = messages.last {
            let joined = before + (files.isEmpty ? " " : "\n") + whole
            messages[messages.count - 1] = .user(joined, images: earlier + images)
        } else {
            messages.append(.user(whole, images: images))
        }
    }
}

/// How many tokens a text is, without the model's own tokenizer.
///
/// English has some 4 bytes a token, other languages and structured text some 3, and a few tokens frame each message.
enum TokenEstimate {
    private static let frame = 6

    /// An estimate that is rather too high.
    static func tokens(in text: String) -> Int { text.utf8.count / 3 + frame }

    /// An estimate that is rather too low, for what certainly does not fit.
    static func fewest(in text: String) -> Int { text.utf8.count / 6 }

    /// The longest prefix of `text` that `tokens` hold.
    static func prefix(of text: String, tokens: Int) -> String {
        var size = 0
        let limit = max(0, tokens - frame) * 3
        return String(
            text.prefix { character in
                size += String(character).utf8.count
                return size <= limit
            })
    }
}
