import Foundation
import Glibc
import Synchronization

/// The address of a program that only this user's processes may reach: a Unix socket in a folder of its own.
///
/// A port on loopback is open to every user of the machine and to every web page in its browsers, and another program
/// may take it before the right one does. None of them gets into this folder.
final class PrivateSocket: Sendable {
    /// Why the folder cannot be had, in words for the log.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Where the program is to listen; it ends in `.sock`, by which llama-server tells a socket from a host name.
    let path: String
    private let folder: String
    /// The open folder, locked: it tells others, and what tidies the temporary folder up, that it is in use.
    private let descriptor = Mutex<Int32?>(nil)

    private static let prefix = "parley-llama-"
    private static let name = "llama.sock"
    /// Bytes of a socket's path that the kernel takes, without the zero at its end.
    private static let longestPath = 107
    /// How old a folder is, in seconds, before it may count as left over: between being made and being locked it
    /// looks as if it were.
    private static let youth = 60

    /// Chooses the place; nothing is made before `open`.
    ///
    /// - Parameter parent: The folder to make it in; one whose path is too long is replaced by `/tmp`.
    init(in parent: String = FileManager.default.temporaryDirectory.path) {
        func folder(in parent: String) -> String {
            "\(parent)/\(Self.prefix)\(String(UInt64.random(in: .min ... .max), radix: 36))"
        }
        let wanted = folder(in: parent)
        // A comma separates addresses in llama-server's option.
        let fits = "\(wanted)/\(Self.name)".utf8.count <= Self.longestPath && !wanted.contains(",")
        self.folder = fits ? wanted : folder(in: "/tmp")
        path = "\(self.folder)/\(Self.name)"
    }

    deinit { close() }

    /// The base of HTTP requests to it, as AsyncHTTPClient has them.
    var url: String {
        "http+unix://\(path.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed) ?? path)"
    }

    /// Makes the folder, and room for a program to listen: the socket of one that has ended would be in its way.
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

    /// Removes the folder and what is in it.
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

    /// Removes the folders of processes that were killed: nobody holds their locks any more.
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
