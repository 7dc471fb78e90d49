import Foundation
import Subprocess

/// The environment of programs that Parley starts: enough to run, and none of the keys of services.
public enum ChildEnvironment {
    /// Variables for paths, the language and the time zone.
    private static let names: Set = [
        "PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "ESPEAK_DATA_PATH",
    ]
    /// Prefixes of variables for parts of a locale, and for the number of threads.
    private static let prefixes = ["LC_", "OMP_", "GOMP_"]
    private static let standardPath = "/usr/bin:/bin"

    /// The variables that are passed on.
    ///
    /// - Parameters:
    ///   - also: The names of other variables that a program needs.
    ///   - environment: The environment of this process.
    public static func variables(
        also others: Set<String> = [], of environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String: String] {
        var variables = environment.filter { name, _ in
            names.contains(name) || others.contains(name) || prefixes.contains { name.hasPrefix($0) }
        }
        if variables["PATH"]?.isEmpty ?? true { variables["PATH"] = standardPath }
        return variables
    }

    /// Keeps programs that are started from now on from inheriting the files that are open now. The libraries below
    /// open their sockets inheritably, and a child that inherits one holds a port, or a caller's connection, after this
    /// process has ended.
    public static func closeFilesOnExec() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            // The standard streams stay inheritable.
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }
}

extension Environment {
    /// An environment of exactly `variables`.
    public static func only(_ variables: [String: String]) -> Environment {
        .custom(
            Dictionary(
                uniqueKeysWithValues: variables.compactMap { name, value in Key(rawValue: name).map { ($0, value) } }))
    }
}
