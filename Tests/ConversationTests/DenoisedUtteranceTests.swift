import Engines
import Testing

@testable import Conversation
@testable import Speech

@Suite("An utterance in noise")
struct DenoisedUtteranceTests {
    /// Remembers what it was given.
    private actor Recogniser: UtteranceTranscription {
        private(set) var samples: [Float] = []
        private(set) var isClosed = false

        func append(_ samples: [Float]) { self.samples += samples }

        func transcript(_ finality: TranscriptFinality) -> Transcript { Transcript(text: "\(samples.count)") }

        func close() { isClosed = true }
    }

    /// Halves what it is given; fails when it is told to.
    private actor Suppressor: NoiseSuppressionStream {
        private(set) var pieces: [Int] = []
        private let fails: Bool
        private var isRunning = false

        init(fails: Bool = false) { self.fails = fails }

        func clean(_ samples: [Float]) async throws -> [Float] {
            #expect(!isRunning, "one piece at a time")
            isRunning = true
            pieces.append(samples.count)
            await Task.yield()
            isRunning = false
            if fails { throw EngineError(.failed, engine: "suppressor", "broken") }
            return samples.map { $0 / 2 }
        }
    }

    @Test("is cleaned when a transcript is wanted, in order and once")
    func cleans() async throws {
        let (recogniser, suppressor) = (Recogniser(), Suppressor())
        let utterance = DenoisedUtterance(recogniser, through: suppressor)
        try await utterance.append([2, 4])
        #expect(await recogniser.samples.isEmpty)
        #expect(try await utterance.transcript(.partial).text == "2")
        try await utterance.append([6])
        try await utterance.append([8])
        #expect(try await utterance.transcript(.final).text == "4")
        #expect(try await utterance.transcript(.final).text == "4")
        #expect(await recogniser.samples == [1, 2, 3, 4])
        #expect(await suppressor.pieces == [2, 2])
        await utterance.close()
        #expect(await recogniser.isClosed)
    }

    @Test("keeps its order when transcripts are asked for at once")
    func atOnce() async throws {
        let recogniser = Recogniser()
        let utterance = DenoisedUtterance(recogniser, through: Suppressor())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 1...50 {
                try await utterance.append([Float(index)])
                group.addTask { _ = try await utterance.transcript(.partial) }
            }
            try await group.waitForAll()
        }
        #expect(await recogniser.samples == (1...50).map { Float($0) / 2 })
    }

    @Test("loses nothing when it cannot be cleaned")
    func failure() async throws {
        let recogniser = Recogniser()
        let utterance = DenoisedUtterance(recogniser, through: Suppressor(fails: true))
        try await utterance.append([2, 4])
        #expect(try await utterance.transcript(.final).text == "2")
        #expect(await recogniser.samples == [2, 4])
    }

    @Test("does not grow without bounds when nobody asks")
    func bound() async throws {
        let (recogniser, suppressor) = (Recogniser(), Suppressor())
        let utterance = DenoisedUtterance(recogniser, through: suppressor)
        for _ in 0..<80 { try await utterance.append([Float](repeating: 0, count: 512)) }
        _ = try await utterance.transcript(.final)
        #expect(await suppressor.pieces == [32 * 512, 32 * 512, 16 * 512])
        #expect(await recogniser.samples.count == 80 * 512)
    }
}
