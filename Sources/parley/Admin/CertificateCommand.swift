import ArgumentParser
import Foundation
import Server

/// The command `parley certificate`.
struct CertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "Make a self-signed certificate, to try https and wss with.",
        discussion: """
            Clients must be told to trust it: `SSL_CERT_FILE=certificate.pem` does so for most programs. For a server \
            that others use, get a certificate from an authority instead.
            """)

    @Option(help: "A host name or IP address of the server; can be repeated.")
    var name: [String] = ["localhost", "127.0.0.1"]

    @Option(help: "How many days it is valid, 1 to 3650.")
    var days = 365

    @Option(help: "Folder to write certificate.pem and key.pem to.")
    var output = "."

    func run() async throws {
        guard (1...3650).contains(days) else { throw CommandError.usage("--days must be from 1 to 3650.") }
        let made = try SelfSignedCertificate(names: name, days: days)
        let folder = URL(filePath: output, directoryHint: .isDirectory)
        let files = ["certificate.pem", "key.pem"].map { folder.appending(path: $0) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(made.certificate.utf8).write(to: files[0], options: .withoutOverwriting)
            try Self.write(made.privateKey, for: files[1])
        } catch {
            throw CommandError.failed(
                "certificate.pem and key.pem cannot be written to \(folder.path): \(error.localizedDescription)")
        }
        print(
            """
            \(files[0].path)
            \(files[1].path)

            parley serve --tls-certificate \(files[0].path) --tls-key \(files[1].path)
            """)
    }

    /// Writes the private key into a file that only its owner can read, from the first byte on.
    private static func write(_ key: String, for url: URL) throws {
        let path = url.path(percentEncoded: false)
        guard !FileManager.default.fileExists(atPath: path),
            FileManager.default.createFile(
                atPath: path, contents: Data(key.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteFileExists) }
    }
}
