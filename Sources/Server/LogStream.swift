import Foundation
import Synchronization

/// The output of a log: each entry is written as one line, whatever text clients put into it.
///
/// When a disk or pipe accepts nothing, the line is lost, and the process goes on.
public struct LogStream: TextOutputStream, Sendable {
    private let emit: @Sendable (String) -> Void

    /// - Parameter emit: Called with whole lines including the line break, from any thread.
    public init(_ emit: @escaping @Sendable (String) -> Void) { self.emit = emit }

    /// The standard error stream, one line at a time.
    public static let standardError: LogStream = {
        let turn = Mutex(())
        return LogStream { line in
            turn.withLock { _ in try? FileHandle.standardError.write(contentsOf: Data(line.utf8)) }
        }
    }()

    /// Writes one entry, with or without a line break at its end.
    public func write(_ entry: String) {
        emit((entry.hasSuffix("\n") ? String(entry.dropLast()) : entry).onOneLine + "\n")
    }
}

extension String {
    /// The text on one line and without characters that control a terminal: line breaks and tabs become spaces; other
    /// control characters and those that change the direction of writing are spelled out, such as `\u{1b}`.
    public var onOneLine: String {
        guard unicodeScalars.contains(where: Self.isSteering) else { return self }
        var line = ""
        for scalar in unicodeScalars {
            if !Self.isSteering(scalar) {
                line.unicodeScalars.append(scalar)
            } else if scalar.properties.isWhitespace {
                line.append(" ")
            } else {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return line
    }

    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: scalar.properties.isBidiControl
        default: false
        }
    }
}
