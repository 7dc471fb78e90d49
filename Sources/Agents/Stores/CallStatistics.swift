import JSON

/// What the statistics need to know of one call.
public struct CallSample: Sendable, Hashable {
    /// When the call began, Unix time in seconds.
    public var startTime: Int
    /// The duration in seconds; zero while the call runs.
    public var duration: Double
    /// Whether it ended with a failure.
    public var isFailed: Bool
    /// The turns in which the caller said something, backchannels not among them.
    public var turns: Int
    /// The agent's turns that the caller interrupted.
    public var interruptions: Int
    /// From the end of the caller's speech to the first sound of the answer, in seconds, for each spoken answer.
    public var latencies: [Double]

    /// A call as far as it is known.
    public init(
        startTime: Int, duration: Double = 0, isFailed: Bool = false, turns: Int = 0, interruptions: Int = 0,
        latencies: [Double] = []
    ) {
        self.startTime = startTime
        self.duration = duration
        self.isFailed = isFailed
        self.turns = turns
        self.interruptions = interruptions
        self.latencies = latencies
    }

    /// That latency, by its name in a turn's metrics.
    package static let answerLatency = "parley_answer_latency"

    /// Adds a turn of the call.
    package mutating func add(_ turn: TranscriptTurn) {
        switch turn.role {
        case .user:
            if turn.message?.isEmpty == false, !turn.isIgnoredAsBackchannel { turns += 1 }
        case .agent:
            if turn.isInterrupted { interruptions += 1 }
            // Greetings, re-prompts and answers to typed words follow no speech, and have none.
            if let latency = turn.metrics[Self.answerLatency] { latencies.append(latency) }
        }
    }
}

/// How many calls there were, how long and how good, over time.
public struct CallStatistics: Sendable, Hashable {
    /// The calls that began within one step.
    public struct Step: Sendable, Hashable {
        /// How many they were.
        public var calls = 0
        /// The seconds that they lasted.
        public var seconds = 0.0
        /// How many of them failed.
        public var failed = 0
        /// Their turns, as in `CallSample`.
        public var turns = 0
        /// Their interruptions, as in `CallSample`.
        public var interruptions = 0
        /// In seconds, in no order.
        fileprivate var latencies: [Double] = []

        fileprivate mutating func add(_ call: CallSample) {
            calls += 1
            seconds += call.duration
            failed += call.isFailed ? 1 : 0
            turns += call.turns
            interruptions += call.interruptions
            latencies += call.latencies
        }

        /// The latency that this share of the answers does not exceed, in seconds, by nearest rank; nil without answers.
        public func latency(_ share: Double) -> Double? {
            guard !latencies.isEmpty else { return nil }
            let rank = Int((share * Double(latencies.count)).rounded(.up))
            return latencies.sorted()[min(max(rank, 1), latencies.count) - 1]
        }
    }

    /// Unix time of the first step, in seconds.
    public let start: Int
    /// The length of a step, in seconds.
    public let length: Int
    /// One after the other, also those without a call.
    public private(set) var steps: [Step]
    /// All steps together.
    public private(set) var total = Step()

    /// - Parameters:
    ///   - range: Unix time in seconds.
    ///   - length: of a step, in seconds; the last step may reach beyond the range.
    public init(of calls: some Sequence<CallSample>, in range: Range<Int>, by length: Int) {
        start = range.lowerBound
        self.length = max(1, length)
        steps = Array(repeating: Step(), count: (range.count + self.length - 1) / self.length)
        for call in calls where range.contains(call.startTime) {
            steps[(call.startTime - start) / self.length].add(call)
            total.add(call)
        }
    }

    /// As the API has it: latencies in milliseconds.
    public var json: JSONValue {
        let list = steps.enumerated().map { index, step in
            var json = step.json
            json["start_time_unix_secs"] = .integer(start + index * length)
            return json
        }
        return ["steps": .array(list), "total": total.json]
    }
}

extension CallStatistics.Step {
    fileprivate var json: JSONValue {
        func milliseconds(_ share: Double) -> JSONValue {
            latency(share).map { .integer(Int(($0 * 1000).rounded())) } ?? .null
        }
        return [
            "calls": .integer(calls), "seconds": .integer(Int(seconds.rounded())), "failed": .integer(failed),
            "turns": .integer(turns), "interruptions": .integer(interruptions),
            "latency_ms": latency(0.5) == nil ? .null : ["p50": milliseconds(0.5), "p95": milliseconds(0.95)],
        ]
    }
}
