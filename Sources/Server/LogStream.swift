import Foundation
import Synchronization

/// Where a log goes: each of its entries is one line, whatever clients put into it.
///
/// A disk or pipe that takes nothing costs the line, never the process.
public struct LogStream: TextOutputStream, Sendable {
    private let emit: @Sendable (String) -> Void

    /// - Parameter emit: Gets whole lines with their end; called from any thread.
    public init(_ emit: @escaping @Sendable (String) -> Void) { self.emit = emit }

    /// The standard error stream, a line at a time.
    public static let standardError: LogStream = {
        let turn = Mutex(())
        return LogStream { line in
            turn.withLock { _ in try? FileHandle.standardError.write(contentsOf: Data(line.utf8)) }
        }
    }()

    /// - Parameter entry: One entry, with or without the end of its line.
    public func write(_ entry: String) {
        emit((entry.hasSuffix("\n") ? String(entry.dropLast()) : entry).onOneLine + "\n")
    }
}

extension String {
    /// The text on one line and without what steers a terminal: line breaks and tabs become spaces, other control
    /// characters and those that turn the direction of writing around are spelled out, such as `\u{1b}`.
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
