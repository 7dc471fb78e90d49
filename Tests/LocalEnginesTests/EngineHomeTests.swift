import Engines
import Foundation
import Testing

@testable import LocalEngines

@Suite("The engines' home")
struct EngineHomeTests {
    @Test(
        "is where the environment says",
        arguments: [
            (["PARLEY_HOME": "/srv/parley", "XDG_CACHE_HOME": "/x", "HOME": "/home/a"], "/srv/parley"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/home/a"], "/x/parley"), (["HOME": "/home/a"], "/home/a/.cache/parley"),
            (["PARLEY_HOME": "", "XDG_CACHE_HOME": "", "HOME": "/home/a"], "/home/a/.cache/parley"),
            (["PARLEY_HOME": "~/engines/", "HOME": "/home/a"], "/home/a/engines"),
        ])
    func path(environment: [String: String], expected: String) {
        #expect(EngineHome(environment: environment).path == expected)
    }

    @Test("names a missing file and the remedy")
    func missing() throws {
        let home = EngineHome(path: "/nowhere")
        let model = try #require(throws: EngineError.self) { try home.modelFile("silero-vad", "silero_vad.onnx") }
        #expect(model.kind == .unavailable)
        #expect(model.message.contains("/nowhere/models/silero-vad/silero_vad.onnx"))
        #expect(model.message.contains("make setup"))
        let program = try #require(throws: EngineError.self) { try home.program("llama-server") }
        #expect(program.message.contains("/nowhere/bin/llama-server"))
        #expect(program.message.contains("make setup"))
    }
}
