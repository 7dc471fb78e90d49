/// A time on the call's sample clock: samples at 16 kHz since the call began.
///
/// Turn taking uses no other clock, so a recorded call replays exactly.
public struct CallTime: Sendable, Hashable, Comparable, Codable {
    /// The rate of the clock, in samples a second.
    public static let rate = 16_000

    /// Samples at 16 kHz since the start of the call; negative before it.
    public var samples: Int

    /// The time `samples` after the start of the call.
    public init(samples: Int) { self.samples = samples }

    /// The start of the call.
    public static let zero = CallTime(samples: 0)

    /// Whether `left` comes before `right`.
    public static func < (left: Self, right: Self) -> Bool { left.samples < right.samples }

    /// The time `span` after `time`.
    public static func + (time: Self, span: Span) -> Self { CallTime(samples: time.samples + span.samples) }

    /// The time `span` before `time`, which may be before the call began.
    public static func - (time: Self, span: Span) -> Self { CallTime(samples: time.samples - span.samples) }

    /// The length from `start` to `end`; negative when `end` comes first.
    public static func - (end: Self, start: Self) -> Span { Span(samples: end.samples - start.samples) }

    /// Reads a bare number of samples; throws `DecodingError` for anything else.
    public init(from decoder: any Decoder) throws {
        samples = try decoder.singleValueContainer().decode(Int.self)
    }

    /// Writes a bare number of samples.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(samples)
    }
}

/// A length of time on the call's sample clock.
public struct Span: Sendable, Hashable, Comparable, AdditiveArithmetic, Codable {
    /// Samples at 16 kHz; negative for a length backwards.
    public var samples: Int

    /// A length of `samples` at 16 kHz, without bounds.
    public init(samples: Int) { self.samples = samples }

    /// A length in milliseconds; exact, as a millisecond is 16 samples.
    public static func milliseconds(_ value: Int) -> Span { Span(samples: value * CallTime.rate / 1000) }

    /// A length in seconds, rounded to the nearest sample and limited to 10⁹ s either way; NaN becomes zero.
    public static func seconds(_ value: Double) -> Span { Span(bounding: value * Double(CallTime.rate)) }

    /// The longest length that a configuration can express: 10⁹ s. Sums of a few never overflow.
    private static let limit = 1_000_000_000 * CallTime.rate

    /// Limited, so that a configured 1e300 s is a very long time and not a crash; NaN becomes zero.
    private init(bounding samples: Double) {
        let limit = Double(Self.limit)
        self.samples = samples.isNaN ? 0 : Int(min(max(samples, -limit), limit).rounded())
    }

    /// The length zero.
    public static let zero = Span(samples: 0)

    /// The length in whole milliseconds, rounded towards zero.
    public var milliseconds: Int { samples * 1000 / CallTime.rate }

    /// The length in seconds.
    public var seconds: Double { Double(samples) / Double(CallTime.rate) }

    /// Whether `left` is shorter; a negative length is shorter than none.
    public static func < (left: Self, right: Self) -> Bool { left.samples < right.samples }

    /// The sum of both lengths.
    public static func + (left: Self, right: Self) -> Self { Span(samples: left.samples + right.samples) }

    /// The difference of the lengths; negative when `left` is the shorter.
    public static func - (left: Self, right: Self) -> Self { Span(samples: left.samples - right.samples) }

    /// `factor` times the length, to the nearest sample and within the bounds of `seconds(_:)`.
    public func scaled(by factor: Double) -> Span { Span(bounding: Double(samples) * factor) }

    /// Reads a bare number of samples; throws `DecodingError` when it stands for more than 10⁹ s either way.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        samples = try container.decode(Int.self)
        guard (-Self.limit...Self.limit).contains(samples) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(samples) samples are more than \(Self.limit).")
        }
    }

    /// Writes a bare number of samples.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(samples)
    }
}
