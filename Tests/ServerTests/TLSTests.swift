import AsyncHTTPClient
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOSSL
import Server
import Testing

@Suite("TLS", .timeLimit(.minutes(1)))
struct TLSTests {
    /// Files that go with the test.
    struct Files: ~Copyable {
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-tls-\(UUID().uuidString)")
        var tls: TLSFiles {
            TLSFiles(
                certificates: folder.appending(path: "certificate.pem"), privateKey: folder.appending(path: "key.pem"))
        }

        init(_ certificate: String, _ key: String) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(certificate.utf8).write(to: tls.certificates)
            try Data(key.utf8).write(to: tls.privateKey)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    @Test("a self-signed certificate serves those who trust it, by name and by address, and nobody else")
    func selfSigned() async throws {
        let made = try SelfSignedCertificate(names: ["localhost", "127.0.0.1"], days: 1)
        let files = try Files(made.certificate, made.privateKey)
        let tls = files.tls
        try await withServer(tls: tls) { server in
            var trusting = TLSConfiguration.makeClientConfiguration()
            trusting.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(tls.certificates.path))
            for (configuration, host, isServed) in [
                (trusting, "localhost", true), (trusting, "127.0.0.1", true),
                (TLSConfiguration.makeClientConfiguration(), "localhost", false),
            ] {
                let client = HTTPClient(
                    eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: configuration))
                let request = HTTPClientRequest(url: "https://\(host):\(server.port)/v1/user")
                let response = try? await client.execute(request, timeout: .seconds(10))
                #expect((response?.status.code == 200) == isServed, "\(host)")
                if isServed {
                    let agent = try await server.makeAgent()
                    let url = "https://\(host):\(server.port)/v1/convai/conversation/get-signed-url?agent_id=\(agent)"
                    let answer = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
                    let body = try await answer.body.collect(upTo: 1 << 20)
                    let signed = try JSONValue(parsing: Data(body.readableBytesView))["signed_url"]?.stringValue
                    #expect(signed?.hasPrefix("wss://\(host):") == true)
                }
                try await client.shutdown()
            }
        }
        withExtendedLifetime(files) {}
    }

    private static func serve(_ tls: TLSFiles) async throws {
        try await withServer(tls: tls) { (_: TestServer) -> Void in }
    }

    @Test("files that are no certificate, no key, or not of a pair are named")
    func errors() async throws {
        let (one, other) = (
            try SelfSignedCertificate(names: ["a"], days: 1), try SelfSignedCertificate(names: ["b"], days: 1)
        )
        for (certificate, key, word) in [
            ("nonsense", one.privateKey, "certificate.pem contains no certificate"),
            (one.certificate, "nonsense", "key.pem contains no private key"),
            (one.certificate, other.privateKey, "key.pem is not the key"),
        ] {
            let files = try Files(certificate, key)
            let tls = files.tls
            let error = await #expect(throws: ServerError.self) { try await Self.serve(tls) }
            #expect(error?.description.contains(word) == true, "\(String(describing: error))")
            withExtendedLifetime(files) {}
        }
        let missing = TLSFiles(certificates: URL(filePath: "/nowhere.pem"), privateKey: URL(filePath: "/nowhere.pem"))
        let error = await #expect(throws: ServerError.self) { try await Self.serve(missing) }
        #expect(error?.description.contains("/nowhere.pem cannot be read") == true)
    }
}
