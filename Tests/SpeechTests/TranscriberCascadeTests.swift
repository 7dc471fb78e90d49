import Engines
import Synchronization
import Tasks
import Testing

@testable import Language
@testable import Speech

@Suite("When a recogniser fails")
struct TranscriberCascadeTests {
    /// Hears how many samples there were, and of which sum.
    final class Recogniser: Transcriber {
        enum Failure: Sendable {
            case never
            /// When asked for the transcript of that number, from 1.
            case atTranscript(Int)
            case atAppend(Int)
            /// Is never done.
            case silent
        }

        let id: String
        let partialInterval: Duration?
        private let failure: Failure
        let opened = Mutex(0)
        let closed = Mutex(0)

        init(_ id: String, _ failure: Failure = .never, partials: Duration? = .zero) {
            (self.id, self.failure, partialInterval) = (id, failure, partials)
        }

        func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
            opened.withLock { $0 += 1 }
            return Utterance(of: self)
        }

        private actor Utterance: UtteranceTranscription {
            private let recogniser: Recogniser
            private var samples: [Float] = []
            private var appends = 0
            private var transcripts = 0

            init(of recogniser: Recogniser) { self.recogniser = recogniser }

            func append(_ new: [Float]) throws {
                appends += 1
                if case .atAppend(appends) = recogniser.failure { throw error }
                samples += new
            }

            func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
                transcripts += 1
                if case .atTranscript(let number) = recogniser.failure, transcripts >= number { throw error }
                if case .silent = recogniser.failure { try await Task.sleep(for: .seconds(600)) }
                let text = "\(recogniser.id)\(samples.map { Int($0) })"
                let length = Double(samples.count) / 16_000
                return Transcript(text: text, words: [TimedWord(text: text, range: 0..<length)])
            }

            func close() { recogniser.closed.withLock { $0 += 1 } }

            private var error: EngineError { EngineError(.unavailable, engine: recogniser.id, "gone") }
        }
    }

    private func open(
        _ transcribers: [Recogniser], health: EngineHealth = EngineHealth(), clock: TaskClock = .patient,
        options: SpeechOptions = SpeechOptions(), fallbacks: Fallbacks = Fallbacks()
    ) -> any UtteranceTranscription {
        TranscriberCascade(transcribers: transcribers, health: health, options: options, clock: clock) {
            fallbacks.add($0)
        }.openUtterance(TranscriptionHints())
    }

    @Test("one that works hears everything, in order, and nobody else is asked")
    func well() async throws {
        let (first, second) = (Recogniser("a"), Recogniser("b"))
        let fallbacks = Fallbacks()
        let utterance = open([first, second], fallbacks: fallbacks)
        for sample in 1...3 { try await utterance.append([Float(sample)]) }
        let transcript = try await utterance.transcript(.final)
        #expect(transcript.text == "a[1, 2, 3]" && transcript.engine == "a")
        await utterance.close()
        #expect(first.closed.withLock(\.self) == 1 && second.opened.withLock(\.self) == 0 && fallbacks.all.isEmpty)
    }

    @Test(
        "the next takes the utterance over from its beginning",
        arguments: [Recogniser.Failure.atTranscript(1), .atTranscript(2), .atAppend(1), .atAppend(2), .atAppend(3)])
    func takesOver(failure: Recogniser.Failure) async throws {
        let (first, second) = (Recogniser("a", failure), Recogniser("b"))
        let fallbacks = Fallbacks()
        let utterance = open([first, second], fallbacks: fallbacks)
        try await utterance.append([1, 2])
        _ = try await utterance.transcript(.partial)
        try await utterance.append([3])
        try await utterance.append([4])
        let transcript = try await utterance.transcript(.final)
        #expect(transcript.text == "b[1, 2, 3, 4]" && transcript.engine == "b")
        await utterance.close()
        #expect(fallbacks.steps == ["a>b"])
        #expect(first.closed.withLock(\.self) == 1 && second.closed.withLock(\.self) == 1)
    }

    @Test("one that is late is a failure, unless nobody is left")
    func late() async throws {
        let fallbacks = Fallbacks()
        let utterance = open([Recogniser("a", .silent), Recogniser("b")], clock: .hasty, fallbacks: fallbacks)
        try await utterance.append([1])
        #expect(try await utterance.transcript(.final).text == "b[1]")
        #expect(fallbacks.all.map(\.failure.kind) == [.timeout])
        await utterance.close()
    }

    @Test("when all fail, the last one's failure is told, and it is asked again")
    func allFail() async throws {
        let (first, second) = (Recogniser("a", .atTranscript(1)), Recogniser("b", .atTranscript(1)))
        let utterance = open([first, second])
        try await utterance.append([1])
        for _ in 0..<2 {
            await #expect(throws: EngineError(.unavailable, engine: "a", "b: gone")) {
                try await utterance.transcript(.final)
            }
        }
        await utterance.close()
        #expect(first.opened.withLock(\.self) == 1 && second.opened.withLock(\.self) == 1)
    }

    @Test("a failed one rests: the next utterance does not wait for it")
    func rests() async throws {
        let now = Mutex(ContinuousClock.now)
        let health = EngineHealth { now.withLock(\.self) }
        let (first, second) = (Recogniser("a", .atTranscript(1), partials: nil), Recogniser("b"))
        let fallbacks = Fallbacks()
        for _ in 0..<3 {
            let utterance = open([first, second], health: health, fallbacks: fallbacks)
            try await utterance.append([1])
            #expect(try await utterance.transcript(.final).text == "b[1]")
            await utterance.close()
        }
        #expect(first.opened.withLock(\.self) == 1)
        #expect(fallbacks.steps == ["a>b", "a>b (rests)", "a>b (rests)"])
        let cascade = TranscriberCascade(transcribers: [first, second], health: health) { _ in }
        #expect(cascade.partialInterval == .zero, "the second's, which is asked")
        now.withLock { $0 += .seconds(10) }
        // A try that nobody asked anything of leaves the next one to try.
        let unasked = open([first, second], health: health)
        try await unasked.append([1])
        await unasked.close()
        let utterance = open([first, second], health: health)
        try await utterance.append([1])
        _ = try await utterance.transcript(.final)
        #expect(first.opened.withLock(\.self) == 3)
        await utterance.close()
    }

    @Test("of a very long utterance, what was understood stands for what is not kept any more")
    func long() async throws {
        var options = SpeechOptions()
        options.keptUtterance = .microseconds(250)
        let utterance = open([Recogniser("a", .atTranscript(2)), Recogniser("b")], options: options)
        try await utterance.append([1, 2, 3])
        #expect(try await utterance.transcript(.final).text == "a[1, 2, 3]")
        try await utterance.append([4, 5])
        let transcript = try await utterance.transcript(.final)
        #expect(transcript.text == "a[1, 2, 3] b[4, 5]")
        #expect(transcript.words.isEmpty, "nobody knows where the first words are")
        try await utterance.append([6])
        #expect(try await utterance.transcript(.final).text == "a[1, 2, 3] b[4, 5, 6]")
        await utterance.close()
    }

    @Test("places of words count from the utterance's beginning, whoever tells them")
    func words() async throws {
        var options = SpeechOptions()
        options.keptUtterance = .microseconds(250)
        let utterance = open([Recogniser("a", .atTranscript(1)), Recogniser("b")], options: options)
        try await utterance.append([1, 2, 3])
        try await utterance.append([4, 5, 6])
        let word = TimedWord(text: "b[3, 4, 5, 6]", range: 2 / 16_000..<6 / 16_000)
        #expect(try await utterance.transcript(.final).words == [word])
        await utterance.close()
    }

    @Test("askers who come together are all answered")
    func together() async throws {
        let utterance = open([Recogniser("a", .atTranscript(1)), Recogniser("b")])
        try await utterance.append([1])
        async let first = utterance.transcript(.partial)
        async let second = utterance.transcript(.final)
        async let third: Void = utterance.append([2])
        _ = try await (first, second, third)
        #expect(try await utterance.transcript(.final).text == "b[1, 2]")
        await utterance.close()
    }
}
