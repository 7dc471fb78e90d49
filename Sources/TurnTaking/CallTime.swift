/// A place on the call's sample clock: samples at 16 kHz since the call began.
///
/// Turn taking knows no other time, so a recorded call replays exactly.
public struct CallTime: Sendable, Hashable, Comparable, Codable {
    /// Samples a second.
    public static let rate = 16_000

    public var samples: Int

    public init(samples: Int) { self.samples = samples }

    public static let zero = CallTime(samples: 0)

    public static func < (left: Self, right: Self) -> Bool { left.samples < right.samples }

    public static func + (time: Self, span: Span) -> Self { CallTime(samples: time.samples + span.samples) }

    public static func - (time: Self, span: Span) -> Self { CallTime(samples: time.samples - span.samples) }

    public static func - (end: Self, start: Self) -> Span { Span(samples: end.samples - start.samples) }

    public init(from decoder: any Decoder) throws {
        samples = try decoder.singleValueContainer().decode(Int.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(samples)
    }
}

/// A length on the call's sample clock.
public struct Span: Sendable, Hashable, Comparable, AdditiveArithmetic, Codable {
    public var samples: Int

    public init(samples: Int) { self.samples = samples }

    public static func milliseconds(_ value: Int) -> Span { Span(samples: value * CallTime.rate / 1000) }

    public static func seconds(_ value: Double) -> Span { Span(bounding: value * Double(CallTime.rate)) }

    /// The longest length that a configured number stands for: 10⁹ s. Sums of a few never overflow.
    private static let limit = 1_000_000_000 * CallTime.rate

    /// Bounded, so that a configured 1e300 s is a very long time and not a crash; what is no number is zero.
    private init(bounding samples: Double) {
        let limit = Double(Self.limit)
        self.samples = samples.isNaN ? 0 : Int(min(max(samples, -limit), limit).rounded())
    }

    public static let zero = Span(samples: 0)

    public var milliseconds: Int { samples * 1000 / CallTime.rate }

    public var seconds: Double { Double(samples) / Double(CallTime.rate) }

    public static func < (left: Self, right: Self) -> Bool { left.samples < right.samples }

    public static func + (left: Self, right: Self) -> Self { Span(samples: left.samples + right.samples) }

    public static func - (left: Self, right: Self) -> Self { Span(samples: left.samples - right.samples) }

    public func scaled(by factor: Double) -> Span { Span(bounding: Double(samples) * factor) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        samples = try container.decode(Int.self)
        guard (-Self.limit...Self.limit).contains(samples) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(samples) samples are more than \(Self.limit).")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(samples)
    }
}
