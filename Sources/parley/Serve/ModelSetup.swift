import Audio
import Foundation
import JSON
import LocalEngines
import Logging
import Server
import Subprocess

/// Lists and fetches models by the set-up's program, which alone knows how to fetch and check one.
actor ModelSetup: ModelInstaller {
    private let script: URL?
    private let home: EngineHome
    private let logger: Logger
    private var fetches: [String: InstallableModel.Fetch] = [:]
    private let wanted = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
    private var known: (list: [InstallableModel], at: ContinuousClock.Instant)?
    /// The list that is being made, for all who ask meanwhile.
    private var listing: Task<[InstallableModel], any Error>?

    /// Bytes of the program's list.
    private static let longestList = 1 << 20
    /// Characters of its words that are kept.
    private static let longestWords = 400
    /// How long a list is good for: finding out takes half a second of a processor, and pages ask often.
    private static let freshness = Duration.seconds(5)

    /// - Parameter script: the set-up's program; nil when it is not beside the command.
    init(script: URL?, home: EngineHome, logger: Logger) {
        self.script = script
        self.home = home
        self.logger = logger
    }

    /// Fetches what is asked for, until its task is cancelled. It outlives the request that asked, and the page that
    /// watches.
    func run() async {
        for await id in wanted.stream { await run(id) }
    }

    func models() async throws -> [InstallableModel] {
        let list = try await list()
        return list.map { model in
            var model = model
            model.fetch = fetches[model.id]
            return model
        }
    }

    func fetch(_ id: String) async throws {
        guard try await list().contains(where: { $0.id == id }) else { throw ModelInstallerError.unknown(id) }
        for case (let other, .running) in fetches {
            if other == id { return }
            // One at a time: the set-up itself would let the second one wait without a word.
            throw ModelInstallerError.busy(other)
        }
        fetches[id] = .running(share: nil, detail: "")
        wanted.continuation.yield(id)
    }

    // MARK: The program

    private func list() async throws -> [InstallableModel] {
        if let known, known.at.duration(to: .now) < Self.freshness { return known.list }
        if let listing { return try await listing.value }
        // Not a child of who asks first: the others want it even when that one leaves.
        let task = Task { try await makeList() }
        listing = task
        let result = await task.result
        // A model that was fetched meanwhile is not in it yet.
        if listing == task {
            listing = nil
            if case .success(let list) = result { known = (list, .now) }
        }
        return try result.get()
    }

    private func makeList() async throws -> [InstallableModel] {
        let program = try program()
        let result: (isGood: Bool, output: String)
        do {
            let run = try await Subprocess.run(
                .name("env"), arguments: Arguments(program + ["--list-models", "--json"]),
                environment: .only(environment), output: .string(limit: Self.longestList), error: .discarded)
            result = (run.terminationStatus.isSuccess, run.standardOutput)
        } catch {
            throw ModelInstallerError.failed("The set-up's program cannot be run: \(error)")
        }
        guard result.isGood, let models = try? JSONValue(parsing: Data(result.output.utf8))["models"]?.arrayValue else {
            throw ModelInstallerError.failed("The list of models cannot be read; `parley models list` tells why.")
        }
        return models.compactMap(InstallableModel.init(listed:))
    }

    private func run(_ id: String) async {
        do {
            let program = try program()
            let result = try await Subprocess.run(
                .name("env"), arguments: Arguments(program + ["--model", id]), environment: .only(environment),
                input: .none, output: .discarded, error: .sequence
            ) { execution in
                var words = ""
                for try await buffer in execution.standardError {
                    words += buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                    words = String(words.suffix(Self.longestWords))
                    if let line = words.split(whereSeparator: \.isNewline).last { note(String(line), of: id) }
                }
                return words
            }
            if result.terminationStatus.isSuccess {
                fetches[id] = nil
            } else {
                let lines = result.closureResult.split(whereSeparator: \.isNewline).suffix(2)
                fail(id, lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " "))
            }
        } catch {
            fail(id, "\(error)")
        }
        known = nil
        listing = nil
    }

    private func note(_ line: String, of id: String) {
        let text = line.trimmingCharacters(in: .whitespaces)
        // Progress is written as "45 %  12.0 MB of 30 MB".
        let share = text.prefixMatch(of: /([0-9]{1,3}) %/).flatMap { Double($0.1) }.map { min(1, $0 / 100) }
        fetches[id] = .running(share: share, detail: text)
    }

    private func fail(_ id: String, _ words: String) {
        // Addresses of indexes and proxies may hold a login.
        let reason = words.replacing(/:\/\/[^\/@\s]+@/, with: "://")
        fetches[id] = .failed(reason)
        logger.warning("A model could not be fetched.", metadata: ["model": "\(id)", "reason": "\(reason)"])
    }

    private func program() throws -> [String] {
        guard let script, FileManager.default.fileExists(atPath: script.path) else {
            throw ModelInstallerError.failed(
                "The set-up scripts are not beside this server; set PARLEY_ROOT to Parley's source folder.")
        }
        return ["python3", script.path]
    }

    private var environment: [String: String] {
        var variables = ChildEnvironment.variables(also: [
            "PARLEY_ROOT", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy",
        ])
        variables["PARLEY_HOME"] = home.path
        return variables
    }
}

extension InstallableModel {
    /// A model as `--list-models --json` has it.
    fileprivate init?(listed entry: JSONValue) {
        guard let id = entry["id"]?.stringValue, let kind = entry["kind"]?.stringValue else { return nil }
        let isInstalled = entry["state"] == "installed"
        self.init(
            id: id, kind: kind, name: entry["name"]?.stringValue ?? id, licence: entry["licence"]?.stringValue ?? "",
            languages: entry["languages"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            size: entry[isInstalled ? "bytes" : "download_bytes"]?.intValue ?? 0,
            memory: entry["memory_mb"]?.intValue, realTimeFactor: entry["rtf"]?.doubleValue,
            isDefault: entry["default"]?.boolValue ?? false, isInstalled: isInstalled)
    }
}
