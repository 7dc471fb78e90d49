import Agents
import Foundation
import JSON
import Server
import Synchronization
import Testing

@Suite("Models of the embedded engines over REST", .timeLimit(.minutes(1)))
struct InstalledModelRouteTests {
    private static let path = "/v1/parley/models"

    private static func model(
        _ id: String, isInstalled: Bool = false, fetch: InstallableModel.Fetch? = nil
    ) -> InstallableModel {
        InstallableModel(
            id: id, kind: "stt", name: "Moonshine Base", licence: "MIT", languages: ["en"], size: 2000, memory: 300,
            realTimeFactor: 0.25, isDefault: true, isInstalled: isInstalled, fetch: fetch)
    }

    @Test("the list says what each model is and takes, and how far it has come")
    func list() async throws {
        var bare = Self.model("bare")
        (bare.memory, bare.realTimeFactor, bare.isDefault, bare.languages) = (nil, nil, false, ["de", "mul"])
        let installer = ScriptedInstaller([
            Self.model("here", isInstalled: true), bare,
            Self.model("begun", fetch: .running(share: nil, detail: "")),
            Self.model("half", fetch: .running(share: 0.5, detail: "50 %  1.0 kB of 2 kB")),
            Self.model("lost", fetch: .failed("There is no network.")),
        ])
        try await withServer(installer: installer) { server in
            let answer = try await server.send("GET", Self.path)
            #expect(answer.status == 200)
            #expect((answer.json["memory_bytes"]?.intValue ?? 0) > 1_000_000)
            #expect((answer.json["uptime_secs"]?.intValue ?? -1) >= 0)
            let models = answer.json["models"]?.arrayValue ?? []
            #expect(models.map { $0["id"]?.stringValue } == ["here", "bare", "begun", "half", "lost"])
            #expect(
                models.first == [
                    "id": "here", "kind": "stt", "summary": "Moonshine Base", "license": "MIT", "languages": ["en"],
                    "size_bytes": 2000, "memory_mb": 300, "real_time_factor": 0.25, "is_default": true,
                    "is_installed": true, "fetch": nil,
                ])
            let other = try #require(models.first { $0["id"] == "bare" })
            #expect(other["memory_mb"] == .null && other["real_time_factor"] == .null)
            #expect(other["is_default"] == false && other["is_installed"] == false)
            #expect(other["languages"] == ["de", "mul"])
            #expect(
                models.suffix(3).compactMap { $0["fetch"] } == [
                    ["state": "running", "received_bytes": nil, "total_bytes": 2000, "detail": "", "error": nil],
                    [
                        "state": "running", "received_bytes": 1000, "total_bytes": 2000,
                        "detail": "50 %  1.0 kB of 2 kB", "error": nil,
                    ],
                    [
                        "state": "failed", "received_bytes": nil, "total_bytes": 2000, "detail": "",
                        "error": "There is no network.",
                    ],
                ])
        }
    }

    @Test("what is asked for is fetched, one at a time, and what no list has is not found")
    func fetch() async throws {
        let installer = ScriptedInstaller([Self.model("one"), Self.model("two")])
        try await withServer(installer: installer) { server in
            let begun = try await server.send("POST", "\(Self.path)/one/fetch")
            #expect(begun.status == 202 && begun.json["id"] == "one")
            // Who asks twice is not told that somebody else is busy.
            #expect(try await server.send("POST", "\(Self.path)/one/fetch").status == 202)
            let busy = try await server.send("POST", "\(Self.path)/two/fetch")
            #expect(busy.status == 409 && busy.json.value(at: "detail", "code") == "fetch_in_progress")
            #expect(busy.json.value(at: "detail", "message")?.stringValue?.contains("one") == true)
            let unknown = try await server.send("POST", "\(Self.path)/three/fetch")
            #expect(unknown.status == 404 && unknown.json.value(at: "detail", "code") == "model_not_found")
            #expect(installer.begun == ["one"])
            let models = try await server.send("GET", Self.path).json["models"]?.arrayValue
            #expect(models?.map { $0["fetch"]?["state"]?.stringValue } == ["running", nil])
        }
    }

    @Test("why a list cannot be read is told")
    func broken() async throws {
        let installer = ScriptedInstaller([], fails: "The set-up scripts are not beside this server.")
        try await withServer(installer: installer) { server in
            for (method, path) in [("GET", Self.path), ("POST", "\(Self.path)/one/fetch")] {
                let answer = try await server.send(method, path)
                #expect(answer.status == 500 && answer.json.value(at: "detail", "code") == "models_not_readable")
                #expect(
                    answer.json.value(at: "detail", "message") == "The set-up scripts are not beside this server.")
            }
        }
    }

    @Test("a server that does not know how models are installed has none to fetch")
    func unmanaged() async throws {
        try await withServer { server in
            for (method, path) in [("GET", Self.path), ("POST", "\(Self.path)/one/fetch")] {
                let answer = try await server.send(method, path)
                #expect(answer.status == 404 && answer.json.value(at: "detail", "code") == "models_not_managed")
            }
        }
    }

    @Test("they are for the owner, and nothing is fetched for others")
    func access() async throws {
        let installer = ScriptedInstaller([Self.model("one")])
        try await withServer(host: "0.0.0.0", installer: installer) { server in
            let key = try await server.storage.keys.create(name: "test").key
            #expect(try await server.send("GET", Self.path).status == 401)
            #expect(try await server.send("POST", "\(Self.path)/one/fetch").status == 401)
            #expect(installer.begun == [])
            let headers = ["xi-api-key": key]
            #expect(try await server.send("POST", "\(Self.path)/one/fetch", headers: headers).status == 202)
            #expect(installer.begun == ["one"])
        }
    }
}

/// An installer that never comes to an end with what it has begun.
private final class ScriptedInstaller: ModelInstaller {
    private let list: [InstallableModel]
    private let failure: String?
    private let fetching = Mutex<[String]>([])

    /// - Parameter failure: why its list cannot be read; nil when it can.
    init(_ list: [InstallableModel], fails failure: String? = nil) {
        self.list = list
        self.failure = failure
    }

    /// What is being fetched.
    var begun: [String] { fetching.withLock(\.self) }

    func models() async throws -> [InstallableModel] {
        if let failure { throw ModelInstallerError.failed(failure) }
        let begun = begun
        return list.map { model in
            var model = model
            if begun.contains(model.id) { model.fetch = .running(share: nil, detail: "") }
            return model
        }
    }

    func fetch(_ id: String) async throws {
        guard try await models().contains(where: { $0.id == id }) else { throw ModelInstallerError.unknown(id) }
        let other = fetching.withLock { fetching -> String? in
            if fetching.isEmpty { fetching.append(id) }
            return fetching.first { $0 != id }
        }
        if let other { throw ModelInstallerError.busy(other) }
    }
}
