import Foundation

/// How many files, sockets included, this process may have open at once.
public enum OpenFiles {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// The soft limit (RLIMIT_NOFILE).
    public static var limit: Int {
        var limit = rlimit()
        // What cannot be asked is taken for what systems commonly give.
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// Raises the soft limit to the hard one, but not above `bound`. It never falls, and what fails changes nothing.
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
    /// The same with as many connections as go into `files` open ones.
    ///
    /// - Throws: `ServerError.tooFewFiles` when next to none do.
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

    /// With fewer, a server is of no use.
    private static let fewestConnections = 32
}
