import Audio
import Foundation

/// Converts an utterance's samples to a service's PCM.
struct RealtimeEncoder: Sendable {
    private var resampler: Resampler
    private let rate: Int

    /// - Parameter rate: The service's sample rate, in Hz.
    init(rate: Int) throws {
        self.rate = rate
        resampler = try Resampler(from: Int(RealtimeUtterance.sampleRate), to: rate)
    }

    /// Encodes samples at 16 kHz, which directly follow the previous ones, as 16-bit PCM.
    mutating func encode(_ samples: [Float]) -> Data { Self.pcm(resampler.process(samples)) }

    /// The samples that the resampler still holds, followed by silence.
    ///
    /// - Parameter padding: The length of the silence, in samples at 16 kHz.
    mutating func finish(padding: Int) -> Data {
        let silence = [Float](repeating: 0, count: padding)
        return Self.pcm(resampler.process(silence) + resampler.flush())
    }

    private static func pcm(_ samples: [Float]) -> Data { FrameEncoder.encode(samples, as: .pcm16000) }
}
