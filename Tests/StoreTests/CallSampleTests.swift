import Agents
import Testing

/// What the statistics need of calls: the same from every store.
@Suite("Samples of calls")
struct CallSampleTests {
    let stores = OpenStores()

    private static func user(
        _ message: String?, _ medium: String? = "audio", isBackchannel: Bool = false
    ) -> TranscriptTurn {
        TranscriptTurn(
            role: .user, message: message, timeInCall: 0, isIgnoredAsBackchannel: isBackchannel, sourceMedium: medium)
    }

    private static func agent(_ latency: Double?, isInterrupted: Bool = false) -> TranscriptTurn {
        var metrics = ["convai_llm_service_ttfb": 9.0]
        metrics["parley_answer_latency"] = latency
        return TranscriptTurn(
            role: .agent, message: "Yes.", timeInCall: 0, isInterrupted: isInterrupted, metrics: metrics)
    }

    /// A turn that follows no speech.
    private static func unasked(_ firstAudio: Double) -> TranscriptTurn {
        TranscriptTurn(role: .agent, message: "Hello?", timeInCall: 0, metrics: ["parley_first_audio": firstAudio])
    }

    private static func store(
        _ turns: [TranscriptTurn], as id: String, of agent: String = "agent_a", at time: Int,
        in store: any ConversationStore
    ) async throws {
        try await store.begin(ConversationStart(id: id, agentID: agent, agentName: "Agent", startTime: time))
        for (index, turn) in turns.enumerated() { try await store.save(turn: turn, at: index, in: id) }
    }

    private static func samples(
        _ store: any ConversationStore, in range: Range<Int> = 0..<10_000, of agent: String? = nil, most: Int = 100
    ) async throws -> [CallSample] {
        try await store.samples(in: range, of: agent, most: most).sorted { $0.startTime < $1.startTime }
    }

    @Test(
        "what the caller said is a turn, but for backchannels; only spoken answers to speech have a latency",
        arguments: Store.allCases)
    func wholeCall(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        let turns = [
            // The greeting.
            Self.unasked(0.25), Self.user("Hello."), Self.agent(0.5, isInterrupted: true),
            Self.user("Mm-hm.", isBackchannel: true), Self.user("Wait."), Self.agent(1),
            // A prompt to a silent caller.
            Self.unasked(0.125), Self.user("I type.", "text"), Self.unasked(2),
            // Files alone, and an answer that was never heard.
            Self.user(nil, "text"), Self.user(""), Self.agent(nil),
            // As older records have it.
            Self.user("And now?", nil), Self.agent(1.75),
        ]
        try await Self.store(turns, as: "conv_1", at: 1_000, in: store)
        try await store.finish(
            "conv_1", ConversationOutcome(status: .failed, duration: 12.5, terminationReason: "llm_error"))
        #expect(
            try await Self.samples(store) == [
                CallSample(
                    startTime: 1_000, duration: 12.5, isFailed: true, turns: 4, interruptions: 1,
                    latencies: [0.5, 1, 1.75])
            ])
    }

    @Test("a call in progress counts as far as it is known", arguments: Store.allCases)
    func running(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        try await Self.store([], as: "conv_1", at: 1_000, in: store)
        #expect(try await Self.samples(store) == [CallSample(startTime: 1_000)])
        // Turns are counted in their order, not in that of writing, and as they were written last.
        try await store.save(turn: Self.agent(0.75), at: 1, in: "conv_1")
        try await store.save(turn: Self.user("Hello."), at: 0, in: "conv_1")
        try await store.save(turn: Self.agent(0.75, isInterrupted: true), at: 1, in: "conv_1")
        #expect(
            try await Self.samples(store) == [
                CallSample(startTime: 1_000, turns: 1, interruptions: 1, latencies: [0.75])
            ])
        try await store.finish("conv_1", ConversationOutcome(duration: 3, terminationReason: "done"))
        #expect(try await Self.samples(store).map(\.duration) == [3])
        try await store.delete("conv_1")
        #expect(try await Self.samples(store).isEmpty)
    }

    @Test("only calls that began in the range, of the agent, and the latest of them", arguments: Store.allCases)
    func selection(_ kind: Store) async throws {
        let store = try stores.open(kind).conversations
        for (index, time) in [999, 1_000, 1_500, 1_999, 2_000].enumerated() {
            let agent = time == 1_500 ? "agent_b" : "agent_a"
            try await Self.store([Self.user("Hello.")], as: "conv_\(index)", of: agent, at: time, in: store)
        }
        func times(_ range: Range<Int>, of agent: String? = nil, most: Int = 100) async throws -> [Int] {
            try await Self.samples(store, in: range, of: agent, most: most).map(\.startTime)
        }
        #expect(try await times(1_000..<2_000) == [1_000, 1_500, 1_999])
        #expect(try await times(1_000..<2_000, of: "agent_a") == [1_000, 1_999])
        #expect(try await times(1_000..<2_000, of: "agent_c").isEmpty)
        #expect(try await times(1_000..<2_000, most: 2) == [1_500, 1_999])
        #expect(try await times(0..<10_000, of: "agent_a", most: 1) == [2_000])
        #expect(try await times(1_000..<1_000).isEmpty)
    }

    @Test("the stores agree on calls of all kinds")
    func agreement() async throws {
        let turns: [TranscriptTurn] = [
            Self.agent(0.25), Self.agent(nil), Self.agent(0.5, isInterrupted: true), Self.user("Hello."),
            Self.user("Hello.", "text"), Self.user("Hello.", nil), Self.user("Mm-hm.", isBackchannel: true),
            Self.user(nil), Self.user(""),
        ]
        var found: [[CallSample]] = []
        for kind in Store.allCases {
            let store = try stores.open(kind).conversations
            // Every turn after every other.
            for (first, before) in turns.enumerated() {
                for (second, turn) in turns.enumerated() {
                    let place = first * turns.count + second
                    try await Self.store(
                        [before, turn, Self.agent(1.5)], as: "conv_\(place)", at: 1_000 + place, in: store)
                }
            }
            found.append(try await Self.samples(store))
        }
        #expect(found.first?.count == turns.count * turns.count)
        #expect(found.first == found.last)
    }
}
