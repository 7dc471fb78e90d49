import Agents
import Engines
import JSON
import Testing

@testable import Conversation
@testable import Speech

@Suite("The model's context")
struct ChatHistoryTests {
    @Test("what the call says by itself is not shown to the model, which would say it too")
    func ownSentences() {
        var history = ChatHistory(
            instructions: "", limit: 10, ownSentences: ["One moment, please.", "Are you still there?"])
        history.addUser("Book it.")
        history.setAgent("One moment, please. It is booked. Anything else?", for: 1)
        history.setAgent("Are you still there?", for: 2)
        history.addUser("Yes.")
        #expect(
            history.messages().dropFirst() == [
                .user("Book it.", images: []), .assistant("It is booked. Anything else?", toolCalls: []),
                .user("Yes.", images: []),
            ])
        #expect(history.json.text.contains("Are you still there?"), "it was said")
    }

    @Test("holds what was said and heard, in order, the system prompt first")
    func order() {
        var history = ChatHistory(instructions: "Be kind.", limit: 10)
        history.setAgent("Hello.", for: 1)
        history.addUser("Hi.")
        #expect(
            history.messages(answering: "Are you open?") == [
                .system("Be kind."), .assistant("Hello."), .user("Hi. Are you open?"),
            ])
    }

    @Test("an interrupted response counts only as far as it was heard")
    func heard() {
        var history = ChatHistory(instructions: "", limit: 10)
        history.addUser("Tell me everything.")
        history.setAgent("We open at nine and close at six.", for: 1)
        history.setAgent("We open at", for: 1)
        #expect(history.messages().last == .assistant("We open at"))
        history.setAgent("", for: 1)
        #expect(history.messages().last == .user("Tell me everything."))
    }

    @Test("two turns of the agent in a row are one")
    func agentTwice() {
        var history = ChatHistory(instructions: "", limit: 10)
        history.addUser("Hi.")
        history.setAgent("Hello.", for: 1)
        history.setAgent("Are you still there?", for: 2)
        #expect(
            history.messages() == [.system(""), .user("Hi."), .assistant("Hello. Are you still there?")])
    }

    @Test("the caller's latest turn was said in the language that the conversation changes into")
    func languageChange() {
        var history = ChatHistory(instructions: "", limit: 10)
        func former(answering turn: String? = nil) -> FormerLanguage? {
            history.dialogue(answering: turn, note: nil, labels: []).formerLanguage
        }
        history.setAgent("Hello. Any question?", for: 1)
        #expect(former() == nil)
        history.addUser("Is it open?")
        history.setAgent("It is. Anything else?", for: 2)
        history.addUser("Guten Tag.")
        let before = history.messages()
        history.changeLanguage(opening: "Willkommen.")
        #expect(history.messages() == before, "models that need no help are shown what was said")
        #expect(former() == FormerLanguage(userMessages: 1, opening: "Willkommen."))
        #expect(!history.json.text.contains("Willkommen"))
        #expect(history.isUnanswered && history.lastAgentWords == "It is. Anything else?")
        history.setAgent("Gern?", for: 3)
        #expect(former() == FormerLanguage(userMessages: 1, opening: "Willkommen."))
        history.changeLanguage(opening: "Welcome.")
        #expect(former() == FormerLanguage(userMessages: 1, opening: "Welcome."))
        #expect(history.openQuestion(in: "de") == "Gern?")
    }

    @Test(
        "an unanswered turn is one with that in which the language changes; a change before any turn concerns the first"
    )
    func earlyLanguageChange() {
        var history = ChatHistory(instructions: "", limit: 10)
        history.changeLanguage(opening: "")
        history.addUser("Hallo?")
        #expect(history.dialogue(answering: nil, note: nil, labels: []).formerLanguage?.userMessages == 0)
        history.addUser("Guten Tag.")
        history.changeLanguage(opening: "")
        let dialogue = history.dialogue(answering: "Hören Sie?", note: nil, labels: [])
        #expect(dialogue.messages == [.system(""), .user("Hallo? Guten Tag. Hören Sie?")])
        #expect(dialogue.formerLanguage?.userMessages == 0)
    }

    @Test("the question that is still open is the last one of the agent's last turn")
    func openQuestion() {
        var history = ChatHistory(instructions: "", limit: 10, ownSentences: ["Are you still there?"])
        #expect(history.openQuestion() == nil)
        history.setAgent("Hello! We are open. How can I help you?", for: 1)
        #expect(history.openQuestion() == "How can I help you?")
        history.addContext("Page: shoes", id: nil)
        history.setAgent("Are you still there? How can I help you?", for: 2)
        #expect(history.openQuestion() == "How can I help you?", "asked again, it is still the same")
        history.setAgent("Are you still there?", for: 3)
        #expect(history.openQuestion() == nil)
        history.addUser("Yes.")
        #expect(history.openQuestion() == nil, "the caller has answered")
        history.setAgent("Sure. Is 2.30 p.m. with Dr. Weber all right?", for: 4)
        #expect(history.openQuestion() == "Is 2.30 p.m. with Dr. Weber all right?", "none of these ends a sentence")
        history.setAgent("Gern. Passt Ihnen der 3. Mai um 14.30 Uhr bei Dr. Weber?", for: 5)
        #expect(history.openQuestion(in: "de-DE") == "Passt Ihnen der 3. Mai um 14.30 Uhr bei Dr. Weber?")
    }

    @Test("what the model cannot hold leaves from the oldest on, a quarter at a time")
    func shortened() {
        var history = ChatHistory(instructions: "Be kind.", limit: 100, tokens: 400)
        // 30 bytes are 16 tokens.
        for number in 100..<125 { history.addUser("\(number)" + String(repeating: "x", count: 27)) }
        #expect(!history.isShortened)
        history.addUser("last" + String(repeating: "x", count: 26))
        #expect(history.isShortened)
        let text = history.messages().compactMap { if case .user(let text, _) = $0 { text } else { nil } }.joined()
        #expect(text.hasSuffix("last" + String(repeating: "x", count: 26)))
        #expect(text.split(separator: " ").count == 18, "300 of 400 tokens")
        #expect(history.messages().first == .system("Be kind."))
    }

    @Test("a text that is too long by itself is cut, and leaves room for the others")
    func cut() {
        var history = ChatHistory(instructions: "", limit: 100, tokens: 400)
        history.addUser("Who are you?")
        history.addContext(String(repeating: "é", count: 100_000), id: "page")
        let messages = history.messages()
        #expect(messages.contains(.user("Who are you?")))
        guard case .system(let context)? = messages.last else { return #expect(Bool(false)) }
        #expect(context.hasSuffix("é […]") && context.utf8.count < 620)
        #expect(history.isShortened)
    }

    private static func file(_ name: String, _ text: String) -> SharedFile {
        SharedFile(name: name, content: .text(text, omitted: 0, pages: 1))
    }

    private static func image(_ name: String, bytes: Int) -> SharedFile {
        let image = ModelImage(id: name, mimeType: "image/png", base64: String(repeating: "A", count: bytes))
        return SharedFile(name: name, content: .image(image))
    }

    private static func user(_ history: ChatHistory) -> (text: String, images: [String]) {
        for case .user(let text, let images) in history.messages() { return (text, images.map(\.id)) }
        return ("", [])
    }

    @Test("files stand before the words that came with them")
    func files() {
        var history = ChatHistory(instructions: "", limit: 10)
        history.addUser("What is it?", files: [Self.file("a.pdf", "Ten euros."), Self.image("b.png", bytes: 4)])
        let (text, images) = Self.user(history)
        #expect(
            text == "(The user sends the file “a.pdf”, 1 page:)\nTen euros.\n(End of the file.)\n"
                + "(The user sends the image “b.png”.)\nWhat is it?")
        #expect(images == ["b.png"])
    }

    @Test("the text of files has its share of the room, and what is left out is told")
    func longFiles() {
        var history = ChatHistory(instructions: "", limit: 10, tokens: 1000)
        history.addUser("Sum up.", files: [Self.file("a.txt", String(repeating: "All about bikes. ", count: 1000))])
        let (text, _) = Self.user(history)
        #expect(history.isShortened)
        #expect(text.utf8.count < 1700 && text.hasSuffix("is left out.)\nSum up."))
        #expect(text.contains("All about bikes.") && text.contains("about 3"))
    }

    @Test("older files are only named once there are more than may be shown")
    func olderFiles() {
        var history = ChatHistory(instructions: "", limit: 10)
        let bounds = ChatHistory.FileBounds(files: 2, tokens: 10_000, imageBytes: 100)
        history.addUser("", files: [Self.file("a.txt", "Aaa.")], within: bounds)
        history.addUser("", files: [Self.image("b.png", bytes: 60)], within: bounds)
        #expect(Self.user(history).text.contains("Aaa."))
        history.addUser("", files: [Self.image("c.png", bytes: 60)], within: bounds)
        let (text, images) = Self.user(history)
        #expect(images == ["c.png"], "the two are larger than what may be sent")
        #expect(!text.contains("Aaa.") && text.contains("“a.txt”. It is no longer shown."))
        #expect(text.contains("“b.png”. It is no longer shown."))
    }

    @Test("of files that come together and are too many, the last are shown, with all of the room; the rest is named")
    func omittedFiles() {
        var history = ChatHistory(instructions: "", limit: 10)
        let bounds = ChatHistory.FileBounds(files: 2, tokens: 1_000, imageBytes: 100)
        let long = String(repeating: "All about bikes. ", count: 1000)
        let omitted = history.addUser(
            "", files: [Self.file("a.txt", long), Self.file("b.txt", long), Self.image("c.png", bytes: 60)],
            within: bounds)
        #expect(omitted == ["a.txt"])
        let text = Self.user(history).text
        #expect(text.contains("“a.txt”. It is not shown: too much was sent at once."))
        // Neither the image nor the text that is not shown takes of the room.
        #expect(text.utf8.count > 2_500)
        #expect(
            history.addUser("", files: [Self.image("d", bytes: 60), Self.image("e", bytes: 60)], within: bounds) == [
                "d"
            ])
        #expect(history.addUser("", files: [Self.image("f", bytes: 101), .missing], within: bounds) == ["f"])
    }

    @Test("what several voices have said has the labels of the agent that is asked")
    func labels() {
        var history = ChatHistory(instructions: "", limit: 10)
        history.setAgent(
            "Hm. Hi. Ho.",
            parts: [
                .init(text: "Hm.", label: nil), .init(text: " Hi.", label: "Anna"), .init(text: " Ho.", label: "Bo"),
            ],
            for: 1)
        #expect(history.messages(labels: ["Anna", "Bo"]).last == .assistant("Hm. <Anna>Hi.</Anna> <Bo>Ho.</Bo>"))
        #expect(history.messages(labels: ["Bo"]).last == .assistant("Hm. Hi. <Bo>Ho.</Bo>"))
        #expect(history.messages().last == .assistant("Hm. Hi. Ho."))
    }

    @Test("newer context replaces older with the same id")
    func context() {
        var history = ChatHistory(instructions: "", limit: 10)
        history.addContext("Page: shoes", id: "page")
        history.addContext("Cart: empty", id: nil)
        history.addContext("Page: hats", id: "page")
        #expect(
            history.messages() == [.system(""), .system("Context: Cart: empty"), .system("Context: Page: hats")])
    }

    @Test("a tool's call and result stay together")
    func tools() {
        var history = ChatHistory(instructions: "", limit: 2)
        let call = ToolCall(id: "1", name: "book", arguments: ["day": "Monday"])
        history.addTool(call)
        #expect(history.messages().last == .tool(callID: "1", result: ChatHistory.stillRunning, kind: .running))
        history.setResult("done", .failed(isTold: false), of: call)
        history.addUser("Thanks.")
        #expect(
            history.messages() == [
                .system(""), .assistant("", toolCalls: [call]),
                .tool(callID: "1", result: "done", kind: .failed(isTold: false)), .user("Thanks."),
            ])
        history.addUser("Bye.")
        #expect(history.messages() == [.system(""), .user("Thanks. Bye.")])
    }
}
