import Foundation
import JSON

/// A message of an owner who follows a call, on the monitoring WebSocket, one JSON object a frame.
public enum MonitorCommand: Sendable, Hashable {
    case endCall
    /// Context for the agent's next answers.
    case contextualUpdate(String)
    /// The owner answers the caller from now on.
    case enableTakeover
    /// Words that the owner has the agent's voice say.
    case humanMessage(String)
    case disableTakeover
    /// A command that this version does not know, or cannot follow.
    case unknown(String)

    /// Reads one frame.
    ///
    /// - Throws: `ClientMessageError` when the frame is not a JSON object, or a member is missing or has the wrong type.
    public init(frame: Data) throws(ClientMessageError) {
        let reader = try Reader(frame: frame)
        let parameters = Reader(try reader.optionalObject("parameters") ?? [:])
        switch try reader.text("command_type") {
        case "end_call": self = .endCall
        case "contextual_update": self = .contextualUpdate(try parameters.text("contextual_update"))
        case "enable_human_takeover": self = .enableTakeover
        case "send_human_message": self = .humanMessage(try parameters.text("text"))
        case "disable_human_takeover": self = .disableTakeover
        case let other: self = .unknown(other)
        }
    }
}
