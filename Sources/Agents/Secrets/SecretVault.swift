import Crypto
import Foundation
import JSON

/// Encrypts secrets where they are stored: with AES-GCM, and a key of 256 bits that is not in the database.
///
/// What is sealed for one place, such as an agent's configuration, cannot be opened in another one.
public struct SecretVault: Sendable {
    private let key: SymmetricKey

    /// Bytes of a key.
    public static let keySize = 32

    /// - Parameter key: 32 bytes; nil for any other number.
    public init?(key: Data) {
        guard key.count == Self.keySize else { return nil }
        self.key = SymmetricKey(data: key)
    }

    /// A vault with a new key, which ends with the process.
    public init() { key = SymmetricKey(size: .bits256) }

    /// 32 random bytes.
    public static func makeKey() -> Data { SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) } }

    /// What was sealed with another key or for another place, or was altered, cannot be opened.
    public struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
        /// The message for the operator.
        public var description: String { "A secret cannot be decrypted with this server's key." }
    }

    /// `text`, encrypted, as base 64.
    public func seal(_ text: String, for place: String) throws -> String {
        let box = try AES.GCM.seal(Data(text.utf8), using: key, authenticating: Data(place.utf8))
        // Nil only for nonces of another length than the one that was chosen here.
        guard let combined = box.combined else { throw Unreadable() }
        return combined.base64EncodedString()
    }

    /// The text that was sealed.
    ///
    /// - Throws: `Unreadable`.
    public func open(_ sealed: String, for place: String) throws(Unreadable) -> String {
        guard let data = Data(base64Encoded: sealed), let box = try? AES.GCM.SealedBox(combined: data),
            let text = try? AES.GCM.open(box, using: key, authenticating: Data(place.utf8))
        else { throw Unreadable() }
        return String(decoding: text, as: UTF8.self)
    }
}

// MARK: Secrets within a configuration

extension SecretVault {
    /// The only member of the object that stands in place of a sealed text.
    private static let member = "$sealed"

    /// Whether a stored configuration, as JSON text, has sealed texts.
    package static func isSealed(_ text: String) -> Bool { text.contains(member) }

    /// `configuration` with every secret that is written into it sealed; see `Redaction`.
    package func sealing(_ configuration: JSONValue, for place: String) throws -> JSONValue {
        try Redaction.replacingSecrets(in: configuration) {
            [Self.member: .string(try seal($0, for: place))]
        }
    }

    /// `configuration` with its secrets as they were before they were sealed. What looks sealed and cannot be opened,
    /// because somebody wrote it so, stays as it is.
    package func opening(_ configuration: JSONValue, for place: String) -> JSONValue {
        switch configuration {
        case .object(let members):
            if members.count == 1, let sealed = members[Self.member]?.stringValue {
                return (try? open(sealed, for: place)).map(JSONValue.string) ?? configuration
            }
            return .object(members.mapValues { opening($0, for: place) })
        case .array(let elements): return .array(elements.map { opening($0, for: place) })
        default: return configuration
        }
    }
}
