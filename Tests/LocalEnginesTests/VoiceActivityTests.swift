import Engines
import Foundation
import Testing

@testable import LocalEngines

@Suite("Silero voice activity", .needsModels, .timeLimit(.minutes(2)))
struct VoiceActivityTests {
    private func probabilities(_ samples: [Float], of detector: SileroVAD) async throws -> [Float] {
        let stream = detector.openStream()
        var result: [Float] = []
        for start in stride(from: 0, through: samples.count - 512, by: 512) {
            result.append(try await stream.speechProbability(of: Array(samples[start..<start + 512])))
        }
        return result
    }

    @Test("hears speech, and neither silence nor noise")
    func speech() async throws {
        let engines = try TestEngines.load()
        let silence = [Float](repeating: 0, count: 16_000)
        let speech = try await engines.heard("I would like to know when my order arrives.")
        let result = try await probabilities(silence + speech, of: engines.voiceActivity)
        #expect(result.prefix(31).allSatisfy { $0 < 0.1 })
        #expect(Double(result.dropFirst(31).count { $0 > 0.5 }) > 0.7 * Double(result.count - 31))
        var random = SystemRandomNumberGenerator()
        let noise = (0..<32_000).map { _ in Float.random(in: -0.1...0.1, using: &random) }
        #expect(try await probabilities(noise, of: engines.voiceActivity).allSatisfy { $0 < 0.5 })
    }

    @Test("keeps the calls' streams apart, however they interleave")
    func streams() async throws {
        let engines = try TestEngines.load()
        let speech = try await engines.heard("Two callers speak at once.")
        let alone = try await probabilities(speech, of: engines.voiceActivity)
        async let one = probabilities(speech, of: engines.voiceActivity)
        async let other = probabilities(speech.reversed(), of: engines.voiceActivity)
        let (first, second) = try await (one, other)
        #expect(first == alone)
        #expect(second != alone)
    }

    @Test("depends on the windows before")
    func memory() async throws {
        let engines = try TestEngines.load()
        let speech = try await engines.heard("Hello there, how are you?")
        let window = Array(speech[8192..<8704])
        let fresh = try await engines.voiceActivity.openStream().speechProbability(of: window)
        let inContext = try await probabilities(Array(speech[..<8704]), of: engines.voiceActivity)
        #expect(inContext.last != fresh)
    }

    @Test("refuses windows of another size")
    func size() async throws {
        let stream = try TestEngines.load().voiceActivity.openStream()
        let error = await #expect(throws: EngineError.self) {
            try await stream.speechProbability(of: [Float](repeating: 0, count: 480))
        }
        #expect(error?.kind == .rejected)
    }
}

@Suite("ONNX Runtime", .needsModels)
struct OnnxSessionTests {
    @Test("turns a broken or missing model into an error with its name")
    func load() throws {
        let broken = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).onnx")
        try Data("not a model".utf8).write(to: broken)
        defer { try? FileManager.default.removeItem(at: broken) }
        for path in [broken.path, "/nowhere/model.onnx"] {
            let error = try #require(throws: EngineError.self) {
                try OnnxSession(engine: "test", path: path, threads: 1)
            }
            #expect(error.engine == "test")
            #expect(error.message.contains(path))
        }
    }

    @Test("turns wrong inputs and outputs into errors")
    func run() throws {
        let session = try OnnxSession(
            engine: "test", path: TestEngines.home.modelFile("silero-vad", "silero_vad.onnx"), threads: 1)
        let state = OnnxSession.Input.float([Float](repeating: 0, count: 256), shape: [2, 1, 128])
        let rate = OnnxSession.Input.int64([16_000], shape: [])
        let window = OnnxSession.Input.float([Float](repeating: 0, count: 576), shape: [1, 576])
        #expect(throws: EngineError.self) { try session.run([("input", window)], outputs: [("output", 1)]) }
        #expect(throws: EngineError.self) {
            try session.run([("input", window), ("state", state), ("sr", rate)], outputs: [("output", 2)])
        }
        #expect(throws: EngineError.self) {
            try session.run([("nothing", window), ("state", state), ("sr", rate)], outputs: [("output", 1)])
        }
        let result = try session.run([("input", window), ("state", state), ("sr", rate)], outputs: [("output", 1)])
        #expect(result.count == 1 && result[0].count == 1)
    }
}
