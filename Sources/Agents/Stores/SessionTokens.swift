import Crypto
import Foundation
import JSON

/// Makes and checks the tokens by which a browser stays signed in after it has shown an API key.
///
/// A token is `payload.signature`, both in URL-safe base 64. It names the key that it was made with, so that it ends with
/// that key, and holds nothing that could be used elsewhere.
public struct SessionTokens: Sendable {
    private let secret: SymmetricKey
    private let now: @Sendable () -> Date
    /// The name of the cookie that holds a token: browsers keep one jar for all servers of a host, whatever their ports.
    public let cookie: String

    /// The beginning of every such name.
    public static let cookiePrefix = "parley_session_"

    /// How long a browser stays signed in, in seconds: 14 days.
    public static let lifetime = 14 * 86_400

    /// - Parameter secret: what else signs with it is told apart by a key of its own, which is derived from it.
    init(secret: SymmetricKey, now: @escaping @Sendable () -> Date) {
        self.secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Data("parley session".utf8), outputByteCount: 32)
        self.now = now
        let name = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Data("parley session cookie".utf8), outputByteCount: 6)
        cookie = Self.cookiePrefix + name.withUnsafeBytes { $0.map { String(format: "%02x", $0) }.joined() }
    }

    /// A token for whoever has shown the key with this id.
    public func make(forKey id: String) -> String {
        let payload: JSONValue = [.string(id), .integer(Int(now().timeIntervalSince1970) + Self.lifetime)]
        let data = payload.data
        return data.base64URL + "." + Data(HMAC<SHA256>.authenticationCode(for: data, using: secret)).base64URL
    }

    /// The id of the key that a token was made with; nil when the token is altered or has expired. Whether the key is
    /// still there has to be asked of the store.
    public func key(of token: String) -> String? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let data = Data(base64URL: String(parts[0])),
            let code = Data(base64URL: String(parts[1])),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: data, using: secret),
            let payload = try? JSONValue(parsing: data).arrayValue, payload.count == 2,
            let id = payload[0].stringValue, let expiry = payload[1].intValue,
            Int(now().timeIntervalSince1970) < expiry
        else { return nil }
        return id
    }
}
