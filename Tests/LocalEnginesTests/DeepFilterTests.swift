import Audio
import Engines
import Foundation
import Testing

@testable import LocalEngines

@Suite("DeepFilterNet", .needsModels, .timeLimit(.minutes(2)))
struct DeepFilterTests {
    /// In pieces of the size in which calls deliver audio.
    private func clean(_ samples: [Float], with stream: any NoiseSuppressionStream) async throws -> [Float] {
        var result: [Float] = []
        for start in stride(from: 0, to: samples.count, by: 512) {
            result += try await stream.clean(
                Array(samples[start..<min(start + 512, samples.count)]))
        }
        return result
    }

    private func level(_ samples: ArraySlice<Float>) -> Float { Level.decibels(Level.rms(Array(samples))) }

    @Test("lowers noise by what it may, and leaves speech")
    func noise() async throws {
        let engines = try TestEngines.load()
        let suppressor = try DeepFilterSuppressor(home: TestEngines.home, pool: engines.pool)
        let speech = try await engines.heard("I would like to know when my order arrives.")
        // A steady noise some 15 dB below the voice, from a generator that always gives the same.
        var seed: UInt64 = 1
        func noise() -> Float {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int64(bitPattern: seed) >> 40) / Float(1 << 23) * 0.02
        }
        let quiet = [Float](repeating: 0, count: 32_000)
        let noisy = (quiet + speech + quiet).map { $0 + noise() }
        let cleaned = try await clean(noisy, with: try await suppressor.openStream())
        #expect(noisy.count - cleaned.count < 1600 && noisy.count >= cleaned.count)
        let (before, after) = (level(noisy[16_000..<30_000]), level(cleaned[16_000..<30_000]))
        #expect(before - after > 8 && before - after < 14, "\(before) dB, then \(after) dB")
        let middle = 34_000..<32_000 + speech.count - 2000
        #expect(abs(level(noisy[middle]) - level(cleaned[middle])) < 3)
        let words = plainWords(try await engines.transcript(cleaned))
        #expect(words.suffix(4).dropLast() == ["when", "my", "order"], "\(words)")
    }

    @Test("keeps the calls' streams apart")
    func streams() async throws {
        let engines = try TestEngines.load()
        let suppressor = try DeepFilterSuppressor(home: TestEngines.home, pool: engines.pool)
        let speech = try await engines.heard("Two callers.")
        let alone = try await clean(speech, with: try await suppressor.openStream())
        let (left, right) = (try await suppressor.openStream(), try await suppressor.openStream())
        async let one = clean(speech, with: left)
        async let other = clean(speech.reversed(), with: right)
        let (first, second) = try await (one, other)
        #expect(first == alone)
        #expect(second != alone)
    }

    @Test("is an error with a name when its library is no library")
    func broken() throws {
        let home = EngineHome(
            path: FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path)
        defer { try? FileManager.default.removeItem(atPath: home.path) }
        let pool = InferencePool()
        #expect(throws: EngineError.self) { try DeepFilterSuppressor(id: "x", home: home, pool: pool) }
        let folder = URL(fileURLWithPath: home.modelDirectory("x"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("no library".utf8).write(to: folder.appendingPathComponent("libdeepfilter.so"))
        let error = #expect(throws: EngineError.self) { try DeepFilterSuppressor(id: "x", home: home, pool: pool) }
        #expect(error?.kind == .unavailable && error?.engine == "x")
    }
}
