import Agents
import JSON

/// What a line can do for its call beside carrying audio and messages. A WebSocket can do none of it.
public enum LineAbility: Sendable, Hashable, CaseIterable {
    /// It can hand the caller to a telephone number or a SIP address.
    case transfers
    /// It can press the keys of a telephone.
    case keys
}

/// Something that a line is to do.
public enum LineAct: Sendable, Hashable {
    /// Hand the caller to a person. The agent leaves the call once that is done.
    case transfer(NumberTransfer, Messages)
    /// Press these keys, 0-9, `*` and `#`; `w` waits half a second, `W` a second. Out of band means as RTP events rather
    /// than as tones.
    case press(String, isOutOfBand: Bool)

    /// What is to be told at a transfer.
    public struct Messages: Sendable, Hashable {
        /// What the caller was told, and may be told again while they wait; empty for nothing.
        public var caller: String
        /// What the person who takes over is told; empty for nothing.
        public var person: String

        /// Creates the messages of a transfer.
        public init(caller: String, person: String) {
            self.caller = caller
            self.person = person
        }
    }
}

/// What became of a `LineAct`.
public enum LineOutcome: Sendable, Hashable {
    /// It is done; the members, such as `conference_name`, are added to the record's result.
    case done(JSONValue = [:])
    /// It could not be done; the words tell the model why.
    case failed(String)
}
