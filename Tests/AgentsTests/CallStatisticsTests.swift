import Agents
import JSON
import Testing

@Suite("Statistics of calls")
struct CallStatisticsTests {
    @Test("a call counts in the step in which it began, and none at an edge is lost or counted twice")
    func steps() {
        let calls = [99, 100, 139, 140, 179, 180, 199, 200, 219].map { CallSample(startTime: $0) }
        let statistics = CallStatistics(of: calls, in: 100..<200, by: 40)
        #expect(statistics.start == 100 && statistics.length == 40)
        // The last step reaches beyond the range, and holds nothing from there.
        #expect(statistics.steps.map(\.calls) == [2, 2, 2])
        #expect(statistics.total.calls == 6)
        let starts = statistics.json["steps"]?.arrayValue?.map { $0["start_time_unix_secs"]?.intValue }
        #expect(starts == [100, 140, 180])
    }

    @Test("what is counted of calls adds up")
    func sums() {
        let calls = [
            CallSample(startTime: 0, duration: 12.25, turns: 3, interruptions: 1, latencies: [0.5]),
            CallSample(startTime: 1, duration: 0.5, isFailed: true, turns: 0),
            CallSample(startTime: 10, duration: 60, turns: 9, interruptions: 4, latencies: [1, 0.25]),
        ]
        let statistics = CallStatistics(of: calls, in: 0..<20, by: 10)
        #expect(statistics.steps.map(\.seconds) == [12.75, 60])
        #expect(statistics.steps.map(\.failed) == [1, 0])
        #expect(statistics.steps.map(\.turns) == [3, 9])
        #expect(statistics.steps.map(\.interruptions) == [1, 4])
        #expect(statistics.steps.map { $0.latency(0.5) } == [0.5, 0.25])
        let total = statistics.total
        #expect(total.calls == 3 && total.seconds == 72.75 && total.failed == 1)
        #expect(total.turns == 12 && total.interruptions == 5 && total.latency(0.5) == 0.5 && total.latency(0.95) == 1)
    }

    /// Latencies in any order, the median and the 95th percentile of them.
    static let latencies: [([Double], Double, Double)] = [
        ([0.3], 0.3, 0.3), ([0.2, 0.1], 0.1, 0.2), ([3, 1, 2], 2, 3), ([4, 4, 1, 4], 4, 4),
        ((1...20).map { Double($0) }, 10, 19), ((1...21).reversed().map { Double($0) }, 11, 20),
        ((1...100).map { Double($0) }, 50, 95),
    ]

    @Test("percentiles are latencies that were measured, by nearest rank", arguments: latencies)
    func percentiles(latencies: [Double], median: Double, nearlyAll: Double) {
        // However they are spread over the calls.
        let calls = latencies.enumerated().map { CallSample(startTime: $0.offset, latencies: [$0.element]) }
        let step = CallStatistics(of: calls, in: 0..<1000, by: 1000).total
        #expect(step.latency(0.5) == median)
        #expect(step.latency(0.95) == nearlyAll)
        #expect(step.latency(0) == latencies.min() && step.latency(1) == latencies.max())
        let together = CallStatistics(of: [CallSample(startTime: 0, latencies: latencies)], in: 0..<1, by: 1).total
        #expect(together.latency(0.5) == median && together.latency(0.95) == nearlyAll)
    }

    @Test("without calls there are steps all the same, and no latency")
    func empty() {
        let statistics = CallStatistics(of: [CallSample](), in: 0..<25, by: 10)
        #expect(statistics.steps.map(\.calls) == [0, 0, 0])
        #expect(statistics.total.latency(0.5) == nil)
        #expect(statistics.json.value(at: "total", "latency_ms") == .null)
        #expect(CallStatistics(of: [CallSample(startTime: 5)], in: 5..<5, by: 10).steps.isEmpty)
        // A length that is none is the shortest.
        for length in [0, -10, 1] {
            let steps = CallStatistics(of: [CallSample(startTime: 6)], in: 5..<8, by: length).steps
            #expect(steps.map(\.calls) == [0, 1, 0])
        }
        // A step that is longer than the range is the only one.
        #expect(CallStatistics(of: [CallSample(startTime: 6)], in: 5..<8, by: 86_400).steps.map(\.calls) == [1])
    }

    @Test("the API has whole seconds, and latencies in milliseconds")
    func json() {
        let call = CallSample(
            startTime: 7, duration: 12.6, isFailed: true, turns: 2, interruptions: 1, latencies: [0.6404, 1.2496])
        let json = CallStatistics(of: [call], in: 0..<10, by: 10).json
        let numbers: JSONValue = [
            "calls": 1, "seconds": 13, "failed": 1, "turns": 2, "interruptions": 1,
            "latency_ms": ["p50": 640, "p95": 1250],
        ]
        #expect(json["total"] == numbers)
        #expect(json["steps"] == [numbers.merging(["start_time_unix_secs": 0])])
    }

    @Test("of a call's turns count the caller's words and what interrupted the agent")
    func turns() {
        func sample(_ turns: TranscriptTurn...) -> CallSample {
            var sample = CallSample(startTime: 0)
            for turn in turns { sample.add(turn) }
            return sample
        }
        let spoken = TranscriptTurn(role: .user, message: "Hello.", timeInCall: 0, sourceMedium: "audio")
        let typed = TranscriptTurn(role: .user, message: "Hello.", timeInCall: 0, sourceMedium: "text")
        let agreement = TranscriptTurn(
            role: .user, message: "Mm-hm.", timeInCall: 0, isIgnoredAsBackchannel: true, sourceMedium: "audio")
        let answer = TranscriptTurn(
            role: .agent, message: "Yes.", timeInCall: 0, metrics: ["parley_answer_latency": 0.5])
        var cut = answer
        cut.isInterrupted = true
        let greeting = TranscriptTurn(
            role: .agent, message: "Hello.", timeInCall: 0, metrics: ["parley_first_audio": 0.5])
        #expect(sample(greeting) == CallSample(startTime: 0), "a greeting answers nothing")
        #expect(sample(spoken, answer) == CallSample(startTime: 0, turns: 1, latencies: [0.5]))
        #expect(sample(typed, greeting) == CallSample(startTime: 0, turns: 1), "reading has no end of speech")
        #expect(sample(cut, agreement) == CallSample(startTime: 0, interruptions: 1, latencies: [0.5]))
        #expect(sample(spoken, TranscriptTurn(role: .agent, message: "Yes.", timeInCall: 0)).latencies.isEmpty)
        #expect(sample(TranscriptTurn(role: .user, message: nil, timeInCall: 0)).turns == 0)
    }
}
