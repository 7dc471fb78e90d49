@testable import ToolDecisions

/// What the caller says.
func caller(_ text: String) -> DialogueLine { DialogueLine(speaker: .caller, text: text) }

/// What the agent says.
func agent(_ text: String) -> DialogueLine { DialogueLine(speaker: .agent, text: text) }
