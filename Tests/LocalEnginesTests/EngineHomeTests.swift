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

@Suite("Models manifest")
struct ModelManifestTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func entry(_ id: String, name: String = "N", isDefault: Bool = false, kind: String = "tts") -> String {
        """
          - id: \(id)
            kind: \(kind)
            engine: piper
            name: \(name)
            default: \(isDefault)

        """
    }

    @Test("that comes with Parley has a default model of each kind that a call needs")
    func shipped() throws {
        let manifest = try ModelManifest(file: root.appendingPathComponent("models.yaml").path)
        for kind in [ModelManifest.Model.Kind.voiceActivity, .speechToText, .textToSpeech, .languageModel] {
            #expect(manifest.models(of: kind).first?.isDefault == true, "\(kind)")
        }
        let voice = try #require(manifest["piper-en_US-joe-medium"])
        #expect(voice.sampleRate == 22_050)
        #expect(Set(voice.files.map(\.path)) == ["model.onnx", "model.onnx.json", "tokens.txt"])
        #expect(manifest.models.allSatisfy { $0.files.allSatisfy { $0.sha256.count == 64 && $0.size > 0 } })
    }

    @Test("takes the user's models over those of the same id, and adds the others")
    func merging() throws {
        var manifest = try ModelManifest(yaml: "models:\n" + entry("a", name: "ours") + entry("b"))
        try manifest.lay(over: ModelManifest(yaml: "models:\n" + entry("c") + entry("a", name: "theirs")))
        #expect(manifest.models.map(\.id) == ["a", "b", "c"])
        #expect(manifest["a"]?.name == "theirs")
    }

    @Test("is read together with the user's own")
    func userFile() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data(("models:\n" + entry("mine")).utf8).write(to: directory.appendingPathComponent("models.yaml"))
        let manifest = try ModelManifest(
            file: root.appendingPathComponent("models.yaml").path, home: EngineHome(path: directory.path))
        #expect(manifest["mine"] != nil)
        #expect(manifest["silero-vad"] != nil)
    }

    @Test("puts default models first")
    func defaults() throws {
        let manifest = try ModelManifest(yaml: "models:\n" + entry("a") + entry("b", isDefault: true))
        #expect(manifest.models(of: .textToSpeech).map(\.id) == ["b", "a"])
    }

    @Test(
        "says what is wrong and where",
        arguments: [
            ("models:\n  - kind: tts\n", "models[0].id"), ("models: 3\n", "models"), ("models: [\n", "models.yaml"),
            ("models:\n  - {id: a, kind: sing, engine: x}\n", "models[0].kind"),
            ("models:\n  - {id: ../a, kind: tts, engine: x}\n", "directory"),
            ("models:\n  - {id: a, kind: tts, engine: x}\n  - {id: a, kind: tts, engine: x}\n", "twice"),
        ])
    func errors(yaml: String, expected: String) throws {
        let error = try #require(throws: EngineError.self) { try ModelManifest(yaml: yaml) }
        #expect(error.message.contains(expected), "\(error.message)")
    }
}
