import Foundation
import Glibc
import Synchronization

/// An address that only processes of this user can reach: a Unix socket in a folder of its own.
///
/// A port on loopback is open to every user of the machine and to every web page in its browsers, and another program
/// may take it first. None of them has access to this folder.
final class PrivateSocket: Sendable {
    /// Why the folder cannot be made, as a message for the log.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The path of the socket. llama-server tells a socket from a host name by its ending, `.sock`.
    let path: String
    private let folder: String
    /// The open folder, whose lock shows others, and programs that clean the temporary folder, that it is in use.
    private let descriptor = Mutex<Int32?>(nil)

    private static let prefix = "parley-llama-"
    private static let name = "llama.sock"
    /// Longest path of a socket that the kernel accepts, in bytes without the terminating zero.
    private static let longestPath = 107
    /// The age in seconds from which on a folder may be removed as a leftover: a new one is not locked at first.
    private static let youth = 60

    /// Chooses the path; nothing is created before `open`.
    ///
    /// - Parameter parent: The parent folder; `/tmp` is used instead when its path is too long.
    init(in parent: String = FileManager.default.temporaryDirectory.path) {
        func folder(in parent: String) -> String {
            "\(parent)/\(Self.prefix)\(String(UInt64.random(in: .min ... .max), radix: 36))"
        }
        let wanted = folder(in: parent)
        // llama-server's option separates addresses by commas.
        let fits = "\(wanted)/\(Self.name)".utf8.count <= Self.longestPath && !wanted.contains(",")
        self.folder = fits ? wanted : folder(in: "/tmp")
        path = "\(self.folder)/\(Self.name)"
    }

    deinit { close() }

    /// The base URL of HTTP requests to the socket, in AsyncHTTPClient's form.
    var url: String {
        "http+unix://\(path.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed) ?? path)"
    }

    /// Creates the folder, and removes the socket of an earlier run, which would block the path.
    ///
    /// - Throws: `Failure`.
    func open() throws {
        try descriptor.withLock { descriptor in
            unlink(path)
            guard descriptor == nil else { return }
            Self.removeLeftovers(beside: folder)
            guard mkdir(folder, 0o700) == 0 else { throw Self.failure(folder) }
            let opened = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard opened >= 0, flock(opened, LOCK_EX | LOCK_NB) == 0 else { throw Self.failure(folder) }
            descriptor = opened
        }
    }

    /// Removes the folder with its content.
    func close() {
        descriptor.withLock { descriptor in
            guard let opened = descriptor else { return }
            unlink(path)
            rmdir(folder)
            Glibc.close(opened)
            descriptor = nil
        }
    }

    private static func failure(_ folder: String) -> Failure {
        Failure(description: "\(folder) cannot be made: \(String(cString: strerror(errno)))")
    }

    /// Removes the folders of processes that were killed, whose locks are gone.
    private static func removeLeftovers(beside folder: String) {
        let parent = URL(filePath: folder).deletingLastPathComponent().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let other = "\(parent)/\(name)"
            let opened = Glibc.open(other, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard opened >= 0 else { continue }
            defer { Glibc.close(opened) }
            var information = stat()
            guard fstat(opened, &information) == 0, information.st_uid == geteuid(),
                information.st_mtim.tv_sec < time(nil) - youth, flock(opened, LOCK_EX | LOCK_NB) == 0
            else { continue }
            unlink("\(other)/\(Self.name)")
            rmdir(other)
        }
    }
}
