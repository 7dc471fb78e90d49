import JSON
import Testing

@testable import Tools

@Suite("Schemas of MCP servers as models take them") struct FunctionSchemaTests {
    @Test("an object without members has none, said so")
    func empty() {
        #expect(FunctionSchema.parameters(from: ["type": "object"]) == ["type": "object", "properties": [:]])
        #expect(FunctionSchema.parameters(from: "any") == ["type": "object", "properties": [:]])
    }

    @Test("choices at the top become members that there may be, and what all of them want must be there")
    func choices() {
        let schema: JSONValue = [
            "type": "object", "properties": ["day": ["type": "string"]], "required": ["day"],
            "anyOf": [
                ["properties": ["name": ["type": "string"]], "required": ["name"]],
                ["properties": ["number": ["type": "integer"], "day": ["type": "integer"]], "required": ["number"]],
            ], "allOf": [["properties": ["desk": ["type": "string"]], "required": ["desk", "day"]]], "not": [:],
            "additionalProperties": false,
        ]
        #expect(
            FunctionSchema.parameters(from: schema) == [
                "type": "object",
                "properties": [
                    "day": ["type": "string"], "name": ["type": "string"], "number": ["type": "integer"],
                    "desk": ["type": "string"],
                ], "required": ["day", "desk"], "additionalProperties": false,
            ])
    }

    @Test("what stands deeper stays")
    func deeper() {
        let schema: JSONValue = [
            "type": "object", "$defs": ["a": ["enum": [1]]],
            "properties": ["x": ["anyOf": [["type": "string"], ["$ref": "#/$defs/a"]]]],
        ]
        #expect(FunctionSchema.parameters(from: schema) == schema)
    }
}
