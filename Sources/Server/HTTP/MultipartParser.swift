import Foundation
import JSON

/// Parses `multipart/form-data` (RFC 7578, RFC 2046 section 5.1) in pieces of any size. The work for each byte is
/// bounded, however small the pieces are.
struct MultipartParser: Sendable {
    enum Event: Sendable, Hashable {
        /// A part began, with these headers; their names are in lower case.
        case began([String: String])
        /// Bytes of the part that began last.
        case data(Data)
        case ended
    }

    struct Malformed: Error, Hashable {
        var reason: String
    }

    private enum State {
        case preamble
        case boundaryLine
        case headers
        /// The beginning of a part's body, where an empty body has its delimiter at once.
        case firstLine
        case body
        case epilogue
    }

    /// The end of a part: a line break, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// The first boundary stands at the beginning of a line, so the buffer begins with a line break.
    private var buffer = Self.lineEnd
    /// Where the unread bytes of the buffer begin.
    private var start = 0
    /// The position before which the buffer is known not to hold what is being looked for.
    private var searched = 0
    /// Bytes examined or moved in all, counted each time, to measure the work.
    private(set) var work = 0

    /// The most bytes of the headers of one part.
    private static let headersSize = 8 << 10
    private static let lineEnd = Array("\r\n".utf8)
    private static let emptyLine = Array("\r\n\r\n".utf8)
    private static let end = Array("--".utf8)

    init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

    /// The boundary that a `Content-Type` names; nil when it is not `multipart/form-data`.
    static func boundary(of contentType: String) -> String? {
        let parts = contentType.streamSafe.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.first?.lowercased() == "multipart/form-data",
            let parameter = parts.first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        let value = parameter.dropFirst("boundary=".count).filter { $0 != "\"" }
        return (1...70).contains(value.utf8.count) ? value : nil
    }

    /// Whether the last boundary was read.
    var isComplete: Bool { state == .epilogue }

    /// Parses `bytes`, which directly follow the previous ones, and returns the events that they complete.
    ///
    /// - Throws: `Malformed`.
    mutating func read(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Event] {
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        // Moved only when less than half is left, so that a byte is moved once on average.
        if start > buffer.count / 2 {
            work += buffer.count - start
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        return events
    }

    /// Takes one step; whether the buffer may allow another.
    private mutating func step(_ events: inout [Event]) throws(Malformed) -> Bool {
        switch state {
        case .preamble:
            guard let found = find(delimiter) else {
                skip(to: searched)
                return false
            }
            skip(to: found + delimiter.count)
            state = .boundaryLine
            return true
        case .boundaryLine:
            return try readBoundaryLine()
        case .headers:
            // The line break before the headers is still there, so that a part without headers needs no special case.
            guard let found = find(Self.emptyLine) else {
                guard buffer.count - start <= Self.headersSize else {
                    throw Malformed(reason: "a part's headers are too long")
                }
                return false
            }
            guard found - start <= Self.headersSize else { throw Malformed(reason: "a part's headers are too long") }
            events.append(.began(try Self.headers(buffer[start..<found])))
            // The line break after the headers may also begin the delimiter, when the part has no body.
            skip(to: found + Self.lineEnd.count)
            state = .firstLine
            return true
        case .firstLine:
            let rest = buffer[start...].prefix(delimiter.count)
            guard delimiter.starts(with: rest) else {
                skip(to: start + Self.lineEnd.count)
                state = .body
                return true
            }
            guard rest.count == delimiter.count else { return false }
            state = .body
            return true
        case .body:
            guard let found = find(delimiter) else {
                if searched > start { events.append(.data(Data(buffer[start..<searched]))) }
                skip(to: searched)
                return false
            }
            if found > start { events.append(.data(Data(buffer[start..<found]))) }
            events.append(.ended)
            skip(to: found + delimiter.count)
            state = .boundaryLine
            return true
        case .epilogue:
            skip(to: buffer.count)
            return false
        }
    }

    /// Reads what follows a delimiter: the end of the form, or blanks and a line break.
    private mutating func readBoundaryLine() throws(Malformed) -> Bool {
        guard buffer.count - start >= Self.end.count else { return false }
        if buffer[start...].starts(with: Self.end) {
            state = .epilogue
            return true
        }
        while searched < buffer.count, buffer[searched] == UInt8(ascii: " ") || buffer[searched] == UInt8(ascii: "\t") {
            searched += 1
            work += 1
        }
        guard searched - start <= Self.headersSize else { throw Malformed(reason: "a boundary's line is too long") }
        let rest = buffer[searched...].prefix(Self.lineEnd.count)
        guard Self.lineEnd.starts(with: rest) else {
            throw Malformed(reason: "a boundary is not followed by a line break")
        }
        guard rest.count == Self.lineEnd.count else { return false }
        skip(to: searched)
        state = .headers
        return true
    }

    private mutating func skip(to index: Int) {
        start = index
        searched = index
    }

    /// The position of `pattern`; nil while it has not arrived completely.
    private mutating func find(_ pattern: [UInt8]) -> Int? {
        while true {
            guard let first = buffer[searched...].firstIndex(of: pattern[0]) else {
                work += buffer.count - searched
                searched = buffer.count
                return nil
            }
            work += first - searched
            searched = first
            let candidate = buffer[first...].prefix(pattern.count)
            let same = zip(candidate, pattern).prefix { $0 == $1 }.count
            work += same
            if same == pattern.count { return first }
            // A match so far; the rest has not arrived.
            if same == candidate.count { return nil }
            searched += 1
        }
    }

    private static func headers(_ block: ArraySlice<UInt8>) throws(Malformed) -> [String: String] {
        var headers: [String: String] = [:]
        for line in String(decoding: block, as: UTF8.self).streamSafe.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed(reason: "a part's header has no colon") }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased()] = value
        }
        return headers
    }
}
