import Foundation
import Glibc
import Subprocess
import SystemPackage

/// The server of `Tests/mcp/server.py` in a process of its own, with one of the official packages.
package final class PythonMCPServer: Sendable {
    /// The official package.
    package enum Package: String, Sendable, CaseIterable {
        /// `mcp` 2.3: both eras of the protocol.
        case both = "venv-mcp"
        /// `mcp` 1: the handshake alone.
        case handshake = "venv-mcp1"

        package var python: URL { PythonMCPServer.home.appending(path: "\(rawValue)/bin/python") }
    }

    package enum Transport: String, Sendable, CaseIterable {
        /// Streamable HTTP, answers as streams of events where the package likes that.
        case streamable
        /// Streamable HTTP, answers in JSON.
        case json
        /// The transport of 2024.
        case events
    }

    package struct DidNotStart: Error, CustomStringConvertible {
        package var description: String
    }

    private let processID: pid_t
    private let exit: AsyncStream<Void>
    private let transport: Transport
    package let port: Int

    /// Whether both packages are installed.
    package static var isInstalled: Bool {
        Package.allCases.allSatisfy { FileManager.default.fileExists(atPath: $0.python.path()) }
    }

    package static let hint = "`setup/setup.py --tests` has not installed the servers"

    private static var home: URL {
        let environment = ProcessInfo.processInfo.environment
        if let home = environment["PARLEY_HOME"], !home.isEmpty {
            return URL(filePath: (home as NSString).expandingTildeInPath)
        }
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        return (cache.map { URL(filePath: $0) } ?? URL.homeDirectory.appending(path: ".cache"))
            .appending(path: "parley")
    }

    package var url: String { "http://127.0.0.1:\(port)/\(transport == .events ? "sse" : "mcp")" }

    private init(_ processID: pid_t, _ exit: AsyncStream<Void>, _ transport: Transport, port: Int) {
        (self.processID, self.exit, self.transport, self.port) = (processID, exit, transport, port)
    }

    /// Starts a server for as long as `body` runs; it also ends with this process, which holds its standard input.
    ///
    /// - Parameter port: nil for any.
    package static func run<Value: Sendable>(
        _ package: Package, _ transport: Transport, port: Int? = nil,
        body: @Sendable @escaping (PythonMCPServer) async throws -> Value
    ) async throws -> Value {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "mcp/server.py")
        let arguments = [script.path(), transport.rawValue] + (port.map { ["\($0)"] } ?? [])
        let result = try await Subprocess.run(
            .path(FilePath(package.python.path())), arguments: Arguments(arguments), input: .inputWriter,
            output: .sequence, error: .discarded
        ) { execution -> Value? in
            let processID = execution.processIdentifier.value
            let (printed, print) = AsyncStream.makeStream(of: String.self)
            let (exit, exited) = AsyncStream.makeStream(of: Void.self)
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    defer {
                        print.finish()
                        exited.finish()
                    }
                    for try await part in execution.standardOutput {
                        print.yield(part.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
                    }
                    return nil
                }
                group.addTask {
                    defer { Self.kill(processID) }
                    var text = ""
                    for await part in printed {
                        text += part
                        if text.contains("\n") { break }
                    }
                    guard let port = Int(text.prefix { $0 != "\n" }) else {
                        throw DidNotStart(description: "\(package.rawValue) printed: \(text)")
                    }
                    return try await body(PythonMCPServer(processID, exit, transport, port: port))
                }
                var value: Value?
                for try await finished in group { value = finished ?? value }
                return value
            }
        }
        guard let value = result.closureResult else { throw CancellationError() }
        return value
    }

    /// Makes the server forget all its sessions, as a restart does.
    package func forgetSessions() async throws {
        try await RawSocket.connect(to: port) { socket in
            try await socket.write(
                "POST /forget HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            _ = try await socket.readToEnd()
        }
    }

    private static func kill(_ processID: pid_t) { _ = Glibc.kill(processID, SIGKILL) }

    /// Ends the process, and returns when it has ended.
    package func kill() async {
        Self.kill(processID)
        for await _ in exit {}
    }
}
