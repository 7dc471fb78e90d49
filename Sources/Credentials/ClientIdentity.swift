import Foundation
import JSON
import NIOSSL

/// A client's certificate with its key, in PEM.
struct ClientIdentity: Sendable, Hashable {
    /// The certificate, and those between it and its root.
    private let certificate: String
    private let key: String
    /// Encrypts the key; nil when it is not encrypted.
    private let passphrase: String?
    /// Roots that vouch for the server, beside those that all do.
    private let authority: String?

    init(_ connection: JSONValue) {
        certificate = connection["client_certificate"]?.stringValue ?? ""
        key = connection["client_key"]?.stringValue ?? ""
        passphrase = connection["key_passphrase"]?.stringValue
        authority = connection["ca_certificate"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What TLS needs to know.
    ///
    /// - Throws: `Credential.Problem`.
    func configuration() throws(Credential.Problem) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = try Self.certificates(certificate, "client_certificate").map {
            .certificate($0)
        }
        // Without a passphrase the library would ask for one on the terminal.
        let secret = Array((passphrase ?? "").utf8)
        guard
            let read = try? NIOSSLPrivateKey(
                bytes: Array(key.asPEM.utf8), format: .pem, passphraseCallback: { $0(secret) })
        else {
            throw Credential.Problem(
                member: "client_key", reason: "Input should be a private key in PEM, with its passphrase if it has one")
        }
        configuration.privateKey = .privateKey(read)
        if let authority {
            configuration.additionalTrustRoots = [
                .certificates(try Self.certificates(authority, "ca_certificate"))
            ]
        }
        // Compares the key with the certificate.
        guard (try? NIOSSLContext(configuration: configuration)) != nil else {
            throw Credential.Problem(member: "client_key", reason: "The key is not that of the certificate")
        }
        return configuration
    }

    private static func certificates(
        _ text: String, _ member: String
    ) throws(Credential.Problem) -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMBytes(Array(text.asPEM.utf8)), !found.isEmpty else {
            throw Credential.Problem(member: member, reason: "Input should be a certificate in PEM")
        }
        return found
    }
}
