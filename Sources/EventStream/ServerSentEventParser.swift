/// An event of a stream (WHATWG HTML, 9.2.6).
public struct ServerSentEvent: Sendable, Hashable {
    /// Its kind; `message` when the server names none.
    public var name: String
    /// Its lines of data, joined by line feeds.
    public var data: String

    /// Creates an event.
    public init(name: String = "message", data: String) {
        self.name = name
        self.data = data
    }
}

/// Parses a stream of server-sent events (WHATWG HTML, 9.2.6) in pieces of any size.
public struct ServerSentEventParser: Sendable {
    /// One line, or the data of one event, is longer than `limit` bytes.
    public struct TooLong: Error {
        /// In bytes.
        public var limit: Int
    }

    private let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var name = ""
    private var isFirstLine = true
    /// Whether a line feed at the start belongs to a carriage return that ended the line before.
    private var skipsLineFeed = false
    private var nextEventID: String?

    /// The id of the last event that had one, also of one without data; nil for none. The stream can be taken up again
    /// after it.
    public private(set) var lastEventID: String?
    /// How long to wait before the stream is taken up again, where the server says so.
    public private(set) var reconnectionTime: Duration?

    /// - Parameter limit: The longest line, and the most data of one event, in bytes.
    public init(limit: Int) {
        self.limit = limit
    }

    /// Each event that `bytes` complete.
    public mutating func parse(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == UInt8(ascii: "\n") { continue }
            }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                skipsLineFeed = byte == UInt8(ascii: "\r")
                if let event = try endLine() { events.append(event) }
            } else {
                guard line.count < limit else { throw TooLong(limit: limit) }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(TooLong) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endEvent() }
        let field = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(field.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: field, as: UTF8.self) {
        case "data":
            guard data.count + value.count < limit else { throw TooLong(limit: limit) }
            if hasData { data.append(UInt8(ascii: "\n")) }
            data.append(contentsOf: value)
            hasData = true
        case "event": name = String(decoding: value, as: UTF8.self)
        case "id" where !value.contains(0): nextEventID = String(decoding: value, as: UTF8.self)
        case "retry":
            if value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let milliseconds = Int(String(decoding: value, as: UTF8.self))
            {
                reconnectionTime = .milliseconds(milliseconds)
            }
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            data.removeAll(keepingCapacity: true)
            hasData = false
            name = ""
        }
        if let nextEventID { lastEventID = nextEventID.isEmpty ? nil : nextEventID }
        guard hasData else { return nil }
        return ServerSentEvent(
            name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self))
    }
}
