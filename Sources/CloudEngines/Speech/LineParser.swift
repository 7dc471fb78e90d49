/// Splits a stream of bytes into lines, in pieces of any size.
struct LineParser: Sendable {
    /// One line is longer than `limit` bytes.
    struct TooLong: Error {
        var limit: Int
    }

    private let limit: Int
    private var line: [UInt8] = []

    /// - Parameter limit: The longest line, in bytes.
    init(limit: Int) { self.limit = limit }

    /// The lines that `bytes` complete, without empty ones.
    mutating func parse(_ bytes: some Collection<UInt8>) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try append(rest[..<end])
            if let line = takeLine() { lines.append(line) }
            rest = rest[rest.index(after: end)...]
        }
        try append(rest)
        return lines
    }

    /// The text after the last line feed; nil when there is none.
    mutating func finish() -> [UInt8]? { takeLine() }

    private mutating func append(_ bytes: some Collection<UInt8>) throws(TooLong) {
        guard line.count + bytes.count <= limit else { throw TooLong(limit: limit) }
        line.append(contentsOf: bytes)
    }

    private mutating func takeLine() -> [UInt8]? {
        defer { line = [] }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line.isEmpty ? nil : line
    }
}
