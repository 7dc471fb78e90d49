import Agents
import Foundation
import GRDB
import JSON
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("The SQLite storage")
struct SQLiteStorageTests {
    @Test("everything is there again after reopening")
    func reopen() async throws {
        let scratch = ScratchDirectory()
        let agent = try Agent.new(name: "Mia")
        let key: String
        let token: String
        do {
            let storage = try SQLiteStorage(directory: scratch.url)
            try await storage.agents.insert(agent)
            key = try await storage.keys.create(name: "first").key
            token = storage.signedURLs.sign(agentID: agent.id)
        }
        let storage = try SQLiteStorage(directory: scratch.url)
        #expect(try await storage.agents.get(agent.id) == agent)
        #expect(try await storage.keys.verify(key)?.name == "first")
        #expect(try await storage.signedURLs.verify(token, agentID: agent.id).agentID == agent.id)
    }

    @Test("one server at a time holds a storage; the next has it once the first is gone")
    func lock() throws {
        let scratch = ScratchDirectory()
        let storage = try SQLiteStorage(directory: scratch.url)
        var lock: StorageLock? = try storage.lock()
        #expect(lock != nil)
        // What another process would see: locks belong to the opened file, not to the process.
        #expect(throws: StorageError.inUse(scratch.url.path)) { try SQLiteStorage(directory: scratch.url).lock() }
        lock = nil
        _ = try storage.lock()
    }

    @Test("what is stored is its owner's alone, also in a folder that was there before, and is made so again")
    func modes() async throws {
        let scratch = ScratchDirectory()
        let files = FileManager.default
        try files.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        func mode(_ url: URL) throws -> Int? {
            try files.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
        }
        for _ in 0..<2 {
            let storage = try SQLiteStorage(directory: scratch.url)
            _ = try await storage.keys.create(name: "first")
            #expect(try mode(scratch.url) == 0o700)
            let database = scratch.url.appending(path: SQLiteStorage.fileName).path
            let all =
                ["", "-wal", "-shm"].map { URL(filePath: database + $0) }
                + [scratch.url.appending(path: SecretsKey.fileName)]
            for file in all { #expect(try mode(file) == 0o600, "\(file.path)") }
            // As an older version left it.
            for file in all { try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path) }
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.url.path)
            #expect(try await storage.keys.hasAny)
        }
    }

    @Test("a folder that all use keeps its mode")
    func shared() throws {
        let scratch = ScratchDirectory()
        try FileManager.default.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        chmod(scratch.url.path, 0o1777)
        _ = try SQLiteStorage(directory: scratch.url)
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.url.path)[.posixPermissions] as? Int
        #expect(mode == 0o1777)
    }

    @Test("secrets are opened again with the key beside the database, and with no other")
    func keys() async throws {
        let scratch = ScratchDirectory()
        let agent = try Agent.new(conversationConfig: [
            "agent": ["prompt": ["custom_llm": ["url": "https://a.example", "api_key": "s3cret"]]]
        ])
        try await SQLiteStorage(directory: scratch.url).agents.insert(agent)
        #expect(try await SQLiteStorage(directory: scratch.url).agents.get(agent.id) == agent)
        func refusal(_ key: SecretsKey) -> String {
            let error = #expect(throws: StorageError.self) { try SQLiteStorage(directory: scratch.url, key: key) }
            return error?.description ?? ""
        }
        #expect(refusal(.given(Data(repeating: 1, count: 32))).contains("encrypted with another key than this one"))
        #expect(refusal(.given(Data())).contains("does not have 32 bytes"))
        let file = scratch.url.appending(path: SecretsKey.fileName)
        let key = try String(contentsOf: file, encoding: .utf8)
        try "nonsense".write(to: file, atomically: true, encoding: .utf8)
        #expect(refusal(.file).contains("\(file.path) does not hold a key"))
        try FileManager.default.removeItem(at: file)
        #expect(refusal(.file).contains("there is no key in \(file.path)"))
        #expect(!FileManager.default.fileExists(atPath: file.path), "a new key would open nothing")
        #expect(try await SQLiteStorage(directory: scratch.url, key: .unused).keys.list().isEmpty)
        let given = try #require(Data(base64Encoded: key.trimmingCharacters(in: .newlines)))
        #expect(try await SQLiteStorage(directory: scratch.url, key: .given(given)).agents.get(agent.id) == agent)
    }

    @Test("secrets that an older version wrote in plain are encrypted, and no copy of them stays")
    func sealing() async throws {
        let scratch = ScratchDirectory()
        let storage = try SQLiteStorage(directory: scratch.url)
        let agents = try (0..<20).map { index in
            try Agent.new(
                name: "\(index)",
                conversationConfig: [
                    "agent": [
                        "prompt": ["custom_llm": ["url": "https://a.example", "api_key": .string("s3cret-\(index)")]]
                    ]
                ])
        }
        for agent in agents {
            try await storage.agents.insert(agent)
            try await storage.pool.write { database in
                try database.execute(
                    sql: "UPDATE agents SET conversation_config = ? WHERE id = ?",
                    arguments: [agent.conversationConfig.text, agent.id])
            }
        }
        func copies() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).count { name in
                try Data(contentsOf: scratch.url.appending(path: name)).range(of: Data("s3cret".utf8)) != nil
            }
        }
        #expect(try copies() > 0)
        #expect(try await storage.agents.get(agents[3].id) == agents[3])
        for _ in 0..<2 {
            try await storage.sealSecrets()
            #expect(try copies() == 0)
            for agent in agents { #expect(try await storage.agents.get(agent.id) == agent) }
        }
    }

    @Test("a database that cannot grow says so in words")
    func full() async throws {
        let storage = try SQLiteStorage.temporary()
        let error = await #expect(throws: StorageError.self) {
            try await storage.explaining { throw DatabaseError(resultCode: .SQLITE_FULL, sql: "INSERT INTO x") }
        }
        let path = storage.directory.appending(path: SQLiteStorage.fileName).path
        #expect(error == .full(path))
        #expect(error?.description == "The disk of \(path) is full: make room on it and start again.")
    }

    @Test("a file that is no database is refused with its path")
    func garbage() throws {
        let scratch = ScratchDirectory()
        try FileManager.default.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        let file = scratch.url.appending(path: SQLiteStorage.fileName)
        try Data(repeating: 7, count: 8192).write(to: file)
        let error = #expect(throws: StorageError.self) { try SQLiteStorage(directory: scratch.url) }
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
            try SQLiteStorage(directory: scratch.url.appending(path: "inside"))
        }
        #expect(error?.description.contains("inside") == true)
    }

    @Test("a file of a newer version is refused and left as it is")
    func newer() async throws {
        let scratch = ScratchDirectory()
        do { _ = try SQLiteStorage(directory: scratch.url) }
        let queue = try DatabaseQueue(path: scratch.url.appending(path: SQLiteStorage.fileName).path)
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v99')") }
        try queue.close()
        let error = #expect(throws: StorageError.self) { try SQLiteStorage(directory: scratch.url) }
        #expect(error == .newer(scratch.url.appending(path: SQLiteStorage.fileName).path))
    }

    @Test("a temporary storage leaves nothing behind")
    func temporary() async throws {
        var storage: SQLiteStorage? = try SQLiteStorage.temporary()
        let directory = try #require(storage?.directory)
        let agent = try Agent.new()
        try await storage?.agents.insert(agent)
        #expect(FileManager.default.fileExists(atPath: directory.path))
        storage = nil
        #expect(!FileManager.default.fileExists(atPath: directory.path))
    }

    @Test("the key itself is nowhere in the files")
    func hashed() async throws {
        let scratch = ScratchDirectory()
        let storage = try SQLiteStorage(directory: scratch.url)
        let (key, _) = try await storage.keys.create(name: "one")
        #expect(try await storage.keys.verify(key) != nil)
        let files = try FileManager.default.contentsOfDirectory(at: scratch.url, includingPropertiesForKeys: nil)
        for file in files where !file.hasDirectoryPath {
            #expect(try Data(contentsOf: file).range(of: Data(key.dropFirst(12).utf8)) == nil, "\(file)")
        }
    }

    @Test("a database of the first release goes on as it is, with what it holds")
    func older() async throws {
        let scratch = ScratchDirectory()
        try FileManager.default.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: scratch.url.appending(path: SQLiteStorage.fileName).path)
        try SQLiteStorage.Migrations.migrator.migrate(queue, upTo: "v2")
        try await queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO conversations (id, agent_id, agent_name, status, start_time, authorization, sample_rate,
                        recording) VALUES ('conv_1', 'agent_a', 'A', 'in-progress', 7, 'public', 16000, '/x/conv_1.wav')
                    """)
        }
        try queue.close()
        let storage = try SQLiteStorage(directory: scratch.url)
        #expect(try await storage.conversations.get("conv_1")?.startTime == 7)
        try await storage.conversations.append(events: [CallEvent(time: 32_000, kind: "speech")], in: "conv_1")
        let call = InterruptedConversation(id: "conv_1", agentID: "agent_a", duration: 2)
        #expect(try await storage.conversations.interrupted() == [call])
    }
}
