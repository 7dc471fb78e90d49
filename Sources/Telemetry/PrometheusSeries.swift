import Metrics
import Synchronization

/// The values of a metric for one set of labels.
protocol PrometheusSeries: AnyObject, Sendable {
    var samples: [PrometheusSample] { get }
}

/// One line of a series.
struct PrometheusSample {
    /// Appended to the metric's name.
    var suffix = ""
    /// Labels besides the series' own, as they are written.
    var labels: [String] = []
    var value: Double
}

/// A number that only grows.
final class CounterSeries: PrometheusSeries, CounterHandler, FloatingPointCounterHandler {
    private let value = Mutex(0.0)

    var samples: [PrometheusSample] { [PrometheusSample(value: value.withLock(\.self))] }

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    func increment(by amount: Double) {
        guard amount > 0 else { return }
        value.withLock { $0 += amount }
    }

    func reset() { value.withLock { $0 = 0 } }
}

/// A number that goes up and down.
final class GaugeSeries: PrometheusSeries, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    var samples: [PrometheusSample] { [PrometheusSample(value: value.withLock(\.self))] }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { self.value.withLock { $0 = value } }

    func increment(by amount: Double) { value.withLock { $0 += amount } }

    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }
}

/// The number of values up to each bound, the number of all, and their sum.
final class HistogramSeries: PrometheusSeries, TimerHandler, RecorderHandler {
    private struct State {
        /// Values in each bucket alone; the last is for those above all bounds.
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(_ bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    var samples: [PrometheusSample] {
        let state = state.withLock(\.self)
        var count = 0
        var samples = zip(bounds + [.infinity], state.counts).map { bound, added in
            count += added
            return PrometheusSample(
                suffix: "_bucket", labels: ["le=\"\(bound.prometheusText)\""], value: Double(count))
        }
        samples.append(PrometheusSample(suffix: "_sum", value: state.sum))
        samples.append(PrometheusSample(suffix: "_count", value: Double(count)))
        return samples
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }
}

extension Double {
    /// The number as Prometheus reads it; whole ones without a fraction.
    var prometheusText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: self).map(String.init) ?? description
    }
}
