import Foundation

/// What is in the caller's audio beside the caller: the agent's own voice coming back, other people, and noise.
struct Surroundings: Sendable, Hashable {
    /// The end of the last window that held the agent's voice.
    private(set) var echoEnd: CallTime?
    /// How loud it came back, in dB, going down with time.
    private var echoLevel: Float = -.infinity
    /// Seconds of other voices, forgotten by half in every `TurnPolicy.othersMemory`.
    private var othersHeard: Double = 0
    /// The level that nine of ten of their windows stay below, in dB.
    private var othersLevel: Float = 0

    /// The level that three of ten windows without speech stay below, in dB; nil before the first.
    private(set) var noise: Float?

    /// By how much `othersLevel` follows one window, in dB: it settles within 1 s and then wavers by as much.
    private static let othersStep: Float = 2
    private static let othersPercentile: Float = 0.9
    /// The same of `noise`, which rises by at most 10 dB a second: a soft word that was taken for none is no noise yet.
    private static let noiseStep: Float = 1
    private static let noisePercentile: Float = 0.3
    /// More of other voices counts no more, in seconds: half an hour of television is not remembered for longer.
    private static let longestMemory = 4.0
    /// Digital silence counts as this, in dB.
    private static let silence: Float = -90

    mutating func pass(_ length: Span, _ policy: TurnPolicy) {
        echoLevel -= policy.loudnessDecay * Float(length.seconds)
        othersHeard *= exp2(-length.seconds / policy.othersMemory.seconds)
    }

    mutating func heardEcho(level: Float, until now: CallTime) {
        echoEnd = now
        echoLevel = max(echoLevel, level)
    }

    /// Whether a window that begins at `start` is the echo dying away: the detector's certainty outlasts it, and too
    /// little of it is left to be compared with what the agent said.
    func isAfterglow(level: Float, from start: CallTime, _ policy: TurnPolicy) -> Bool {
        guard let echoEnd, start - echoEnd <= policy.echoAfterglow else { return false }
        return level < echoLevel - policy.echoMargin
    }

    mutating func heardOthers(level: Float, for length: Span) {
        guard level.isFinite else { return }
        if othersHeard == 0 { othersLevel = level }
        othersHeard = min(othersHeard + length.seconds, Self.longestMemory)
        Self.follow(level, &othersLevel, percentile: Self.othersPercentile, step: Self.othersStep)
    }

    mutating func heardNoise(level: Float) {
        guard !level.isNaN else { return }
        let level = max(level, Self.silence)
        var noise = noise ?? level
        Self.follow(level, &noise, percentile: Self.noisePercentile, step: Self.noiseStep)
        self.noise = noise
    }

    private static func follow(_ level: Float, _ quantile: inout Float, percentile: Float, step: Float) {
        quantile += level > quantile ? step * percentile : -step * (1 - percentile)
    }

    /// Who seemed to be somebody else was the caller.
    mutating func forgetOthers() { othersHeard = 0 }

    /// How loud others than a caller of `callerLevel` are, in dB; nil while too little of them was heard.
    func others(than callerLevel: Float, _ policy: TurnPolicy) -> Float? {
        let voices = othersHeard >= policy.othersAfter.seconds ? othersLevel : nil
        let crowd = noise.flatMap { $0 >= callerLevel - policy.noisyWithin ? $0 + policy.noiseSpread : nil }
        return [voices, crowd].compactMap(\.self).max()
    }
}

/// The levels of the loudest windows of an utterance.
struct Loudness: Sendable, Hashable {
    private var loudest = SIMD4<Float>(repeating: -.infinity)
    private var count = 0

    /// Windows that must be as loud as `level`: one may be a click, or a burst in a noise.
    private static let agreeing = 3

    /// Level of the loudest window, in dB: known from the first one on.
    var peak: Float { loudest.max() }

    /// Level that three windows reached, in dB: it tells near from far better than a mean over soft sounds does. The
    /// softest while there are fewer.
    var level: Float {
        guard count > 0 else { return -.infinity }
        var rest = loudest
        for _ in 1..<min(count, Self.agreeing) { rest[rest.indices.max { rest[$0] < rest[$1] } ?? 0] = -.infinity }
        return rest.max()
    }

    /// More windows do not lower it any more.
    var isSettled: Bool { count >= Self.agreeing }

    mutating func add(_ level: Float) {
        count += 1
        guard level > loudest.min() else { return }
        let index = loudest.indices.min { loudest[$0] < loudest[$1] } ?? 0
        loudest[index] = level
    }
}
