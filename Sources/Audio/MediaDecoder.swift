import Foundation
import Subprocess

/// Reads recordings in all common formats with FFmpeg's program.
///
/// It runs in a process of its own: a file that crashes a decoder, or makes it use too much memory or time, ends only
/// that process.
public struct MediaDecoder: Sendable {
    /// Limits on the resources for one file.
    public struct Limits: Sendable {
        /// The longest audio in seconds: the longest meetings. Transcribing it takes some 100 s of a core.
        public var duration = 14_400.0
        /// Address space in bytes; decoders of speech take some 300 MiB, shared libraries included.
        public var memory = 1 << 30
        /// Processor time in seconds: four hours of MP3 take some 40.
        public var processorTime = 240
        /// Processor time in seconds for reading a file's duration; it takes some 0.05.
        public var probeTime = 5

        /// Creates limits for a server that receives files from strangers.
        public init() {}
    }

    /// The format of a recording.
    public enum Input: Sendable, Hashable {
        /// The format that the file itself states.
        case any
        /// Signed 16-bit little-endian mono without a header, at this rate in Hz.
        case pcm16(rate: Int)
    }

    /// The sample rate of the decoded audio, in Hz.
    public let sampleRate: Int
    private let limits: Limits

    /// The container formats of speech. Formats that refer to other files, such as playlists, are left out.
    private static let formats = "wav,w64,aiff,au,mp3,aac,ac3,flac,ogg,mov,matroska,amr,asf,caf,mpegts,mpeg,avi,flv"
    /// The decoders of speech, by FFmpeg's names. Rare ones, which are poorly tested, and those of pictures and
    /// subtitles are left out.
    private static let codecs = [
        "aac,aac_fixed,aac_latm,ac3,ac3_fixed,eac3,alac,amrnb,amrwb,flac,g722,g726,g726le,g723_1,g729,gsm,gsm_ms",
        "mp1,mp1float,mp2,mp2float,mp3,mp3float,mp3adu,mp3adufloat,opus,libopus,vorbis,libvorbis,speex,libspeex",
        "wmav1,wmav2,wmapro,wmavoice,nellymoser,adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,adpcm_swf,adpcm_yamaha",
        "pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be",
        "pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_s16le_planar,pcm_s16be_planar",
    ].joined(separator: ",")
    /// Bytes of the end of the program's error output that are kept.
    private static let complaintTail = 512
    /// The exit status of programs such as `nice` when the program to run does not exist.
    private static let notFound: Int32 = 127

    /// Creates a decoder to mono samples at `sampleRate`.
    public init(sampleRate: Int = 16_000, limits: Limits = Limits()) {
        self.sampleRate = sampleRate
        self.limits = limits
    }

    /// Decodes the first audio track of `file`, and passes it to `body` piece by piece: samples from −1 to 1, mixed to
    /// mono.
    ///
    /// - Throws: `MediaError`, what `body` throws, or `CancellationError`.
    public func decode(_ file: URL, input: Input = .any, _ body: ([Float]) async throws -> Void) async throws {
        let path = file.path(percentEncoded: false)
        let source = Self.source(path, input)
        // Checked before the work: a small file may be hours of silence.
        if input == .any, let stated = try await duration(source), stated > limits.duration {
            throw MediaError.tooLong(seconds: limits.duration)
        }
        // One more second, which shows whether the file is too long.
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
        // Of a recording that is cut off, the beginning is used.
        case .exited where result.closureResult.count > 0: return
        default:
            let lines = result.closureResult.complaint
                .replacing("file:\(path)", with: "the file").split(whereSeparator: \.isNewline)
            throw MediaError.unreadable(lines.last.map(String.init) ?? "the decoder ended without an error message")
        }
    }

    /// The input options: a local file of a known format.
    private static func source(_ path: String, _ input: Input) -> [String] {
        let kind =
            switch input {
            case .any: ["-format_whitelist", formats, "-codec_whitelist", codecs]
            case .pcm16(let rate): ["-f", "s16le", "-ar", "\(rate)", "-ac", "1"]
            }
        return kind + ["-protocol_whitelist", "file", "-i", "file:\(path)"]
    }

    /// The command before the program's name: it limits memory and time, forbids writing files, and lowers the
    /// priority.
    private func bounds(processorTime: Int) -> [String] {
        ["--as=\(limits.memory)", "--cpu=\(processorTime)", "--fsize=0", "--core=0", "--nofile=64", "nice", "-n", "10"]
    }

    /// A process group of its own: an interrupt from the terminal is for Parley.
    private static var platform: PlatformOptions {
        var platform = PlatformOptions()
        platform.processGroupID = 0
        return platform
    }

    /// The duration in seconds that the file states; nil when it states none, or cannot be read, which the decoder then
    /// reports.
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
    /// The file could not be decoded; the end of FFmpeg's error output.
    case unreadable(String)
    case tooLong(seconds: Double)

    /// A message for the sender of the recording.
    public var description: String {
        switch self {
        case .noDecoder: "This server cannot read recordings: FFmpeg is not installed (`make setup` installs it)."
        case .unreadable(let reason): "The recording cannot be read: \(reason)."
        case .tooLong(let seconds): "The recording is longer than \(Int(seconds)) s."
        }
    }
}

/// Reads little-endian 32-bit samples from bytes in pieces of any size.
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
