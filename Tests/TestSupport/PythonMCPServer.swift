import Foundation
import Glibc
import Synchronization

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

    private let process: Process
    private let input: Pipe
    private let exit: AsyncStream<Void>
    private let transport: Transport
    package let port: Int

    /// Whether the tests with these servers are wanted, by `PARLEY_MCP_SERVERS` in the environment, and both packages are
    /// installed. Starting and killing them with Foundation's `Process` has ended the tests once, within libdispatch; until
    /// that is mended the suite does without, and Tests/sdk calls such a server.
    package static var isInstalled: Bool {
        ProcessInfo.processInfo.environment["PARLEY_MCP_SERVERS"] != nil
            && Package.allCases.allSatisfy { FileManager.default.fileExists(atPath: $0.python.path()) }
    }

    package static let hint = "PARLEY_MCP_SERVERS is not set, or `setup/setup.py --tests` has not installed the servers"

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

    private init(
        _ process: Process, _ input: Pipe, _ exit: AsyncStream<Void>, _ transport: Transport, port: Int
    ) {
        (self.process, self.input, self.exit, self.transport, self.port) = (process, input, exit, transport, port)
    }

    /// Starts a server for as long as `body` runs; it also ends with this process.
    ///
    /// - Parameter port: nil for any.
    package static func run(
        _ package: Package, _ transport: Transport, port: Int? = nil,
        body: (PythonMCPServer) async throws -> Void
    ) async throws {
        let process = Process()
        process.executableURL = package.python
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "mcp/server.py")
        process.arguments = [script.path(), transport.rawValue] + (port.map { ["\($0)"] } ?? [])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                line.finish()
            } else {
                line.yield(String(decoding: data, as: UTF8.self))
            }
        }
        let (exit, exited) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in exited.finish() }
        try process.run()
        defer { Self.kill(process) }
        var text = ""
        for await part in lines {
            text += part
            if text.contains("\n") { break }
        }
        guard let port = Int(text.prefix { $0 != "\n" }) else {
            throw DidNotStart(description: "\(package.rawValue) printed: \(text)")
        }
        try await body(PythonMCPServer(process, input, exit, transport, port: port))
    }

    /// Makes the server forget all its sessions, as a restart does.
    package func forgetSessions() async throws {
        try await RawSocket.connect(to: port) { socket in
            try await socket.write(
                "POST /forget HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            _ = try await socket.readToEnd()
        }
    }

    /// Not `terminate`, whose signal a child may have inherited as blocked.
    private static func kill(_ process: Process) { _ = Glibc.kill(process.processIdentifier, SIGKILL) }

    /// Ends the process at once.
    package func kill() async {
        Self.kill(process)
        for await _ in exit {}
    }
}
