import Foundation
import JSON

/// Takes `multipart/form-data` apart (RFC 7578, RFC 2046 section 5.1), whatever the sizes of the pieces in which it
/// comes. The work for a byte is bounded, however small they are.
struct MultipartParser: Sendable {
    enum Event: Sendable, Hashable {
        /// The names of headers are in lower case.
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
        /// Where a part's body begins: at once with the delimiter, when it is empty.
        case firstLine
        case body
        case epilogue
    }

    /// A line's end, two hyphens and the boundary: what ends a part.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// The first boundary stands at the beginning of a line, too.
    private var buffer = Self.lineEnd
    /// Where in the buffer what has not been read yet begins.
    private var start = 0
    /// Up to where the buffer holds nothing of what is being looked for.
    private var searched = 0
    /// How many bytes were looked at or moved, each time they were.
    private(set) var work = 0

    /// The most bytes of one part's headers.
    private static let headersSize = 8 << 10
    private static let lineEnd = Array("\r\n".utf8)
    private static let emptyLine = Array("\r\n\r\n".utf8)
    private static let end = Array("--".utf8)

    init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

    /// The boundary that a `Content-Type` names; nil when it is none of form data.
    static func boundary(of contentType: String) -> String? {
        let parts = contentType.streamSafe.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.first?.lowercased() == "multipart/form-data",
            let parameter = parts.first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        let value = parameter.dropFirst("boundary=".count).filter { $0 != "\"" }
        return (1...70).contains(value.utf8.count) ? value : nil
    }

    /// Whether everything up to the last boundary was read.
    var isComplete: Bool { state == .epilogue }

    /// What `bytes`, which directly follow those before, bring.
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

    /// Whether there may be more in the buffer.
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
            // The line's end before them is still there, so that a part without headers is nothing special.
            guard let found = find(Self.emptyLine) else {
                guard buffer.count - start <= Self.headersSize else {
                    throw Malformed(reason: "a part's headers are too long")
                }
                return false
            }
            guard found - start <= Self.headersSize else { throw Malformed(reason: "a part's headers are too long") }
            events.append(.began(try Self.headers(buffer[start..<found])))
            // What ends the headers may also begin the delimiter, of a part without a body.
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

    /// What follows a delimiter: the end of everything, or blanks and a line's end.
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
            throw Malformed(reason: "a boundary is followed by something else than a line's end")
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

    /// Where `pattern` begins; nil when it has not come yet, or not all of it.
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
            // All that is there fits: the rest is to come.
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
