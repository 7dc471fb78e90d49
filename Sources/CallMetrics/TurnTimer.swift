/// Measures answers during a call from the levels of both sides: end of the caller's speech to the first audible moment
/// of the agent. Its precision is the length of a frame; for published figures, measure the recording
/// (`CallMeasurement`).
public struct TurnTimer: Sendable {
    /// The level that the caller must reach to be speech, in dBFS, in a quiet room: a microphone's own noise is below
    /// −55.
    public static let callerFloor = -45.0
    /// How far speech must stand out of the room's noise, in dB.
    public static let aboveNoise = 12.0
    /// How fast the estimate of the noise follows a louder room, in dB a second; slow enough to outlast a sentence.
    public static let noiseRise = 2.0
    /// Silence after which sound of the agent is a new utterance, in seconds.
    public static let longestPause = 0.3

    private var time = 0.0
    private var noise = -60.0
    private var callerEnd: Double?
    private var agentEnd = -Double.infinity

    /// Creates a timer that has heard nothing.
    public init() {}

    /// Takes in one frame of both sides.
    ///
    /// - Parameters:
    ///   - seconds: the frame's length.
    ///   - caller: the caller's level, in dBFS.
    ///   - agent: the agent's level as heard, in dBFS.
    /// - Returns: the latency in seconds when an answer has begun with this frame.
    public mutating func frame(seconds: Double, caller: Double, agent: Double) -> Double? {
        let start = time
        time += seconds
        noise = min(max(caller, -90), noise + Self.noiseRise * seconds)
        let speaks = caller >= max(Self.callerFloor, noise + Self.aboveNoise)
        if speaks { callerEnd = time }
        guard agent >= AudibilityOptions().floor else { return nil }
        let begins = start - agentEnd > Self.longestPause
        agentEnd = time
        guard begins, !speaks, let end = callerEnd else { return nil }
        callerEnd = nil
        return start - end
    }
}
