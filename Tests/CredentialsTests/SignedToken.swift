import Crypto
import CryptoExtras
import Foundation
import JSON
import TestSupport

@testable import Credentials

/// A JSON Web Token, taken apart.
struct SignedToken {
    let header: JSONValue
    let claims: JSONValue
    private let signed: Data
    private let signature: Data

    struct Malformed: Error {}

    init(_ text: String?) throws {
        let parts = (text ?? "").split(separator: ".").map(String.init)
        guard parts.count == 3, let signature = Self.data(parts[2]), let header = Self.data(parts[0]),
            let claims = Self.data(parts[1])
        else { throw Malformed() }
        self.header = try JSONValue(parsing: header)
        self.claims = try JSONValue(parsing: claims)
        self.signature = signature
        signed = Data("\(parts[0]).\(parts[1])".utf8)
    }

    func isSigned(by algorithm: TokenSigner.Algorithm, with key: String = TestKeys.rsa) throws -> Bool {
        switch algorithm {
        case .hs256: return code(SHA256.self, key)
        case .hs384: return code(SHA384.self, key)
        case .hs512: return code(SHA512.self, key)
        case .rs256: return try rsa(SHA256.hash(data: signed), .insecurePKCS1v1_5, key)
        case .rs384: return try rsa(SHA384.hash(data: signed), .insecurePKCS1v1_5, key)
        case .rs512: return try rsa(SHA512.hash(data: signed), .insecurePKCS1v1_5, key)
        case .ps256: return try rsa(SHA256.hash(data: signed), .PSS, key)
        case .ps384: return try rsa(SHA384.hash(data: signed), .PSS, key)
        case .ps512: return try rsa(SHA512.hash(data: signed), .PSS, key)
        }
    }

    private func code<Hash: HashFunction>(_ hash: Hash.Type, _ key: String) -> Bool {
        HMAC<Hash>.isValidAuthenticationCode(
            signature, authenticating: signed, using: SymmetricKey(data: Data(key.utf8)))
    }

    private func rsa(_ digest: some Digest, _ padding: _RSA.Signing.Padding, _ key: String) throws -> Bool {
        try _RSA.Signing.PrivateKey(pemRepresentation: key).publicKey.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest, padding: padding)
    }

    private static func data(_ text: String) -> Data? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}
