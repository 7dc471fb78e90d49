import Metrics
import Synchronization

/// A backend of swift-metrics that keeps the values of the metrics it is told of, and writes them in Prometheus' text
/// format 0.0.4.
///
/// It is bounded: a metric without a description, or with other labels than described, is not kept, nor are more series
/// of a metric than `seriesPerMetric`.
public final class PrometheusRegistry: MetricsFactory {
    /// The media type of `text`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct Entry {
        let metric: MetricDescription
        /// By the labels' values.
        var series: [[String]: any PrometheusSeries] = [:]
    }

    private let names: [String]
    private let entries: Mutex<[String: Entry]>
    private let seriesPerMetric: Int

    /// - Parameters:
    ///   - metrics: what is kept, in the order in which it is written; the first description of a name counts.
    ///   - seriesPerMetric: far more than the routes of a server with their methods and kinds of answers.
    public init(_ metrics: [MetricDescription], seriesPerMetric: Int = 1000) {
        var entries: [String: Entry] = [:]
        var names: [String] = []
        for metric in metrics where entries[metric.name] == nil {
            entries[metric.name] = Entry(metric: metric)
            names.append(metric.name)
        }
        self.names = names
        self.entries = Mutex(entries)
        self.seriesPerMetric = seriesPerMetric
    }

    /// All values now. A metric of which no handle was ever made is left out.
    public var text: String {
        let entries = entries.withLock { entries in names.compactMap { entries[$0] } }
        var text = ""
        for entry in entries where !entry.series.isEmpty {
            let metric = entry.metric
            text += "# HELP \(metric.name) \(metric.help.escaping(quotes: false))\n"
            text += "# TYPE \(metric.name) \(metric.kind.name)\n"
            for (values, series) in entry.series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                let labels = zip(metric.labels, values).map { "\($0)=\"\($1.escaping(quotes: true))\"" }
                for sample in series.samples {
                    let all = (labels + sample.labels).joined(separator: ",")
                    text += metric.name + sample.suffix + (all.isEmpty ? " " : "{\(all)} ")
                    text += sample.value.prometheusText + "\n"
                }
            }
        }
        return text
    }

    private func series<Series: PrometheusSeries>(
        _ name: String, _ dimensions: [(String, String)], _ make: @Sendable (MetricDescription.Kind) -> Series?
    ) -> Series? {
        entries.withLock { entries in
            guard let entry = entries[name], entry.metric.labels == dimensions.map(\.0) else { return nil }
            let values = dimensions.map(\.1)
            if let known = entry.series[values] { return known as? Series }
            guard entry.series.count < seriesPerMetric, let new = make(entry.metric.kind) else { return nil }
            entries[name]?.series[values] = new
            return new
        }
    }

    /// Forgets a series, also for whoever else has a handle on it.
    private func forget(_ handler: AnyObject) {
        entries.withLock { entries in
            for (name, entry) in entries {
                guard let values = entry.series.first(where: { $0.value === handler })?.key else { continue }
                entries[name]?.series[values] = nil
            }
        }
    }

    // MARK: MetricsFactory

    /// The counter of those labels; one that keeps nothing if it is not described.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// The counter of those labels; one that keeps nothing if it is not described.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// The gauge of those labels; one that keeps nothing if it is not described.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// The distribution, or without `aggregate` the gauge, of those labels; one that keeps nothing if it is not
    /// described.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let known: (any RecorderHandler)? = aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
        return known ?? NOOPMetricsHandler.instance
    }

    /// The distribution of those labels, in seconds; one that keeps nothing if it is not described.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    private func counter(_ name: String, _ dimensions: [(String, String)]) -> CounterSeries? {
        series(name, dimensions) { $0 == .counter ? CounterSeries() : nil }
    }

    private func gauge(_ name: String, _ dimensions: [(String, String)]) -> GaugeSeries? {
        series(name, dimensions) { $0 == .gauge ? GaugeSeries() : nil }
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> HistogramSeries? {
        series(name, dimensions) { if case .histogram(let bounds) = $0 { HistogramSeries(bounds) } else { nil } }
    }

    /// Forgets the counter.
    public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }

    /// Forgets the counter.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }

    /// Forgets the gauge.
    public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }

    /// Forgets the distribution or gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }

    /// Forgets the distribution.
    public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}

extension MetricDescription.Kind {
    fileprivate var name: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}

extension String {
    fileprivate func escaping(quotes: Bool) -> String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\": text += #"\\"#
            case "\n": text += #"\n"#
            case "\"" where quotes: text += #"\""#
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
