import Engines
import Synchronization
import Tasks
import Testing

@testable import Language
@testable import Speech

@Suite("When a voice fails")
struct VoiceCascadeTests {
    /// Says ten samples a character, each of its own value, a word at a time.
    final class Voice: Synthesizer {
        enum End: Sendable {
            case well
            case failure
            case never
        }

        let id: String
        let sampleRate: Int
        let understandsAudioTags: Bool
        private let value: Float
        private let tells: Bool
        private let words: Int
        private let end: End
        private let requests = Mutex<[SpeechRequest]>([])

        /// - Parameters:
        ///   - words: How many words it says before the end that it comes to.
        ///   - tells: Whether it says where words are.
        init(
            _ id: String, _ value: Float, words: Int = .max, _ end: End = .well, tells: Bool = true, rate: Int = 8000,
            tags: Bool = false
        ) {
            (self.id, self.value, self.words, self.end, self.tells) = (id, value, words, end, tells)
            (sampleRate, understandsAudioTags) = (rate, tags)
        }

        var texts: [String] { requests.withLock { $0.map(\.text) } }
        var voices: [String?] { requests.withLock { $0.map(\.voice) } }

        func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
            requests.withLock { $0.append(request) }
            return AsyncThrowingStream { continuation in
                var place = 0
                let all = request.text.split(separator: " ")
                for (index, word) in all.prefix(words).enumerated() {
                    let count = 10 * (word.count + 1) * sampleRate / 8000
                    let timing = WordTiming(index: index, samples: place..<place + count)
                    place += count
                    continuation.yield(
                        SpeechChunk(samples: Array(repeating: value, count: count), words: tells ? [timing] : []))
                }
                guard words < all.count else { return continuation.finish() }
                switch end {
                case .well: continuation.finish()
                case .failure: continuation.finish(throwing: EngineError(.failed, engine: id, "broken"))
                case .never: break
                }
            }
        }
    }

    private struct Said {
        var samples: [Float] = []
        var words: [WordTiming] = []
        var error: EngineError?

        /// How many samples are of that value; fades have others.
        func count(of value: Float) -> Int { samples.count { abs($0 - value) < 0.001 } }
    }

    private func say(
        _ voices: [Voice], _ fallbacks: Fallbacks = Fallbacks(), text: String = "one two three four",
        health: EngineHealth = EngineHealth(), clock: TaskClock = .patient
    ) async -> Said {
        let cascade = VoiceCascade(voices: voices, health: health, clock: clock) { fallbacks.add($0) }
        return await say(text, cascade)
    }

    private func say(_ text: String, _ cascade: VoiceCascade) async -> Said {
        var said = Said()
        do {
            for try await chunk in cascade.synthesize(SpeechRequest(text: text, voice: "speaker")) {
                said.samples += chunk.samples
                said.words += chunk.words
            }
        } catch {
            said.error = error as? EngineError
        }
        return said
    }

    @Test("a voice that works is heard unchanged, and nobody else is asked")
    func well() async {
        let (first, second) = (Voice("a", 0.5), Voice("b", 0.25))
        let fallbacks = Fallbacks()
        let said = await say([first, second], fallbacks)
        #expect(said.samples == Array(repeating: 0.5, count: 190) && said.error == nil)
        #expect(said.words.map(\.index) == [0, 1, 2, 3])
        #expect(second.texts.isEmpty && fallbacks.all.isEmpty && first.voices == ["speaker"])
    }

    @Test("a clause of which nothing was heard is spoken by the next")
    func beforeAudio() async {
        let (first, second) = (Voice("a", 0.5, words: 0, .failure), Voice("b", 0.25))
        let fallbacks = Fallbacks()
        let said = await say([first, second], fallbacks)
        #expect(said.samples == Array(repeating: 0.25, count: 190) && said.error == nil)
        #expect(second.texts == ["one two three four"] && second.voices == [nil])
        #expect(fallbacks.steps == ["a>b"])
    }

    @Test("after some audio the next says the words that are left")
    func afterAudio() async {
        let (first, second) = (Voice("a", 0.5, words: 2, .failure), Voice("b", 0.25))
        let said = await say([first, second])
        #expect(second.texts == ["three four"])
        #expect(said.samples.count == 80 + 110)
        #expect(said.words.map(\.index) == [0, 1, 2, 3])
        #expect(said.words.map(\.samples) == [0..<40, 40..<80, 80..<140, 140..<190])
        // No click at the joint.
        let steps = zip(said.samples, said.samples.dropFirst()).map { abs($0 - $1) }
        #expect(steps.max() ?? 1 < 0.1)
    }

    @Test("a voice that tells nothing of its words has said what fits in its audio")
    func untold() async {
        // 0.066 s a character are 528 samples at 8 kHz: 880 samples are the first word of four and a half.
        let words = Array(repeating: "abcdefgh", count: 6).joined(separator: " ")
        let first = Voice("a", 0.5, words: 5, .failure, tells: false, rate: 80_000)
        let second = Voice("b", 0.25, rate: 80_000)
        let said = await say([first, second], text: words)
        #expect(second.texts.first?.split(separator: " ").count == 6, "far too little audio for a word")
        #expect(said.words.map(\.index) == [0, 1, 2, 3, 4, 5])

        // Its pace is learned from the clauses that it finishes.
        let cascade = VoiceCascade(
            voices: [
                Learner(first: Voice("c", 0.5, tells: false), then: Voice("c", 0.5, words: 5, .failure, tells: false)),
                second,
            ],
            health: EngineHealth(), clock: .patient
        ) { _ in }
        for _ in 0..<30 { _ = await say(words, cascade) }
        let joined = await say(words + " " + Learner.end, cascade)
        #expect(joined.error == nil)
        #expect(joined.words.map(\.index) == Array(0..<7))
        let rest = second.texts.last?.split(separator: " ").count ?? 0
        #expect((2...3).contains(rest), "five words of seven were said: \(rest)")
    }

    /// Fails at texts that end in a certain way.
    struct Learner: Synthesizer {
        static let end = "stop"
        let first: Voice
        let then: Voice

        var id: String { first.id }
        var sampleRate: Int { first.sampleRate }

        func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
            request.text.hasSuffix(Self.end) ? then.synthesize(request) : first.synthesize(request)
        }
    }

    @Test("a voice that is not heard in time, or stands still, is a failure")
    func late() async {
        for words in [0, 2] {
            let (first, second) = (Voice("a", 0.5, words: words, .never), Voice("b", 0.25))
            let fallbacks = Fallbacks()
            let said = await say([first, second], fallbacks, clock: .hasty)
            #expect(said.samples.count == 190 && said.error == nil)
            #expect(fallbacks.all.first?.failure.kind == .timeout)
            #expect(second.texts == [words == 0 ? "one two three four" : "three four"])
        }
    }

    @Test("the last one's failure is the clause's")
    func allFail() async {
        let voices = [Voice("a", 0.5, words: 0, .failure), Voice("b", 0.25, words: 0, .failure)]
        let said = await say(voices)
        #expect(said.error == EngineError(.failed, engine: "a", "b: broken"))
        // And it is asked all the same, though it rests.
        let health = EngineHealth()
        for _ in 0..<2 { _ = await say(voices, health: health) }
        #expect(voices[0].texts.count == 2 && voices[1].texts.count == 3)
    }

    @Test("a failed voice rests, and the clauses do not wait for it")
    func rests() async {
        let now = Mutex(ContinuousClock.now)
        let health = EngineHealth { now.withLock(\.self) }
        let (first, second) = (Voice("a", 0.5, words: 0, .failure), Voice("b", 0.25))
        let fallbacks = Fallbacks()
        for _ in 0..<3 { _ = await say([first, second], fallbacks, health: health) }
        #expect(first.texts.count == 1 && second.texts.count == 3)
        #expect(fallbacks.steps == ["a>b", "a>b (rests)", "a>b (rests)"])
        now.withLock { $0 += .seconds(10) }
        _ = await say([first, second], health: health)
        #expect(first.texts.count == 2)
        now.withLock { $0 += .seconds(20) }
        let better = Voice("a", 0.5)
        _ = await say([better, second], health: health)
        #expect(better.texts.count == 1 && health.permits("a"))
    }

    @Test("all audio has the rate of the first")
    func rates() async {
        let (first, second) = (Voice("a", 0.5, words: 0, .failure), Voice("b", 0.25, rate: 16_000))
        let said = await say([first, second])
        #expect(said.samples.count == 190)
        #expect(said.words.map(\.samples.upperBound) == [40, 80, 140, 190])
    }

    @Test("audio tags reach only those who act them out, and keep their places")
    func tags() async {
        let text = "[laughs] one [short pause] two three"
        let first = Voice("a", 0.5, words: 4, .failure, tags: true)
        let second = Voice("b", 0.25)
        let said = await say([first, second], text: text)
        #expect(first.texts == [text] && second.texts == ["two three"])
        #expect(said.words.map(\.index) == [0, 1, 2, 3, 4, 5])

        let plain = Voice("c", 0.5, words: 0, .failure)
        let other = await say([plain, first, second], text: text)
        #expect(plain.texts == ["one two three"])
        #expect(other.words.map(\.index) == [0, 1, 2, 3, 4, 5])

        let untagged = await say([plain, second], text: text)
        #expect(untagged.words.map(\.index) == [0, 1, 2, 3, 4, 5], "words that are not said take no time")
    }

    @Test("whoever stops listening stops the voice, and a try counts for nothing")
    func cancelled() async {
        let now = Mutex(ContinuousClock.now)
        let health = EngineHealth { now.withLock(\.self) }
        health.failed("a", EngineError(.failed, engine: "a", "broken"))
        now.withLock { $0 += .seconds(10) }
        let cascade = VoiceCascade(
            voices: [Voice("a", 0.5, words: 1, .never), Voice("b", 0.25)], health: health, clock: .patient
        ) { _ in }
        let listener = Task {
            for try await _ in cascade.synthesize(SpeechRequest(text: "one two")) { break }
        }
        _ = await listener.result
        // The stream is torn down by itself, a moment later.
        while !health.permits("a") { await Task.yield() }
    }
}

@Suite("Audio tags")
struct AudioTagTests {
    @Test(
        "tags are found, links and other brackets are not",
        arguments: [
            ("[laughs] Hello", ["[laughs]"]), ("Well [short pause] no [sighs].", ["[short pause]", "[sighs]"]),
            ("[text](http://a.b) [1] [] [ ] [a.b]", []), ("[[whispers]]", ["[whispers]"]), ("[open", []),
        ])
    func finds(text: String, tags: [String]) {
        #expect(AudioTag.ranges(in: text).map { String(text[$0]) } == tags)
    }

    @Test("they stay for a voice that understands them, and count as written")
    func kept() {
        let written = "[laughs] We have 12 bikes. [short pause] Bye!"
        let text = SpeakableText(written, keepsAudioTags: true)
        #expect(text.spoken == "[laughs] We have twelve bikes. [short pause] Bye!")
        #expect(text.words.map(\.writtenEnd).isNeverFalling && text.words.last?.writtenEnd == written.count)
        let plain = SpeakableText(written)
        #expect(plain.spoken == "We have twelve bikes. Bye!")
        #expect(SpeakableText("[laughs]", keepsAudioTags: true).spoken == "[laughs]")
        #expect(SpeakableText("No tags.", keepsAudioTags: true) == SpeakableText("No tags."))
    }
}

extension [Int] {
    fileprivate var isNeverFalling: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}
