import Foundation

/// What the caller's audio holds besides the caller: echo of the agent, background voices, and noise.
struct Surroundings: Sendable, Hashable {
    /// The end of the last window that held the agent's voice.
    private(set) var echoEnd: CallTime?
    /// The level of that echo, in dB, decaying with time.
    private var echoLevel: Float = -.infinity
    /// Seconds of background voices heard; halved in every `TurnPolicy.othersMemory`.
    private var othersHeard: Double = 0
    /// The level, in dB, that 90 % of the windows of background voices stay below.
    private var othersLevel: Float = 0

    /// The level, in dB, that 30 % of the windows without speech stay below; nil before the first.
    private(set) var noise: Float?

    /// By how much `othersLevel` follows one window, in dB: it settles within 1 s and then wavers by as much.
    private static let othersStep: Float = 2
    private static let othersPercentile: Float = 0.9
    /// By how much `noise` follows one window, in dB. It rises by at most 10 dB a second, so that a soft word that was
    /// taken for silence does not count as noise.
    private static let noiseStep: Float = 1
    private static let noisePercentile: Float = 0.3
    /// Most seconds of background voices that are remembered, so that half an hour of television is forgotten as soon.
    private static let longestMemory = 4.0
    /// Level that digital silence counts as, in dB.
    private static let silence: Float = -90

    mutating func pass(_ length: Span, _ policy: TurnPolicy) {
        echoLevel -= policy.loudnessDecay * Float(length.seconds)
        othersHeard *= exp2(-length.seconds / policy.othersMemory.seconds)
    }

    mutating func heardEcho(level: Float, until now: CallTime) {
        echoEnd = now
        echoLevel = max(echoLevel, level)
    }

    /// Whether a window that begins at `start` is the echo dying away, which the detector still takes for a voice, and
    /// of which too little is left to be compared with the agent's audio.
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

    /// Forgets the background voices, because the voice taken for one was the caller's.
    mutating func forgetOthers() { othersHeard = 0 }

    /// The level of background voices or noise beside a caller of `callerLevel`, in dB; nil while too little was heard.
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

    /// Windows that must be as loud as `level`: a single one may be a click, or a burst of noise.
    private static let agreeing = 3

    /// Level of the loudest window, in dB, known from the first window on.
    var peak: Float { loudest.max() }

    /// Level that three windows reached, in dB, or the softest while there are fewer. It tells near voices from far
    /// ones much better than a mean that includes soft sounds.
    var level: Float {
        guard count > 0 else { return -.infinity }
        var rest = loudest
        for _ in 1..<min(count, Self.agreeing) { rest[rest.indices.max { rest[$0] < rest[$1] } ?? 0] = -.infinity }
        return rest.max()
    }

    /// Whether further windows can no longer lower `level`.
    var isSettled: Bool { count >= Self.agreeing }

    mutating func add(_ level: Float) {
        count += 1
        guard level > loudest.min() else { return }
        let index = loudest.indices.min { loudest[$0] < loudest[$1] } ?? 0
        loudest[index] = level
    }
}
