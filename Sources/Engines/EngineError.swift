/// What went wrong in an engine, in words that may be shown to a caller's client and to the operator.
///
/// `message` never holds keys or other secrets.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What failed, which decides what is done about it.
    public enum Kind: String, Sendable, Hashable {
        /// The engine could not be reached, or is starting again.
        case unavailable
        /// No answer within the time allowed.
        case timeout
        /// The engine asked to slow down.
        case rateLimited
        /// The engine refused the request; asking again will not help.
        case rejected
        /// The engine's answer could not be understood.
        case malformedAnswer
        /// The engine failed by itself.
        case failed
    }

    /// What callers of the engine decide by; `message` is for people.
    public var kind: Kind
    /// Which engine, such as `qwen2.5-coder-0.5b-instruct`.
    public var engine: String
    /// What happened, without the engine's name, which `description` puts first.
    public var message: String
    /// How long the engine wants to be left alone; nil when it did not say.
    public var retryAfter: Duration?

    /// Remove secrets from `message` beforehand: nothing is filtered here.
    public init(_ kind: Kind, engine: String, _ message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.engine = engine
        self.message = message
        self.retryAfter = retryAfter
    }

    /// Engine, message and kind on one line, for logs.
    public var description: String { "\(engine): \(message) (\(kind.rawValue))" }
}
