import ConvAI
import Foundation
import Testing

@Suite("Commands of an owner who follows a call")
struct MonitorCommandTests {
    static let frames: [(String, MonitorCommand)] = [
        (#"{"command_type":"end_call"}"#, .endCall),
        (#"{"command_type":"end_call","parameters":null}"#, .endCall),
        (#"{"command_type":"end_call","parameters":{"x":1}}"#, .endCall),
        (
            #"{"command_type":"contextual_update","parameters":{"contextual_update":"VIP."}}"#,
            .contextualUpdate("VIP.")
        ),
        (#"{"command_type":"enable_human_takeover"}"#, .enableTakeover),
        (#"{"command_type":"enable_human_takeover","parameters":{}}"#, .enableTakeover),
        (#"{"parameters":{"text":"Grüß Gott."},"command_type":"send_human_message"}"#, .humanMessage("Grüß Gott.")),
        (#"{"command_type":"send_human_message","parameters":{"text":""}}"#, .humanMessage("")),
        (#"{"command_type":"disable_human_takeover","parameters":{}}"#, .disableTakeover),
        (
            #"{"command_type":"transfer_to_number","parameters":{"phone_number":"+431"}}"#,
            .unknown("transfer_to_number")
        ),
        (#"{"command_type":""}"#, .unknown("")),
    ]

    @Test("are read from their frames", arguments: frames)
    func decodes(frame: String, command: MonitorCommand) throws {
        #expect(try MonitorCommand(frame: Data(frame.utf8)) == command)
    }

    static let malformedFrames: [(String, String)] = [
        ("", "The frame is not valid JSON: at byte 0, the text ends where a value was expected."),
        ("hello", "The frame is not valid JSON: at byte 0, a value was expected."),
        ("[]", "The frame is not a JSON object."), ("5", "The frame is not a JSON object."),
        ("{}", "command_type: required, a string."),
        (#"{"command_type":null}"#, "command_type: required, a string."),
        (#"{"command_type":5}"#, "command_type: expected a string."),
        (#"{"type":"end_call"}"#, "command_type: required, a string."),
        (#"{"command_type":"end_call","parameters":"now"}"#, "parameters: expected an object."),
        (#"{"command_type":"end_call","parameters":[]}"#, "parameters: expected an object."),
        (#"{"command_type":"send_human_message"}"#, "text: required, a string."),
        (#"{"command_type":"send_human_message","parameters":{"text":null}}"#, "text: required, a string."),
        (#"{"command_type":"send_human_message","parameters":{"text":5}}"#, "text: expected a string."),
        // Beside the parameters, where it does not belong.
        (#"{"command_type":"send_human_message","text":"Hello."}"#, "text: required, a string."),
        (
            #"{"command_type":"contextual_update","parameters":{"text":"VIP."}}"#,
            "contextual_update: required, a string."
        ),
        (
            #"{"command_type":"contextual_update","parameters":{"contextual_update":{}}}"#,
            "contextual_update: expected a string."
        ),
    ]

    @Test("a malformed frame gets a readable error", arguments: malformedFrames)
    func malformed(frame: String, message: String) {
        let error = #expect(throws: ClientMessageError.self) { try MonitorCommand(frame: Data(frame.utf8)) }
        #expect(error?.description == message)
    }

    @Test("a frame that is nested without end is refused")
    func nested() {
        let frame =
            #"{"command_type":"end_call","parameters":{"x":"# + String(repeating: "[", count: 100_000)
        #expect(throws: ClientMessageError.self) { try MonitorCommand(frame: Data(frame.utf8)) }
    }
}
