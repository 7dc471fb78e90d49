import Crypto
import CryptoExtras
import Foundation
import JSON

/// Makes JSON Web Tokens (RFC 7519) in the name of one subject, signed with one key (RFC 7515).
struct TokenSigner: Sendable, Hashable {
    /// How tokens are signed, by the names of RFC 7518.
    enum Algorithm: String, Sendable, Hashable {
        case hs256 = "HS256"
        case hs384 = "HS384"
        case hs512 = "HS512"
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
        case ps256 = "PS256"
        case ps384 = "PS384"
        case ps512 = "PS512"
    }

    private let algorithm: Algorithm
    /// A secret text for `HS…`, else an RSA key in PEM.
    let key: String
    let subject: String
    /// How long a token holds, in seconds.
    let lifetime: Int
    private let header: [String: JSONValue]
    private let claims: [String: JSONValue]

    /// - Throws: `Credential.Problem` for an algorithm that is not known.
    init(_ connection: JSONValue) throws(Credential.Problem) {
        func text(_ name: String) -> String { connection[name]?.stringValue ?? "" }
        guard let algorithm = Algorithm(rawValue: connection["algorithm"]?.stringValue ?? "RS256") else {
            throw Credential.Problem(member: "algorithm", reason: "This algorithm is not known here")
        }
        self.algorithm = algorithm
        key = text("secret_key")
        subject = text("subject")
        lifetime = connection["expiration_seconds"]?.intValue ?? 3600
        var header = connection["extra_headers"]?.objectValue ?? [:]
        header["typ"] = header["typ"] ?? "JWT"
        header["alg"] = .string(algorithm.rawValue)
        if let id = connection["key_id"]?.stringValue, !id.isEmpty { header["kid"] = .string(id) }
        self.header = header
        claims = (connection["extra_params"]?.objectValue ?? [:]).merging([
            "iss": .string(text("issuer")), "sub": .string(subject), "aud": .string(text("audience")),
        ]) { $1 }
    }

    /// A new token.
    ///
    /// - Parameters:
    ///   - now: when it begins to hold.
    ///   - more: claims that the connection's own take precedence of.
    /// - Throws: `Credential.Problem` when the key cannot be used.
    func token(at now: Date, adding more: [String: JSONValue] = [:]) throws(Credential.Problem) -> String {
        let start = Int(now.timeIntervalSince1970)
        var claims = more.merging(self.claims) { $1 }
        claims["iat"] = .integer(start)
        claims["exp"] = .integer(start + lifetime)
        claims["jti"] = .string(UUID().uuidString.lowercased())
        let signed = "\(JSONValue.object(header).data.base64URL).\(JSONValue.object(claims).data.base64URL)"
        return "\(signed).\(try signature(of: Data(signed.utf8)).base64URL)"
    }

    /// - Throws: `Credential.Problem` when the key cannot be used.
    func check() throws(Credential.Problem) { _ = try signature(of: Data()) }

    private func signature(of data: Data) throws(Credential.Problem) -> Data {
        switch algorithm {
        case .hs256: try code(data, SHA256.self)
        case .hs384: try code(data, SHA384.self)
        case .hs512: try code(data, SHA512.self)
        case .rs256: try signature(of: SHA256.hash(data: data), .insecurePKCS1v1_5)
        case .rs384: try signature(of: SHA384.hash(data: data), .insecurePKCS1v1_5)
        case .rs512: try signature(of: SHA512.hash(data: data), .insecurePKCS1v1_5)
        case .ps256: try signature(of: SHA256.hash(data: data), .PSS)
        case .ps384: try signature(of: SHA384.hash(data: data), .PSS)
        case .ps512: try signature(of: SHA512.hash(data: data), .PSS)
        }
    }

    private func code<Hash: HashFunction>(_ data: Data, _ hash: Hash.Type) throws(Credential.Problem) -> Data {
        guard !key.isEmpty else { throw Credential.Problem(member: "secret_key", reason: "Input should not be empty") }
        return Data(HMAC<Hash>.authenticationCode(for: data, using: SymmetricKey(data: Data(key.utf8))))
    }

    private func signature(
        of digest: some Digest, _ padding: _RSA.Signing.Padding
    ) throws(Credential.Problem) -> Data {
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: key.asPEM),
            let signature = try? key.signature(for: digest, padding: padding)
        else {
            throw Credential.Problem(
                member: "secret_key",
                reason: "Input should be a private RSA key in PEM, of 2048 bits or more and not encrypted, "
                    + "for the algorithm \(algorithm.rawValue)")
        }
        return signature.rawRepresentation
    }
}

extension Data {
    /// Base 64 for URLs, without padding (RFC 4648 §5).
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
