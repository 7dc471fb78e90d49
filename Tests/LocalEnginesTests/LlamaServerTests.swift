import AsyncHTTPClient
import Audio
import Engines
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Testing

@testable import LocalEngines

@Suite("Restart back-off")
struct RestartBackoffTests {
    @Test("doubles up to a bound, and begins anew after a stable run")
    func delays() {
        var backoff = RestartBackoff()
        let delays = (0..<9).map { _ in backoff.delay(after: .seconds(1)) }
        #expect(delays.prefix(4) == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
        #expect(delays.last == .seconds(30))
        #expect(backoff.delay(after: .seconds(61)) == .milliseconds(250))
        #expect(backoff.delay(after: .seconds(1)) == .milliseconds(500))
    }
}

@Suite("Language model server", .serialized, .timeLimit(.minutes(4)))
struct LlamaServerTests {
    static let isInstalled =
        ProcessInfo.processInfo.environment["CI"] == "true"
        || ((try? TestEngines.home.program("llama-server")) != nil
            && TestEngines.home.hasModel("qwen2.5-coder-0.5b-instruct", files: ["model.gguf"]))

    /// Waits without sleeping for what another process does.
    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test(
        "answers, comes back at the same address after it was killed, and ends with its task",
        .enabled(if: isInstalled, "PARLEY_HOME has no llama-server or model; `make setup` builds and fetches them"))
    func life() async throws {
        let server = try LlamaServer(home: TestEngines.home)
        let running = Task { try await server.run() }
        defer { running.cancel() }
        try await server.waitUntilReady()
        let first = try #require(server.processID)
        #expect(try await ask(server) == 200)
        #expect(try listeningPorts(of: first).isEmpty, "pages in browsers and other users find no port")
        let folder = URL(filePath: server.socket.path).deletingLastPathComponent().path
        #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
        let environment = try String(contentsOfFile: "/proc/\(first)/environ", encoding: .utf8).split(separator: "\0")
        let passed = Set(ChildEnvironment.variables().map { "\($0)=\($1)" })
        #expect(environment.allSatisfy { passed.contains(String($0)) }, "nor does the program get what others may not")
        kill(first, SIGKILL)
        await until { !server.isReady }
        await #expect(throws: EngineError.self) {
            try await server.waitUntilReady(atMost: .zero)
        }
        try await server.waitUntilReady()
        #expect(server.processID != nil && server.processID != first)
        #expect(try await ask(server) == 200)
        let second = try #require(server.processID)
        running.cancel()
        try await running.value
        #expect(kill(second, 0) == -1)
        #expect(!server.isReady)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    /// The TCP ports that a process listens on.
    private func listeningPorts(of process: Int32) throws -> [Substring] {
        let folder = "/proc/\(process)/fd"
        let sockets = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)"))?
                .wholeMatch(of: /socket:\[(\d+)\]/)?.output.1
        }
        #expect(!sockets.isEmpty)
        let tables = try ["tcp", "tcp6"].map { try String(contentsOfFile: "/proc/net/\($0)", encoding: .utf8) }
        return tables.flatMap { $0.split(separator: "\n") }.compactMap { line in
            let columns = line.split(separator: " ")
            return columns.count > 9 && columns[3] == "0A" && sockets.contains(columns[9]) ? columns[1] : nil
        }
    }

    @Test(
        "tells finished words from unfinished ones",
        .enabled(if: isInstalled, "PARLEY_HOME has no llama-server or model; `make setup` builds and fetches them"))
    func endings() async throws {
        let server = try LlamaServer(home: TestEngines.home)
        let judge = LlamaEndOfUtterance(server: server, client: .shared, timeout: .seconds(60))
        #expect(try await judge.endProbability(of: "Hello", after: "") == nil, "the server does not run yet")
        let running = Task { try await server.run() }
        defer { running.cancel() }
        try await server.waitUntilReady()
        let question = "Hello, this is Mia at Green Lane Bikes. How can I help you?"
        await judge.prepare(for: question)
        let pairs = [
            ("I'd like to check my order status please.", "I'd like to check."),
            ("I'd like to speak to customer support.", "I'd like to speak."),
            ("Do you repair electric bikes too?", "Do you"), ("Next week.", "Maybe next"),
        ]
        for (whole, part) in pairs {
            let end = try #require(try await judge.endProbability(of: whole, after: question))
            let middle = try #require(try await judge.endProbability(of: part, after: question))
            #expect(end > 0.01 && middle < 0.01 && end > 10 * middle, "\(whole) \(end), \(part) \(middle)")
        }
        running.cancel()
        try await running.value
    }

    @Test("gives each call a slot of its own, while there are some, and then the one with the fewest calls")
    func slots() throws {
        let server = try LlamaServer(model: "fake", home: fakeHome(script: "exit 1"))
        let slots = (0..<4).map { _ in server.acquireSlot() }
        #expect(Set(slots) == [0, 1, 2, 3])
        #expect(server.acquireSlot() == 0 && server.acquireSlot() == 1)
        #expect(server.callsInSlots == 6)
        server.release(slot: 2)
        server.release(slot: 2)
        server.release(slot: 17)
        #expect(server.callsInSlots == 5)
        #expect(server.acquireSlot() == 2)
        server.release(slot: 0)
        #expect(server.acquireSlot() == 0)
    }

    @Test("waits longer each time when the program fails at its start")
    func failures() async throws {
        let clock = RecordingClock()
        let server = try LlamaServer(model: "fake", home: fakeHome(script: "echo broken; exit 3"), clock: clock)
        let running = Task { try await server.run() }
        var delays: [Duration] = []
        for await delay in clock.sleeps where delay >= RestartBackoff.shortest {
            delays.append(delay)
            if delays.count == 3 { break }
        }
        running.cancel()
        try await running.value
        #expect(delays == [.milliseconds(250), .milliseconds(500), .seconds(1)])
        #expect(!server.isReady)
    }

    @Test("kills a program that ignores the request to end")
    func stubborn() async throws {
        var options = LocalEngineOptions.LanguageModel()
        options.stopTimeout = 0.2
        let home = try fakeHome(script: "trap '' TERM; touch \"$0.deaf\"; while :; do :; done")
        let server = try LlamaServer(model: "fake", home: home, options: options)
        let running = Task { try await server.run() }
        await until {
            FileManager.default.fileExists(atPath: home.path + "/bin/llama-server.deaf") && server.processID != nil
        }
        let id = try #require(server.processID)
        let start = ContinuousClock.now
        running.cancel()
        try await running.value
        #expect(kill(id, 0) == -1)
        #expect(start.duration(to: .now) >= .seconds(0.2))
    }

    private func ask(_ server: LlamaServer) async throws -> UInt {
        var request = HTTPClientRequest(url: server.baseURL + "/chat/completions")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(
            .init(string: #"{"messages":[{"role":"user","content":"Hi"}],"max_tokens":3,"id_slot":1}"#))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status.code
    }

    /// A home whose llama-server is a shell script.
    private func fakeHome(script: String) throws -> EngineHome {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        for folder in ["bin", "models/fake"] {
            try FileManager.default.createDirectory(
                at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        let program = root.appendingPathComponent("bin/llama-server")
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        try Data().write(to: root.appendingPathComponent("models/fake/model.gguf"))
        return EngineHome(path: root.path)
    }
}

@Suite("A private socket")
struct PrivateSocketTests {
    /// A short path, which sockets need.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/parley-test-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    @Test("makes a folder for its user alone, room for the next program, and nothing that stays")
    func life() throws {
        try withFolder { parent in
            var socket: PrivateSocket? = PrivateSocket(in: parent)
            #expect(try names(parent).isEmpty, "nothing is made before it is needed")
            try socket?.open()
            let path = try #require(socket?.path)
            let folder = URL(filePath: path).deletingLastPathComponent().path
            #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
            try Data().write(to: URL(filePath: path))
            try socket?.open()
            #expect(try names(folder).isEmpty, "what an ended program left is gone")
            socket = nil
            #expect(try names(parent).isEmpty)
        }
    }

    @Test("removes what killed processes left, and nothing that is in use, new or another's")
    func leftovers() throws {
        try withFolder { parent in
            let used = PrivateSocket(in: parent)
            try used.open()
            let kept = URL(filePath: used.path).deletingLastPathComponent()
            let (old, new, others) = ("parley-llama-old", "parley-llama-new", "llama-old")
            for name in [old, new, others] {
                try FileManager.default.createDirectory(atPath: "\(parent)/\(name)", withIntermediateDirectories: false)
            }
            try Data().write(to: URL(filePath: "\(parent)/\(old)/llama.sock"))
            let past = Date(timeIntervalSinceNow: -3600)
            for folder in ["\(parent)/\(old)", "\(parent)/\(others)", kept.path] {
                try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: folder)
            }
            let next = PrivateSocket(in: parent)
            try next.open()
            let mine = URL(filePath: next.path).deletingLastPathComponent().lastPathComponent
            #expect(try Set(names(parent)) == [kept.lastPathComponent, new, others, mine])
        }
    }

    @Test("a path that is too long for a socket, or has a comma, is replaced")
    func paths() {
        let long = "/" + String(repeating: "a", count: 100)
        for parent in [long, "/tmp/a,b"] { #expect(PrivateSocket(in: parent).path.hasPrefix("/tmp/parley-llama-")) }
        #expect(PrivateSocket(in: "/tmp").url.hasPrefix("http+unix://%2Ftmp%2Fparley-llama-"))
    }
}

/// A clock whose sleeps end at once and are told.
private final class RecordingClock: Clock {
    typealias Instant = ContinuousClock.Instant

    let sleeps: AsyncStream<Duration>
    private let continuation: AsyncStream<Duration>.Continuation

    init() { (sleeps, continuation) = AsyncStream.makeStream() }

    var now: Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        // To the millisecond: the deadline was made from a moment ago.
        let seconds = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
        continuation.yield(.milliseconds(Int(seconds.rounded(.up))))
        await Task.yield()
    }
}

@Suite("The end of an utterance by its words")
struct EndOfUtteranceTests {
    @Test("the question is a dialogue up to the caller's last word")
    func prompt() throws {
        let prompt = try #require(LlamaEndOfUtterance.prompt("I'd like to\n check. ", after: " How can I  help?"))
        #expect(prompt.text == "Agent: How can I help?\nCaller: I'd like to check")
        #expect(!prompt.isShort)
        #expect(LlamaEndOfUtterance.prompt("At five,", after: "")?.isShort == true)
        #expect(LlamaEndOfUtterance.prompt(" ... ", after: "Hello?") == nil)
        let long = try #require(
            LlamaEndOfUtterance.prompt(
                String(repeating: "so ", count: 5000), after: String(repeating: "x", count: 5000)))
        #expect(long.text.count < 600)
    }

    @Test("marks, new lines and the end of the text count, commas only after short answers")
    func probability() {
        let candidates = [(".", -1.0), ("?\n", -2.0), ("", -3.0), (",", -1.5), (" and", -4.0)].map {
            LlamaClient.Candidate(id: 0, token: $0, logprob: $1)
        }
        let marks = Float(exp(-1.0) + exp(-2.0) + exp(-3.0))
        func probability(_ countingCommas: Bool) -> Float {
            LlamaEndOfUtterance.endProbability(candidates, countingCommas: countingCommas)
        }
        #expect(abs(probability(false) - marks) < 1e-5)
        #expect(abs(probability(true) - marks - Float(exp(-1.5))) < 1e-5)
    }
}
