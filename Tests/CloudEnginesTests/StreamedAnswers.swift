import CloudEngines
import JSON
import TestSupport

// What a server of the chat completions API writes.

func text(_ content: String) -> String {
    "data: \(JSONValue.object(["choices": [["delta": ["content": .string(content)]]]]).text)\n\n"
}

let stop = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
let done = "data: [DONE]\n\n"
let answer: [ScriptedHTTPServer.Step] = [.head(), .write(text("Hello")), .write(stop + done), .end]
