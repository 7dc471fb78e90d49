import Agents
import Testing

@testable import Conversation

@Suite("The sounds of waiting")
struct WaitingSoundTests {
    @Test(
        "each is seconds long, well below the voice, the same each time, and ends as it begins",
        arguments: ToolSettings.Sound.allCases, [8000, 16_000, 48_000])
    func samples(sound: ToolSettings.Sound, rate: Int) async throws {
        let samples = await WaitingSounds().samples(sound, rate: rate)
        #expect((6 * rate...15 * rate).contains(samples.count))
        let peak = samples.reduce(0) { max($0, abs($1)) }
        let rms = (samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)).squareRoot()
        #expect(peak > 0.05 && peak < 0.35)
        #expect(rms > 0.003 && rms < 0.06)
        #expect(await WaitingSounds().samples(sound, rate: rate) == samples)
        let first = try #require(samples.first)
        let last = try #require(samples.last)
        #expect(abs(first - last) < 0.05)
    }
}
