import Crypto
import Foundation
import GRDB
import JSON

/// Makes and checks the signatures that let a client talk to a private agent without an API key.
///
/// A token is `payload.signature`, both in URL-safe base 64, of characters that no URL library escapes. No two are the
/// same, also of those made in one second for one agent.
public struct SignedURLs: Sendable {
    private let secret: SymmetricKey
    private let pool: DatabasePool
    private let now: @Sendable () -> Date

    /// How long a signature lets a call start, seconds: the hosted service's 15 minutes.
    public static let lifetime = 900.0

    /// What a good signature says.
    public struct Verified: Sendable, Hashable {
        /// Whom it lets the client talk to.
        public var agentID: String
        /// The conversation's id, when it was given beforehand; such a signature is good once.
        public var conversationID: String?
        /// Unix time in seconds.
        let expiry: Int
    }

    init(secret: Data, pool: DatabasePool, now: @escaping @Sendable () -> Date) {
        self.secret = SymmetricKey(data: secret)
        self.pool = pool
        self.now = now
    }

    static func makeSecret() -> Data { SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) } }

    /// A token for `conversation_signature` in the query of a URL.
    ///
    /// - Parameters:
    ///   - conversationID: makes the signature good for one use.
    ///   - lifetime: seconds in which a call can start.
    public func sign(agentID: String, conversationID: String? = nil, lifetime: Double = SignedURLs.lifetime) -> String {
        let payload: JSONValue = [
            .string(agentID), conversationID.map(JSONValue.string) ?? .null,
            .integer(Int(now().timeIntervalSince1970 + lifetime)), .string(Identifier.make("n")),
        ]
        let data = payload.data
        return data.base64URL + "." + Data(HMAC<SHA256>.authenticationCode(for: data, using: secret)).base64URL
    }

    /// Checks a token without using it up; see `use(_:)`. Its percent-encoding and what clients append to the URL
    /// after it do not matter.
    ///
    /// - Parameter agentID: whom the client asks for.
    public func verify(_ token: String, agentID: String) throws(SignatureError) -> Verified {
        let decoded = token.removingPercentEncoding ?? token
        let parts = decoded.prefix { $0 != "&" }.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let data = Data(base64URL: String(parts[0])),
            let code = Data(base64URL: String(parts[1])),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: data, using: secret),
            // The last is a number used once; a build before had none.
            let payload = try? JSONValue(parsing: data).arrayValue, (3...4).contains(payload.count),
            let signedAgent = payload[0].stringValue, let expiry = payload[2].intValue
        else { throw .altered }
        guard signedAgent == agentID else { throw .wrongAgent }
        guard Int(now().timeIntervalSince1970) < expiry else { throw .expired }
        return Verified(agentID: signedAgent, conversationID: payload[1].stringValue, expiry: expiry)
    }

    /// What a token without an agent opens, by its name in the API.
    public enum TokenPurpose: String, Sendable, Hashable, CaseIterable {
        case speechSocket = "tts_websocket"
        case transcriptionSocket = "realtime_scribe"
        case recording = "batch_scribe"
    }

    /// A token that opens one socket, for clients that are given no API key.
    public func token(for purpose: TokenPurpose) -> String {
        sign(agentID: purpose.rawValue, conversationID: Identifier.make("sut"))
    }

    /// Checks such a token without using it up; see `use(_:)`.
    public func verify(_ token: String, for purpose: TokenPurpose) throws(SignatureError) -> Verified {
        try verify(token, agentID: purpose.rawValue)
    }

    /// Uses a signature up when it is good for one use; to be called when its call is accepted, and not before.
    ///
    /// - Throws: `SignatureError.alreadyUsed`, or `DatabaseError`.
    public func use(_ verified: Verified) async throws {
        guard let id = verified.conversationID else { return }
        let seconds = Int(now().timeIntervalSince1970)
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM used_signatures WHERE expires_at <= ?", arguments: [seconds])
            try database.execute(
                sql: "INSERT OR IGNORE INTO used_signatures (id, expires_at) VALUES (?, ?)",
                arguments: [id, verified.expiry])
            guard database.changesCount > 0 else { throw SignatureError.alreadyUsed }
        }
    }
}

/// Why a signature lets nobody in.
public enum SignatureError: Error, Sendable, Hashable, CustomStringConvertible {
    case expired
    case altered
    case wrongAgent
    case alreadyUsed

    /// For the client.
    public var description: String {
        switch self {
        case .expired: "The signed URL has expired; ask for a new one."
        case .altered: "The signed URL is not valid: its signature does not match."
        case .wrongAgent: "The signed URL is for another agent."
        case .alreadyUsed: "The signed URL was already used; ask for a new one."
        }
    }
}
