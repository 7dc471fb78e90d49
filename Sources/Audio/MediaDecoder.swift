import Foundation
import Subprocess

/// Reads recordings of all common formats through FFmpeg's program.
///
/// In a process of its own: a file that breaks a decoder, or has it take more memory or time than it should, ends that
/// process and nothing else.
public struct MediaDecoder: Sendable {
    /// What a file may cost.
    public struct Limits: Sendable {
        /// Seconds of audio: the longest meetings. To be listened to, they take some 100 s of a core.
        public var duration = 14_400.0
        /// Bytes of address space; decoders of speech take some 300 MiB, shared libraries included.
        public var memory = 1 << 30
        /// Seconds of processor time: four hours of MP3 take some 40.
        public var processorTime = 240
        /// Seconds of processor time for reading how long a file is; it takes some 0.05.
        public var probeTime = 5

        /// Limits for a server that strangers send files to.
        public init() {}
    }

    /// How a recording is written.
    public enum Input: Sendable, Hashable {
        /// As the file itself says.
        case any
        /// Signed 16-bit little-endian mono, without a header; the rate in Hz.
        case pcm16(rate: Int)
    }

    /// In Hz.
    public let sampleRate: Int
    private let limits: Limits

    /// What speech comes in. Formats that lead to other files, such as playlists, are not among them.
    private static let formats = "wav,w64,aiff,au,mp3,aac,ac3,flac,ogg,mov,matroska,amr,asf,caf,mpegts,mpeg,avi,flv"
    /// What decodes speech, by FFmpeg's names: neither the rarities among its decoders, which nobody has tried to break for
    /// long, nor those of pictures and subtitles.
    private static let codecs = [
        "aac,aac_fixed,aac_latm,ac3,ac3_fixed,eac3,alac,amrnb,amrwb,flac,g722,g726,g726le,g723_1,g729,gsm,gsm_ms",
        "mp1,mp1float,mp2,mp2float,mp3,mp3float,mp3adu,mp3adufloat,opus,libopus,vorbis,libvorbis,speex,libspeex",
        "wmav1,wmav2,wmapro,wmavoice,nellymoser,adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,adpcm_swf,adpcm_yamaha",
        "pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be",
        "pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_s16le_planar,pcm_s16be_planar",
    ].joined(separator: ",")
    /// The end of the program's complaints that is kept, in bytes.
    private static let complaintTail = 512
    /// Of those that run programs for others, when there is no such program.
    private static let notFound: Int32 = 127

    /// Gives mono samples at `sampleRate`.
    public init(sampleRate: Int = 16_000, limits: Limits = Limits()) {
        self.sampleRate = sampleRate
        self.limits = limits
    }

    /// Hands the first audio track of `file` to `body`, piece by piece: samples from −1 to 1, all channels mixed.
    ///
    /// - Throws: `MediaError`, what `body` throws, or `CancellationError`.
    public func decode(_ file: URL, input: Input = .any, _ body: ([Float]) async throws -> Void) async throws {
        let path = file.path(percentEncoded: false)
        let source = Self.source(path, input)
        // Before the work: a small file may be hours of silence.
        if input == .any, let stated = try await duration(source), stated > limits.duration {
            throw MediaError.tooLong(seconds: limits.duration)
        }
        // A second more, so that a file that is too long can be told from one that is not.
        let target = [
            "-map", "0:a:0", "-ac", "1", "-ar", "\(sampleRate)", "-t", "\(limits.duration + 1)", "-f", "f32le",
            "pipe:1",
        ]
        let arguments =
            bounds(processorTime: limits.processorTime) + [
                "ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1",
            ] + source + ["-vn", "-sn", "-dn"] + target
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(arguments), environment: .only(ChildEnvironment.variables()),
            platformOptions: Self.platform, input: .none, output: .sequence, error: .sequence
        ) { execution in
            async let complaint = Self.tail(of: execution.standardError)
            var samples = SampleReader()
            var count = 0
            for try await buffer in execution.standardOutput {
                let piece = buffer.withUnsafeBytes { samples.read($0) }
                count += piece.count
                guard Double(count) <= limits.duration * Double(sampleRate) else {
                    throw MediaError.tooLong(seconds: limits.duration)
                }
                if !piece.isEmpty { try await body(piece) }
            }
            return (count: count, complaint: try await complaint)
        }
        try Task.checkCancellation()
        switch result.terminationStatus {
        case .exited(0): return
        case .exited(Self.notFound): throw MediaError.noDecoder
        // A recording that breaks off is as good as its beginning.
        case .exited where result.closureResult.count > 0: return
        default:
            let lines = result.closureResult.complaint
                .replacing("file:\(path)", with: "the file").split(whereSeparator: \.isNewline)
            throw MediaError.unreadable(lines.last.map(String.init) ?? "the decoder ended without a word")
        }
    }

    /// What `file` is to be read as: local, and of none but known kinds.
    private static func source(_ path: String, _ input: Input) -> [String] {
        let kind =
            switch input {
            case .any: ["-format_whitelist", formats, "-codec_whitelist", codecs]
            case .pcm16(let rate): ["-f", "s16le", "-ar", "\(rate)", "-ac", "1"]
            }
        return kind + ["-protocol_whitelist", "file", "-i", "file:\(path)"]
    }

    /// What stands before the program's name: it gets so much memory and time, writes no files, and waits for others.
    private func bounds(processorTime: Int) -> [String] {
        ["--as=\(limits.memory)", "--cpu=\(processorTime)", "--fsize=0", "--core=0", "--nofile=64", "nice", "-n", "10"]
    }

    /// Group of its own: an interrupt from the terminal is for Parley.
    private static var platform: PlatformOptions {
        var platform = PlatformOptions()
        platform.processGroupID = 0
        return platform
    }

    /// How long the file says it is, in seconds; nil when it does not say, or cannot be read: why is for the decoder to
    /// tell.
    private func duration(_ source: [String]) async throws -> Double? {
        let arguments =
            bounds(processorTime: limits.probeTime) + ["ffprobe", "-v", "quiet", "-show_entries", "format=duration"]
            + ["-of", "csv=p=0"] + source
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(arguments), environment: .only(ChildEnvironment.variables()),
            platformOptions: Self.platform, input: .none, output: .string(limit: Self.complaintTail), error: .discarded)
        return Double(result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func tail(of output: SubprocessOutputSequence) async throws -> String {
        var tail: [UInt8] = []
        for try await buffer in output {
            tail = Array((tail + buffer.withUnsafeBytes { Array($0) }).suffix(complaintTail))
        }
        return String(decoding: tail, as: UTF8.self)
    }
}

/// Why a recording could not be read.
public enum MediaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// FFmpeg's program is not on the `PATH`.
    case noDecoder
    /// What FFmpeg said last.
    case unreadable(String)
    case tooLong(seconds: Double)

    /// What to tell who sent it.
    public var description: String {
        switch self {
        case .noDecoder: "This server cannot read recordings: FFmpeg is not installed (`make setup` installs it)."
        case .unreadable(let reason): "The recording cannot be read: \(reason)."
        case .tooLong(let seconds): "The recording is longer than \(Int(seconds)) s."
        }
    }
}

/// Little-endian 32-bit samples from bytes that are cut anywhere.
private struct SampleReader {
    private var rest: [UInt8] = []

    mutating func read(_ bytes: UnsafeRawBufferPointer) -> [Float] {
        rest.append(contentsOf: bytes)
        let size = MemoryLayout<Float>.size
        let count = rest.count / size
        let samples = rest.withUnsafeBytes { raw in
            (0..<count).map { index in
                let bits = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index * size, as: UInt32.self))
                let sample = Float(bitPattern: bits)
                return sample.isFinite ? sample : 0
            }
        }
        rest.removeFirst(count * size)
        return samples
    }
}
