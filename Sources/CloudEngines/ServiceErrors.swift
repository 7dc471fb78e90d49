import AsyncHTTPClient
import Engines
import EventStream
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import WebSockets

/// Makes engine errors of a service's failures, without its secrets.
struct ServiceErrors: Sendable {
    /// The engine's name in errors.
    let engine: String
    /// The name of the server in errors, such as "the model's server".
    let server: String
    /// Secrets that no text may hold, longest first, since one may be a part of another.
    private let secrets: [String]

    /// The longest message of an error, in characters, since it may quote the server.
    private static let messageLimit = 400
    static let speechService = "the speech service"

    init(engine: String, server: String = Self.speechService, endpoint: ServiceEndpoint) {
        self.engine = engine
        self.server = server
        secrets = endpoint.secrets.sorted { $0.count > $1.count }
    }

    /// - Parameter message: The message, which may quote the server.
    func error(_ kind: EngineError.Kind, _ message: String, retryAfter: Duration? = nil) -> EngineError {
        redacted(EngineError(kind, engine: engine, message, retryAfter: retryAfter))
    }

    /// Makes an error of the answer to a request that was refused or failed.
    func refusal(_ answer: ServerErrorAnswer) -> EngineError {
        redacted(answer.engineError(engine: engine, server: server))
    }

    func malformed(_ what: String) -> EngineError { error(.malformedAnswer, "\(server) sent \(what)") }

    func timeout(_ allowed: Duration) -> EngineError {
        error(.timeout, "no answer from \(server) within \(allowed)")
    }

    /// Makes an error of the service's own error code and message.
    func refusal(word: String, message: String) -> EngineError {
        let text = message.isEmpty || message == word ? word : "\(word): \(message)"
        return error(Self.kind(of: word), "\(server) refused: \(text)")
    }

    /// Makes an error of a connection that the service has closed.
    func closed(_ close: WebSocketClose?) -> EngineError {
        let kind: EngineError.Kind =
            switch close?.code {
            case 1003, 1007, 1008, 1009, 1010: .rejected
            case 1011: .failed
            case 3000, 4000, 4001, 4003: .rejected
            default: .unavailable
            }
        let said = [close?.reason ?? "", close?.code.map { "(\($0))" } ?? ""].filter { !$0.isEmpty }
        return error(
            kind, "\(server) closed the connection" + (said.isEmpty ? "" : ": \(said.joined(separator: " "))"))
    }

    /// The kinds of error for known error codes; any other code is a refusal.
    private static let kinds: [EngineError.Kind: Set<String>] = [
        .rateLimited: [
            "rate_limited", "commit_throttled", "queue_overflow", "resource_exhausted", "rate_limit_exceeded",
            "too_many_concurrent_requests", "concurrent_limit_exceeded", "system_busy", "max_active_conversations",
            "max_simultaneous_contexts_exceeded",
        ],
        .failed: [
            "transcriber_error", "error", "server_error", "internal_error", "internal_server_error", "failed",
        ],
        .unavailable: [
            "session_time_limit_exceeded", "insufficient_audio_activity", "input_timeout_exceeded", "shutting_down",
            "unavailable", "session_expired",
        ],
        .timeout: ["timeout"],
    ]

    /// Whether an error code has a kind in `kinds`.
    static func isKnown(_ word: String) -> Bool { kinds.values.contains { $0.contains(word) } }

    private static func kind(of word: String) -> EngineError.Kind {
        kinds.first { $0.value.contains(word) }?.key ?? .rejected
    }

    func engineError(for error: any Error) -> EngineError {
        switch error {
        case let error as EngineError: redacted(error)
        case let error as WebSocketError: engineError(for: error)
        case let error as ProgressWatch.Expired: timeout(error.allowed)
        case let error as ServerSentEventParser.TooLong: malformed("an event of more than \(error.limit) bytes")
        case let error as LineParser.TooLong: malformed("a line of more than \(error.limit) bytes")
        case let error as ElevenLabsClause.TooLong: malformed("more than \(error.seconds) s of audio for one clause")
        case let error as NIOTooManyBytesError:
            malformed("more than \(error.maxBytes.map { "\($0) bytes" } ?? "is allowed")")
        case let error as HTTPClientError: engineError(for: error)
        case let error as IOError: unreachable(String(cString: strerror(error.errnoCode)).lowercased())
        case let error as NIOConnectionError:
            unreachable(
                (error.connectionErrors.first?.error as? IOError)
                    .map { String(cString: strerror($0.errnoCode)).lowercased() }
                    ?? "the host name could not be resolved")
        default:
            // Only the type is used: descriptions of other errors may hold parts of the request.
            TLSFailure.reason(of: error).map(insecure) ?? unreachable("\(type(of: error))")
        }
    }

    private func engineError(for error: WebSocketError) -> EngineError {
        switch error {
        case .invalidURL(let url): self.error(.rejected, "\(url) is not a URL of the form https://host")
        case .unreachable(let host, let port, let reason): unreachable("\(host):\(port): \(reason.lowercased())")
        case .tls(let reason): insecure(reason)
        case .refused(let refusal):
            self.refusal(
                ServerErrorAnswer(status: refusal.status, body: Data(refusal.body.readableBytesView)) {
                    refusal.headers.first(name: $0)
                })
        case .timedOut(let what): self.error(.timeout, "timed out: \(what)")
        case .invalidAnswer(let what): malformed("an unexpected answer: \(what)")
        case .messageTooLarge(let limit): malformed("a message of more than \(limit) bytes")
        case .lost(let reason): self.error(.unavailable, "the connection to \(server) was lost: \(reason)")
        }
    }

    private func engineError(for error: HTTPClientError) -> EngineError {
        // The short description holds no values; the long one may show a header.
        let reason = error.shortDescription.lowercased()
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout,
            .httpProxyHandshakeTimeout, .alreadyShutdown, .remoteConnectionClosed:
            return unreachable(reason)
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            return self.error(.timeout, "no answer from \(server): \(reason)")
        default:
            return self.error(.rejected, "the request cannot be sent: \(reason)")
        }
    }

    private func insecure(_ reason: String) -> EngineError { unreachable("no secure connection: \(reason)") }

    private func unreachable(_ reason: String) -> EngineError {
        error(.unavailable, "\(server) cannot be reached: \(reason)")
    }

    /// The error without secrets that a server may have repeated in it.
    private func redacted(_ error: EngineError) -> EngineError {
        var error = error
        for secret in secrets {
            error.message = error.message.replacingOccurrences(of: secret, with: "[hidden]")
        }
        // Shortened only after that: half a key would not be found.
        error.message = String(error.message.prefix(Self.messageLimit))
        return error
    }
}
