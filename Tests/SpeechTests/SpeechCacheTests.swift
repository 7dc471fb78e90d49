import Engines
import Synchronization
import Testing

@testable import Language
@testable import Speech

@Suite("Kept speech")
struct SpeechCacheTests {
    /// A voice that says one sample a character, and counts what it is asked for.
    final class Voice: Synthesizer {
        let id = "voice"
        let sampleRate = 100
        let asked = Mutex<[String]>([])
        let failure: EngineError?

        init(failure: EngineError? = nil) { self.failure = failure }

        func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
            asked.withLock { $0.append(request.text) }
            return AsyncThrowingStream { continuation in
                let samples = request.text.unicodeScalars.map { Float($0.value) }
                continuation.yield(SpeechChunk(samples: Array(samples.prefix(3))))
                if let failure { return continuation.finish(throwing: failure) }
                let words = [WordTiming(index: 0, samples: 0..<samples.count)]
                continuation.yield(SpeechChunk(samples: Array(samples.dropFirst(3)), words: words))
                continuation.finish()
            }
        }

        var count: Int { asked.withLock { $0.count } }
    }

    private func say(_ request: SpeechRequest, with cache: SpeechCache) async throws -> [SpeechChunk] {
        var chunks: [SpeechChunk] = []
        for try await chunk in cache.synthesize(request) { chunks.append(chunk) }
        return chunks
    }

    @Test("what was said comes again without the voice, chunk by chunk, whatever its priority")
    func remembers() async throws {
        let voice = Voice()
        let cache = SpeechCache(voice)
        let first = try await say(SpeechRequest(text: "Of course!", priority: .firstAudio), with: cache)
        let second = try await say(SpeechRequest(text: "Of course!"), with: cache)
        #expect(voice.count == 1)
        #expect(first.map(\.samples) == second.map(\.samples) && second.count == 2)
        #expect(second.last?.words == [WordTiming(index: 0, samples: 0..<10)])
    }

    @Test("another voice, language or speed is something else")
    func distinguishes() async throws {
        let voice = Voice()
        let cache = SpeechCache(voice)
        let request = SpeechRequest(text: "Sure,")
        var requests = Array(repeating: request, count: 4)
        requests[1].voice = "other"
        requests[2].language = "de"
        requests[3].speed = 1.1
        for request in requests + requests { _ = try await say(request, with: cache) }
        #expect(voice.count == 4)
    }

    @Test("long clauses and failed ones are not kept")
    func keepsNeither() async throws {
        let voice = Voice()
        var options = SpeechCache.Options()
        options.longestText = 5
        let cache = SpeechCache(voice, options: options)
        for _ in 0..<2 { _ = try await say(SpeechRequest(text: "123456"), with: cache) }
        #expect(voice.count == 2)

        let failing = Voice(failure: EngineError(.failed, engine: "voice", "no"))
        let failed = SpeechCache(failing)
        for _ in 0..<2 {
            await #expect(throws: EngineError.self) { try await say(SpeechRequest(text: "Sure,"), with: failed) }
        }
        #expect(failing.count == 2)
    }

    @Test("what was not used for longest makes room")
    func evicts() async throws {
        let voice = Voice()
        var options = SpeechCache.Options()
        // Two clauses of five characters.
        options.capacity = 0.1
        let cache = SpeechCache(voice, options: options)
        for text in ["aaaaa", "bbbbb", "aaaaa", "ccccc"] { _ = try await say(SpeechRequest(text: text), with: cache) }
        #expect(voice.count == 3)
        _ = try await say(SpeechRequest(text: "aaaaa"), with: cache)
        #expect(voice.count == 3)
        _ = try await say(SpeechRequest(text: "bbbbb"), with: cache)
        #expect(voice.count == 4)
    }

    @Test("openings are said beforehand as answers will need them")
    func openings() async throws {
        let voice = Voice()
        let cache = SpeechCache(voice)
        await cache.prepare(SpeechCache.openings, language: "en")
        let prepared = voice.count
        #expect(prepared == SpeechCache.openings.count)
        // Exactly what the cutter makes of an answer that begins so.
        for opening in SpeechCache.openings {
            var cutter = ClauseCutter()
            let clause = try #require(cutter.append(opening + " and then some more of it. ").first)
            #expect(clause.written == opening)
            let text = SpeakableText(clause.written, language: "en").spoken
            _ = try await say(SpeechRequest(text: text, priority: .firstAudio), with: cache)
        }
        #expect(voice.count == prepared)
    }
}
