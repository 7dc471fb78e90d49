import Crypto
import Foundation
import JSON

/// Makes and checks the tokens by which a browser stays signed in after it has shown an API key.
///
/// A token is `payload.signature`, both in URL-safe base 64. It names the key that it was made with, so that it ends with
/// that key, and holds nothing that could be used elsewhere.
public struct SessionTokens: Sendable {
    private let secret: SymmetricKey
    private let used: any UsedTokens
    private let now: @Sendable () -> Date
    /// The name of the cookie that holds a token: browsers keep one jar for all servers of a host, whatever their ports.
    public let cookie: String

    /// The beginning of every such name.
    public static let cookiePrefix = "parley_session_"

    /// How long a browser stays signed in, in seconds: 14 days.
    public static let lifetime = 14 * 86_400

    /// - Parameters:
    ///   - secret: what else signs with it is told apart by a key of its own, which is derived from it.
    ///   - used: holds the sessions that were ended.
    init(secret: SymmetricKey, used: any UsedTokens, now: @escaping @Sendable () -> Date) {
        self.used = used
        self.secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Data("parley session".utf8), outputByteCount: 32)
        self.now = now
        let name = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Data("parley session cookie".utf8), outputByteCount: 6)
        cookie = Self.cookiePrefix + name.withUnsafeBytes { $0.map { String(format: "%02x", $0) }.joined() }
    }

    /// A token for whoever has shown the key with this id.
    public func make(forKey id: String) -> String {
        let expiry = Int(now().timeIntervalSince1970) + Self.lifetime
        let payload: JSONValue = [.string(id), .integer(expiry), .string(Identifier.make("ses"))]
        let data = payload.data
        return data.base64URL + "." + Data(HMAC<SHA256>.authenticationCode(for: data, using: secret)).base64URL
    }

    /// What a valid token says.
    public struct Session: Sendable, Hashable {
        /// The id of the key that it was made with. Whether the key is still there has to be asked of the store.
        public var keyID: String
        /// Its own id.
        let id: String
        /// When it ends by itself, Unix time in seconds.
        let expiry: Int
    }

    /// What a token says; nil when it is altered, has expired, or its session was ended.
    ///
    /// - Throws: the database's error.
    public func session(of token: String) async throws -> Session? {
        guard let session = read(token), try await !used.isUsed(session.id) else { return nil }
        return session
    }

    /// Ends the session of a token, of which there may be copies; nothing happens where there is none.
    ///
    /// - Throws: the database's error.
    public func end(_ token: String) async throws {
        guard let session = read(token) else { return }
        _ = try await used.use(session.id, until: session.expiry, now: Int(now().timeIntervalSince1970))
    }

    private func read(_ token: String) -> Session? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let data = Data(base64URL: String(parts[0])),
            let code = Data(base64URL: String(parts[1])),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: data, using: secret),
            let payload = try? JSONValue(parsing: data).arrayValue, payload.count == 3,
            let key = payload[0].stringValue, let expiry = payload[1].intValue, let id = payload[2].stringValue,
            Int(now().timeIntervalSince1970) < expiry
        else { return nil }
        return Session(keyID: key, id: id, expiry: expiry)
    }
}
