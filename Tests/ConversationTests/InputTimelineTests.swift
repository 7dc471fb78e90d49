import Audio
import Foundation
import Testing
import TurnTaking

@testable import Conversation
@testable import Speech

@Suite("The caller's timeline")
struct InputTimelineTests {
    private let options = CallOptions()

    private func timeline() throws -> InputTimeline { try InputTimeline(format: .pcm16000, options: options) }

    /// `milliseconds` of a constant, as PCM at 16 kHz.
    private func audio(_ milliseconds: Int, value: Float = 0.5) -> Data {
        FrameEncoder.encode([Float](repeating: value, count: milliseconds * 16), as: .pcm16000)
    }

    private func at(_ milliseconds: Int) -> CallTime { CallTime.zero + .milliseconds(milliseconds) }

    @Test("a chunk has been captured by the time it arrives")
    func anchor() throws {
        var timeline = try timeline()
        try timeline.receive(audio(320), at: at(1000))
        let windows = timeline.windows(until: at(1000))
        #expect(windows.last?.end.samples == 31 * 512)
        // 680 ms came before the chunk, and nobody sent them.
        #expect(windows.prefix(21).allSatisfy { $0.samples.allSatisfy { $0 == 0 } && $0.isGap })
        #expect(windows.last?.samples.allSatisfy { abs($0 - 0.5) < 0.001 } == true)
        #expect(windows.last?.isGap == false)
    }

    @Test("chunks of 250 ms that come 250 ms apart leave no gap, nor does jitter")
    func chunks() throws {
        var timeline = try timeline()
        var windows: [InputTimeline.Window] = []
        for chunk in 1...8 {
            let arrival = chunk * 250 + (chunk % 3) * 90
            try timeline.receive(audio(250), at: at(arrival))
            windows += timeline.windows(until: at(arrival))
        }
        let samples = windows.flatMap(\.samples)
        // Before the first chunk there is silence; from it on there is none.
        let first = try #require(samples.firstIndex { $0 > 0.1 })
        #expect(samples[first...].allSatisfy { $0 > 0.1 })
    }

    @Test("time goes on in silence when nothing comes")
    func silence() throws {
        var timeline = try timeline()
        let windows = timeline.windows(until: at(2000))
        #expect(windows.count == 62)
        #expect(windows.allSatisfy { $0.isGap })
        #expect(timeline.position <= at(2000))
    }

    @Test("audio faster than real time waits, and comes out whole and in order")
    func burst() throws {
        var timeline = try timeline()
        let ramp = (0..<48_000).map { Float($0) / 48_000 }
        try timeline.receive(FrameEncoder.encode(ramp, as: .pcm16000), at: at(3000))
        try timeline.receive(FrameEncoder.encode(ramp, as: .pcm16000), at: at(3000))
        let atOnce = timeline.windows(until: at(3000))
        let last = try #require(atOnce.last)
        #expect(last.end <= at(3000) + options.inputLead)
        let rest = timeline.windows(until: at(6200))
        let values = (atOnce + rest).flatMap(\.samples).drop { $0 == 0 }
        #expect(values.count > 95_000)
        var falls = 0
        for (before, after) in zip(values, values.dropFirst()) where after < before - 0.001 { falls += 1 }
        #expect(falls == 1)
    }

    @Test("more than the backlog is refused, and says how much is allowed")
    func overflow() throws {
        var timeline = try timeline()
        let minute = audio(60_000)
        try timeline.receive(minute, at: at(0))
        try timeline.receive(minute, at: at(0))
        #expect(throws: InputTimeline.Overflow(limit: options.inputBacklog)) {
            try timeline.receive(minute, at: at(0))
        }
    }

    @Test("an odd byte waits for the other half of its sample")
    func oddByte() throws {
        var timeline = try timeline()
        let bytes = audio(64)
        try timeline.receive(bytes.prefix(333), at: at(64))
        try timeline.receive(bytes.dropFirst(333), at: at(64))
        let voice = timeline.windows(until: at(128)).flatMap(\.samples).drop { $0 == 0 }
        #expect(voice.count > 500)
        #expect(voice.allSatisfy { abs($0 - 0.5) < 0.001 })
    }
}
