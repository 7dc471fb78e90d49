import Engines
import Foundation
import Logging
import Synchronization
import Testing

@testable import LocalEngines

@Suite("Models that are loaded when they are needed", .timeLimit(.minutes(2)))
struct LazyModelTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("One is loaded once, however many ask for it, and again after it was let go")
    func once() async throws {
        let loads = Mutex(0)
        let model = LazyModel<Int>(id: "m", retryAfter: .seconds(60), logger: Self.logger) {
            loads.withLock {
                $0 += 1
                return $0
            }
        }
        #expect(!model.isLoaded && loads.withLock { $0 } == 0)
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<10 { group.addTask { try await model.engine() } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(answers == Array(repeating: 1, count: 10) && model.isLoaded)
        model.release()
        #expect(!model.isLoaded)
        model.begin()
        #expect(try await model.engine() == 2)
    }

    @Test("A failure is remembered for a while")
    func failure() async throws {
        let start = ContinuousClock.now
        let now = Mutex(start)
        let loads = Mutex(0)
        let model = LazyModel<Int>(
            id: "m", retryAfter: .seconds(60), logger: Self.logger, now: { now.withLock { $0 } }
        ) {
            let count = loads.withLock {
                $0 += 1
                return $0
            }
            if count == 1 { throw EngineError(.failed, engine: "m", "broken") }
            return count
        }
        for _ in 0..<3 {
            let error = await #expect(throws: EngineError.self) { try await model.engine() }
            #expect(error?.message == "broken")
        }
        #expect(loads.withLock { $0 } == 1)
        now.withLock { $0 = start + .seconds(61) }
        #expect(try await model.engine() == 2)
    }

    @Test("The one that was not used for longest makes room")
    func shelf() {
        var shelf = ModelShelf(capacity: 100)
        #expect(shelf.use("a", size: 40) == [])
        #expect(shelf.use("b", size: 40) == [])
        #expect(shelf.use("a", size: 40) == [])
        #expect(shelf.use("c", size: 40) == ["b"])
        #expect(shelf.use("d", size: 500) == ["a", "c"])
        #expect(shelf.use("a", size: 40) == ["d"])
    }

    @Test("A recogniser and a voice of the manifest come when they are asked for, and are understood", .needsModels)
    func engines() async throws {
        let test = try TestHome()
        let installed = TestEngines.home
        try test.link(installed.modelDirectory("moonshine-tiny-en"), as: "ears")
        try test.link(installed.modelDirectory("piper-en_US-joe-medium"), as: "mouth")
        let embedded = EmbeddedEngines(home: test.home, pool: InferencePool(), logger: Self.logger)
        let ears = ModelManifest.Model(id: "ears", kind: .speechToText, engine: "moonshine", languages: ["en"])
        let mouth = ModelManifest.Model(
            id: "mouth", kind: .textToSpeech, engine: "piper", languages: ["en-US"],
            options: ModelOptions(["speaker": "0"]))
        let espeak = ModelManifest.Model(id: "espeak-ng", kind: .textToSpeech, engine: "espeak-ng", languages: ["mul"])
        let voices = embedded.synthesizers([espeak, mouth])
        #expect(voices.map(\.id) == ["mouth", "espeak-ng"], "what speaks everything comes last")
        #expect(voices[0].sampleRate == 22_050, "as the voice's own file says")
        let transcriber = try #require(embedded.transcribers([ears]).first)
        let text = "Can you tell me the opening hours?"
        var samples: [Float] = []
        for try await chunk in voices[0].synthesize(SpeechRequest(text: text)) { samples += chunk.samples }
        let audio = try TestEngines.at16kHz(samples, from: 22_050)
        let utterance = transcriber.openUtterance(TranscriptionHints())
        // Before the model is there.
        for start in stride(from: 0, to: audio.count, by: 8000) {
            try await utterance.append(Array(audio[start..<min(start + 8000, audio.count)]))
        }
        #expect(plainWords(try await utterance.transcript(.final).text) == plainWords(text))
        await utterance.close()
    }

    @Test("One that is not what its engine expects fails alone")
    func wrongRate() async throws {
        let test = try TestHome()
        let embedded = EmbeddedEngines(home: test.home, pool: InferencePool(), logger: Self.logger)
        let absent = ModelManifest.Model(id: "gone", kind: .textToSpeech, engine: "kokoro", languages: ["en"])
        let voice = try #require(embedded.synthesizers([absent]).first)
        let error = await #expect(throws: EngineError.self) {
            for try await _ in voice.synthesize(SpeechRequest(text: "Hello")) {}
        }
        #expect(error?.message.contains("models/gone/model.onnx") == true, "\(String(describing: error))")
        let ears = ModelManifest.Model(id: "deaf", kind: .speechToText, engine: "whisper", languages: ["en"])
        let utterance = try #require(embedded.transcribers([ears]).first).openUtterance(TranscriptionHints())
        try await utterance.append([0])
        let deaf = await #expect(throws: EngineError.self) { try await utterance.transcript(.final) }
        #expect(deaf?.message.contains("models/deaf/encoder.onnx") == true)
    }

    @Test("A user's model is tried in another process, once, and again when it changes")
    func trial() async throws {
        let test = try TestHome()
        try test.add("model.onnx", to: "m", "one")
        var model = ModelManifest.Model(
            id: "m", kind: .textToSpeech, engine: "kokoro", files: [.init(path: "model.onnx")])
        let log = test.home.path + "/log"
        let good = ModelTrial(home: test.home, command: ["/bin/sh", "-c", "echo $0 $PARLEY_HOME >> '\(log)'"])
        func runs() -> Int { (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").count ?? 0 }
        try await good.run(model)
        try await good.run(model)
        #expect(runs() == 1)
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "m \(test.home.path)\n")
        try test.add("model.onnx", to: "m", "other")
        try await good.run(model)
        model.options = ModelOptions(["speaker": "1"])
        try await good.run(model)
        #expect(runs() == 3)
        model.options = ModelOptions(["speaker": "2"])
        let bad = ModelTrial(
            home: test.home, command: ["/bin/sh", "-c", "echo \"'n_speakers' does not exist\"; exit 255"])
        let error = await #expect(throws: EngineError.self) { try await bad.run(model) }
        #expect(error?.engine == "m" && error?.message.contains("'n_speakers' does not exist") == true)
        let slow = ModelTrial(home: test.home, command: ["/bin/sh", "-c", "sleep 100"], timeout: 0.2)
        await #expect(throws: EngineError.self) { try await slow.run(model) }
        model.isParleys = true
        try await bad.run(model)
    }
}
