import EventStream
import Testing

@Suite struct ServerSentEventParserTests {
    private func events(_ text: String, limit: Int = 1000) throws -> [String] {
        var parser = ServerSentEventParser(limit: limit)
        return try parser.parse(text.utf8).map(\.data)
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func linesEndInEveryWay(end: String) throws {
        let text = ["data: one", "", "data: two", ""].map { $0 + end }.joined()
        #expect(try events(text) == ["one", "two"])
    }

    @Test func commentsAndOtherFieldsAreNoData() throws {
        #expect(try events(": keep-alive\n\nevent: x\nid: 7\ndata: a\nretry: 5\ndatabase: b\n\n") == ["a"])
    }

    @Test func kindsIdsAndDelaysAreKept() throws {
        var parser = ServerSentEventParser(limit: 1000)
        #expect(
            try parser.parse("event: endpoint\ndata: /x\n\ndata: {}\n\n".utf8) == [
                ServerSentEvent(name: "endpoint", data: "/x"), ServerSentEvent(data: "{}"),
            ])
        #expect(parser.lastEventID == nil && parser.reconnectionTime == nil)
        // An id counts once its event has ended, with data or without.
        _ = try parser.parse("id: 7\nretry: 250\n".utf8)
        #expect(parser.lastEventID == nil && parser.reconnectionTime == .milliseconds(250))
        #expect(try parser.parse("\ndata: a\n\nretry: soon\nid: 8\u{0}\n\n".utf8) == [ServerSentEvent(data: "a")])
        #expect(parser.lastEventID == "7" && parser.reconnectionTime == .milliseconds(250))
        _ = try parser.parse("id\n\n".utf8)
        #expect(parser.lastEventID == nil)
    }

    @Test func linesOfOneEventAreJoined() throws {
        #expect(try events("data: {\ndata:  \"a\": 1\ndata:}\n\n") == ["{\n \"a\": 1\n}"])
    }

    @Test func emptyDataIsAnEventAndNoDataIsNone() throws {
        #expect(try events("data\n\ndata:\n\n\n\n") == ["", ""])
    }

    @Test func byteOrderMarkIsSkippedOnlyAtTheStart() throws {
        #expect(try events("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n") == ["a"])
    }

    @Test func eventThatIsNotEndedIsNotGiven() throws {
        #expect(try events("data: a\n\ndata: b\n") == ["a"])
    }

    @Test func linesAndEventsAreBounded() {
        #expect(throws: ServerSentEventParser.TooLong.self) {
            try events("data: \(String(repeating: "x", count: 50))", limit: 50)
        }
        #expect(throws: ServerSentEventParser.TooLong.self) {
            try events(String(repeating: "data: 1234567\n", count: 10), limit: 50)
        }
        #expect(throws: ServerSentEventParser.TooLong.self) {
            try events(":" + String(repeating: "x", count: 50), limit: 50)
        }
    }

    @Test func cutsAnywhereChangeNothing() throws {
        let text = "\u{FEFF}data: grüße 🎙️\r\n\r\n: comment\r\ndata: {\"a\":\"日本\"}\rdata: more\r\r\ndata: [DONE]\n\n"
        let bytes = Array(text.utf8)
        var whole = ServerSentEventParser(limit: 1000)
        let expected = try whole.parse(bytes).map(\.data)
        #expect(expected == ["grüße 🎙️", "{\"a\":\"日本\"}\nmore", "[DONE]"])
        var noise = Noise(seed: 5)
        for _ in 0..<500 {
            var parser = ServerSentEventParser(limit: 1000)
            var (events, rest): ([String], ArraySlice<UInt8>) = ([], bytes[...])
            while !rest.isEmpty {
                let count = Int.random(in: 1...6, using: &noise)
                events += try parser.parse(rest.prefix(count)).map(\.data)
                rest = rest.dropFirst(count)
            }
            #expect(events == expected)
        }
    }

    @Test func randomBytesNeverTrap() throws {
        var noise = Noise(seed: 6)
        let alphabet = Array("data: \r\n:\u{FEFF}x".utf8)
        for _ in 0..<2000 {
            var parser = ServerSentEventParser(limit: 40)
            let bytes = (0..<60).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &noise)] }
            _ = try? parser.parse(bytes)
        }
    }
}

/// Deterministic noise: SplitMix64.
struct Noise: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
