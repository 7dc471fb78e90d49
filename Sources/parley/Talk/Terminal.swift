import Foundation
import Server
import Synchronization

/// Lines on the standard output and, on a terminal only, one status line below them. Control characters in texts are
/// removed.
final class Terminal: Sendable {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let status = Mutex("")

    func line(_ text: String) {
        status.withLock { status in
            write((isTerminal ? "\r\u{1B}[K" : "") + text.onOneLine + "\n" + status)
        }
    }

    func show(status text: String) {
        guard isTerminal else { return }
        status.withLock { status in
            // A status line that wraps could not be erased.
            let text = String(text.onOneLine.prefix(Self.columns - 1))
            guard text != status else { return }
            status = text
            write("\r\u{1B}[K" + text)
        }
    }

    /// The width of the terminal in columns; 80 when it is unknown.
    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }

    /// A bar for a level in dBFS, from −60 to 0.
    static func meter(_ decibels: Double) -> String {
        let length = Int(min(max((decibels + 60) / 4, 0), 15))
        return "[" + String(repeating: "#", count: length) + String(repeating: " ", count: 15 - length) + "]"
    }

    private func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}

/// Handles signals such as that of Ctrl-C.
enum Signals {
    /// Runs `body` and cancels it at SIGINT or SIGTERM, which do not end the process meanwhile.
    static func cancelling<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task { try await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { task.cancel() }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
