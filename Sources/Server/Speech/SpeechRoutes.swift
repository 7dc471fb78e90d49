import Agents
import Audio
import Conversation
import Engines
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Speech

/// Text to speech, by the hosted API and by OpenAI's.
struct SpeechRoutes: Sendable {
    let service: SpeechService
    let limits: ServerLimits

    /// Longest audio in one piece of an answer, in seconds.
    private static let longestPart = 2.0

    func register(_ routes: inout RouteTable) {
        let path = "/v1/text-to-speech/{voice_id}"
        // Texts are neither kept nor logged, and latency is always lowest, whatever the client asks for.
        let query = AcceptedQuery(
            ["output_format"], inert: ["enable_logging": .always, "optimize_streaming_latency": .always])
        routes.on(.post, path, query: query, endsWithClient: true) { try await whole(try await read($0, $1), $1) }
        routes.on(.post, "\(path)/stream", query: query, endsWithClient: true) {
            try await streamed(try await read($0, $1), $1)
        }
        routes.on(.post, "\(path)/with-timestamps", query: query, endsWithClient: true) {
            try await timed(try await read($0, $1), $1)
        }
        routes.on(.post, "\(path)/stream/with-timestamps", query: query, endsWithClient: true) {
            try await timedStream(try await read($0, $1), $1)
        }
        routes.on(.post, "/v1/audio/speech", query: [], endsWithClient: true) { request, context in
            let body = try await request.jsonBody(limit: limits.bodySize)
            let order = try SpeechOrder(openAI: body)
            return switch try SpeechOrder.streamFormat(openAI: body) {
            case .events: try await events(order, context)
            case .audio: try await streamed(order, context)
            // A client that does not stream expects a file, whose WAV header needs the length.
            case nil where order.format.codec == .wav: try await whole(order, context)
            case nil: try await streamed(order, context)
            }
        }
    }

    private func read(_ request: Request, _ context: ServerRequestContext) async throws -> SpeechOrder {
        try SpeechOrder(
            voice: context.parameter("voice_id"), query: request.query,
            body: try await request.jsonBody(limit: limits.bodySize))
    }

    // MARK: Answers

    private func whole(_ order: SpeechOrder, _ context: ServerRequestContext) async throws -> Response {
        // Only a WAV header needs the length.
        guard case .wav = order.format.codec else { return try await streamed(order, context, isHasty: false) }
        let work = try await begin(order, isHasty: false)
        let encoder = try SpeechEncoder(format: order.format)
        var narration = work.narration
        var file = Data()
        while let piece = try await narration.next() { file += try encoder.encode(piece.samples) }
        return Response(
            status: .ok, headers: headers(order, work, context),
            body: .init(byteBuffer: ByteBuffer(bytes: encoder.completed(file))))
    }

    /// Streams audio as it is made.
    private func streamed(
        _ order: SpeechOrder, _ context: ServerRequestContext, isHasty: Bool = true
    ) async throws -> Response {
        let work = try await begin(order, isHasty: isHasty)
        // A voice that fails at once gives an error answer instead of a broken stream.
        let (first, rest) = try await firstPiece(of: work)
        let body = ResponseBody { writer in
            try await Self.encode(first, rest, as: order.format) { try await writer.write(ByteBuffer(bytes: $0)) }
            try await writer.finish(nil)
            withExtendedLifetime(work) {}
        }
        return Response(status: .ok, headers: headers(order, work, context), body: body)
    }

    /// Streams audio as OpenAI's server-sent events.
    private func events(_ order: SpeechOrder, _ context: ServerRequestContext) async throws -> Response {
        let work = try await begin(order, isHasty: true)
        let (first, rest) = try await firstPiece(of: work)
        return .events(headers: headers(order, work, context)) { send in
            let seconds = try await Self.encode(first, rest, as: order.format) { data in
                try await send(["type": "speech.audio.delta", "audio": .string(data.base64EncodedString())])
            }
            try await send(["type": "speech.audio.done", "usage": Self.usage(of: order, seconds: seconds)])
            withExtendedLifetime(work) {}
        }
    }

    /// Token counts by OpenAI's rules of thumb: four characters a token for text, twenty tokens a second for audio.
    private static func usage(of order: SpeechOrder, seconds: Double) -> JSONValue {
        let (input, output) = ((order.text.count + 3) / 4, Int((seconds * 20).rounded(.up)))
        return [
            "input_tokens": .integer(input), "output_tokens": .integer(output),
            "total_tokens": .integer(input + output),
        ]
    }

    /// Encodes the audio from `first` to the end of `rest` and passes on what is not empty.
    ///
    /// - Returns: The length of the audio in seconds.
    @discardableResult
    private static func encode(
        _ first: Narration.Piece?, _ rest: Narration, as format: SpeechFormat, write: (Data) async throws -> Void
    ) async throws -> Double {
        let encoder = try SpeechEncoder(format: format)
        var (narration, piece, samples) = (rest, first, 0)
        while let spoken = piece {
            for part in spoken.parts(of: longestPart, rate: format.sampleRate) {
                let data = try encoder.encode(part.samples)
                if !data.isEmpty { try await write(data) }
            }
            samples += spoken.samples.count
            piece = try await narration.next()
        }
        let end = try encoder.finish()
        if !end.isEmpty { try await write(end) }
        return Double(samples) / Double(format.sampleRate)
    }

    private func timed(_ order: SpeechOrder, _ context: ServerRequestContext) async throws -> Response {
        let work = try await begin(order, isHasty: false)
        let encoder = try SpeechEncoder(format: order.format)
        var narration = work.narration
        var file = Data()
        var (written, spoken): ([Narration.TimedCharacter], [Narration.TimedCharacter]) = ([], [])
        while let piece = try await narration.next() {
            file += try encoder.encode(piece.samples)
            written += piece.written
            spoken += piece.spoken
        }
        file += try encoder.finish()
        var headers = headers(order, work, context)
        headers[.contentType] = nil
        return .json(Self.json(encoder.completed(file), written, spoken), headers: headers)
    }

    /// Streams audio with the times of its characters, one JSON object a line.
    private func timedStream(_ order: SpeechOrder, _ context: ServerRequestContext) async throws -> Response {
        let work = try await begin(order, isHasty: true)
        let (first, rest) = try await firstPiece(of: work)
        let body = ResponseBody { writer in
            let encoder = try SpeechEncoder(format: order.format)
            var (narration, piece) = (rest, first)
            while let spoken = piece {
                let audio = spoken.samples.isEmpty ? Data() : try encoder.encode(spoken.samples)
                let line = Self.json(audio, spoken.written, spoken.spoken)
                try await writer.write(ByteBuffer(bytes: line.data + Data("\n".utf8)))
                piece = try await narration.next()
            }
            let end = try encoder.finish()
            if !end.isEmpty {
                let line: JSONValue = [
                    "audio_base64": .string(end.base64EncodedString()), "alignment": nil, "normalized_alignment": nil,
                ]
                try await writer.write(ByteBuffer(bytes: line.data + Data("\n".utf8)))
            }
            try await writer.finish(nil)
            withExtendedLifetime(work) {}
        }
        var headers = headers(order, work, context)
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: body)
    }

    // MARK: The voice

    /// A text that is being spoken; it holds its place in `SpeechService`.
    private struct Work: Sendable {
        var narration: Narration
        var voice: String
        var place: Capacity.Place
    }

    private func begin(_ order: SpeechOrder, isHasty: Bool) async throws -> Work {
        let place = try service.texts.take()
        let voice = try await service.voice(order.voice, language: order.options.language)
        var options = order.options
        options.follow(try await service.rules(of: order.dictionaries))
        options.isHasty = isHasty
        options.speed = if let speed = order.speed { speed } else { try await service.speed(of: voice) }
        var narration = Narration(synthesizer: voice, options: options)
        narration.add(order.text)
        narration.flush()
        guard !narration.isSilent else {
            throw ValidationError.body(order.textMember, SpeechOrder.nothingToSay, "value_error")
        }
        return Work(narration: narration, voice: voice.id, place: place)
    }

    private func firstPiece(of work: Work) async throws -> (Narration.Piece?, Narration) {
        var narration = work.narration
        let piece = try await narration.next()
        return (piece, narration)
    }

    private func headers(_ order: SpeechOrder, _ work: Work, _ context: ServerRequestContext) -> HTTPFields {
        var headers: HTTPFields = [.contentType: order.format.mediaType]
        headers[name: "request-id"] = context.traceID
        headers[name: "character-cost"] = "\(order.text.count)"
        headers[name: "x-voice-id"] = work.voice
        return headers
    }

    private static func json(
        _ audio: Data, _ written: [Narration.TimedCharacter], _ spoken: [Narration.TimedCharacter]
    ) -> JSONValue {
        [
            "audio_base64": .string(audio.base64EncodedString()), "alignment": alignment(written),
            "normalized_alignment": alignment(spoken),
        ]
    }

    private static func alignment(_ characters: [Narration.TimedCharacter]) -> JSONValue {
        func seconds(_ time: Double) -> JSONValue { .number((time * 1000).rounded() / 1000) }
        return [
            "characters": .array(characters.map { .string($0.text) }),
            "character_start_times_seconds": .array(characters.map { seconds($0.start) }),
            "character_end_times_seconds": .array(characters.map { seconds($0.end) }),
        ]
    }
}

extension APIError {
    /// Translates an engine's failure into the API's errors.
    init(_ error: EngineError) {
        let status: HTTPResponse.Status =
            switch error.kind {
            case .unavailable: .serviceUnavailable
            case .timeout: .gatewayTimeout
            case .rateLimited: .tooManyRequests
            case .rejected: .badRequest
            case .malformedAnswer, .failed: .internalServerError
            }
        self.init(
            status: status, type: "engine_error", code: error.kind.rawValue,
            message: "\(error.engine): \(error.message)")
    }
}
