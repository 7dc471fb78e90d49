import Crypto
import Foundation
import JSON

// What is stored has a version, by which a client that changes it can tell whether somebody else has changed it since.

extension Agent {
    /// Text that is another one after every change, other than of nothing but a secret within the same second.
    public var version: String { fingerprint(json) }
}

extension Resource {
    /// Text that is another one after every change, other than of nothing but a secret within the same second.
    public var version: String {
        fingerprint([.string(name), .string(type), Redaction.hidden(body), .integer(updatedAt)])
    }
}

/// Of what everybody may see of it and when it was changed: nothing about its secrets can be guessed from that.
private func fingerprint(_ shown: JSONValue) -> String {
    SHA256.hash(data: shown.data).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
