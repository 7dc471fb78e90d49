import Audio
import DequeModule
import Foundation
import TurnTaking

/// Places the caller's audio on the call's sample clock.
///
/// Audio that comes faster than real time waits; missing audio is replaced with silence, so that time never stands
/// still.
struct InputTimeline: Sendable {
    /// 32 ms at 16 kHz.
    static let windowSize = 512

    struct Window: Sendable {
        /// 512 samples at 16 kHz.
        var samples: [Float]
        /// Where the window ends.
        var end: CallTime
        /// Whether all of it is silence put in for missing audio.
        var isGap: Bool
    }

    struct Overflow: Error, Hashable {
        var limit: Span
    }

    /// The end of the last window that was returned.
    private(set) var position: CallTime = .zero
    private var decoder: FrameDecoder
    private var resampler: Resampler
    private var pending: Deque<Float> = []
    /// How many pending samples, counted from the front, were put in for a gap.
    private var gap = 0
    private var hasAudio = false
    private let options: CallOptions

    /// - Throws: `ResamplerError`, which no `AudioFormat` causes.
    init(format: AudioFormat, options: CallOptions) throws {
        decoder = FrameDecoder(format: format)
        resampler = try Resampler(from: format.sampleRate, to: CallTime.rate)
        self.options = options
    }

    /// Takes in bytes that arrived at `now`.
    mutating func receive(_ bytes: Data, at now: CallTime) throws(Overflow) {
        let samples = resampler.process(decoder.decode(bytes))
        guard !samples.isEmpty else { return }
        let end = position + Span(samples: pending.count)
        let lag = (now - end) - Span(samples: samples.count)
        if lag > options.inputLag || (!hasAudio && lag > .zero) { insertSilence(lag) }
        hasAudio = true
        guard Span(samples: pending.count + samples.count) <= options.inputBacklog else {
            throw Overflow(limit: options.inputBacklog)
        }
        pending.append(contentsOf: samples)
    }

    /// The windows that are due by `now`.
    mutating func windows(until now: CallTime) -> [Window] {
        let lag = now - (position + Span(samples: pending.count))
        if lag > options.inputLag { insertSilence(lag) }
        var result: [Window] = []
        while pending.count >= Self.windowSize, position + Span(samples: Self.windowSize) <= now + options.inputLead {
            let samples = Array(pending.prefix(Self.windowSize))
            pending.removeFirst(Self.windowSize)
            position = position + Span(samples: Self.windowSize)
            result.append(Window(samples: samples, end: position, isGap: gap >= Self.windowSize))
            gap = max(0, gap - Self.windowSize)
        }
        return result
    }

    private mutating func insertSilence(_ span: Span) {
        if pending.isEmpty || gap == pending.count { gap = pending.count + span.samples }
        pending.append(contentsOf: repeatElement(0, count: span.samples))
    }
}
