import Foundation
import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test(
        "text becomes values and comes back the same",
        arguments: [
            (#"null"#, .null), ("true", true), ("0", 0), ("-12", -12), ("1.5", 1.5), (#""""#, ""),
            (#""a/b \"q\" é 🙂""#, "a/b \"q\" é 🙂"), ("[]", []), ("{}", [:]),
            (#"{"a":[1,2.5,null,{"b":false}],"z":"x"}"#, ["a": [1, 2.5, nil, ["b": false]], "z": "x"]),
        ] as [(String, JSONValue)])
    func roundTrip(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(value.text == text)
        #expect(try JSONValue(parsing: value.data) == value)
    }

    @Test("integers stay integers up to 64 bits; larger ones become numbers")
    func integers() throws {
        #expect(try JSONValue(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSONValue(parsing: "18446744073709551616").doubleValue == 18_446_744_073_709_551_616)
        #expect(try JSONValue(parsing: "18446744073709551616").intValue == nil)
    }

    @Test("JSON has one kind of number")
    func oneKindOfNumber() throws {
        #expect(JSONValue.integer(1) == .number(1))
        #expect(JSONValue.integer(1) != .number(1.5))
        #expect(JSONValue.integer(.max) != .number(Double(Int.max)))
        #expect(JSONValue.integer(1) != .bool(true))
        #expect(try JSONValue(parsing: "1.0") == 1)
        #expect(Set<JSONValue>([.integer(1), .number(1), .number(1.5), .bool(true)]).count == 3)
    }

    @Test("numbers that JSON cannot hold are written as null")
    func nonFinite() {
        #expect(JSONValue.array([.number(.nan), .number(.infinity), 1]).text == "[null,null,1]")
    }

    @Test("members are written in order, slashes plain")
    func canonical() {
        #expect(JSONValue.object(["b": "a/b", "a": 1, "c": nil]).text == #"{"a":1,"b":"a/b","c":null}"#)
    }

    @Test("each view takes its own kind only")
    func views() {
        #expect(JSONValue.integer(3).intValue == 3)
        #expect(JSONValue.number(3).intValue == 3)
        #expect(JSONValue.number(3.5).intValue == nil)
        #expect(JSONValue.integer(3).doubleValue == 3)
        #expect(JSONValue.bool(true).intValue == nil)
        #expect(JSONValue.integer(1).boolValue == nil)
        #expect(JSONValue.string("1").intValue == nil)
        #expect(JSONValue.null.isNull)
        #expect(JSONValue.null.stringValue == nil)
        #expect(JSONValue.array([]).objectValue == nil)
        #expect(JSONValue.object([:]).arrayValue == nil)
    }

    @Test("paths lead through objects, and to nil everywhere else")
    func paths() {
        let value: JSONValue = ["a": ["b": ["c": 1]], "list": [1], "null": nil]
        #expect(value.value(at: "a", "b", "c") == 1)
        #expect(value.value(at: "a", "x", "c") == nil)
        #expect(value.value(at: "list", "0") == nil)
        #expect(value.value(at: "null") == .null)
        #expect(value["null"] == .null)
        #expect(value["missing"] == nil)
    }

    @Test("setting a member changes objects only")
    func setting() {
        var value: JSONValue = ["a": 1]
        value["b"] = 2
        value["a"] = nil
        #expect(value == ["b": 2])
        var list: JSONValue = [1]
        list["a"] = 1
        #expect(list == [1])
    }

    @Test("merging: objects member by member, everything else replaced")
    func merging() {
        let base: JSONValue = ["a": ["x": 1, "y": 2], "list": [1, 2], "keep": true, "deep": ["o": ["p": 1]]]
        let patch: JSONValue = ["a": ["y": 3, "z": nil], "list": [9], "deep": ["o": 5], "new": "n"]
        #expect(
            base.merging(patch) == [
                "a": ["x": 1, "y": 3, "z": nil], "list": [9], "keep": true, "deep": ["o": 5], "new": "n",
            ])
        #expect(base.merging([:]) == base)
        #expect(base.merging(.null) == .null)
        #expect(JSONValue.integer(1).merging(["a": 1]) == ["a": 1])
    }
}
