import Audio
import DequeModule
import TurnTaking

/// The queue of the agent's audio, which is sent only a small lead ahead of real time.
///
/// It models the caller's buffer: audio plays when it arrives, or at the end of the audio before it, whichever is
/// later.
/// Times are in samples of the output since the call began.
struct Playout: Sendable {
    /// Lengths in samples.
    struct Options: Sendable, Hashable {
        /// Length of one audio message.
        var frame: Int
        /// How far ahead of real time audio is sent.
        var lead: Int
        /// `frame` and `lead` while somebody speaks over the response.
        var brakedFrame: Int
        var brakedLead: Int
        /// Length of every change of gain.
        var fade: Int
        /// How long after the first sound over the response a word may end for a hold to wait for its end.
        var wordEnd: Int
    }

    /// −12 dB: still intelligible, and clearly giving way.
    private static let duckedGain: Float = 0.25

    private let options: Options
    private(set) var delivery: Delivery = .full
    private var queue: Deque<Float> = []
    /// Samples taken from the queue so far.
    private(set) var sent = 0
    /// When everything sent will have been played.
    private(set) var bufferEnd = 0
    /// When the last sample taken from the queue will have been played; a fade after it repeats what comes next.
    private var contentEnd = 0
    /// When the first sample was sent.
    private(set) var start: Int?
    /// How often the caller's buffer ran empty within the response, and how many samples were missing in all.
    private(set) var underruns = 0
    private(set) var missing = 0
    /// The gain at the last sample sent.
    private var gain: Float = 1
    /// Where a hold stops: at the end of a word, or at once, with a fade into silence.
    private var hold: Hold?
    /// Whether the silence since the last sample is deliberate.
    private var wasHeld = false
    /// When somebody began to speak over the response.
    private var brakedAt: Int?

    private enum Hold: Sendable, Hashable {
        case after(samples: Int)
        case fading
        case silent
    }

    init(_ options: Options) { self.options = options }

    var queued: Int { queue.count }

    mutating func append(_ samples: [Float]) { queue.append(contentsOf: samples) }

    /// Removes up to `count` samples, which were not sent yet, from the end of the queue.
    mutating func removeLast(_ count: Int) { queue.removeLast(min(count, queue.count)) }

    /// Changes the delivery from the next sample on.
    ///
    /// - Parameters:
    ///   - wordEnd: where in the response the word that is being said ends, in samples; nil when unknown.
    ///   - now: the time on the output's sample clock.
    mutating func deliver(_ delivery: Delivery, wordEnd: Int? = nil, at now: Int) {
        guard delivery != self.delivery else { return }
        brakedAt = delivery == .full ? nil : brakedAt ?? now
        if self.delivery == .held {
            if hold != nil { wasHeld = true }
            hold = nil
        }
        self.delivery = delivery
        guard delivery == .held else { return }
        let isSoon = (brakedAt ?? now) + options.wordEnd - max(now, bufferEnd)
        if let wordEnd, wordEnd > sent, wordEnd - sent <= isSoon {
            hold = .after(samples: wordEnd)
        } else {
            // At the end of a word there is nothing to fade.
            let isBetweenWords = start == nil || wordEnd == sent
            if isBetweenWords, start != nil { gain = 0 }
            hold = isBetweenWords ? .silent : .fading
        }
    }

    /// The next message's samples, or nil when none is due.
    ///
    /// - Parameter isComplete: no more audio will be appended, so that a last short frame may go.
    mutating func next(at now: Int, isComplete: Bool) -> [Float]? {
        if let hold { return next(holding: hold, at: now) }
        let (frame, lead) =
            delivery == .full ? (options.frame, options.lead) : (options.brakedFrame, options.brakedLead)
        guard !queue.isEmpty, queue.count >= frame || isComplete, max(bufferEnd, now) - now < lead else { return nil }
        return take(frame, at: now)
    }

    /// Whether a message is due for which there are not enough samples.
    func isHungry(at now: Int) -> Bool {
        let (frame, lead) =
            delivery == .full ? (options.frame, options.lead) : (options.brakedFrame, options.brakedLead)
        return hold == nil && queue.count < frame && max(bufferEnd, now) - now < lead
    }

    private mutating func next(holding hold: Hold, at now: Int) -> [Float]? {
        switch hold {
        case .after(let end):
            guard !queue.isEmpty, sent < end else {
                self.hold = .silent
                gain = 0
                return nil
            }
            guard max(bufferEnd, now) - now < options.brakedLead else { return nil }
            var samples = take(min(options.brakedFrame, end - sent), at: now)
            if sent >= end {
                Fade.fadeOut(&samples, over: options.fade / 2)
                gain = 0
                self.hold = .silent
            }
            return samples
        case .fading:
            self.hold = .silent
            return fadeOut(at: now)
        case .silent:
            return nil
        }
    }

    /// Ends the response for good: returns a fade-out of what the caller's buffer still holds; nil when nothing sounds.
    mutating func stop(at now: Int) -> [Float]? {
        guard bufferEnd > now, gain > 0 else { return nil }
        return fadeOut(at: now)
    }

    private mutating func fadeOut(at now: Int) -> [Float]? {
        // A copy: if the agent goes on, it does so from this very sample.
        var samples = Array(queue.prefix(options.fade))
        guard !samples.isEmpty, bufferEnd >= now else {
            gain = 0
            return nil
        }
        Fade.apply(to: &samples, in: samples.indices, from: gain, to: 0)
        gain = 0
        bufferEnd += samples.count
        return samples
    }

    private mutating func take(_ count: Int, at now: Int) -> [Float] {
        if start == nil {
            start = now
        } else if now > bufferEnd, !wasHeld {
            underruns += 1
            missing += now - bufferEnd
        }
        wasHeld = false
        var samples = Array(queue.prefix(count))
        queue.removeFirst(samples.count)
        adjustGain(of: &samples)
        bufferEnd = max(bufferEnd, now) + samples.count
        contentEnd = bufferEnd
        sent += samples.count
        return samples
    }

    private mutating func adjustGain(of samples: inout [Float]) {
        let target: Float = delivery == .ducked ? Self.duckedGain : 1
        guard gain != 1 || target != 1 else { return }
        let ramp = gain == target ? 0 : min(options.fade, samples.count)
        Fade.apply(to: &samples, in: 0..<ramp, from: gain, to: target)
        if target != 1 { for index in ramp..<samples.count { samples[index] *= target } }
        gain = target
    }

    /// The transport says that the caller has just heard the first `samples` of the response: what was sent after them
    /// plays from now on.
    mutating func noteHeard(_ samples: Int, at now: Int) {
        guard start != nil, samples <= sent else { return }
        let late = now + sent - samples - contentEnd
        contentEnd += late
        bufferEnd = max(now, bufferEnd + late)
    }

    /// Samples of the response that the caller has heard by `now`.
    func heard(at now: Int) -> Int { sent - max(0, min(sent, contentEnd - now)) }

    /// Whether everything was sent and has been heard by `now`.
    func isOver(at now: Int) -> Bool { queue.isEmpty && now >= bufferEnd }
}
