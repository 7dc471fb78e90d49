import Audio

/// The echo of the agent's voice in the caller's microphone: what the loudspeaker plays, delayed and attenuated.
public struct EchoPath: Sendable {
    /// The properties of the echo.
    public struct Options: Sendable, Hashable {
        /// Delay in seconds from the loudspeaker to the capture: 80 to 250 ms from loudspeakers to wireless headsets.
        public var delay = 0.120
        /// Gain in dB; −20 is a laptop whose echo canceller is off.
        public var gain = -20.0

        /// Creates the values above.
        public init() {}

        /// Creates options with another delay, in seconds.
        public init(delay: Double) { self.delay = delay }
    }

    private var resampler: Resampler
    private let gain: Float
    private let delay: Int
    /// Samples that were heard and not captured yet, at the microphone's rate.
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

    /// Takes in what was `heard`, and adds the echo that is due to a frame of the microphone.
    public mutating func add(heard: [Float], to frame: inout [Float]) {
        waiting += resampler.process(heard)
        // What was heard before the microphone started was not captured.
        if waiting.count > delay + frame.count / 2 { waiting.removeFirst(waiting.count - delay) }
        let count = min(frame.count, waiting.count)
        for index in 0..<count { frame[index] += gain * waiting[index] }
        waiting.removeFirst(count)
    }
}
