import Engines
import JSON
import Testing

@testable import Conversation

@Suite("The model's context")
struct ChatHistoryTests {
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

    @Test("the question that is still open is the last one of the agent's last turn")
    func openQuestion() {
        var history = ChatHistory(instructions: "", limit: 10)
        #expect(history.openQuestion == nil)
        history.setAgent("Hello! We are open. How can I help you?", for: 1)
        #expect(history.openQuestion == "How can I help you?")
        history.addContext("Page: shoes", id: nil)
        history.setAgent("Are you still there? How can I help you?", for: 2)
        #expect(history.openQuestion == "How can I help you?", "asked again, it is still the same")
        history.setAgent("Are you still there?", for: 3)
        #expect(history.openQuestion == nil)
        history.addUser("Yes.")
        #expect(history.openQuestion == nil, "the caller has answered")
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
        history.addTool(call, result: "done")
        history.addUser("Thanks.")
        #expect(
            history.messages() == [
                .system(""), .assistant("", toolCalls: [call]), .tool(callID: "1", result: "done"), .user("Thanks."),
            ])
        history.addUser("Bye.")
        #expect(history.messages() == [.system(""), .user("Thanks. Bye.")])
    }
}
