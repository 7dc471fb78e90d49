import Foundation
import JSON
import Tasks
import TestSupport
import Testing

@testable import MCP

/// The official Python packages, old and new, over every transport.
@Suite(
    .timeLimit(.minutes(2)), .serialized,
    .enabled(if: PythonMCPServer.isInstalled, Comment(rawValue: PythonMCPServer.hint)))
struct OfficialServerTests {
    private func server(_ python: PythonMCPServer, _ transport: PythonMCPServer.Transport) -> MCPServer {
        MCPServer(
            name: "official", url: python.url, transport: transport == .events ? .events : .streamableHTTP,
            headers: ["Authorization": "Bearer secret-token"])
    }

    @Test(arguments: PythonMCPServer.Package.allCases, PythonMCPServer.Transport.allCases)
    func everyToolOfEveryServer(package: PythonMCPServer.Package, transport: PythonMCPServer.Transport) async throws {
        try await PythonMCPServer.run(package, transport) { python in
            try await ScriptedMCP.withPool { pool in
                let server = self.server(python, transport)
                let list = try await pool.tools(of: server)
                #expect(list.warnings.isEmpty)
                func call(_ name: String, _ arguments: JSONValue = [:]) async throws -> MCPToolResult {
                    try await pool.call(#require(list[name]), of: server, arguments, within: .seconds(10))
                }
                let sum = try await call("add", ["a": 2, "b": 3])
                #expect(sum.text == "5" && !sum.isError)
                #expect(try #require(list["add"]).isReadOnly && !#require(list["book"]).isReadOnly)
                let failed = try await call("fail")
                // The newer package keeps the reason to itself.
                #expect(failed.isError && failed.text.contains("fail"))
                #expect(try await call("add", ["a": "x"]).isError)
                let picture = try await call("picture").text
                #expect(picture.contains("Here it is.") && picture.contains("[image image/png"))
                #expect(try await call("menu").text.contains("[resource menu://today: menu, What there is today]"))
                #expect(try await call("token").text == "Bearer secret-token")
                // It tells of its progress, which nobody has asked for.
                #expect(try await call("slow", ["seconds": 0.1]).text == "done")
                await #expect(throws: MCPError.tooLarge(limit: 1 << 20)) { try await call("long") }
                // The server lives on.
                #expect(try await call("book", ["name": "Ann"]).text == "Booked for Ann: number 1.")
            }
        }
    }

    @Test(arguments: PythonMCPServer.Package.allCases) func sessionThatIsForgottenIsOpenedAgain(
        package: PythonMCPServer.Package
    ) async throws {
        try await PythonMCPServer.run(package, .streamable) { python in
            try await ScriptedMCP.withPool { pool in
                let server = self.server(python, .streamable)
                let book = try #require(try await pool.tools(of: server)["book"])
                _ = try await pool.call(book, of: server, ["name": "Ann"], within: .seconds(10))
                try await python.forgetSessions()
                #expect(
                    try await pool.call(book, of: server, ["name": "Bob"], within: .seconds(10)).text
                        == "Booked for Bob: number 2.")
            }
        }
    }

    @Test(arguments: [PythonMCPServer.Transport.streamable, .events]) func serverMayDieBetweenTwoCalls(
        transport: PythonMCPServer.Transport
    ) async throws {
        for package in PythonMCPServer.Package.allCases {
            try await ScriptedMCP.withPool { pool in
                let (port, server) = try await PythonMCPServer.run(package, transport) { python in
                    let server = self.server(python, transport)
                    let add = try #require(try await pool.tools(of: server)["add"])
                    #expect(try await pool.call(add, of: server, ["a": 1, "b": 1], within: .seconds(10)).text == "2")
                    await python.kill()
                    await #expect(throws: MCPError.self) {
                        try await pool.call(add, of: server, ["a": 1, "b": 1], within: .seconds(10))
                    }
                    return (python.port, server)
                }
                // Its list tells, where the call was only cut off.
                while case .connected = pool.snapshot(server).state { await Task.yield() }
                guard case .dead = pool.snapshot(server).state else {
                    Issue.record("the server is not known to be dead")
                    return
                }
                try await PythonMCPServer.run(package, transport, port: port) { _ in
                    let add = try #require(try await pool.tools(of: server)["add"])
                    #expect(try await pool.call(add, of: server, ["a": 1, "b": 2], within: .seconds(10)).text == "3")
                    #expect(pool.snapshot(server).state == .connected)
                }
            }
        }
    }

    @Test func changedListIsFollowed() async throws {
        try await PythonMCPServer.run(.both, .streamable) { python in
            try await ScriptedMCP.withPool { pool in
                let server = self.server(python, .streamable)
                let list = try await pool.tools(of: server)
                #expect(list["dance"] == nil)
                // Once the server has taken the subscription, it tells of the change.
                while pool.snapshot(server).list["dance"] == nil {
                    let learn = try #require(list["learn"])
                    _ = try await pool.call(learn, of: server, ["name": "dance"], within: .seconds(10))
                    await Task.yield()
                }
                let dance = try #require(pool.snapshot(server).list["dance"])
                #expect(dance.description == "Was learnt as dance.")
                #expect(try await pool.call(dance, of: server, [:], within: .seconds(10)).text == "learnt")
            }
        }
    }

    @Test(arguments: PythonMCPServer.Package.allCases) func callsShareOneConnectionAtTheSameTime(
        package: PythonMCPServer.Package
    ) async throws {
        for transport in [PythonMCPServer.Transport.streamable, .events] {
            try await PythonMCPServer.run(package, transport) { python in
                try await ScriptedMCP.withPool { pool in
                    let server = self.server(python, transport)
                    let add = try #require(try await pool.tools(of: server)["add"])
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for number in 0..<20 {
                            group.addTask {
                                try await pool.call(
                                    add, of: server, ["a": .integer(number), "b": 1], within: .seconds(20)
                                ).text == "\(number + 1)"
                            }
                        }
                        for try await isRight in group { #expect(isRight) }
                    }
                }
            }
        }
    }
}
