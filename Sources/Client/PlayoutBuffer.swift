/// The buffer of a well-behaved client for the agent's audio, on a clock that is given to it.
///
/// Audio plays when it arrives or at the end of the queue, whichever is later. An interruption empties the queue, and
/// audio whose event id is not larger than the interrupted one's is ignored, as by the official clients. Time is
/// counted in samples: `advance(to:)` returns what was heard until a moment, and must be called with the arrival time
/// of each chunk before the chunk is added.
public struct PlayoutBuffer: Sendable {
    /// When a chunk plays, in samples of the buffer's clock.
    public struct Placement: Sendable, Hashable {
        /// The first sample.
        public var start: Int
        /// The number of its samples that are queued.
        public var count: Int
        /// The position after its last sample.
        public var end: Int { start + count }
    }

    /// The most samples that may wait; more are refused.
    public let capacity: Int
    /// The present time, in samples: everything before it has been heard.
    public private(set) var position = 0
    /// The largest event id that was interrupted.
    public private(set) var lastInterrupted = 0

    /// The samples of the queue; those before `head` have been played.
    private var queue: [Float] = []
    private var head = 0

    /// - Parameter capacity: the most samples that may wait; the default is ten minutes, which is more than any answer,
    ///   and bounds the memory that a server can make a client use.
    public init(sampleRate: Int, capacity: Int? = nil) {
        self.capacity = capacity ?? sampleRate * 600
    }

    /// The number of samples that wait to be played.
    public var queued: Int { queue.count - head }

    /// Appends a chunk to the queue.
    ///
    /// - Returns: when it will be heard unless it is interrupted, without samples that do not fit; nil when it belongs
    ///   to an interrupted response.
    public mutating func enqueue(_ samples: [Float], eventID: Int) -> Placement? {
        guard eventID > lastInterrupted else { return nil }
        let placement = Placement(start: position + queued, count: min(samples.count, capacity - queued))
        queue.append(contentsOf: samples.prefix(placement.count))
        return placement
    }

    /// Drops everything that has not been heard, and ignores audio of that event id that is still to come.
    ///
    /// - Returns: the number of samples dropped.
    @discardableResult
    public mutating func interrupt(eventID: Int) -> Int {
        let dropped = queued
        lastInterrupted = max(lastInterrupted, eventID)
        queue.removeAll(keepingCapacity: true)
        head = 0
        return dropped
    }

    /// The audio that is heard until `time`, silence included; empty when `time` is not later than `position`.
    public mutating func advance(to time: Int) -> [Float] {
        let count = max(0, time - position)
        let played = min(count, queued)
        var heard = Array(queue[head..<head + played])
        heard.append(contentsOf: repeatElement(0, count: count - played))
        head += played
        position += count
        // Amortised: moving the rest costs no more than what has been played.
        if head > queue.count / 2 {
            queue.removeFirst(head)
            head = 0
        }
        return heard
    }
}
