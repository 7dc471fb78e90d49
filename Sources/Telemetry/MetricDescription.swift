import Metrics

/// What is measured under one name, as readers of the numbers need it and swift-metrics cannot say it.
public struct MetricDescription: Sendable, Hashable {
    /// How the values are read.
    public enum Kind: Sendable, Hashable {
        /// Only grows, until the process ends.
        case counter
        /// Goes up and down.
        case gauge
        /// A distribution; the upper bounds of its buckets, in seconds and ascending.
        case histogram([Double])
    }

    /// Lower case with underscores: what it is of, then the unit, then `_total` for counters.
    public var name: String
    /// How the values are read.
    public var kind: Kind
    /// The names of the labels; none for a metric of a single value.
    public var labels: [String]
    /// A sentence for people.
    public var help: String

    /// Describes a metric. A backend shows it once somebody has made a handle for it.
    public init(_ name: String, _ kind: Kind, labels: [String] = [], help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }
}

extension MetricDescription.Kind {
    /// For what a caller waits for, some 50 ms to 10 s.
    public static let wait = Self.histogram([0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10])
    /// For work and requests, a millisecond to 10 s.
    public static let work = Self.histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
    /// For whole calls, ten seconds to an hour.
    public static let call = Self.histogram([10, 30, 60, 120, 300, 600, 1200, 1800, 3600])
}

extension Counter {
    /// The counter of a metric without labels.
    public convenience init(_ metric: MetricDescription, in factory: any MetricsFactory) {
        self.init(label: metric.name, factory: factory)
    }
}

extension Meter {
    /// The gauge of a metric without labels.
    public convenience init(_ metric: MetricDescription, in factory: any MetricsFactory) {
        self.init(label: metric.name, factory: factory)
    }
}

extension Timer {
    /// The distribution of a metric without labels.
    public convenience init(_ metric: MetricDescription, in factory: any MetricsFactory) {
        self.init(label: metric.name, preferredDisplayUnit: .seconds, factory: factory)
    }
}
