import Foundation
import LocalEngines
import SQLiteStore

/// The locations of Parley's files and of its data.
struct Installation: Sendable {
    /// The folder with `Web`, `models.yaml` and `setup`; nil when the command was moved away from them.
    let root: URL?
    /// The folder of the database and the recordings.
    let data: URL

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        root = Self.findRoot(environment)
        if let data = environment["PARLEY_DATA"], !data.isEmpty {
            self.data = Self.folder(data, environment)
        } else {
            let share =
                environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
                ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share"
            data = URL(filePath: share + "/parley", directoryHint: .isDirectory)
        }
    }

    /// The key that encrypts secrets: that of `PARLEY_SECRETS_KEY`, or the file beside the database.
    ///
    /// - Throws: `CommandError` when the variable holds no key.
    static func secretsKey(_ environment: [String: String]) throws -> SecretsKey {
        guard let text = environment["PARLEY_SECRETS_KEY"], !text.isEmpty else { return .file }
        guard let key = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)), key.count == 32
        else {
            throw CommandError.usage("PARLEY_SECRETS_KEY must be 32 bytes in base 64 (openssl rand -base64 32).")
        }
        return .given(key)
    }

    /// The folder of the recordings.
    var recordings: URL { data.appending(path: "recordings", directoryHint: .isDirectory) }

    var webRoot: URL? { root?.appending(path: "Web") }
    var setup: URL? { root?.appending(path: "setup/setup.py") }

    /// The models in Parley's manifest, and the user's own in `home`.
    ///
    /// - Throws: `CommandError` when Parley's manifest is not found, `EngineError` when a manifest has a mistake.
    func models(in home: EngineHome) throws -> ModelManifest {
        guard let root else {
            throw CommandError.failed("models.yaml is not found; set PARLEY_ROOT to Parley's source folder.")
        }
        return try ModelManifest(file: root.appending(path: "models.yaml").path, home: home)
    }

    private static func folder(_ path: String, _ environment: [String: String]) -> URL {
        URL(filePath: EngineHome.expandingTilde(path, environment), directoryHint: .isDirectory)
    }

    /// The folder of `PARLEY_ROOT`, or the first folder above the command that holds the manifest.
    private static func findRoot(_ environment: [String: String]) -> URL? {
        if let root = environment["PARLEY_ROOT"], !root.isEmpty {
            return folder(root, environment)
        }
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appending(path: "models.yaml").path) { return folder }
            folder.deleteLastPathComponent()
        }
        return nil
    }
}
