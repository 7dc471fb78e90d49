import Foundation
import JSON
import NIOCore
import TestSupport
import Testing

@testable import Server

@Suite("How many connections are taken", .timeLimit(.minutes(1)))
struct ConnectionCountTests {
    private static func address(_ text: String) throws -> ConnectionAddress {
        ConnectionAddress(try SocketAddress(ipAddress: text, port: 1))
    }

    @Test("is bounded in all and for each address; this machine's own get more")
    func counts() throws {
        var limits = ServerLimits()
        (limits.connections, limits.connectionsPerAddress, limits.connectionsFromLoopback) = (6, 2, 4)
        limits.refusals = 3
        var counts = ConnectionCounts(limits: limits)
        let (one, two, own) = (
            try Self.address("192.0.2.1"), try Self.address("192.0.2.2"), try Self.address("127.0.0.1")
        )
        for _ in 0..<2 { #expect(counts.enter(one) == nil) }
        #expect(counts.enter(one) == .tooManyFromAddress)
        for _ in 0..<4 { #expect(counts.enter(own) == nil) }
        #expect(counts.enter(two) == .full)
        #expect(counts.enter(own) == .full)
        #expect(counts.enter(own) == .unanswered)
        for address in [one, two, own, own] { counts.leave(address, wasRefused: true) }
        #expect(counts.refused == 0)
        counts.leave(one, wasRefused: false)
        #expect(counts.enter(one) == nil)
        counts.leave(own, wasRefused: false)
        #expect(counts.enter(two) == nil)
        #expect(counts.open == 6)
    }

    @Test("an address is what one client has, and loopback is known in each of its spellings")
    func addresses() throws {
        #expect(try Self.address("2001:db8::1") == Self.address("2001:db8::ffff:1"))
        #expect(try Self.address("2001:db8:0:1::1") != Self.address("2001:db8::1"))
        #expect(try Self.address("::ffff:192.0.2.1") == Self.address("192.0.2.1"))
        #expect(try Self.address("192.0.2.1") != Self.address("192.0.2.2"))
        for own in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            #expect(try Self.address(own).isLoopback, "\(own)")
        }
        for other in ["::2", "2001:db8::1", "128.0.0.1"] { #expect(try !Self.address(other).isLoopback, "\(other)") }
    }

    @Test("fits into the files that the process may open, with a reserve")
    func files() throws {
        let limits = ServerLimits()
        #expect(try limits.fitting(files: 65_536).connections == 1024)
        let few = try limits.fitting(files: 1024).connections
        #expect(few * limits.filesPerConnection + limits.reservedFiles + limits.refusals <= 1024)
        #expect(few >= 4 * limits.calls)
        #expect(throws: ServerError.self) { try limits.fitting(files: 256) }
        OpenFiles.raise(to: 1)
        #expect(OpenFiles.limit > 1)
    }

    @Test("what is too much is told so, and there is room again when somebody goes")
    func refusals() async throws {
        for (limit, status) in [
            (\ServerLimits.connections, "HTTP/1.1 503 "), (\.connectionsFromLoopback, "HTTP/1.1 429 "),
        ] as [(WritableKeyPath<ServerLimits, Int>, String)] {
            var limits = ServerLimits()
            limits[keyPath: limit] = 2
            let bounds = limits
            try await withServer(limits: bounds) { server in
                let path = "/v1/convai/conversation?agent_id=\(try await server.makeAgent())"
                try await TestWebSocket.connect(to: server.port, path) { call in
                    _ = try await call.receive()
                    try await RawSocket.connect(to: server.port) { second in
                        try await second.write("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                        #expect(try await second.read(through: "}").hasPrefix("HTTP/1.1 200 "))
                        try await RawSocket.connect(to: server.port) { third in
                            let answer = try await third.read(through: "}}")
                            #expect(answer.hasPrefix(status))
                            #expect(answer.contains(#""code":"too_many_connections"#))
                            let rest = try await third.readToEnd()
                            #expect(rest.isEmpty)
                        }
                        // A call that asks is refused by the handshake's status.
                        try await TestWebSocket.connect(to: server.port, path, outlivesServer: true) { socket in
                            #expect(socket.handshake.hasPrefix(status))
                        }
                        try await call.send(#"{"type":"user_message","text":"still there?"}"#)
                        let answer = try await call.message()
                        #expect(answer?.value(at: "agent_response_event", "agent_response") == "still there?")
                    }
                    // The place is free as soon as the server has noticed.
                    var answer = status
                    while answer.hasPrefix(status) {
                        answer = try await RawSocket.connect(to: server.port, outlivesServer: true) { socket in
                            try await socket.write(
                                "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            return try await socket.readToEnd()
                        }
                    }
                    #expect(answer.hasPrefix("HTTP/1.1 200 "))
                }
            }
        }
    }
}

@Suite("Bodies that come slowly, or that nobody wants", .timeLimit(.minutes(1)))
struct RequestBodyTests {
    private static func time(_ seconds: Double) -> NIODeadline { .uptimeNanoseconds(UInt64(seconds * 1e9)) }

    @Test("time counts while the server waits, and bytes earn it back")
    func pace() {
        var pace = RequestPace(patience: .seconds(30), rate: 1000)
        #expect(pace.left(Self.time(1)) == .seconds(30))
        pace.wait(Self.time(1))
        pace.wait(Self.time(5))
        #expect(pace.left(Self.time(11)) == .seconds(20))
        pace.receive(4000, Self.time(11))
        #expect(pace.left(Self.time(11)) == .seconds(24))
        // The server is busy; then it waits again.
        #expect(pace.left(Self.time(100)) == .seconds(24))
        pace.wait(Self.time(100))
        pace.receive(1 << 30, Self.time(101))
        // What came fast earns no right to be slow afterwards.
        #expect(pace.left(Self.time(101)) == .seconds(30))
        pace.wait(Self.time(101))
        #expect(pace.left(Self.time(131)) == .zero)
        // A byte now and then is not enough.
        var trickle = RequestPace(patience: .seconds(30), rate: 1000)
        var now = 0.0
        while trickle.left(Self.time(now)) > .zero, now < 100 {
            trickle.wait(Self.time(now))
            now += 9
            trickle.receive(1, Self.time(now))
        }
        #expect(now == 36)
    }

    private static func head(_ path: String, _ length: Int = 1000, _ more: [String] = []) -> String {
        let lines =
            [
                "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json",
                "Content-Length: \(length)",
            ] + more
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// The server's system refuses what is written to a connection that it has closed.
    private static func expectClosed(_ socket: RawSocket) async {
        await #expect(throws: (any Error).self) {
            while true { try await socket.write([0x20]) }
        }
    }

    @Test("a body that stops coming is answered with 408 and the connection closed")
    func slow() async throws {
        var limits = ServerLimits()
        limits.requestPatience = .milliseconds(50)
        limits.closeTimeout = .seconds(3600)
        try await withServer(limits: limits) { server in
            try await RawSocket.connect(to: server.port) { socket in
                try await socket.write(Self.head("/v1/convai/agents/create") + "{")
                let answer = try await socket.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 408 "))
                #expect(answer.lowercased().contains("connection: close"))
                #expect(answer.contains("request_timeout"))
            }
            // A form, in chunks that never end.
            try await RawSocket.connect(to: server.port) { socket in
                let lines = [
                    "POST /v1/speech-to-text HTTP/1.1", "Host: 127.0.0.1",
                    "Content-Type: multipart/form-data; boundary=b", "Transfer-Encoding: chunked",
                ]
                try await socket.write(lines.joined(separator: "\r\n") + "\r\n\r\n3\r\n--b\r\n1\r\n")
                #expect(try await socket.readToEnd().hasPrefix("HTTP/1.1 408 "))
            }
            // A request whose body is whole has all the time that its work takes.
            #expect(
                try await server.send("POST", "/v1/convai/agents/create", ["conversation_config": [:]]).status == 200)
        }
    }

    @Test("what was answered before its body came is not read on")
    func unwanted() async throws {
        var limits = ServerLimits()
        limits.drainSize = 100_000
        limits.closeTimeout = .seconds(3600)
        try await withServer(host: "0.0.0.0", limits: limits) { server in
            for path in ["/v1/convai/agents/create", "/v1/speech-to-text", "/v1/nothing"] {
                let status = path == "/v1/nothing" ? "404" : "401"
                // All of it arrives after the answer: the connection is closed in good order.
                try await RawSocket.connect(to: server.port, outlivesServer: true) { socket in
                    try await socket.write(Self.head(path, 50_000))
                    let answer = try await socket.readToEnd()
                    #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
                    #expect(answer.lowercased().contains("connection: close"))
                    try await socket.write([UInt8](repeating: 0x20, count: 50_000))
                    await Self.expectClosed(socket)
                }
                // It never ends: the server does not go on reading.
                try await RawSocket.connect(to: server.port, outlivesServer: true) { socket in
                    try await socket.write(Self.head(path, 1 << 40))
                    #expect(try await socket.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 \(status) "))
                    let piece = [UInt8](repeating: 0x20, count: 50_000)
                    await #expect(throws: (any Error).self) {
                        while true { try await socket.write(piece) }
                    }
                }
            }
        }
    }

    @Test("a client that sends nothing more after an early answer is not waited for")
    func silent() async throws {
        var limits = ServerLimits()
        limits.closeTimeout = .milliseconds(50)
        try await withServer(host: "0.0.0.0", limits: limits) { server in
            try await RawSocket.connect(to: server.port, outlivesServer: true) { socket in
                try await socket.write(Self.head("/v1/convai/agents/create"))
                #expect(try await socket.readToEnd().hasPrefix("HTTP/1.1 401 "))
                await Self.expectClosed(socket)
            }
        }
    }
}
