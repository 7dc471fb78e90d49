import Audio
import Glibc

/// A child process that answers lines with lines.
///
/// One socket is both its input and its output, so that writing to a program that has died gives an error and not a
/// signal. The program ends with this value, and through the end of its input also when Parley is killed. All calls
/// block.
struct LineProcess: ~Copyable {
    /// Why the program did not answer.
    enum Failure: Error {
        case start(errno: Int32)
        case ended
        case timeout
    }

    /// The child's process id.
    let id: pid_t
    private let socket: Int32
    private var received: [UInt8] = []

    /// Starts the first of `arguments`, looked up in `PATH`.
    init(_ arguments: [String]) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Failure.start(errno: errno)
        }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A process group of its own: an interrupt from the terminal is for Parley alone, which then ends the program.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)

        var process: pid_t = 0
        ChildEnvironment.closeFilesOnExec()
        let words = arguments.map { strdup($0) } + [nil]
        let variables = ChildEnvironment.variables().map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + variables { free(word) } }
        let status = posix_spawnp(&process, arguments[0], &actions, &attributes, words, variables)
        guard status == 0 else {
            close(ends[0])
            throw Failure.start(errno: status)
        }
        id = process
        socket = ends[0]
    }

    deinit {
        close(socket)
        kill(id, SIGKILL)
        while waitpid(id, nil, 0) == -1, errno == EINTR {}
    }

    /// Writes `text` while reading the answer, until `isComplete` says that the answer is complete.
    ///
    /// - Parameters:
    ///   - seconds: How long the program may be silent.
    ///   - isComplete: Called with the whole lines received so far.
    mutating func ask(_ text: String, seconds: Double, isComplete: ([String]) -> Bool) throws -> [String] {
        var deadline = Self.now + seconds
        var unsent = Array(text.utf8)[...]
        var lines: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isComplete(lines) {
            let left = deadline - Self.now
            guard left > 0 else { throw Failure.timeout }
            // Reads and writes at the same time: a program that waits for room in its output reads no more input.
            var events = pollfd(fd: socket, events: Int16(POLLIN) | (unsent.isEmpty ? 0 : Int16(POLLOUT)), revents: 0)
            let status = poll(&events, 1, Int32((left * 1000).rounded(.up)))
            guard status >= 0 || errno == EINTR else { throw Failure.ended }
            if events.revents & Int16(POLLOUT) != 0 {
                let sent = unsent.withUnsafeBytes {
                    send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                }
                guard sent >= 0 || errno == EAGAIN || errno == EINTR else { throw Failure.ended }
                unsent = unsent.dropFirst(max(0, sent))
            }
            if events.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                guard count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)) else { throw Failure.ended }
                received += buffer.prefix(max(0, count))
                if count > 0 { deadline = Self.now + seconds }
                while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                    lines.append(String(decoding: received[..<end], as: UTF8.self))
                    received.removeSubrange(...end)
                }
            }
        }
        return lines
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
