import Agents
import Audio
import Conversation
import Engines
import Foundation
import HTTPTypes
import JSON
import Logging

/// The WebSocket that takes audio and answers with transcripts.
struct TranscriptionSocketRoutes: Sendable {
    static let path = "/v1/speech-to-text/realtime"

    let access: AccessControl
    let service: TranscriptionService
    let limits: ServerLimits

    var webSocketRoutes: [WebSocketRoute] {
        [
            WebSocketRoute(path: Self.path, stalledWriteTimeout: limits.slowReaderTimeout) { connection, logger in
                try await serve(connection, logger: logger)
            }
        ]
    }

    private func serve(_ connection: WebSocketConnection, logger: Logger) async throws {
        let request = connection.request
        try await connection.run(decode: TranscriptionMessage.init(frame:)) { messages, send in
            let send: TranscriptionSocket.Send = { event in
                for message in event.messages { try await send(message.data) }
            }
            do {
                let options = try TranscriptionSocket.Options(query: request.query)
                let place = try service.sockets.take()
                try await admit(request)
                let dictation = try await service.dictation(
                    model: options.model, hints: options.hints, options: options.dictation)
                try await TranscriptionSocket(options: options, dictation: dictation, send: send).run(messages)
                withExtendedLifetime(place) {}
                return CallEnding(code: 1000, reason: "Done.")
            } catch {
                return await refuse(error, logger: logger, send: send)
            }
        }
    }

    private func admit(_ request: WebSocketRequest) async throws {
        guard let token = request.query["token"] else {
            return try await access.requireOwner(CallerCredentials(request))
        }
        try await access.signedURLs.use(try access.signedURLs.verify(token, for: .transcriptionSocket))
    }

    /// Tells the client why the socket is closed.
    private func refuse(
        _ error: any Error, logger: Logger, send: TranscriptionSocket.Send
    ) async -> CallEnding {
        let (code, word, reason): (Int, String, String) =
            switch error {
            case let error as InactivityWatch.Expired:
                (
                    1008, "insufficient_audio_activity",
                    "No audio for \(error.limit.components.seconds) s: send audio, or silence, to keep the connection."
                )
            case let error as TranscriptionMessage.Malformed: (1008, "input_error", error.reason)
            case is SignatureError:
                (1008, "auth_error", "The token has expired, was already used, or is not valid on this server.")
            case let error as APIError where error.status == .unauthorized: (1008, "auth_error", error.message)
            case let error as APIError where [.tooManyRequests, .serviceUnavailable].contains(error.status):
                (1013, "resource_exhausted", error.message)
            case let error as APIError: (1008, "invalid_request", error.message)
            case let error as EngineError where error.kind == .rateLimited:
                (1013, "queue_overflow", "\(error.engine): \(error.message)")
            case let error as EngineError: (1011, "transcriber_error", "\(error.engine): \(error.message)")
            case is CancellationError, is InactivityWatch.ShutDown: (1001, "error", "The connection is closing.")
            default: (1011, "error", "Transcription failed; see the server's log.")
            }
        if code == 1011 {
            logger.error("A transcription socket failed.", metadata: ["error": "\(error)"])
        } else {
            logger.info("A transcription socket was closed.", metadata: ["reason": "\(word)"])
        }
        try? await send(.failure(code: word, message: reason))
        return CallEnding(code: code, reason: reason)
    }
}
