import Audio
import Engines

/// Reads the audio of one answer, 16-bit PCM however its bytes are cut, at the rate that is wanted.
///
/// Some servers answer with WAV whatever they are asked for: its header is understood, and gives the rate.
struct SpeechAudioReader: Sendable {
    private enum State {
        /// Too little to tell what it is.
        case beginning([UInt8])
        /// Samples, and how many of their bytes are still to come; nil is until the end.
        case samples(remaining: Int?)
    }

    private let engine: String
    private let wantedRate: Int
    private var state = State.beginning([])
    private var decoder = FrameDecoder(format: .pcm16000)
    private var resampler: Resampler

    /// A WAV header with all that programs put before the samples is shorter, in bytes.
    private static let longestHeader = 64 << 10

    /// - Parameters:
    ///   - rate: Of audio without a header, in Hz.
    ///   - wantedRate: Of the samples that are given, in Hz.
    init(engine: String, rate: Int, wantedRate: Int) throws {
        self.engine = engine
        self.wantedRate = wantedRate
        resampler = try Self.resampler(engine, from: rate, to: wantedRate)
    }

    /// The samples that `bytes` complete.
    ///
    /// - Throws: `EngineError` when the audio is in a format that is not read.
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

    /// The rest, when the answer is over.
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

    /// What stands before the samples of a WAV file; nil when there is more to come of it.
    private func header(_ head: [UInt8]) throws -> (length: Int, rate: Int, size: Int?)? {
        var position = 12
        var rate: Int?
        while let size = number(head, at: position + 4, bytes: 4) {
            let content = position + 8
            if head[position..<position + 4].elementsEqual("data".utf8) {
                guard let rate else { throw unreadable("a WAV file without a format") }
                // Who streams does not know the length: the field is 0, or as large as can be.
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
        EngineError(.malformedAnswer, engine: engine, "the answer is \(what); 16-bit PCM with one channel is read")
    }
}
