import Conversation
import Engines
import Foundation
import JSON
import Synchronization
import TestSupport

/// Speech that test engines understand without a model: every word is a stretch of noise whose loudness is its number.
final class Vocabulary: Sendable {
    /// Samples of one word at 16 kHz: 240 ms, as people speak.
    static let wordLength = 3840
    private static let base = 3000

    private let words = Mutex<[String]>([])

    /// The samples, as 16-bit integers, in which `text` is said.
    func samples(saying text: String) -> [Int16] {
        var random = SeededGenerator(state: 7)
        return text.split(separator: " ").flatMap { word in
            let number = words.withLock { words in
                words.append(String(word))
                return words.count - 1
            }
            return (0..<Self.wordLength).map { _ in
                Int16(Self.base + number) * (random.next() & 1 == 0 ? 1 : -1)
            }
        }
    }

    /// The words that `samples` hold for at least half of their length.
    func words(in samples: [Float]) -> String {
        var heard: [(number: Int, count: Int)] = []
        for sample in samples {
            let number = Int((abs(sample) * 32768).rounded()) - Self.base
            guard number >= 0 else { continue }
            if heard.last?.number == number { heard[heard.count - 1].count += 1 } else { heard.append((number, 1)) }
        }
        return words.withLock { words in
            heard.filter { $0.count >= Self.wordLength / 2 && words.indices.contains($0.number) }
                .map { words[$0.number] }.joined(separator: " ")
        }
    }
}

struct TestVoiceActivity: VoiceActivityDetector {
    actor Stream: VoiceActivityStream {
        func speechProbability(of window: [Float]) -> Float {
            window.count { abs($0) > 0.05 } > window.count / 2 ? 0.99 : 0.01
        }
    }

    func openStream() -> any VoiceActivityStream { Stream() }
}

struct TestTranscriber: Transcriber {
    var id = "test-ears"
    let isEmbedded = true
    var languages = ["mul"]
    /// The languages that its utterances were opened with.
    let opened = Log<String>()
    let vocabulary: Vocabulary
    let time: VirtualTime
    /// From the question to the transcript.
    var latency = Duration.milliseconds(30)
    /// The language that it reports, whatever it has heard.
    var reported: String?

    actor Utterance: UtteranceTranscription {
        private let transcriber: TestTranscriber
        private var samples: [Float] = []

        init(_ transcriber: TestTranscriber) { self.transcriber = transcriber }

        func append(_ samples: [Float]) { self.samples += samples }

        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            let text = transcriber.vocabulary.words(in: samples)
            try await transcriber.time.sleep(transcriber.latency)
            return Transcript(text: text, language: transcriber.reported)
        }

        func close() {}
    }

    func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        opened.add(hints.language)
        return Utterance(self)
    }
}

/// Tells languages by the words, which a test's own rule knows.
struct TestLanguageIdentifier: LanguageIdentifier {
    let id = "test-languages"
    let languages = ["de", "en", "fr"]
    let longestAudio = 128_000
    let vocabulary: Vocabulary
    let time: VirtualTime
    /// How likely the languages are for these words; it fails where there is nothing.
    let rule: @Sendable (String) -> [String: Float]?
    var latency = Duration.milliseconds(60)
    /// The languages that it was asked to choose from.
    let asked = Log<[String]>()

    func prepare() {}

    func probabilities(of candidates: [String], in samples: [Float]) async throws -> [String: Float] {
        asked.add(candidates)
        try await time.sleep(latency)
        guard let found = rule(vocabulary.words(in: samples)) else {
            throw EngineError(.failed, engine: id, "as the test wants it")
        }
        return found
    }
}

struct TestVoice: Synthesizer {
    var id = "test-voice"
    let sampleRate = 16_000
    let isEmbedded = true
    var languages = ["mul"]
    let time: VirtualTime
    /// What has been asked of it.
    let spoken = Log<String>()
    let requests = Log<SpeechRequest>()
    var fails = false
    /// From the request to the first audio.
    var latency = Duration.milliseconds(30)
    /// Samples of a word: 200 ms.
    static let wordLength = 3200

    func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        spoken.add(request.text)
        requests.add(request)
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await time.sleep(latency)
                    if fails { throw EngineError(.failed, engine: id, "as the test wants it") }
                    var random = SeededGenerator(state: 11)
                    for (index, _) in request.text.split(separator: " ").enumerated() {
                        let samples = (0..<Self.wordLength).map { _ in
                            Float.random(in: -0.2...0.2, using: &random)
                        }
                        let start = index * Self.wordLength
                        continuation.yield(
                            SpeechChunk(
                                samples: samples,
                                words: [WordTiming(index: index, samples: start..<start + Self.wordLength)]))
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// A model whose answers a test writes.
struct TestModel: LanguageModel {
    enum Step: Sendable {
        case wait(Duration)
        case text(String)
        case call(String, JSONValue = [:], id: String = "call_1")
        case fail(EngineError.Kind)
        /// Nothing more, ever.
        case hang
    }

    let id: String
    let time: VirtualTime
    var seesImages = false
    /// How long a session takes to open.
    var opening = Duration.zero
    /// What became of its sessions, in order: `opened` and `closed`.
    var sessions = Log<String>()
    /// What it has been asked for.
    let requests = Log<GenerationRequest>()
    /// Generations that were given up before their end.
    let cancelled = Log<Int>()
    let script: @Sendable (GenerationRequest) -> [Step]

    struct Session: LanguageModelSession {
        let model: TestModel

        func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
            let number = model.requests.add(request)
            return AsyncThrowingStream { continuation in
                let task = Task {
                    do {
                        for step in model.script(request) {
                            switch step {
                            case .wait(let duration): try await model.time.sleep(duration)
                            case .text(let text): continuation.yield(.text(text))
                            case .call(let name, let arguments, let id):
                                continuation.yield(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
                            case .fail(let kind): throw EngineError(kind, engine: model.id, "as the test wants it")
                            case .hang: try await model.time.sleep(.seconds(86_400))
                            }
                        }
                        continuation.yield(.finished(GenerationSummary(reason: "stop")))
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                continuation.onTermination = { reason in
                    guard case .cancelled = reason else { return }
                    model.cancelled.add(number)
                    task.cancel()
                }
            }
        }

        func prefill(_ request: GenerationRequest) {}

        func close() { model.sessions.add("closed") }
    }

    func openSession() async -> any LanguageModelSession {
        if opening > .zero { try? await time.sleep(opening) }
        sessions.add("opened")
        return Session(model: self)
    }
}

/// What has happened, in order.
final class Log<Entry: Sendable>: Sendable {
    private let state = Mutex<[Entry]>([])

    var entries: [Entry] { state.withLock(\.self) }

    /// Returns the number of the entry, from 0.
    @discardableResult
    func add(_ entry: Entry) -> Int {
        state.withLock { entries in
            entries.append(entry)
            return entries.count - 1
        }
    }
}

extension GenerationRequest {
    /// What the caller has said last.
    var lastUser: String {
        for case .user(let text, _) in messages.reversed() { return text }
        return ""
    }

    /// Whether it goes on after a tool's result.
    var endsWithTool: Bool { if case .tool = messages.last { true } else { false } }

    /// The results of the tools called so far, by the calls' ids.
    var results: [String: String] {
        var results: [String: String] = [:]
        for case .tool(let id, let result, _) in messages { results[id] = result }
        return results
    }

    /// The calls of tools so far.
    var calls: [ToolCall] {
        messages.flatMap { if case .assistant(_, let calls) = $0 { calls } else { [ToolCall]() } }
    }
}
