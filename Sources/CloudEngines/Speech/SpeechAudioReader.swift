import Audio
import Engines

/// Reads the audio of one answer, 16-bit PCM in pieces of any size, and converts it to the wanted sample rate.
///
/// Some servers always answer with WAV: its header is read, and gives the rate.
struct SpeechAudioReader: Sendable {
    private enum State {
        /// The first bytes, too few to tell the format.
        case beginning([UInt8])
        /// Within the samples; `remaining` bytes of them are still to come, or nil until the end of the answer.
        case samples(remaining: Int?)
    }

    private let engine: String
    private let wantedRate: Int
    private var state = State.beginning([])
    private var decoder = FrameDecoder(format: .pcm16000)
    private var resampler: Resampler

    /// The longest WAV header, in bytes, with all that programs put before the samples.
    private static let longestHeader = 64 << 10

    /// - Parameters:
    ///   - rate: The sample rate of audio without a header, in Hz.
    ///   - wantedRate: The sample rate of the samples that are returned, in Hz.
    init(engine: String, rate: Int, wantedRate: Int) throws {
        self.engine = engine
        self.wantedRate = wantedRate
        resampler = try Self.resampler(engine, from: rate, to: wantedRate)
    }

    /// The samples that `bytes` complete.
    ///
    /// - Throws: `EngineError` when the format of the audio is not supported.
    mutating func read(_ bytes: some Collection<UInt8>) throws -> [Float] {
        switch state {
        case .samples(let remaining):
            let count = min(remaining ?? bytes.count, bytes.count)
            state = .samples(remaining: remaining.map { $0 - count })
            return resampler.process(decoder.decode(bytes.prefix(count)))
        case .beginning(var head):
            head += bytes
            guard Self.mayBeWAV(head) else {
                state = .samples(remaining: nil)
                return try read(head)
            }
            guard let header = try header(head) else {
                guard head.count <= Self.longestHeader else { throw unreadable("a WAV file without samples") }
                state = .beginning(head)
                return []
            }
            resampler = try Self.resampler(engine, from: header.rate, to: wantedRate)
            state = .samples(remaining: header.size)
            return try read(head.dropFirst(header.length))
        }
    }

    /// The remaining samples, at the end of the answer.
    mutating func finish() throws -> [Float] {
        guard case .beginning(let head) = state, !head.isEmpty else { return resampler.flush() }
        guard !Self.mayBeWAV(head) || head.count < 12 else { throw unreadable("a WAV file that is cut off") }
        state = .samples(remaining: nil)
        return try read(head) + resampler.flush()
    }

    private static func mayBeWAV(_ head: [UInt8]) -> Bool {
        head.starts(with: "RIFF".utf8) && (head.count < 12 || head[8..<12].elementsEqual("WAVE".utf8))
            || (head.count < 4 && "RIFF".utf8.starts(with: head))
    }

    private static func resampler(_ engine: String, from rate: Int, to wanted: Int) throws -> Resampler {
        do {
            return try Resampler(from: rate, to: wanted)
        } catch {
            throw EngineError(.malformedAnswer, engine: engine, "\(error)")
        }
    }

    /// Reads the header of a WAV file; nil while it is incomplete.
    private func header(_ head: [UInt8]) throws -> (length: Int, rate: Int, size: Int?)? {
        var position = 12
        var rate: Int?
        while let size = number(head, at: position + 4, bytes: 4) {
            let content = position + 8
            if head[position..<position + 4].elementsEqual("data".utf8) {
                guard let rate else { throw unreadable("a WAV file without a format") }
                // A streaming server does not know the length: the field is 0, or very large.
                return (content, rate, size == 0 || size >= 0x7FFF_FFFF ? nil : size)
            }
            if head[position..<position + 4].elementsEqual("fmt ".utf8) {
                guard let encoding = number(head, at: content, bytes: 2),
                    let channels = number(head, at: content + 2, bytes: 2),
                    let found = number(head, at: content + 4, bytes: 4),
                    let bits = number(head, at: content + 14, bytes: 2)
                else { return nil }
                guard encoding == 1 || encoding == 0xFFFE, channels == 1, bits == 16 else {
                    throw unreadable("WAV with \(bits) bits and \(channels) channels")
                }
                rate = found
            }
            guard size <= Self.longestHeader else { throw unreadable("a WAV file without samples") }
            position = content + size + size % 2
        }
        return nil
    }

    private func number(_ bytes: [UInt8], at position: Int, bytes count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        return bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func unreadable(_ what: String) -> EngineError {
        EngineError(.malformedAnswer, engine: engine, "the answer is \(what); only 16-bit mono PCM is supported")
    }
}
