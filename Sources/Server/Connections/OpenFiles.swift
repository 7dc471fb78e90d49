import Foundation

/// The limit on files, sockets included, that this process may have open.
public enum OpenFiles {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// The soft limit (RLIMIT_NOFILE).
    public static var limit: Int {
        var limit = rlimit()
        // When the limit cannot be read, 1024 is assumed, the usual value.
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many are open now; 0 where the system does not tell.
    static var count: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0 }

    /// Raises the soft limit towards the hard one, up to `bound`. It is never lowered; errors are ignored.
    public static func raise(to bound: Int) {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, rlim_t(bound))
        guard wanted > limit.rlim_cur else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(resource, &limit)
    }
}

extension ServerLimits {
    /// These limits with no more connections than `files` open files allow.
    ///
    /// - Throws: `ServerError.tooFewFiles` when that is too few connections to be useful.
    func fitting(files: Int) throws -> ServerLimits {
        let room = (files - reservedFiles - refusals) / filesPerConnection
        guard room >= min(connections, Self.fewestConnections) else {
            throw ServerError.tooFewFiles(
                limit: files, needed: reservedFiles + refusals + Self.fewestConnections * filesPerConnection)
        }
        var limits = self
        limits.connections = min(connections, room)
        return limits
    }

    /// The fewest connections with which a server is useful.
    private static let fewestConnections = 32
}
