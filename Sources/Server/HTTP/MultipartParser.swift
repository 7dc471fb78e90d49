import Foundation

/// Takes `multipart/form-data` apart (RFC 7578, RFC 2046 section 5.1), whatever the sizes of the pieces in which it
/// comes.
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
        case headers
        case body
        case epilogue
    }

    /// A line's end, two hyphens and the boundary: what ends a part.
    private let delimiter: Data
    private var state = State.preamble
    /// The first boundary stands at the beginning of a line, too.
    private var buffer = Self.lineEnd

    /// The most bytes of one part's headers.
    private static let headersSize = 8 << 10
    private static let lineEnd = Data("\r\n".utf8)

    init(boundary: String) { delimiter = Data("\r\n--\(boundary)".utf8) }

    /// The boundary that a `Content-Type` names; nil when it is none of form data.
    static func boundary(of contentType: String) -> String? {
        let parts = contentType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
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
        // A slice keeps its indices, and all the bytes that were ever before it.
        buffer = Data(buffer)
        return events
    }

    /// Whether there may be more in the buffer.
    private mutating func step(_ events: inout [Event]) throws(Malformed) -> Bool {
        switch state {
        case .preamble:
            guard let found = buffer.range(of: delimiter) else {
                buffer = buffer.suffix(delimiter.count - 1)
                return false
            }
            return try passDelimiter(found)
        case .headers:
            // The line's end before them is still there, so that a part without headers is nothing special.
            guard let end = buffer.range(of: Self.lineEnd + Self.lineEnd) else {
                guard buffer.count <= Self.headersSize else { throw Malformed(reason: "a part's headers are too long") }
                return false
            }
            events.append(.began(try Self.headers(buffer[..<end.lowerBound])))
            // What ends the headers may also begin the delimiter, of a part without a body.
            buffer = buffer[(end.upperBound - Self.lineEnd.count)...]
            if !buffer.starts(with: delimiter) { buffer = buffer.dropFirst(Self.lineEnd.count) }
            state = .body
            return true
        case .body:
            guard let found = buffer.range(of: delimiter) else {
                let certain = buffer.dropLast(delimiter.count - 1)
                if !certain.isEmpty { events.append(.data(Data(certain))) }
                buffer = buffer.suffix(delimiter.count - 1)
                return false
            }
            let rest = buffer[..<found.lowerBound]
            if !rest.isEmpty { events.append(.data(Data(rest))) }
            buffer = buffer[found.lowerBound...]
            guard try passDelimiter(found) else { return false }
            events.append(.ended)
            return true
        case .epilogue:
            buffer = Data()
            return false
        }
    }

    /// Goes on behind a delimiter; false when what follows it has not come yet.
    private mutating func passDelimiter(_ found: Range<Data.Index>) throws(Malformed) -> Bool {
        let rest = buffer[found.upperBound...]
        if rest.starts(with: Data("--".utf8)) {
            state = .epilogue
            return true
        }
        let line = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard line.count >= Self.lineEnd.count else {
            guard rest.count <= Self.headersSize else { throw Malformed(reason: "a boundary's line is too long") }
            return false
        }
        guard line.starts(with: Self.lineEnd) else {
            throw Malformed(reason: "a boundary is followed by something else than a line's end")
        }
        buffer = line
        state = .headers
        return true
    }

    private static func headers(_ block: Data) throws(Malformed) -> [String: String] {
        var headers: [String: String] = [:]
        for line in String(decoding: block, as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed(reason: "a part's header has no colon") }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased()] = value
        }
        return headers
    }
}
