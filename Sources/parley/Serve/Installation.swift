import Foundation

/// Where this copy of Parley and its data lie.
struct Installation: Sendable {
    /// The folder that holds `Web`, `models.yaml` and `setup`; nil when the command was moved away from them.
    let root: URL?
    /// The database and the recordings.
    let data: URL

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        root = Self.findRoot(environment)
        if let data = environment["PARLEY_DATA"], !data.isEmpty {
            self.data = URL(filePath: data, directoryHint: .isDirectory)
        } else {
            let share =
                environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
                ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share"
            data = URL(filePath: share + "/parley", directoryHint: .isDirectory)
        }
    }

    var webRoot: URL? { root?.appending(path: "Web") }
    var manifest: URL? { root?.appending(path: "models.yaml") }
    var setup: URL? { root?.appending(path: "setup/setup.py") }
    var recordings: URL { data.appending(path: "recordings") }

    /// `PARLEY_ROOT`, or the first folder above the command that holds the manifest.
    private static func findRoot(_ environment: [String: String]) -> URL? {
        if let root = environment["PARLEY_ROOT"], !root.isEmpty {
            return URL(filePath: root, directoryHint: .isDirectory)
        }
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appending(path: "models.yaml").path) { return folder }
            folder.deleteLastPathComponent()
        }
        return nil
    }
}
