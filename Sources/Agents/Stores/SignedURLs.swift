import Crypto
import Foundation
import JSON

/// Makes and checks the signatures with which a client can talk to a private agent, or use the speech API once, without
/// an API key.
///
/// A token is `payload.signature`, both in URL-safe base 64, which no URL library escapes. All tokens differ, even
/// those made for one agent in the same second.
public struct SignedURLs: Sendable {
    private let secret: SymmetricKey
    private let used: any UsedTokens
    private let now: @Sendable () -> Date
    /// Makes and checks what keeps browsers signed in.
    public let sessions: SessionTokens

    /// How long a signature is good for unless told otherwise, in seconds: the hosted service's 15 minutes.
    public static let lifetime = 900.0

    /// The content of a valid signature.
    public struct Verified: Sendable, Hashable {
        /// The agent that the client may talk to.
        public var agentID: String
        /// The conversation's id, when it was given beforehand; such a signature can be used once. Nil otherwise.
        public var conversationID: String?
        /// The environment in which the agent answers; nil leaves it to the client.
        public var environment: String?
        /// When it expires, Unix time in seconds.
        let expiry: Int
    }

    /// - Parameters:
    ///   - secret: what signs, from `makeSecret()`: made once, and kept by the server's storage.
    ///   - used: the single-use signatures that have been used.
    ///   - now: the clock for expiry.
    public init(secret: Data, used: any UsedTokens, now: @escaping @Sendable () -> Date = { Date() }) {
        self.secret = SymmetricKey(data: secret)
        self.used = used
        self.now = now
        sessions = SessionTokens(secret: self.secret, used: used, now: now)
    }

    /// 32 random bytes.
    public static func makeSecret() -> Data { SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) } }

    /// A token for `conversation_signature` in the query of a URL.
    ///
    /// - Parameters:
    ///   - conversationID: makes the signature good for one use.
    ///   - environment: the one in which the agent answers; nil leaves it to the client.
    ///   - lifetime: seconds in which a call can start.
    public func sign(
        agentID: String, conversationID: String? = nil, environment: String? = nil,
        lifetime: Double = SignedURLs.lifetime
    ) -> String {
        let payload: JSONValue = .array(
            [
                .string(agentID), conversationID.map(JSONValue.string) ?? .null,
                .integer(Int(now().timeIntervalSince1970 + lifetime)), .string(Identifier.make("n")),
            ] + (environment.map { [.string($0)] } ?? []))
        let data = payload.data
        return data.base64URL + "." + Data(HMAC<SHA256>.authenticationCode(for: data, using: secret)).base64URL
    }

    /// Checks a token without using it up; see `use(_:)`. Percent-encoding, and text that clients append to the URL
    /// after the token, are ignored.
    ///
    /// - Parameter agentID: the agent that the client asks for.
    public func verify(_ token: String, agentID: String) throws(SignatureError) -> Verified {
        let decoded = token.removingPercentEncoding ?? token
        let parts = decoded.prefix { $0 != "&" }.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let data = Data(base64URL: String(parts[0])),
            let code = Data(base64URL: String(parts[1])),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: data, using: secret),
            // The fourth element is a random number, which tokens of older builds lack; the fifth is the environment.
            let payload = try? JSONValue(parsing: data).arrayValue, (3...5).contains(payload.count),
            let signedAgent = payload[0].stringValue, let expiry = payload[2].intValue
        else { throw .altered }
        guard signedAgent == agentID else { throw .wrongAgent }
        guard Int(now().timeIntervalSince1970) < expiry else { throw .expired }
        return Verified(
            agentID: signedAgent, conversationID: payload[1].stringValue,
            environment: payload.count > 4 ? payload[4].stringValue : nil, expiry: expiry)
    }

    /// What a single-use token opens, by its name in the API.
    public enum TokenPurpose: String, Sendable, Hashable, CaseIterable {
        /// A socket for text to speech.
        case speechSocket = "tts_websocket"
        /// A socket for speech to text.
        case transcriptionSocket = "realtime_scribe"
        /// A request that has a recording transcribed.
        case recording = "batch_scribe"
    }

    /// A token for one socket or one request, for clients that are given no API key.
    public func token(for purpose: TokenPurpose) -> String {
        sign(agentID: purpose.rawValue, conversationID: Identifier.make("sut"))
    }

    /// Checks a single-use token without using it up; see `use(_:)`.
    public func verify(_ token: String, for purpose: TokenPurpose) throws(SignatureError) -> Verified {
        try verify(token, agentID: purpose.rawValue)
    }

    /// Uses up a signature that can be used once; to be called when its call is accepted, and not before.
    ///
    /// - Throws: `SignatureError.alreadyUsed`, or the database's error.
    public func use(_ verified: Verified) async throws {
        guard let id = verified.conversationID else { return }
        let seconds = Int(now().timeIntervalSince1970)
        guard try await used.use(id, until: verified.expiry, now: seconds) else { throw SignatureError.alreadyUsed }
    }
}

/// The single-use tokens that have been used, and the sessions that were ended.
public protocol UsedTokens: Sendable {
    /// Notes that a token was used, and forgets those that had expired by `now`.
    ///
    /// - Parameter expiry: when the token expires; like `now`, Unix time in seconds.
    /// - Returns: Whether this was the first time.
    func use(_ id: String, until expiry: Int, now: Int) async throws -> Bool

    /// Whether a token was used.
    func isUsed(_ id: String) async throws -> Bool
}

/// Why a signature is not accepted.
public enum SignatureError: Error, Sendable, Hashable, CustomStringConvertible {
    case expired
    case altered
    case wrongAgent
    case alreadyUsed

    /// The message for the client.
    public var description: String {
        switch self {
        case .expired: "The signed URL has expired; ask for a new one."
        case .altered: "The signed URL is not valid: its signature does not match."
        case .wrongAgent: "The signed URL is for another agent."
        case .alreadyUsed: "The signed URL was already used; ask for a new one."
        }
    }
}
