import Testing

@testable import CallMetrics

@Suite("Faults in the agent's track")
struct TrackFaultsTests {
    /// Cut where the tone is at its peak: 200 Hz at 16 kHz has a period of 80 samples.
    func cut(_ samples: [Float], at second: Double) -> [Float] { Array(samples[..<(Int(second * 16000) + 20)]) }

    @Test("A tone that starts and ends at zero has no click, one that is cut off has one where it is cut")
    func cutOff() {
        #expect(TrackFaults.clicks(in: silence(0.5) + tone(1) + silence(0.5), sampleRate: 16000).isEmpty)
        let track = silence(0.5) + cut(tone(1), at: 0.5) + silence(0.5)
        #expect(TrackFaults.clicks(in: track, sampleRate: 16000) == [16020])
        let late = silence(0.5) + Array(tone(1)[20...]) + silence(0.5)
        #expect(TrackFaults.clicks(in: late, sampleRate: 16000) == [8000])
    }

    @Test("A splice in mid-wave is a click, a faded one and a loud onset of many steps are none")
    func splice() {
        let joined = cut(tone(1, decibels: -26), at: 0.5) + Array(tone(1, decibels: -26)[60...])
        #expect(TrackFaults.clicks(in: joined, sampleRate: 16000).count == 1)
        let burst = (0..<1600).map { (index: Int) -> Float in
            let fade = min(1, Float(min(index, 1600 - index)) / 40)
            return Float(index % 7 - 3) / 8 * fade
        }
        let onset = silence(0.1) + burst + silence(0.1)
        #expect(TrackFaults.clicks(in: onset, sampleRate: 16000).isEmpty)
    }

    @Test("Silence at the head of each answer, from its first chunk on; an answer of which nothing was heard has none")
    func leadingSilence() {
        var call = RecordedCall(sampleRate: 16000)
        call.heard = silence(0.1) + tone(1) + silence(1.25) + tone(1) + silence(1)
        call.chunks = [
            .init(start: 0.1, end: 1.1, answer: 0), .init(start: 2.1, end: 2.2, answer: 1),
            .init(start: 2.2, end: 3.35, answer: 1), .init(start: 3.5, end: 4, answer: 2),
        ]
        let found = TrackFaults.leadingSilences(of: call)
        #expect(found.count == 2)
        #expect(found[0] < 0.004 && abs(found[1] - 0.25) < 0.004)
    }
}
