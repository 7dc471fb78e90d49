import Engines
import Foundation
import JSON
import Testing

@testable import LocalEngines
@testable import ToolDecisions

@Suite struct ToolPromptTests {
    private let tool = ToolDefinition(
        name: "book", description: "Books\n a table.",
        parameters: [
            "type": "object",
            "properties": [
                "note": ["type": ["string", "null"]], "seats": ["type": "integer"],
                "place": ["enum": ["inside", "terrace"]], "day": ["type": "string", "format": "date"],
            ],
            "required": ["day", "seats", "unknown"],
        ])

    @Test func toolsAreFunctionsOfAScript() {
        let text = ToolPrompt([tool]).text([agent("Hello."), caller("A table, please.")])
        #expect(
            text.hasSuffix(
                """
                # book(day: str, seats: int, note: str = None, place: "inside"|"terrace" = None) Books a table. Needs day and seats and unknown.

                Agent: Hello.
                Caller: A table, please.
                >>>
                """))
    }

    @Test func schemasAreUnderstoodAsFarAsTheyCanBeSaid() {
        let kinds = tool.arguments.map { "\($0.name) \($0.kind) \($0.isRequired)" }
        #expect(kinds.first == "day date true" && kinds.count == 4)
        let time = ToolArgument(
            name: "t", schema: ["type": "string", "description": "As HH:MM"], isRequired: true)
        if case .time = time.kind {} else { Issue.record("HH:MM is a time") }
        let list = ToolArgument(name: "l", schema: ["type": "array"], isRequired: true)
        if case .other = list.kind {} else { Issue.record("a list is something else") }
    }
}
