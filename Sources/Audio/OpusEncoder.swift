import COpusEncoder
import Foundation

/// Why Opus could not be encoded.
public struct OpusEncoderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error code of libopusenc.
    public var code: Int

    /// A message for the operator.
    public var description: String { "the Opus encoder failed with code \(code)" }
}

/// Encodes one stream of mono samples as Opus in Ogg (RFC 7845).
///
/// Not safe to share: keep it inside one task or actor.
public final class OpusEncoder {
    private let encoder: OpaquePointer
    private var isFinished = false

    /// The length of a page in samples at 48 kHz: 0.2 s, because players begin with the first complete page.
    private static let pageLength: Int32 = 9600

    /// - Parameters:
    ///   - sampleRate: The rate of the samples, in Hz; decoders output 48 kHz in any case.
    ///   - bitRate: In kbit/s.
    /// - Throws: `OpusEncoderError`.
    public init(sampleRate: Int, bitRate: Int) throws {
        guard let comments = ope_comments_create() else { throw OpusEncoderError(code: Int(OPE_ALLOC_FAIL)) }
        defer { ope_comments_destroy(comments) }
        var code: Int32 = 0
        guard let encoder = ope_encoder_create_pull(comments, Int32(sampleRate), 1, 0, &code) else {
            throw OpusEncoderError(code: Int(code))
        }
        self.encoder = encoder
        for code in [
            parley_opus_set_bit_rate(encoder, Int32(bitRate * 1000)),
            parley_opus_set_page_length(encoder, Self.pageLength),
        ] where code != OPE_OK { throw OpusEncoderError(code: Int(code)) }
    }

    deinit { ope_encoder_destroy(encoder) }

    /// Encodes samples, −1 to 1, and returns the pages that are complete.
    ///
    /// - Throws: `OpusEncoderError`.
    public func encode(_ samples: [Float]) throws -> Data {
        guard !samples.isEmpty, !isFinished else { return Data() }
        let code = ope_encoder_write_float(encoder, samples, Int32(samples.count))
        guard code == OPE_OK else { throw OpusEncoderError(code: Int(code)) }
        return pages(flush: false)
    }

    /// Returns the last pages; nothing can be encoded afterwards.
    ///
    /// - Throws: `OpusEncoderError`.
    public func finish() throws -> Data {
        guard !isFinished else { return Data() }
        isFinished = true
        let code = ope_encoder_drain(encoder)
        guard code == OPE_OK else { throw OpusEncoderError(code: Int(code)) }
        return pages(flush: true)
    }

    private func pages(flush: Bool) -> Data {
        var data = Data()
        var page: UnsafeMutablePointer<UInt8>?
        var length: Int32 = 0
        while ope_encoder_get_page(encoder, &page, &length, flush ? 1 : 0) == 1, let page {
            data.append(page, count: Int(length))
        }
        return data
    }
}
