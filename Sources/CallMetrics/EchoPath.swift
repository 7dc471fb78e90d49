import Audio

/// The agent's own voice in the caller's microphone: what the loudspeaker plays, later and weaker.
public struct EchoPath: Sendable {
    /// How it comes back.
    public struct Options: Sendable, Hashable {
        /// From being heard to being captured, in seconds: 80 to 250 ms from loudspeakers to wireless headsets.
        public var delay = 0.120
        /// In dB; −20 is a laptop whose echo canceller is off.
        public var gain = -20.0

        /// The defaults.
        public init() {}

        /// Another delay, in seconds.
        public init(delay: Double) { self.delay = delay }
    }

    private var resampler: Resampler
    private let gain: Float
    private let delay: Int
    /// What has been heard and not yet captured, at the microphone's rate.
    private var waiting: [Float]

    /// - Parameters:
    ///   - from: the agent's rate, in Hz.
    ///   - to: the microphone's rate, in Hz.
    /// - Throws: `ResamplerError`.
    public init(from: Int, to: Int, options: Options = Options()) throws {
        resampler = try Resampler(from: from, to: to)
        gain = Level.amplitude(decibels: Float(options.gain))
        delay = max(0, Int(options.delay * Double(to)) - resampler.delay * to / from)
        waiting = [Float](repeating: 0, count: delay)
    }

    /// Adds to a frame of the microphone what comes back, after taking in what was heard meanwhile.
    public mutating func add(heard: [Float], to frame: inout [Float]) {
        waiting += resampler.process(heard)
        // What was heard before there was a microphone was not captured.
        if waiting.count > delay + frame.count / 2 { waiting.removeFirst(waiting.count - delay) }
        let count = min(frame.count, waiting.count)
        for index in 0..<count { frame[index] += gain * waiting[index] }
        waiting.removeFirst(count)
    }
}
