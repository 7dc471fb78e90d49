/// The distribution of a figure over its measurements.
public struct Distribution: Sendable, Hashable, Codable {
    /// The number of measurements.
    public var count: Int
    /// The median by nearest rank: the smallest value that at least half of all values do not exceed.
    public var p50: Double
    /// The 95th percentile by nearest rank.
    public var p95: Double
    /// The largest value.
    public var max: Double

    /// Nil when `values` is empty.
    public init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let last = sorted.last else { return nil }
        func rank(_ percent: Int) -> Double { sorted[(sorted.count * percent + 99) / 100 - 1] }
        (count, p50, p95, max) = (sorted.count, rank(50), rank(95), last)
    }
}
