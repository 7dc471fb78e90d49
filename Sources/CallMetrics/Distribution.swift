/// How a figure is spread over its measurements.
public struct Distribution: Sendable, Hashable, Codable {
    /// Number of measurements.
    public var count: Int
    /// Nearest rank: the smallest value that at least half of all values do not exceed.
    public var p50: Double
    /// Nearest rank at 95 %.
    public var p95: Double
    /// The largest.
    public var max: Double

    /// Nil without values.
    public init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let last = sorted.last else { return nil }
        func rank(_ percent: Int) -> Double { sorted[(sorted.count * percent + 99) / 100 - 1] }
        (count, p50, p95, max) = (sorted.count, rank(50), rank(95), last)
    }
}
