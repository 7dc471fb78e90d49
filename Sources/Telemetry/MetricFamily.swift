import Metrics

/// The labels of a metric, as a type with finitely many values: nothing that a client chose can become one.
public protocol MetricLabels: Hashable, Sendable {
    /// Every value that there can be.
    static var all: [Self] { get }
    /// The labels' values, in the order of `MetricDescription.labels`.
    var values: [String] { get }
}

extension MetricLabels where Self: CaseIterable & RawRepresentable, RawValue == String {
    /// Every case.
    public static var all: [Self] { Array(allCases) }
    /// The case's raw value.
    public var values: [String] { [rawValue] }
}

/// A metric with labels. All of its handles are made with it, so that values of zero are shown as well, and an event
/// costs no more than a look-up.
public struct MetricFamily<Labels: MetricLabels, Metric: Sendable>: Sendable {
    private let metrics: [Labels: Metric]

    private init(_ metric: MetricDescription, _ make: (String, [(String, String)]) -> Metric) {
        metrics = Dictionary(
            uniqueKeysWithValues: Labels.all.map {
                ($0, make(metric.name, Array(zip(metric.labels, $0.values))))
            })
    }
}

extension MetricFamily where Metric == Counter {
    /// A counter for each value of the labels.
    public init(_ metric: MetricDescription, in factory: any MetricsFactory) {
        self.init(metric) { Counter(label: $0, dimensions: $1, factory: factory) }
    }

    /// Counts one.
    public func increment(_ labels: Labels) { metrics[labels]?.increment() }
}

extension MetricFamily where Metric == Meter {
    /// A gauge for each value of the labels.
    public init(_ metric: MetricDescription, in factory: any MetricsFactory) {
        self.init(metric) { Meter(label: $0, dimensions: $1, factory: factory) }
    }

    /// Adds one.
    public func increment(_ labels: Labels) { metrics[labels]?.increment() }

    /// Takes one away.
    public func decrement(_ labels: Labels) { metrics[labels]?.decrement() }
}

extension MetricFamily where Metric == Timer {
    /// A distribution of times for each value of the labels.
    public init(_ metric: MetricDescription, in factory: any MetricsFactory) {
        self.init(metric) {
            Timer(label: $0, dimensions: $1, preferredDisplayUnit: .seconds, factory: factory)
        }
    }

    /// Adds a time.
    public func record(_ labels: Labels, _ duration: Duration) { metrics[labels]?.record(duration: duration) }
}
