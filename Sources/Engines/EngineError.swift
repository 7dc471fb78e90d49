/// A failure of an engine, with a message for a caller's client and the operator.
///
/// `message` never holds keys or other secrets.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure, which decides how it is handled.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The engine could not be reached, or is being restarted.
        case unavailable
        /// The engine did not answer in time.
        case timeout
        /// The engine asks for fewer requests.
        case rateLimited
        /// The engine refused the request, and would refuse it again.
        case rejected
        /// The engine's answer could not be parsed.
        case malformedAnswer
        /// The engine itself failed.
        case failed
    }

    /// The kind of failure, by which code decides; `message` is for people.
    public var kind: Kind
    /// The engine's id, such as `qwen2.5-coder-0.5b-instruct`.
    public var engine: String
    /// What happened, without the engine's name, which `description` puts first.
    public var message: String
    /// How long the engine asks not to be used; nil when it does not say.
    public var retryAfter: Duration?

    /// Creates an error. Secrets must be removed from `message` before: nothing is filtered here.
    public init(_ kind: Kind, engine: String, _ message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.engine = engine
        self.message = message
        self.retryAfter = retryAfter
    }

    /// Engine, message and kind on one line, for logs.
    public var description: String { "\(engine): \(message) (\(kind.rawValue))" }
}
