import DequeModule

/// The agent's audio on its way to the caller, never more than a small lead ahead of real time.
///
/// It models the caller's buffer: what was sent plays at the later of its arrival and the end of what came before.
/// Times are in samples of the output since the call began.
struct Playout: Sendable {
    /// Samples of one message.
    let frame: Int
    /// How far ahead of real time audio is sent.
    let lead: Int

    private var queue: Deque<Float> = []
    /// Samples taken from the queue so far.
    private(set) var sent = 0
    /// When everything sent will have been played.
    private(set) var bufferEnd = 0
    /// When the first sample was sent.
    private(set) var start: Int?
    /// Times that the caller's buffer ran empty inside the response, and samples missing in all.
    private(set) var underruns = 0
    private(set) var missing = 0

    init(frame: Int, lead: Int) {
        self.frame = frame
        self.lead = lead
    }

    var queued: Int { queue.count }

    mutating func append(_ samples: [Float]) { queue.append(contentsOf: samples) }

    /// The next message's samples, or nil when none is due.
    ///
    /// - Parameter isComplete: no more audio will be appended, so that a last short frame may go.
    mutating func next(at now: Int, isComplete: Bool) -> [Float]? {
        guard !queue.isEmpty, queue.count >= frame || isComplete, max(bufferEnd, now) - now < lead else { return nil }
        if start == nil {
            start = now
        } else if now > bufferEnd {
            underruns += 1
            missing += now - bufferEnd
        }
        let samples = Array(queue.prefix(frame))
        queue.removeFirst(samples.count)
        bufferEnd = max(bufferEnd, now) + samples.count
        sent += samples.count
        return samples
    }

    /// Samples that the caller has heard by `now`.
    func heard(at now: Int) -> Int { sent - max(0, min(sent, bufferEnd - now)) }

    /// Everything was sent, and has been heard by `now`.
    func isOver(at now: Int) -> Bool { queue.isEmpty && now >= bufferEnd }
}
