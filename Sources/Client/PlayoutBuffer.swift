/// What a well-behaved client does with the agent's audio, on a clock that is given to it.
///
/// Audio plays at the later of its arrival and the end of what is queued. An interruption empties the queue, and audio
/// whose event id is not larger than the interrupted one's is ignored, as the official clients do. Time is counted in
/// samples: `advance(to:)` says what was heard until a moment, and must be called with the arrival time of everything
/// before it is put in.
public struct PlayoutBuffer: Sendable {
    /// When a chunk plays, in samples of the buffer's clock.
    public struct Placement: Sendable, Hashable {
        /// First sample.
        public var start: Int
        /// Samples of it that are queued.
        public var count: Int
        /// One past the last sample.
        public var end: Int { start + count }
    }

    /// Samples that may wait: more are refused.
    public let capacity: Int
    /// Now, in samples: everything before it has been heard.
    public private(set) var position = 0
    /// The largest event id that was interrupted.
    public private(set) var lastInterrupted = 0

    /// Samples that wait; those before `head` have been played.
    private var queue: [Float] = []
    private var head = 0

    /// - Parameter capacity: in samples. Ten minutes are more than any answer, and bound what a server can make a client
    ///   hold.
    public init(sampleRate: Int, capacity: Int? = nil) {
        self.capacity = capacity ?? sampleRate * 600
    }

    /// Samples that wait to be played.
    public var queued: Int { queue.count - head }

    /// Puts a chunk behind what is queued.
    ///
    /// - Returns: when it will be heard unless it is interrupted; nil when it belongs to what was interrupted. What
    ///   does not fit is left out of it.
    public mutating func enqueue(_ samples: [Float], eventID: Int) -> Placement? {
        guard eventID > lastInterrupted else { return nil }
        let placement = Placement(start: position + queued, count: min(samples.count, capacity - queued))
        queue.append(contentsOf: samples.prefix(placement.count))
        return placement
    }

    /// Drops everything that has not been heard, and what is still to come of it.
    ///
    /// - Returns: how many samples were dropped.
    @discardableResult
    public mutating func interrupt(eventID: Int) -> Int {
        let dropped = queued
        lastInterrupted = max(lastInterrupted, eventID)
        queue.removeAll(keepingCapacity: true)
        head = 0
        return dropped
    }

    /// What is heard until `time`, silence included; nothing when it is not later than `position`.
    public mutating func advance(to time: Int) -> [Float] {
        let count = max(0, time - position)
        let played = min(count, queued)
        var heard = Array(queue[head..<head + played])
        heard.append(contentsOf: repeatElement(0, count: count - played))
        head += played
        position += count
        // Moving the rest costs as much as has been played, so it is paid for by then.
        if head > queue.count / 2 {
            queue.removeFirst(head)
            head = 0
        }
        return heard
    }
}
