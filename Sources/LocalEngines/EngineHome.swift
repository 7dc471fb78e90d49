import Engines
import Foundation

/// The directory that holds the engines' libraries, programs and models.
///
/// `PARLEY_HOME`, or `parley` in the XDG cache directory:
/// `bin/` programs, `native/` libraries, `models/<id>/` models, `models.yaml` the user's own models.
public struct EngineHome: Sendable, Hashable {
    /// The directory's absolute path.
    public let path: String

    /// The home at `path`.
    public init(path: String) {
        self.path = path
    }

    /// The home that `environment` names.
    ///
    /// Unset and empty variables mean the same, and a leading `~` is `HOME`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let user = value("HOME") ?? NSHomeDirectory()
        let chosen = value("PARLEY_HOME") ?? (value("XDG_CACHE_HOME") ?? user + "/.cache") + "/parley"
        path = URL(fileURLWithPath: Self.expandingTilde(chosen, environment)).standardizedFileURL.path
    }

    /// `path` with a leading `~` replaced by `HOME`: shells leave it alone inside quotes, and service managers always.
    public static func expandingTilde(_ path: String, _ environment: [String: String]) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return (environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()) + path.dropFirst()
    }

    /// Where the user's own models are listed.
    public var userManifest: String { path + "/models.yaml" }

    /// Where a model's files are, whether they exist or not.
    public func modelDirectory(_ model: String) -> String { "\(path)/models/\(model)" }

    /// Whether every one of `files` of a model is there.
    public func hasModel(_ model: String, files: [String]) -> Bool {
        files.allSatisfy { FileManager.default.isReadableFile(atPath: "\(modelDirectory(model))/\($0)") }
    }

    /// The path of one file of a model.
    ///
    /// - Throws: `EngineError` that names the file and the remedy when it cannot be read.
    public func modelFile(_ model: String, _ name: String) throws -> String {
        let file = "\(modelDirectory(model))/\(name)"
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw EngineError(
                .unavailable, engine: model,
                """
                \(file) is missing or cannot be read; `parley models fetch \(model)` fetches it, `make setup` everything \
                that is missing
                """)
        }
        return file
    }

    /// The path of a program, such as `llama-server`.
    ///
    /// - Throws: `EngineError` that names the file and the remedy when it cannot be run.
    public func program(_ name: String) throws -> String {
        let file = "\(path)/bin/\(name)"
        guard FileManager.default.isExecutableFile(atPath: file) else {
            throw EngineError(.unavailable, engine: name, "\(file) is missing or cannot be run; `make setup` builds it")
        }
        return file
    }
}
