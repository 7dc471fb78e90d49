import Engines
import Foundation

/// The directory that holds the engines' libraries, programs and models.
///
/// It is `PARLEY_HOME`, or `parley` in the XDG cache directory, and holds programs in `bin/`, libraries in `native/`,
/// models in `models/<id>/`, the pages' libraries in `web/` and the list of the user's own models, `models.yaml`.
public struct EngineHome: Sendable, Hashable {
    /// The directory's absolute path.
    public let path: String

    /// Creates the home at `path`.
    public init(path: String) {
        self.path = path
    }

    /// Creates the home that `environment` names.
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

    /// `path` with a leading `~` replaced by `HOME`, which shells do not do inside quotes, and service managers never.
    public static func expandingTilde(_ path: String, _ environment: [String: String]) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return (environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()) + path.dropFirst()
    }

    /// The path of the list of the user's own models.
    public var userManifest: String { path + "/models.yaml" }

    /// The directory of the libraries that the server's pages use.
    public var webLibraries: URL { URL(filePath: "\(path)/web", directoryHint: .isDirectory) }

    /// The directory of a model's files, which need not exist.
    public func modelDirectory(_ model: String) -> String { "\(path)/models/\(model)" }

    /// Whether all of `files` of a model exist.
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
