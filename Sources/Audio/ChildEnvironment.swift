import Foundation
import Subprocess

/// What programs that Parley starts see of its environment: enough to run, and none of the keys of services in it.
public enum ChildEnvironment {
    /// Where things are, and in which language and time zone the user lives.
    private static let names: Set = [
        "PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "ESPEAK_DATA_PATH",
    ]
    /// The parts of a locale, and how many threads libraries start.
    private static let prefixes = ["LC_", "OMP_", "GOMP_"]
    private static let standardPath = "/usr/bin:/bin"

    /// The variables that are passed on.
    ///
    /// - Parameters:
    ///   - also: The names of others that a program needs.
    ///   - environment: That of this process.
    public static func variables(
        also others: Set<String> = [], of environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String: String] {
        var variables = environment.filter { name, _ in
            names.contains(name) || others.contains(name) || prefixes.contains { name.hasPrefix($0) }
        }
        if variables["PATH"]?.isEmpty ?? true { variables["PATH"] = standardPath }
        return variables
    }

    /// Keeps what is open now from programs that are started from now on: the libraries below open their sockets so that
    /// children inherit them, and whoever inherits one holds a port, or a caller's connection, after this process is gone.
    public static func closeFilesOnExec() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            // Not the standard streams.
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }
}

extension Environment {
    /// Exactly `variables`.
    public static func only(_ variables: [String: String]) -> Environment {
        .custom(
            Dictionary(
                uniqueKeysWithValues: variables.compactMap { name, value in Key(rawValue: name).map { ($0, value) } }))
    }
}
