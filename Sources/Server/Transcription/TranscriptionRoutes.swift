import Agents
import Audio
import Conversation
import Engines
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSON
import NIOCore
import Speech

/// Speech to text of recordings, by the hosted API and by OpenAI's.
struct TranscriptionRoutes: Sendable {
    let service: TranscriptionService
    let access: AccessControl
    let limits: ServerLimits

    func register(_ routes: inout RouteTable) {
        // Recordings are neither kept nor logged, whatever the client asks for.
        let hosted = AcceptedQuery(["token"], inert: ["enable_logging": .always])
        // A page with a token has no key, so the route checks access itself.
        routes.on(.post, "/v1/speech-to-text", for: .anyone, query: hosted, endsWithClient: true) {
            try await transcribe($0, $1)
        }
        routes.on(.post, "/v1/audio/transcriptions", query: [], endsWithClient: true) {
            try await transcribeOpenAI($0, $1)
        }
        routes.on(.get, TranscriptionSocketRoutes.path, for: .anyone, query: .anything) { _, _ in
            throw APIError.upgradeRequired("This")
        }
    }

    private func transcribe(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        try await admit(request)
        let place = try service.recordings.take()
        let form = try await request.form(limit: limits.uploadSize)
        let order = try TranscriptionOrder(form)
        let granularity = try TranscriptionOrder.Granularity.named(
            form["timestamps_granularity"], at: "timestamps_granularity")
        let exports = try TranscriptExport.read(form["additional_formats"])
        let (segments, duration) = try await listen(order)
        withExtendedLifetime(place) {}
        var answer = TranscriptionAnswer.transcript(segments, granularity: granularity ?? .word)
        answer["transcription_id"] = .string(Identifier.make("stt"))
        answer["audio_duration_secs"] = TranscriptionAnswer.seconds(duration)
        if !exports.isEmpty { answer["additional_formats"] = .array(exports.map { $0.file(segments) }) }
        return .json(answer, headers: headers(context))
    }

    /// Checks the client's access. A token is used up with the first request that it admits.
    private func admit(_ request: Request) async throws {
        guard let token = request.query["token"] else {
            return try await access.requireOwner(CallerCredentials(request))
        }
        do {
            try await access.signedURLs.use(try access.signedURLs.verify(token, for: .recording))
        } catch is SignatureError {
            throw APIError.unauthorized(
                "invalid_token", "The token has expired, was already used, or is not valid on this server.")
        }
    }

    // MARK: OpenAI's

    private enum OpenAIFormat: String, CaseIterable {
        case json
        case text
        case verbose = "verbose_json"
        case srt
        case vtt
    }

    private func transcribeOpenAI(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let place = try service.recordings.take()
        let form = try await request.form(limit: limits.uploadSize)
        let order = try TranscriptionOrder(openAI: form)
        let format = try OpenAIFormat.named(form["response_format"], at: "response_format") ?? .json
        if form["stream"] == "true", format == .json || format == .text {
            return stream(order, place, context)
        }
        let (segments, duration) = try await listen(order)
        withExtendedLifetime(place) {}
        var headers = headers(context)
        let text: String
        switch format {
        case .json:
            return .json(
                [
                    "text": .string(TranscriptionAnswer.text(segments)),
                    "usage": TranscriptionAnswer.usage(seconds: duration),
                ], headers: headers)
        case .verbose:
            let answer = TranscriptionAnswer.verbose(
                segments, duration: duration, language: order.hints.language,
                hasWords: form.all("timestamp_granularities").contains("word"))
            return .json(answer, headers: headers)
        case .text: text = TranscriptionAnswer.text(segments) + "\n"
        case .srt: text = Subtitles(segments).text(as: .srt)
        case .vtt: text = Subtitles(segments).text(as: .vtt)
        }
        headers[.contentType] = format == .vtt ? "text/vtt; charset=utf-8" : "text/plain; charset=utf-8"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Streams segments as they are transcribed, as server-sent events.
    private func stream(
        _ order: TranscriptionOrder, _ place: Capacity.Place, _ context: ServerRequestContext
    ) -> Response {
        .events(headers: headers(context)) { send in
            var text = ""
            _ = try await service.transcribe(order) { segment in
                let delta = (text.isEmpty ? "" : " ") + segment.text
                text += delta
                try await send(["type": "transcript.text.delta", "delta": .string(delta)])
            }
            try await send(["type": "transcript.text.done", "text": .string(text)])
            withExtendedLifetime(place) {}
        }
    }

    // MARK: Both

    private func listen(
        _ order: TranscriptionOrder
    ) async throws -> (segments: [Dictation.Segment], duration: Double) {
        do {
            var segments: [Dictation.Segment] = []
            let duration = try await service.transcribe(order) { segments.append($0) }
            return (segments, duration)
        } catch MediaError.noDecoder {
            throw APIError(
                status: .notImplemented, type: "internal_error", code: "no_decoder",
                message: MediaError.noDecoder.description)
        } catch let error as MediaError {
            throw APIError(
                status: .badRequest, type: "validation_error", code: "invalid_audio", message: error.description)
        }
    }

    private func headers(_ context: ServerRequestContext) -> HTTPFields {
        var headers = HTTPFields()
        headers[name: "request-id"] = context.traceID
        return headers
    }
}
