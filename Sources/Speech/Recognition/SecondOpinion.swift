import Engines
import Tasks

/// One utterance that two recognisers hear: what is said so far comes from the quick one, the final transcript from the
/// careful one, if it is there in time.
///
/// For spelled values, where a wrong letter costs more than half a second: the careful one takes several times as long.
package actor SecondOpinion: UtteranceTranscription {
    private let quick: any UtteranceTranscription
    private let careful: any UtteranceTranscription
    private let carefulID: String
    private let timeout: Duration
    private let clock: TaskClock
    /// Samples that the careful one was given.
    private var given = 0
    private var hasFailed = false

    /// Samples at 16 kHz beyond which the careful one is not asked: 15 s. It cannot be stopped while it works, and
    /// spelled values are shorter.
    private static let longest = 240_000

    /// - Parameters:
    ///   - carefulID: the id of the careful one.
    ///   - timeout: how long its transcript is waited for; the quick one's counts then.
    package init(
        _ quick: any UtteranceTranscription, careful: any UtteranceTranscription, carefulID: String, timeout: Duration,
        clock: TaskClock
    ) {
        self.quick = quick
        self.careful = careful
        self.carefulID = carefulID
        self.timeout = timeout
        self.clock = clock
    }

    package func append(_ samples: [Float]) async throws {
        try await quick.append(samples)
        guard !hasFailed, given <= Self.longest else { return }
        given += samples.count
        do {
            try await careful.append(samples)
        } catch is EngineError {
            hasFailed = true
        }
    }

    package func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        guard finality == .final, !hasFailed, given <= Self.longest else { return try await quick.transcript(finality) }
        async let second = second()
        let first = try await quick.transcript(.final)
        // Where the quick one has heard no words, the careful one invents some.
        guard var careful = await second, !first.text.isEmpty else { return first }
        careful.engine = careful.engine ?? carefulID
        return careful
    }

    /// What the careful one has understood; nil when that is nothing, or comes too late. Its work cannot be stopped, so it
    /// is not waited for.
    private func second() async -> Transcript? {
        let (answers, answer) = AsyncStream<Transcript?>.makeStream()
        Task { [careful] in
            answer.yield(try? await careful.transcript(.final))
            answer.finish()
        }
        let timer = Task { [clock, timeout] in
            try? await clock.sleep(timeout)
            answer.finish()
        }
        defer { timer.cancel() }
        for await case let transcript? in answers where !transcript.text.isEmpty { return transcript }
        return nil
    }

    package func close() async {
        await quick.close()
        await careful.close()
    }
}
