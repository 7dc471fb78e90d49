import Foundation

/// A format of speech for clients of the speech API: a codec, a sample rate and, for some codecs, a bit rate, such as
/// `mp3_44100_128`.
public struct SpeechFormat: Sendable, Hashable {
    /// The codec of a format.
    public enum Codec: Sendable, Hashable {
        /// Signed 16-bit little-endian, without a header.
        case pcm
        /// G.711, one byte a sample, without a header.
        case ulaw, alaw
        /// 16-bit PCM with a RIFF header.
        case wav
        /// MP3 with a constant bit rate, in kbit/s.
        case mp3(Int)
        /// Opus in Ogg, with the bit rate in kbit/s.
        case opus(Int)
    }

    /// The name of the format in the API.
    public let name: String
    /// The codec.
    public let codec: Codec
    /// The sample rate, in Hz.
    public let sampleRate: Int

    /// The default format.
    public static let standard = SpeechFormat(name: "mp3_44100_128", codec: .mp3(128), sampleRate: 44_100)

    /// All formats, in the order in which errors list them.
    public static let all: [SpeechFormat] =
        [(22_050, 32), (24_000, 48), (44_100, 32), (44_100, 64), (44_100, 96), (44_100, 128), (44_100, 192)].map {
            SpeechFormat(name: "mp3_\($0)_\($1)", codec: .mp3($1), sampleRate: $0)
        }
        + rates.map { SpeechFormat(name: "pcm_\($0)", codec: .pcm, sampleRate: $0) }
        + [
            SpeechFormat(name: "ulaw_8000", codec: .ulaw, sampleRate: 8000),
            SpeechFormat(name: "alaw_8000", codec: .alaw, sampleRate: 8000),
        ] + rates.map { SpeechFormat(name: "wav_\($0)", codec: .wav, sampleRate: $0) }
        + [32, 64, 96, 128, 192].map { SpeechFormat(name: "opus_48000_\($0)", codec: .opus($0), sampleRate: 48_000) }

    private static let rates = [8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]

    private init(name: String, codec: Codec, sampleRate: Int) {
        (self.name, self.codec, self.sampleRate) = (name, codec, sampleRate)
    }

    /// The format of that name; nil when there is none.
    public init?(name: String) {
        guard let format = Self.all.first(where: { $0.name == name }) else { return nil }
        self = format
    }

    /// The media type for the `Content-Type` header.
    public var mediaType: String {
        switch codec {
        case .pcm: "audio/pcm"
        case .ulaw: "audio/basic"
        case .alaw: "audio/x-alaw-basic"
        case .wav: "audio/wav"
        case .mp3: "audio/mpeg"
        case .opus: "audio/ogg"
        }
    }
}

/// Encodes one stream of speech.
///
/// Not safe to share: keep it inside one task or actor.
public final class SpeechEncoder {
    private let format: SpeechFormat
    private let mp3: MP3Encoder?
    private let opus: OpusEncoder?
    private var hasBegun = false

    /// - Throws: `MP3EncoderError`, `OpusEncoderError`.
    public init(format: SpeechFormat) throws {
        self.format = format
        switch format.codec {
        case .mp3(let bitRate):
            (mp3, opus) = (try MP3Encoder(sampleRate: format.sampleRate, channels: 1, bitRate: bitRate), nil)
        case .opus(let bitRate):
            (mp3, opus) = (nil, try OpusEncoder(sampleRate: format.sampleRate, bitRate: bitRate))
        case .pcm, .ulaw, .alaw, .wav:
            (mp3, opus) = (nil, nil)
        }
    }

    /// Encodes samples at the format's rate, −1 to 1, and returns the bytes that are complete.
    ///
    /// - Throws: `MP3EncoderError`, `OpusEncoderError`.
    public func encode(_ samples: [Float]) throws -> Data {
        let isFirst = !hasBegun
        hasBegun = true
        return switch format.codec {
        case .mp3: try mp3?.encode([samples]) ?? Data()
        case .opus: try opus?.encode(samples) ?? Data()
        case .pcm: FrameEncoder.encode(samples, as: .pcm16000)
        case .ulaw: FrameEncoder.encode(samples, as: .ulaw8000)
        case .alaw: Data(samples.map { ALaw.code(for: PCM16.value(of: $0)) })
        case .wav:
            // The length is unknown; players take the largest size for "to the end".
            (isFirst
                ? WAV.header(sampleRate: format.sampleRate, channels: 1, dataSize: WAV.largestFile - WAV.headerSize)
                : Data())
                + FrameEncoder.encode(samples, as: .pcm16000)
        }
    }

    /// Returns the last bytes.
    ///
    /// - Throws: `MP3EncoderError`, `OpusEncoderError`.
    public func finish() throws -> Data { try mp3?.finish() ?? opus?.finish() ?? Data() }

    /// The whole stream as a file, whose header states its length.
    public func completed(_ stream: Data) -> Data {
        guard case .wav = format.codec else { return stream }
        let audio = stream.dropFirst(WAV.headerSize)
        return WAV.header(sampleRate: format.sampleRate, channels: 1, dataSize: audio.count) + audio
    }
}
