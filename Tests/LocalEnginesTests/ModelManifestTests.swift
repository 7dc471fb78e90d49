import Engines
import Foundation
import Testing

@testable import LocalEngines

@Suite("Models manifest")
struct ModelManifestTests {
    private let shippedFile = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "models.yaml").path

    private func entry(_ id: String, isDefault: Bool = false, more: String = "name: N") -> String {
        """
          - id: \(id)
            kind: tts
            engine: piper
            default: \(isDefault)
            \(more)

        """
    }

    @Test("that comes with Parley has a default model of each kind that a call needs")
    func shipped() throws {
        let manifest = try ModelManifest(file: shippedFile)
        for kind in [ModelManifest.Model.Kind.voiceActivity, .speechToText, .textToSpeech, .languageModel] {
            #expect(manifest.models.contains { $0.kind == kind && $0.isDefault }, "\(kind)")
        }
        let voice = try #require(manifest["piper-en_US-joe-medium"])
        #expect(voice.languages == ["en-US"])
        #expect(Set(voice.files.map(\.path)) == ["model.onnx", "model.onnx.json", "tokens.txt"])
        // What is compiled here has no known size.
        #expect(manifest.models.allSatisfy { $0.files.allSatisfy { ($0.size ?? 0) > 0 || $0.path.hasSuffix(".so") } })
    }

    @Test("takes the user's models before its own, and changes only what the user's entries say")
    func merging() throws {
        let manifest = try ModelManifest(
            yaml: "models:\n" + entry("a", isDefault: true, more: "name: ours") + entry("b"),
            user: "models:\n" + entry("c") + "  - {id: a, default: false}\n")
        #expect(manifest.models.map(\.id) == ["c", "a", "b"])
        #expect(manifest["a"]?.name == "ours")
        #expect(manifest["a"]?.isDefault == false)
        #expect(manifest["a"]?.engine == "piper")
    }

    @Test("is read together with the user's own")
    func userFile() throws {
        try withHome { home in
            try Data(("models:\n" + entry("mine")).utf8).write(to: URL(filePath: home.userManifest))
            let manifest = try ModelManifest(file: shippedFile, home: home)
            #expect(manifest["mine"] != nil)
            #expect(manifest["silero-vad"] != nil)
            try Data("# nothing yet\n".utf8).write(to: URL(filePath: home.userManifest))
            #expect(try ModelManifest(file: shippedFile, home: home)["silero-vad"] != nil)
            try Data("models: [{id: x, kind: sing}]".utf8).write(to: URL(filePath: home.userManifest))
            let error = try #require(throws: EngineError.self) { try ModelManifest(file: shippedFile, home: home) }
            #expect(error.message.hasPrefix("\(home.userManifest): models[0].kind"), "\(error.message)")
        }
    }

    @Test("chooses the user's default before Parley's")
    func choice() throws {
        try withHome { home in
            let manifest = try ModelManifest(
                yaml: "models:\n" + entry("a") + entry("b", isDefault: true),
                user: "models:\n" + entry("c") + entry("d", isDefault: true) + entry("e", isDefault: true))
            #expect(try manifest.installedDefault(of: .textToSpeech, engines: ["piper"], in: home).id == "d")
        }
    }

    @Test("names a default model that is missing or incomplete, and the remedy")
    func notInstalled() throws {
        try withHome { home in
            let manifest = try ModelManifest(
                yaml: "models:\n"
                    + entry(
                        "b", isDefault: true, more: "files: [{path: voice.onnx, size: 3}, {path: raw, temporary: true}]"
                    ))
            let folder = URL(filePath: home.modelDirectory("b"))
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for content in [nil, "12"] {
                try content.map { try Data($0.utf8).write(to: folder.appending(path: "voice.onnx")) }
                let error = try #require(throws: EngineError.self) {
                    try manifest.installedDefault(of: .textToSpeech, engines: ["piper"], in: home)
                }
                #expect(error.kind == .unavailable)
                #expect(error.engine == "b")
                for part in ["models/b/voice.onnx", "`parley models fetch b`", "`make setup`"] {
                    #expect(error.message.contains(part), "\(error.message)")
                }
            }
            try Data("123".utf8).write(to: folder.appending(path: "voice.onnx"))
            #expect(try manifest.installedDefault(of: .textToSpeech, engines: ["piper"], in: home).id == "b")
        }
    }

    @Test("refuses a default that no engine here can run, and a kind without a default")
    func notRunnable() throws {
        let manifest = try ModelManifest(yaml: "models:\n" + entry("b", isDefault: true))
        let home = EngineHome(path: "/nowhere")
        let engine = try #require(throws: EngineError.self) {
            try manifest.installedDefault(of: .textToSpeech, engines: ["kokoro"], in: home)
        }
        #expect(engine.message.contains("engine: piper") && engine.message.contains("kokoro"), "\(engine.message)")
        let kind = try #require(throws: EngineError.self) {
            try manifest.installedDefault(of: .languageModel, engines: ["llama-server"], in: home)
        }
        #expect(kind.message.contains("\"llm\""), "\(kind.message)")
    }

    @Test("has what engines are told, and what a model takes")
    func details() throws {
        let manifest = try ModelManifest(
            yaml: """
                models:
                  - id: a
                    kind: tts
                    engine: kokoro
                    languages: [en-US, ja]
                    memory_mb: 400
                    sample_rate: 24000
                    options: {speaker: 3, loud: true, speakers: [x, y], tail_padding: 0.5}
                """)
        let model = try #require(manifest["a"])
        #expect(model.memory == 400 && model.sampleRate == 24_000)
        #expect(try model.options.text("speaker", of: "a") == "3")
        #expect(try model.options.flag("loud", of: "a") == true)
        #expect(try model.options.number("tail_padding", of: "a", in: 0...1) == 0.5)
        #expect(model.options.list("speakers") == ["x", "y"])
        #expect(try model.options.text("none", of: "a") == nil)
        for (check, part) in [
            ({ _ = try model.options.text("speakers", of: "a") }, "not a list"),
            ({ _ = try model.options.flag("speaker", of: "a") }, "neither true nor false"),
            ({ _ = try model.options.number("tail_padding", of: "a", in: 1...2) }, "is not a number from 1.0 to 2.0"),
            ({ try model.options.check(["speaker", "speakers", "loud"], of: "a", engine: "e") }, "\"tail_padding\""),
        ] as [(() throws -> Void, String)] {
            let error = try #require(throws: EngineError.self) { try check() }
            #expect(error.engine == "a" && error.message.contains(part), "\(error.message)")
        }
    }

    @Test("knows which models are here, the default one first")
    func installed() throws {
        try withHome { home in
            let manifest = try ModelManifest(
                yaml: "models:\n" + entry("a", more: "files: [{path: m, size: 1}]") + entry("b")
                    + entry("c", isDefault: true),
                user: "models:\n" + entry("d"))
            #expect(manifest.installed(.textToSpeech, in: home).map(\.id) == ["c", "d", "b"])
            #expect(manifest.installed(.speechToText, in: home).isEmpty)
            #expect(manifest["b"]?.isParleys == true && manifest["d"]?.isParleys == false)
        }
    }

    @Test(
        "says what is wrong and where",
        arguments: [
            ("models:\n  - kind: tts\n", "models[0].id"), ("models: 3\n", "models"), ("models: [\n", "models.yaml"),
            ("3\n", "models"), ("models:\n  - {id: a, kind: sing, engine: x}\n", "models[0].kind"),
            ("models:\n  - {id: ../a, kind: tts, engine: x}\n", "directory"),
            ("models:\n  - {id: a, kind: tts, engine: x, files: [{size: 1}]}\n", "models[0].files[0].path is missing"),
            ("models:\n  - {id: a, kind: tts, engine: x}\n  - {id: a, kind: tts, engine: x}\n", "twice"),
        ])
    func errors(yaml: String, expected: String) throws {
        let error = try #require(throws: EngineError.self) { try ModelManifest(yaml: yaml) }
        #expect(error.message.contains(expected), "\(error.message)")
    }

    private func withHome(_ body: (EngineHome) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(EngineHome(path: directory.path))
    }
}
