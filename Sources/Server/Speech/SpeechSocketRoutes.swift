import Agents
import Engines
import Foundation
import JSON
import Logging
import Speech

/// The WebSockets that take text and answer with speech: `stream-input`, and `multi-stream-input` for several texts at
/// the same time.
struct SpeechSocketRoutes: Sendable {
    let access: AccessControl
    let service: SpeechService
    let limits: ServerLimits

    private static let prefix = "/v1/text-to-speech/"

    var webSocketRoutes: [WebSocketRoute] {
        [("stream-input", false), ("multi-stream-input", true)].map { name, isMulti in
            WebSocketRoute(
                path: "\(Self.prefix){voice_id}/\(name)", stalledWriteTimeout: limits.slowReaderTimeout
            ) { connection, logger in
                try await serve(connection, isMulti: isMulti, logger: logger)
            }
        }
    }

    private func serve(_ connection: WebSocketConnection, isMulti: Bool, logger: Logger) async throws {
        let request = connection.request
        let id = request.path.dropFirst(Self.prefix.count).prefix { $0 != "/" }
        try await connection.run(decode: SpeechMessage.init(frame:)) { messages, send in
            let socket = SpeechSocket(isMulti: isMulti, service: service, logger: logger) { try await send($0.data) }
            do {
                let options = try SpeechSocket.Options(query: request.query, openingTimeout: limits.handshakeTimeout)
                return try await socket.run(messages, options: options) { first in
                    try await admit(request, first) {
                        try await service.voice(id.removingPercentEncoding ?? String(id))
                    }
                }
            } catch {
                return await socket.refuse(error)
            }
        }
    }

    /// Checks the client's access. A token is used up only when there is a voice.
    private func admit(
        _ request: WebSocketRequest, _ first: SpeechMessage, voice: () async throws -> any Synthesizer
    ) async throws -> any Synthesizer {
        if let token = request.query["single_use_token"] {
            let verified = try access.signedURLs.verify(token, for: .speechSocket)
            let voice = try await voice()
            try await access.signedURLs.use(verified)
            return voice
        }
        try await access.requireOwner(CallerCredentials(request, key: first.apiKey))
        return try await voice()
    }
}
