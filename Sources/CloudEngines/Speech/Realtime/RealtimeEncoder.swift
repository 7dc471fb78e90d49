import Audio
import Foundation

/// Makes a service's bytes of an utterance's samples.
struct RealtimeEncoder: Sendable {
    private var resampler: Resampler
    private let rate: Int

    /// - Parameter rate: The service's, in Hz.
    init(rate: Int) throws {
        self.rate = rate
        resampler = try Resampler(from: Int(RealtimeUtterance.sampleRate), to: rate)
    }

    /// 16 bits a sample, of samples at 16 kHz that directly follow those before.
    mutating func encode(_ samples: [Float]) -> Data { Self.pcm(resampler.process(samples)) }

    /// What the conversion still holds, and silence.
    ///
    /// - Parameter padding: In samples at 16 kHz.
    mutating func finish(padding: Int) -> Data {
        let silence = [Float](repeating: 0, count: padding)
        return Self.pcm(resampler.process(silence) + resampler.flush())
    }

    private static func pcm(_ samples: [Float]) -> Data { FrameEncoder.encode(samples, as: .pcm16000) }
}
