import Foundation
import Testing

@testable import JSON

@Suite("Reading JSON")
struct JSONParserTests {
    @Test(
        "what is no JSON is refused, with the byte and what is wrong there",
        arguments: [
            ("", 0, "the text ends where a value was expected"), (" ", 1, "the text ends where a value was expected"),
            ("{", 1, "the text ends where a member's name in quotes was expected"),
            ("[1,", 3, "the text ends where a value was expected"), ("[1,]", 3, "a value was expected"),
            ("[1 2]", 3, "a comma or the end of the array was expected"), ("{\"a\"}", 4, "a colon was expected"),
            ("{\"a\":1,}", 7, "a member's name in quotes was expected"),
            ("{a:1}", 1, "a member's name in quotes was expected"),
            ("{\"a\":1 \"b\":2}", 7, "a comma or the end of the object was expected"),
            ("nul", 0, "true, false or null was expected"), ("[nulL]", 1, "true, false or null was expected"),
            ("'a'", 0, "a value was expected"), ("1 2", 2, "the end was expected"),
            ("{\"a\":1}}", 7, "the end was expected"), ("1\u{0}", 1, "the end was expected"),
            ("/**/1", 0, "a value was expected"), ("NaN", 0, "a value was expected"),
            ("-Infinity", 1, "a digit was expected"), ("+1", 0, "a value was expected"),
            (".5", 0, "a value was expected"), ("[1.]", 3, "a digit was expected"),
            ("1e", 2, "the text ends where a digit was expected"), ("[-01]", 1, "a number with a leading zero"),
            ("[1,1e400]", 3, "a number that is too large"), ("0x10", 1, "the end was expected"),
            ("\u{A0}1", 0, "a value was expected"), ("\"a", 0, "a string without an end"),
            ("\"a\nb\"", 2, "a control character that is not escaped"), (#""\x""#, 1, "an unknown escape"),
            (#""\u12""#, 1, "a string without an end"),
            (#""\u12g4""#, 1, "an escape without four hexadecimal digits"),
            (#"["\ud800"]"#, 2, "half of a surrogate pair"), (#""\udc00""#, 1, "half of a surrogate pair"),
            (#""\ud83d\u0041""#, 1, "half of a surrogate pair"),
        ])
    func malformed(text: String, offset: Int, reason: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error == JSONError(reason: reason, offset: offset))
        #expect(error?.description == "at byte \(offset), \(reason)")
    }

    @Test(
        "bytes that are no UTF-8 are refused: stray, overlong, surrogates, beyond Unicode, cut off, of UTF-16",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0x5C, 0x6E, 0xFF, 0x22],
            [0x5B, 0x00, 0x31, 0x00, 0x5D, 0x00], [0xFF, 0xFE, 0x31, 0x00],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Data(bytes)) }
    }

    @Test(
        "escapes are read, pairs of surrogates as one",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u00E9x""#, "ééx"),
            (#""a\ud83d\ude42b""#, "a🙂b"), (#""\u0000""#, "\u{0}"), (#""\ufeff\uffff""#, "\u{FEFF}\u{FFFF}"),
            ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
        ])
    func escapes(text: String, value: String) throws {
        #expect(try JSONValue(parsing: text).stringValue?.unicodeScalars.elementsEqual(value.unicodeScalars) == true)
    }

    @Test("white space and a byte order mark around a document are no part of it")
    func space() throws {
        #expect(try JSONValue(parsing: "\u{FEFF} \t\r\n[ 1 ,\n{ \"a\" :\t2 } ]\n") == [1, ["a": 2]])
    }

    @Test(
        "whole numbers are integers however they are written; the others are the nearest that there is",
        arguments: [
            ("-0", .integer(0)), ("-0.0", .integer(0)), ("1.000", .integer(1)), ("1E+3", .integer(1000)),
            ("1.5e1", .integer(15)), ("9007199254740993.0", .integer(9_007_199_254_740_993)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("0.1", .number(0.1)), ("-2.5e-3", .number(-0.0025)), ("5e-324", .number(.leastNonzeroMagnitude)),
            ("1e-400", .integer(0)), ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
        ] as [(String, JSONValue)])
    func numbers(text: String, value: JSONValue) throws {
        // Compared as they are held: `==` takes 1 and 1.0 for the same.
        #expect("\(try JSONValue(parsing: text))" == "\(value)")
    }

    @Test("of members with the same name the first counts")
    func sameNames() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":{"c":3}}"#) == ["a": 1, "b": 2])
    }

    @Test("nesting is followed as deep as the limit says, and refused beyond it", arguments: ["[", #"{"a":"#])
    func depth(open: String) throws {
        let close = open == "[" ? "]" : "}"
        func nested(_ count: Int) -> String {
            String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
        }
        #expect(try JSONValue(parsing: nested(64), limits: .client).text == nested(64))
        #expect(try JSONValue(parsing: nested(128)).text == nested(128))
        for count in [65, 508, 200_000] {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(count), limits: .client) }
            #expect(
                error == JSONError(reason: "more than 64 levels of arrays and objects", offset: 64 * open.utf8.count))
        }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(129)) }
        // Side by side is not inside one another.
        #expect(
            try JSONValue(parsing: "[" + Array(repeating: "[1]", count: 1000).joined(separator: ",") + "]").arrayValue?
                .count == 1000)
    }

    @Test("a document has as many values as the limit says, and no more")
    func values() throws {
        let limits = JSONLimits(depth: 2, values: 4)
        #expect(try JSONValue(parsing: #"[1,{"a":2}]"#, limits: limits) == [1, ["a": 2]])
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"[1,{"a":2},3]"#, limits: limits) }
        #expect(error == JSONError(reason: "more than 4 values", offset: 11))
        let megabyte = "[" + Array(repeating: "{}", count: 349_000).joined(separator: ",") + "]"
        #expect(throws: JSONError.self) { try JSONValue(parsing: megabyte, limits: .client) }
    }

    @Test("long runs of combining marks are broken up, in names too; what people write stays as it is")
    func marks() throws {
        func marked(_ count: Int) -> String {
            (0..<count).reduce(into: "a") { $0.unicodeScalars.append($1.isMultiple(of: 2) ? "\u{301}" : "\u{316}") }
        }
        for text in [marked(30), "Ñandú, Việt Nam, שָׁלוֹם, हिन्दी, 한국어 👩‍👩‍👧", String(repeating: "e\u{301}", count: 100)] {
            let value: JSONValue = [text: .string(text)]
            let read = try JSONValue(parsing: #"{"\#(text)":"\#(text)"}"#)
            #expect(read.data == value.data)
        }
        let read = try #require(try JSONValue(parsing: #"{"\#(marked(100))":1}"#).objectValue?.keys.first)
        var longest = 0
        var run = 0
        for scalar in read.unicodeScalars {
            run = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : run + 1
            longest = max(longest, run)
        }
        #expect(longest == 30)
        #expect(String(String.UnicodeScalarView(read.unicodeScalars.filter { $0 != "\u{34F}" })) == marked(100))
        #expect(read.count == 1)
        // Escaped marks are marks.
        let escaped = try JSONValue(parsing: "\"a" + String(repeating: #"\u0301\u0316"#, count: 50) + "\"")
        #expect(escaped.stringValue == read)
    }

    @Test("what is written is what Foundation writes")
    func written() throws {
        let value: JSONValue = [
            "s": "\u{0}\u{1}\u{1F}\u{7F}\u{80}\u{2028}/\\\"\n\t\r\u{8}\u{C}é🙂\u{FEFF}", "z": [], "~": [:],
            "": [[], [:]],
            "numbers": [1.5, -0.0, 0.1, 1e20, 1e15, 1e-5, 5e-324, 1.7976931348623157e308, .integer(.min), 0, true],
            "e\u{301}x": 1, "é": 2, "日": ["🙂": 15, "\u{FFFF}": 16], "a10": nil, "a2": false, "A": 1, "_": "",
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(value.data == (try encoder.encode(value)))
        #expect(try JSONValue(parsing: value.data) == value)
    }
}

@Suite("Types read from JSON values")
struct JSONValueDecoderTests {
    private struct Event: Decodable, Equatable {
        enum Kind: String, Decodable {
            case call
            case text
        }

        struct Item: Decodable, Equatable {
            var index: UInt8
            var weight: Double?
            var rest: JSONValue?
        }

        var kind: Kind
        var items: [Item]?
        var names: [String: [String?]]?
        var isLast: Bool?
        var pair: [Float]?
    }

    @Test(
        "a type is read as Foundation reads it, or refused as there",
        arguments: [
            #"{"kind":"call","items":[{"index":1,"weight":0.5,"rest":{"a":[1,null]}},{"index":255,"weight":2}]}"#,
            #"{"kind":"text","names":{"a":["x",null],"b":[]},"isLast":true,"pair":[1,2.5],"other":{}}"#,
            #"{"kind":"text","items":null,"isLast":null}"#, #"{"kind":"other"}"#, #"{}"#, #"{"kind":null}"#, "[]",
            #"{"kind":"call","items":[{"index":256}]}"#, #"{"kind":"call","items":[{"index":1.5}]}"#,
            #"{"kind":"call","items":[{"index":"1"}]}"#, #"{"kind":"call","items":{}}"#,
            #"{"kind":"call","isLast":1}"#, #"{"kind":"call","items":[{"index":1,"rest":null}]}"#,
        ])
    func sameAsFoundation(text: String) throws {
        let expected = try? JSONDecoder().decode(Event.self, from: Data(text.utf8))
        #expect((try? JSONValue(parsing: text).decode()) == expected)
    }

    @Test("an error names the place")
    func place() throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONValue(parsing: #"{"kind":"call","items":[{"index":1},{"index":"x"}]}"#).decode(as: Event.self)
        }
        guard case .typeMismatch(_, let context) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } == ["items", "1", "index"])
    }

    @Test("a member that is a value itself is taken as it is, however deep")
    func whole() throws {
        let text = #"{"index":1,"rest":\#(String(repeating: "[", count: 120))\#(String(repeating: "]", count: 120))}"#
        let value = try JSONValue(parsing: text)
        #expect(try value.decode(as: Event.Item.self).rest == value["rest"])
    }
}
