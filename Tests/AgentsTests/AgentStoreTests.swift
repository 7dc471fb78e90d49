import Agents
import Foundation
import GRDB
import JSON
import Synchronization
import Testing

/// A directory that is removed with the object.
final class ScratchDirectory: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: Identifier.make("parleytest"))

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A clock that stands still until it is moved.
final class ManualClock: Sendable {
    private let seconds: Mutex<Double>

    init(_ seconds: Double = 1_700_000_000) { self.seconds = Mutex(seconds) }

    var now: @Sendable () -> Date { { Date(timeIntervalSince1970: self.seconds.withLock { $0 }) } }
    func advance(by interval: Double) { seconds.withLock { $0 += interval } }
}

@Suite("Storage")
struct StorageTests {
    @Test("everything is there again after reopening")
    func reopen() async throws {
        let scratch = ScratchDirectory()
        let agent = try Agent.new(body: tutorialBody)
        let key: String
        let token: String
        do {
            let storage = try Storage(directory: scratch.url)
            try await storage.agents.insert(agent)
            key = try await storage.keys.create(name: "first").key
            token = storage.signedURLs.sign(agentID: agent.id)
        }
        let storage = try Storage(directory: scratch.url)
        #expect(try await storage.agents.get(agent.id) == agent)
        #expect(try await storage.keys.verify(key)?.name == "first")
        #expect(try await storage.signedURLs.verify(token, agentID: agent.id).agentID == agent.id)
    }

    @Test("one server at a time holds a storage; the next has it once the first is gone")
    func lock() throws {
        let scratch = ScratchDirectory()
        let storage = try Storage(directory: scratch.url)
        var lock: StorageLock? = try storage.lock()
        #expect(lock != nil)
        // What another process would see: locks belong to the opened file, not to the process.
        #expect(throws: StorageError.inUse(scratch.url.path)) { try Storage(directory: scratch.url).lock() }
        lock = nil
        _ = try storage.lock()
    }

    @Test("what is stored is its owner's alone, also in a folder that was there before, and is made so again")
    func modes() async throws {
        let scratch = ScratchDirectory()
        let files = FileManager.default
        let recordings = scratch.url.appending(path: "recordings")
        try files.createDirectory(at: recordings, withIntermediateDirectories: true)
        let recording = recordings.appending(path: "conv_1.wav")
        try Data([1]).write(to: recording)
        func mode(_ url: URL) throws -> Int? {
            try files.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
        }
        for _ in 0..<2 {
            let storage = try Storage(directory: scratch.url)
            _ = try await storage.keys.create(name: "first")
            #expect(storage.recordings.path == recordings.path)
            for folder in [scratch.url, recordings] { #expect(try mode(folder) == 0o700, "\(folder.path)") }
            let database = scratch.url.appending(path: Storage.fileName).path
            let all = ["", "-wal", "-shm"].map { URL(filePath: database + $0) } + [recording]
            for file in all { #expect(try mode(file) == 0o600, "\(file.path)") }
            // As an older version left it.
            for file in all { try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path) }
            for folder in [scratch.url, recordings] {
                try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
            }
            #expect(try await storage.keys.hasAny)
        }
    }

    @Test("a folder that all use keeps its mode")
    func shared() throws {
        let scratch = ScratchDirectory()
        try FileManager.default.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        chmod(scratch.url.path, 0o1777)
        _ = try Storage(directory: scratch.url)
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.url.path)[.posixPermissions] as? Int
        #expect(mode == 0o1777)
    }

    @Test("a database that cannot grow says so in words")
    func full() async throws {
        let storage = try Storage.temporary()
        let error = await #expect(throws: StorageError.self) {
            try await storage.explaining { throw DatabaseError(resultCode: .SQLITE_FULL, sql: "INSERT INTO x") }
        }
        let path = storage.directory.appending(path: Storage.fileName).path
        #expect(error == .full(path))
        #expect(error?.description == "The disk of \(path) is full: make room on it and start again.")
    }

    @Test("a file that is no database is refused with its path")
    func garbage() throws {
        let scratch = ScratchDirectory()
        try FileManager.default.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        let file = scratch.url.appending(path: Storage.fileName)
        try Data(repeating: 7, count: 8192).write(to: file)
        let error = #expect(throws: StorageError.self) { try Storage(directory: scratch.url) }
        guard case .unusable(let path, let reason) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(path == file.path)
        #expect(reason == "file is not a database")
        #expect(try Data(contentsOf: file) == Data(repeating: 7, count: 8192))
    }

    @Test("a directory that cannot be made is refused with its path")
    func noDirectory() throws {
        let scratch = ScratchDirectory()
        try Data().write(to: scratch.url)
        let error = #expect(throws: StorageError.self) {
            try Storage(directory: scratch.url.appending(path: "inside"))
        }
        #expect(error?.description.contains("inside") == true)
    }

    @Test("a file of a newer version is refused and left as it is")
    func newer() async throws {
        let scratch = ScratchDirectory()
        do { _ = try Storage(directory: scratch.url) }
        let queue = try DatabaseQueue(path: scratch.url.appending(path: Storage.fileName).path)
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v99')") }
        try queue.close()
        let error = #expect(throws: StorageError.self) { try Storage(directory: scratch.url) }
        #expect(error == .newer(scratch.url.appending(path: Storage.fileName).path))
    }

    @Test("a temporary storage leaves nothing behind")
    func temporary() async throws {
        var storage: Storage? = try Storage.temporary()
        let directory = try #require(storage?.directory)
        let agent = try Agent.new()
        try await storage?.agents.insert(agent)
        #expect(FileManager.default.fileExists(atPath: directory.path))
        storage = nil
        #expect(!FileManager.default.fileExists(atPath: directory.path))
    }
}

@Suite("The store of agents")
struct AgentStoreTests {
    let clock = ManualClock()
    let storage: Storage
    var agents: AgentStore { storage.agents }

    init() throws { storage = try Storage.temporary(now: clock.now) }

    func make(_ name: String, platform: JSONValue = [:]) async throws -> Agent {
        clock.advance(by: 1)
        let agent = try Agent.new(name: name, platformSettings: platform, now: clock.now())
        try await agents.insert(agent)
        return agent
    }

    @Test("an agent comes back as it was stored")
    func roundTrip() async throws {
        let agent = try Agent.new(body: tutorialBody)
        try await agents.insert(agent)
        #expect(try await agents.get(agent.id) == agent)
        #expect(try await agents.get("agent_nobody") == nil)
        await #expect(throws: StorageError.alreadyExists("agent", id: agent.id)) { try await agents.insert(agent) }
    }

    @Test("a patch is stored; a wrong one changes nothing")
    func update() async throws {
        let agent = try await make("before")
        clock.advance(by: 10)
        let updated = try await agents.update(
            agent.id, ["name": "after", "conversation_config": ["tts": ["speed": 0.9]]])
        #expect(updated.name == "after")
        #expect(updated.updatedAt == agent.updatedAt + 10)
        #expect(try await agents.get(agent.id) == updated)
        await #expect(throws: ValidationError.self) {
            try await agents.update(agent.id, ["conversation_config": ["tts": ["speed": "slow"]]])
        }
        #expect(try await agents.get(agent.id) == updated)
        await #expect(throws: StorageError.notFound("agent", id: "agent_nobody")) {
            try await agents.update("agent_nobody", [:])
        }
    }

    @Test("deleting and duplicating")
    func deleteAndDuplicate() async throws {
        let agent = try await make("original")
        let copy = try await agents.duplicate(agent.id)
        #expect(copy.id != agent.id)
        #expect(copy.name == "original (copy)")
        #expect(copy.conversationConfig == agent.conversationConfig)
        #expect(try await agents.duplicate(agent.id, name: "twin").name == "twin")
        try await agents.delete(agent.id)
        #expect(try await agents.get(agent.id) == nil)
        #expect(try await agents.get(copy.id) == copy)
        await #expect(throws: StorageError.notFound("agent", id: agent.id)) { try await agents.delete(agent.id) }
        await #expect(throws: StorageError.notFound("agent", id: agent.id)) { try await agents.duplicate(agent.id) }
    }

    @Test(
        "pages follow one another without gap or double, in both directions and every order",
        arguments: [AgentStore.SortKey.name, .createdAt, .callCount], [SortDirection.ascending, .descending])
    func paging(sortBy: AgentStore.SortKey, direction: SortDirection) async throws {
        // Two share each second and each name, so that ties are broken too.
        var created: [Agent] = []
        for index in 0..<7 {
            let agent = try Agent.new(
                name: "agent \(index / 2)", now: Date(timeIntervalSince1970: Double(1_700_000_000 + index / 2)))
            try await agents.insert(agent)
            created.append(agent)
        }
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try await agents.list(pageSize: 3, cursor: cursor, sortBy: sortBy, direction: direction)
            #expect(page.items.count <= 3)
            seen += page.items.map(\.agent.id)
            cursor = page.nextCursor
        } while cursor != nil
        #expect(seen == (direction == .ascending ? created : created.reversed()).map(\.id))
    }

    @Test("an agent that is made between two pages shifts nothing")
    func stablePaging() async throws {
        for index in 0..<4 { _ = try await make("agent \(index)") }
        let first = try await agents.list(pageSize: 2)
        _ = try await make("late")
        let second = try await agents.list(pageSize: 2, cursor: first.nextCursor)
        #expect((first.items + second.items).map(\.agent.name) == ["agent 3", "agent 2", "agent 1", "agent 0"])
        #expect(second.nextCursor == nil)
    }

    @Test("a cursor that no list gave out is refused", arguments: ["x", "", "W10", "bnVsbA", "WzEsInR3byJd"])
    func badCursor(cursor: String) async throws {
        await #expect(throws: StorageError.invalidCursor) { try await agents.list(cursor: cursor) }
    }

    @Test("search looks at names, whatever the case, and takes wildcards literally")
    func search() async throws {
        _ = try await make("Bike shop")
        _ = try await make("100% coffee")
        _ = try await make("1000 teas")
        #expect(try await agents.list(search: "BIKE").items.map(\.agent.name) == ["Bike shop"])
        #expect(try await agents.list(search: "100%").items.map(\.agent.name) == ["100% coffee"])
        #expect(try await agents.list(search: "_").items.count == 3)
        #expect(try await agents.list(search: "nothing").items.isEmpty)
    }

    @Test("archived agents are listed only when asked for")
    func archived() async throws {
        _ = try await make("active")
        let old = try await make("old")
        try await agents.update(old.id, ["platform_settings": ["archived": true]])
        #expect(try await agents.list().items.map(\.agent.name) == ["active"])
        #expect(try await agents.list(archived: true).items.map(\.agent.name) == ["old"])
        #expect(try await agents.list(archived: nil).items.count == 2)
    }

    @Test("the time of the last call and the calls of the last week are known")
    func calls() async throws {
        let quiet = try await make("quiet")
        let busy = try await make("busy")
        let now = Int(clock.now().timeIntervalSince1970)
        for (index, start) in [now - 30 * 86_400, now - 100, now - 50].enumerated() {
            try await storage.conversations.begin(
                ConversationStart(id: "conv_\(index)", agentID: busy.id, agentName: "busy", startTime: start))
        }
        try await storage.conversations.begin(
            ConversationStart(id: "conv_q", agentID: quiet.id, agentName: "quiet", startTime: now - 8 * 86_400))
        let page = try await agents.list(sortBy: .callCount)
        #expect(page.items.map(\.agent.name) == ["busy", "quiet"])
        #expect(page.items.map(\.lastCallTime) == [now - 50, now - 8 * 86_400])
        #expect(page.items.first?.json["last_call_time_unix_secs"] == .integer(now - 50))
        let fresh = try await make("fresh")
        let listed = try await agents.list(search: "fresh")
        #expect(listed.items.first?.agent == fresh)
        #expect(listed.items.first?.json["last_call_time_unix_secs"] == .null)
    }
}
