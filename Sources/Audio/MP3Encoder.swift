import CLame
import Foundation

/// Why MP3 could not be encoded.
public enum MP3EncoderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The encoder does not support this rate (Hz), number of channels or bit rate (kbit/s).
    case unsupported(sampleRate: Int, channels: Int, bitRate: Int)
    /// The channels have different lengths, or their number is wrong.
    case unequalChannels
    /// LAME's own code for a failure while encoding.
    case failed(code: Int)

    /// A message for the operator.
    public var description: String {
        switch self {
        case .unsupported(let rate, let channels, let bitRate):
            "MP3 with \(channels) channels of \(rate) Hz at \(bitRate) kbit/s is not supported"
        case .unequalChannels: "the channels differ in length or number"
        case .failed(let code): "the MP3 encoder failed with code \(code)"
        }
    }
}

/// Encodes one stream of mono or stereo samples as MP3 of constant bit rate.
///
/// Not safe to share: keep it inside one task or actor.
public final class MP3Encoder {
    /// The sample rates of MPEG-1, 2 and 2.5, in Hz.
    public static let sampleRates: Set<Int> = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]
    /// The default bit rate in kbit/s, at which speech at the rates of calls is free of artefacts.
    public static func defaultBitRate(channels: Int) -> Int { channels == 1 ? 64 : 96 }

    /// The number of channels: one for mono, two for stereo.
    public let channels: Int
    private let lame: lame_t
    private var isFinished = false
    /// Most samples given to LAME at once, which bounds the size of its output.
    private static let block = 1 << 16

    /// - Parameters:
    ///   - sampleRate: One of `sampleRates`, in Hz.
    ///   - channels: One or two.
    ///   - bitRate: In kbit/s; nil for `defaultBitRate`. MPEG-2.5 (up to 12 kHz) allows at most 64; more is lowered to
    ///     that.
    /// - Throws: `MP3EncoderError.unsupported`.
    public init(sampleRate: Int, channels: Int, bitRate: Int? = nil) throws {
        let wanted = bitRate ?? Self.defaultBitRate(channels: channels)
        let unsupported = MP3EncoderError.unsupported(sampleRate: sampleRate, channels: channels, bitRate: wanted)
        guard Self.sampleRates.contains(sampleRate), (1...2).contains(channels), (8...320).contains(wanted),
            let lame = lame_init()
        else { throw unsupported }
        self.lame = lame
        self.channels = channels
        let highest: Int = sampleRate <= 12000 ? 64 : sampleRate <= 24000 ? 160 : 320
        lame_set_in_samplerate(lame, Int32(sampleRate))
        // Otherwise LAME may lower the rate when the bit rate is small.
        lame_set_out_samplerate(lame, Int32(sampleRate))
        lame_set_num_channels(lame, Int32(channels))
        // The two sides of a call are different voices: joint stereo would let one leak into the other.
        lame_set_mode(lame, channels == 1 ? MONO : STEREO)
        lame_set_brate(lame, Int32(min(wanted, highest)))
        lame_set_VBR(lame, vbr_off)
        // The tag with the exact length is known only at the end, so that a stream cannot have it.
        lame_set_bWriteVbrTag(lame, 0)
        // 5 of 0…9, LAME's compromise between speed and quality.
        lame_set_quality(lame, 5)
        guard lame_init_params(lame) >= 0 else { throw unsupported }
    }

    deinit {
        lame_close(lame)
    }

    /// The size in bytes of a stream of `frameCount` samples of each channel, at the default bit rate.
    ///
    /// - Throws: `MP3EncoderError.unsupported` for rates at which frames differ in size, such as 22,050 Hz.
    public static func streamSize(sampleRate: Int, channels: Int, frameCount: Int) throws -> Int {
        let bitRate = min(defaultBitRate(channels: channels), sampleRate <= 12000 ? 64 : .max)
        let samples = sampleRate < 32000 ? 576 : 1152
        let bits = samples * bitRate * 1000
        guard sampleRates.contains(sampleRate), (1...2).contains(channels), bits % (8 * sampleRate) == 0 else {
            throw MP3EncoderError.unsupported(sampleRate: sampleRate, channels: channels, bitRate: bitRate)
        }
        guard frameCount > 0 else { return 0 }
        // LAME delays the audio by up to three frames, and pads the last one.
        return ((frameCount + samples - 1) / samples + 2) * (bits / (8 * sampleRate))
    }

    /// Encodes one buffer for each channel, of equal lengths, −1 to 1, and returns the frames that are complete.
    ///
    /// - Throws: `MP3EncoderError`.
    public func encode(_ buffers: [[Float]]) throws -> Data {
        let count = buffers.first?.count ?? 0
        guard buffers.count == channels, buffers.allSatisfy({ $0.count == count }) else {
            throw MP3EncoderError.unequalChannels
        }
        guard count > 0, !isFinished else { return Data() }
        return try buffers[0].withUnsafeBufferPointer { left in
            try buffers[channels - 1].withUnsafeBufferPointer { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return Data() }
                var frames = Data()
                for start in stride(from: 0, to: count, by: Self.block) {
                    let size = min(Self.block, count - start)
                    try frames.append(
                        Self.output(capacity: size + size / 4 + 7200) {
                            lame_encode_buffer_ieee_float(lame, left + start, right + start, Int32(size), $0, $1)
                        })
                }
                return frames
            }
        }
    }

    /// Returns the last frames; nothing can be encoded afterwards.
    ///
    /// - Throws: `MP3EncoderError.failed`.
    public func finish() throws -> Data {
        guard !isFinished else { return Data() }
        isFinished = true
        return try Self.output(capacity: 7200) { lame_encode_flush(lame, $0, $1) }
    }

    /// Calls one of LAME's encoding functions with an output buffer of `capacity` bytes, which by lame.h must be 1.25 ×
    /// samples + 7200.
    private static func output(
        capacity: Int, _ write: (UnsafeMutablePointer<UInt8>, Int32) -> Int32
    ) throws -> Data {
        var written: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            if let base = buffer.baseAddress { written = write(base, Int32(clamping: capacity)) }
            count = max(0, Int(written))
        }
        guard written >= 0 else { throw MP3EncoderError.failed(code: Int(written)) }
        return Data(bytes)
    }
}
