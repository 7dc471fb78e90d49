/// The encoding of one channel of call audio; the raw values are the names of the conversation protocol.
public enum AudioFormat: String, Sendable, Hashable, CaseIterable, Codable {
    case pcm8000 = "pcm_8000"
    case pcm16000 = "pcm_16000"
    case pcm22050 = "pcm_22050"
    case pcm24000 = "pcm_24000"
    case pcm44100 = "pcm_44100"
    case pcm48000 = "pcm_48000"
    case ulaw8000 = "ulaw_8000"

    /// The encoding of a sample.
    public enum Encoding: Sendable, Hashable {
        /// Signed 16-bit little-endian.
        case pcm16
        /// ITU-T G.711 µ-law, one byte a sample.
        case ulaw
    }

    /// The encoding of a sample.
    public var encoding: Encoding { self == .ulaw8000 ? .ulaw : .pcm16 }

    /// Samples a second, in Hz.
    public var sampleRate: Int {
        switch self {
        case .pcm8000, .ulaw8000: 8000
        case .pcm16000: 16000
        case .pcm22050: 22050
        case .pcm24000: 24000
        case .pcm44100: 44100
        case .pcm48000: 48000
        }
    }

    /// The size of a sample in bytes.
    public var bytesPerSample: Int { encoding == .ulaw ? 1 : 2 }
}
