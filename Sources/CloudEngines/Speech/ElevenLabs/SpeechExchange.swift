import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Synchronization

/// Synthesizes clauses over HTTP, each with a request of its own.
final class ElevenLabsSpeechExchange: Sendable {
    private let configuration: ElevenLabsSynthesizer.Configuration
    private let server: RemoteServer
    /// Whether the server reports the times of words, which not every server with this API does.
    private let hasTimings = Mutex(true)
    private var errors: ServiceErrors { server.errors }

    init(configuration: ElevenLabsSynthesizer.Configuration, server: RemoteServer) {
        self.configuration = configuration
        self.server = server
    }

    func speak(
        _ order: ElevenLabsSynthesizer.SpeechOrder, watch: ProgressWatch, yield: @Sendable (SpeechChunk) -> Void
    ) async throws {
        var withTimings = hasTimings.withLock(\.self)
        var response = try await request(order, withTimings: withTimings)
        if withTimings, response.status == .notFound || response.status == .methodNotAllowed {
            withTimings = false
            let plain = try await request(order, withTimings: false)
            // The voice exists, so it was the path for timings that was not found.
            if plain.status == .ok { hasTimings.withLock { $0 = false } }
            response = plain
        }
        guard response.status == .ok else {
            throw errors.refusal(try await server.refusal(response))
        }
        var clause = ElevenLabsClause(
            text: order.text, format: order.format, origin: .clause, limit: configuration.options.maximumClause)
        if withTimings {
            try await readLines(response.body, into: &clause, watch: watch, yield: yield)
        } else {
            var pieces = response.body.makeAsyncIterator()
            while let bytes = try await server.next(&pieces) {
                pass(try clause.chunk(audio: Data(bytes.readableBytesView), characters: []), watch, yield)
            }
        }
        pass(clause.rest(), watch, yield)
        guard clause.length > 0 else { throw errors.malformed("no audio") }
    }

    private func readLines(
        _ body: HTTPClientResponse.Body, into clause: inout ElevenLabsClause, watch: ProgressWatch,
        yield: @Sendable (SpeechChunk) -> Void
    ) async throws {
        var parser = LineParser(limit: configuration.options.maximumMessageSize)
        var pieces = body.makeAsyncIterator()
        while let bytes = try await server.next(&pieces) {
            for line in try parser.parse(bytes.readableBytesView) { try take(line, &clause, watch, yield) }
        }
        if let line = parser.finish() { try take(line, &clause, watch, yield) }
    }

    private func take(
        _ line: [UInt8], _ clause: inout ElevenLabsClause, _ watch: ProgressWatch,
        _ yield: @Sendable (SpeechChunk) -> Void
    ) throws {
        guard let reply = ElevenLabsSpeechReply(Data(line)) else {
            throw errors.malformed("a line that is not a piece of speech")
        }
        if let failure = reply.failure { throw errors.refusal(word: failure.word, message: failure.message) }
        pass(try clause.chunk(audio: reply.audio, characters: reply.characters), watch, yield)
    }

    private func pass(_ chunk: SpeechChunk?, _ watch: ProgressWatch, _ yield: @Sendable (SpeechChunk) -> Void) {
        guard let chunk else { return }
        if !chunk.samples.isEmpty { watch.progressed(next: configuration.options.stallTimeout) }
        yield(chunk)
    }

    private func request(
        _ order: ElevenLabsSynthesizer.SpeechOrder, withTimings: Bool
    ) async throws -> HTTPClientResponse {
        try await server.send(
            order.url(withTimings: withTimings, errors: errors).absoluteString,
            headers: [("content-type", "application/json")] + server.credentials(in: "xi-api-key"),
            body: order.body.data)
    }
}
