import Audio
import ConvAI
import Foundation
import Testing

@testable import Conversation
@testable import Server

@Suite("The conversation protocol as a call's line")
struct ConversationLineTests {
    private static func begin(_ line: ConversationLine, events: [String]? = nil) async {
        let description = CallLine(
            conversationID: "conv_1", output: .pcm16000, input: .ulaw8000, clientEvents: events, isTextOnly: false,
            isRefused: false)
        _ = await line.messages(for: .began(description))
    }

    @Test("what a client may send: one text, all texts, and how fast")
    func allowance() {
        var options = ConversationLine.Options()
        (options.longestText, options.textBudget) = (10, 25)
        (options.messageRate, options.messageBurst) = (2, 4)
        var allowance = ClientAllowance(options)
        #expect(allowance.take(10, at: .zero) == .taken)
        #expect(allowance.take(11, at: .zero) == .tooLong)
        #expect(allowance.take(10, at: .zero) == .taken)
        #expect(allowance.take(6, at: .zero) == .exhausted)
        #expect(allowance.take(0, at: .zero) == .tooFast)
        #expect(allowance.take(5, at: .seconds(1)) == .taken)
        #expect(allowance.take(0, at: .milliseconds(900)) == .taken, "time that runs backwards gives nothing")
        #expect(allowance.take(0, at: .seconds(1)) == .tooFast)
    }

    @Test("a text that is too long is refused alone, too much text ends the call")
    func limits() async throws {
        var options = ConversationLine.Options()
        options.longestText = 10
        options.textBudget = 15
        let line = ConversationLine(options: options)
        guard case .refused(let fault) = try await line.take(.userMessage("Good morning."), at: .zero) else {
            return #expect(Bool(false), "a long text was taken")
        }
        #expect(fault.code == 1008 && fault.type == "invalid_message" && fault.message.contains("13 bytes"))
        #expect(try await line.take(.userMessage("Good day."), at: .zero) == .words("Good day."))
        await #expect(throws: CallFault.self) { try await line.take(.userMessage("Good day."), at: .zero) }
    }

    @Test("a message with files is one turn, with words or without")
    func files() async throws {
        let line = ConversationLine(options: ConversationLine.Options())
        #expect(
            try await line.take(.multimodal(text: "Look.", fileIDs: ["f1", "f2"]), at: .zero)
                == .words("Look.", files: ["f1", "f2"]))
        #expect(try await line.take(.multimodal(text: nil, fileIDs: ["f1"]), at: .zero) == .words("", files: ["f1"]))
    }

    @Test("there is no ping before the metadata; a pong tells the round trip once")
    func pings() async throws {
        let line = ConversationLine(options: ConversationLine.Options())
        #expect(await line.ping(at: .seconds(2)) == nil)
        await Self.begin(line)
        #expect(await line.ping(at: .seconds(4)) == .ping(eventID: 1, roundTrip: nil))
        let time = Duration.seconds(4) + .milliseconds(80)
        #expect(try await line.take(.pong(eventID: 1), at: time) == .roundTrip(.milliseconds(80)))
        #expect(try await line.take(.pong(eventID: 1), at: time) == nil)
        #expect(await line.ping(at: .seconds(6)) == .ping(eventID: 2, roundTrip: 80))
    }

    @Test("a client that sends nothing at all is given up after its time")
    func silence() async throws {
        let line = ConversationLine(options: ConversationLine.Options())
        _ = try await line.take(.userActivity, at: .seconds(5))
        #expect(await line.silence(at: .seconds(64)) == nil)
        #expect(await line.silence(at: .seconds(65))?.type == "transport_receive_timeout")
    }

    @Test("a client gets the events that its agent names, and every failure in both forms")
    func events() async {
        let line = ConversationLine(options: ConversationLine.Options())
        let fault = CallFault(code: 1002, type: "llm_error", message: "It failed.")
        #expect(await line.messages(for: .failed(fault)).map(\.type) == ["error", "client_error"])
        await Self.begin(line, events: ["agent_response"])
        #expect(await line.messages(for: .response("Hello.", eventID: 1)) == [.agentResponse("Hello.", eventID: 1)])
        #expect(await line.messages(for: .voiceActivity(0.5)).isEmpty)
        #expect(await line.messages(for: .notice(fault)).map(\.type) == ["error"])
        #expect(await line.messages(for: .failed(fault)).map(\.type) == ["error", "client_error"])
    }
}
