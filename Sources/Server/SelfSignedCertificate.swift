import Crypto
import Foundation
import NIOCore
import SwiftASN1
import X509

/// A self-signed certificate for trying https and wss. Clients must be told to trust it.
public struct SelfSignedCertificate: Sendable {
    /// The certificate, in PEM.
    public let certificate: String
    /// The private key, in PEM.
    public let privateKey: String

    /// - Parameters:
    ///   - names: Host names and IP addresses that clients use.
    ///   - days: How long it is valid.
    /// - Throws: Errors of X509 for names that a certificate cannot hold.
    public init(names: [String], days: Int, now: Date = .now) throws {
        let key = P256.Signing.PrivateKey()
        let issuer = Certificate.PrivateKey(key)
        let subject = try DistinguishedName { CommonName(names.first ?? "localhost") }
        let alternatives = names.map { name -> GeneralName in
            let address = ConnectionAddress.bytes(of: try? SocketAddress(ipAddress: name, port: 0))
            return address.isEmpty ? .dnsName(name) : .ipAddress(.init(contentBytes: address[...]))
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: issuer.publicKey,
            // Valid from an hour ago, because clocks differ.
            notValidBefore: now - 3600, notValidAfter: now + Double(days) * 86_400, issuer: subject, subject: subject,
            extensions: try Certificate.Extensions {
                // Its own certificate authority, since some programs trust nothing else.
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(alternatives)
            }, issuerPrivateKey: issuer)
        self.certificate = try certificate.serializeAsPEM().pemString + "\n"
        privateKey = key.pemRepresentation + "\n"
    }
}
