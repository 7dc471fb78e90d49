import Metrics
import Telemetry
import Testing

@Suite("Prometheus text")
struct PrometheusTests {
    private enum Kind: String, MetricLabels, CaseIterable {
        case typed, spoken
    }

    @Test("every kind of metric is written as the format has it, in the order of the descriptions")
    func text() {
        let waits = MetricDescription("waits_seconds", .histogram([0.1, 0.5, 1]), labels: ["of"], help: "How long.")
        let turns = MetricDescription("turns_total", .counter, labels: ["kind"], help: "Turns.")
        let calls = MetricDescription("calls", .gauge, help: "Calls.")
        let unused = MetricDescription("unused_total", .counter, help: "Nothing has a handle on it.")
        let registry = PrometheusRegistry([waits, unused, turns, calls])
        let family = MetricFamily<Kind, Counter>(turns, in: registry)
        family.increment(.typed)
        family.increment(.typed)
        let meter = Meter(calls, in: registry)
        meter.increment()
        meter.increment()
        meter.decrement()
        meter.increment(by: 0.5)
        let timer = Timer(label: waits.name, dimensions: [("of", "all")], factory: registry)
        for milliseconds in [0, 100, 101, 1000, 2000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            registry.text == """
                # HELP waits_seconds How long.
                # TYPE waits_seconds histogram
                waits_seconds_bucket{of="all",le="0.1"} 2
                waits_seconds_bucket{of="all",le="0.5"} 3
                waits_seconds_bucket{of="all",le="1"} 4
                waits_seconds_bucket{of="all",le="+Inf"} 5
                waits_seconds_sum{of="all"} 3.201
                waits_seconds_count{of="all"} 5
                # HELP turns_total Turns.
                # TYPE turns_total counter
                turns_total{kind="spoken"} 0
                turns_total{kind="typed"} 2
                # HELP calls Calls.
                # TYPE calls gauge
                calls 1.5

                """)
    }

    @Test("backslashes, quotes and line breaks are escaped, quotes only where they would end the text")
    func escaping() {
        let registry = PrometheusRegistry([
            MetricDescription("a", .gauge, labels: ["b", "c"], help: "A \"b\" \\ in\ntwo lines, ü.")
        ])
        Meter(label: "a", dimensions: [("b", "\"\\\n"), ("c", "ü{}")], factory: registry).set(1)
        #expect(
            registry.text == #"""
                # HELP a A "b" \\ in\ntwo lines, ü.
                # TYPE a gauge
                a{b="\"\\\n",c="ü{}"} 1

                """#)
    }

    @Test(
        "numbers are written as Prometheus reads them",
        arguments: [
            (0.0, "0"), (-2, "-2"), (0.25, "0.25"), (1e15, "1000000000000000"), (1e-7, "1e-07"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"),
        ])
    func numbers(value: Double, text: String) {
        let registry = PrometheusRegistry([MetricDescription("a", .gauge, help: "A.")])
        Meter(label: "a", factory: registry).set(value)
        #expect(registry.text.hasSuffix("\na \(text)\n"))
    }

    @Test("a counter never falls, two handles of the same labels count together, and a destroyed one is gone")
    func handles() {
        let registry = PrometheusRegistry([MetricDescription("a_total", .counter, help: "A.")])
        let first = Counter(label: "a_total", factory: registry)
        let second = Counter(label: "a_total", factory: registry)
        let third = FloatingPointCounter(label: "a_total", factory: registry)
        first.increment()
        second.increment(by: 2)
        second.increment(by: -5)
        third.increment(by: 0.5)
        #expect(registry.text.hasSuffix("\na_total 3.5\n"))
        first.destroy()
        #expect(registry.text.isEmpty)
    }

    @Test("what is not described, or has other labels or another kind, is not kept; nor is more than the limit")
    func bounds() {
        let metric = MetricDescription("a_total", .counter, labels: ["b"], help: "A.")
        let registry = PrometheusRegistry([metric], seriesPerMetric: 3)
        Counter(label: "other_total", factory: registry).increment()
        Counter(label: "a_total", factory: registry).increment()
        Counter(label: "a_total", dimensions: [("c", "1")], factory: registry).increment()
        Meter(label: "a_total", dimensions: [("b", "1")], factory: registry).set(1)
        Timer(label: "a_total", dimensions: [("b", "1")], factory: registry).recordSeconds(1)
        Recorder(label: "a_total", dimensions: [("b", "1")], factory: registry).record(1)
        #expect(registry.text.isEmpty)
        for value in 1...1000 {
            Counter(label: "a_total", dimensions: [("b", "\(value)")], factory: registry).increment()
        }
        #expect(registry.text.split(separator: "\n").count == 2 + 3)
        // What is known is counted on.
        Counter(label: "a_total", dimensions: [("b", "2")], factory: registry).increment()
        #expect(registry.text.contains("a_total{b=\"2\"} 2\n"))
    }

    @Test("nothing is lost when many tasks count at the same time")
    func contention() async {
        let registry = PrometheusRegistry([
            MetricDescription("a_total", .counter, help: "A."),
            MetricDescription("b_seconds", .histogram([1]), help: "B."),
        ])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = Counter(label: "a_total", factory: registry)
                    let timer = Timer(label: "b_seconds", factory: registry)
                    for _ in 0..<1000 {
                        counter.increment()
                        timer.recordMilliseconds(500)
                    }
                }
            }
        }
        #expect(registry.text.contains("\na_total 8000\n"))
        #expect(registry.text.contains("\nb_seconds_bucket{le=\"1\"} 8000\n"))
        #expect(registry.text.contains("\nb_seconds_sum 4000\n"))
    }
}
