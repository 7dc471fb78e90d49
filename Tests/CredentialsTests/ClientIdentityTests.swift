import Egress
import Foundation
import JSON
import NIOHTTP1
import NIOSSL
import ScriptedServer
import Synchronization
import TestSupport
import Testing

@testable import Credentials

@Suite("Client certificates", .timeLimit(.minutes(1)))
struct ClientIdentityTests {
    private static func connection(_ certificate: String, _ key: String, _ more: JSONValue = [:]) -> JSONValue {
        let standard: JSONValue = [
            "auth_type": "mtls", "client_certificate": .string(certificate), "client_key": .string(key),
            "ca_certificate": .string(TestCertificate.certificate),
        ]
        return standard.merging(more)
    }

    /// A server that wants a certificate of its clients.
    private static func context() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8)).map {
                .certificate($0)
            },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)))
        configuration.certificateVerification = .noHostnameVerification
        return try NIOSSLContext(configuration: configuration)
    }

    private static func certificate(_ text: String) throws -> NIOSSLCertificate {
        try NIOSSLCertificate(bytes: Array(text.utf8), format: .pem)
    }

    @Test("the server sees the certificate of the connection, and no connection is used in another's name")
    func shown() async throws {
        let (ann, bob) = (
            try Self.certificate(TestKeys.annCertificate), try Self.certificate(TestKeys.bobCertificate)
        )
        let seen = Mutex<[String]>([])
        let admits: @Sendable ([NIOSSLCertificate]) -> Bool = { certificates in
            let name = certificates.first.map { $0 == ann ? "ann" : $0 == bob ? "bob" : "nobody" } ?? "none"
            seen.withLock { $0.append(name) }
            return name != "none"
        }
        try await ScriptedHTTPServer.run(tls: Self.context(), admits: admits, { _ in [.head(200), .end] }) { server in
            let egress = EgressClient(policy: EgressPolicy(allowsPrivateAddresses: true))
            let authorizer = Authorizer { try await egress.send($0) }
            let credentials = [
                "ann": try Credential(Self.connection(TestKeys.annCertificate, TestKeys.annKey)),
                "bob": try Credential(Self.connection(TestKeys.bobCertificate, TestKeys.bobKey)),
            ]
            let request = EgressRequest(.GET, server.url)
            for name in ["ann", "bob", "ann", "bob", "ann"] {
                let status = try? await authorizer.send(request, as: credentials[name]).head.status
                #expect(status == .ok)
            }
            // One connection each, which serves no other.
            #expect(seen.withLock(\.self) == ["ann", "bob"])
            #expect(server.requests.count == 5)
            // Neither do they serve who shows none.
            await #expect(throws: EgressError.self) { try await egress.send(request) }
            #expect(server.requests.count == 5)
            await egress.shutdown()
        }
    }

    @Test("certificates and keys that cannot be used are refused when they are stored")
    func check() throws {
        try Credential(Self.connection(TestKeys.annCertificate, TestKeys.annKey)).check()
        let encrypted = Self.connection(TestKeys.annCertificate, TestKeys.annEncryptedKey)
        try Credential(encrypted.merging(["key_passphrase": "open-sesame"])).check()
        let wrong: [(JSONValue, String)] = [
            (encrypted, "client_key"),
            (encrypted.merging(["key_passphrase": "wrong"]), "client_key"),
            (Self.connection("c", TestKeys.annKey), "client_certificate"),
            (Self.connection("", TestKeys.annKey), "client_certificate"),
            (Self.connection(TestKeys.annCertificate, "k"), "client_key"),
            (Self.connection(TestKeys.annCertificate, TestKeys.bobKey), "client_key"),
            (Self.connection(TestKeys.annCertificate, TestKeys.annKey, ["ca_certificate": "x"]), "ca_certificate"),
        ]
        for (connection, member) in wrong {
            let problem = #expect(throws: Credential.Problem.self) { try Credential(connection).check() }
            #expect(problem?.member == member)
        }
    }
}
