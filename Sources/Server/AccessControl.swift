import Agents
import Foundation
import HTTPTypes
import Hummingbird
import NIOHTTP1

/// Who may do what.
///
/// A server bound to loopback asks its own machine for no key, unless it has a public URL. "Its own machine" means
/// that the request was addressed to a loopback name, came through no proxy, and was not sent by a page from
/// elsewhere: otherwise any web page could read a developer's conversations, and a reverse proxy would open the server
/// to the world.
struct AccessControl: Sendable {
    let configuration: ServerConfiguration
    let keys: KeyStore
    let signedURLs: SignedURLs

    init(configuration: ServerConfiguration, storage: Storage) {
        self.configuration = configuration
        keys = storage.keys
        signedURLs = storage.signedURLs
    }

    /// Lets the owner's requests through.
    ///
    /// - Throws: `APIError` 401.
    func requireOwner(_ request: Request) async throws { try await requireOwner(CallerCredentials(request)) }

    /// The same of a WebSocket's.
    ///
    /// - Throws: `APIError` 401.
    func requireOwner(_ credentials: CallerCredentials) async throws {
        guard !(configuration.isPrivate && credentials.isLocal) else { return }
        guard let key = credentials.apiKey else {
            throw APIError.unauthorized(
                "needs_authorization", "This needs an API key in the xi-api-key header; `parley keys` makes one.")
        }
        guard try await keys.verify(key) != nil else {
            throw APIError.unauthorized("invalid_api_key", "The API key is not one of this server's.")
        }
    }

    /// How a caller was let in.
    struct Admission: Sendable {
        /// `public`, `signed_url` or `authorization_header`, as records have it.
        var method: String
        /// What let the caller in; to be used up when the call is accepted.
        var signature: SignedURLs.Verified?
    }

    /// Lets a caller talk to `agent`. A signature is checked, not used up.
    ///
    /// - Throws: `Refusal`, or `DatabaseError`.
    func admit(_ credentials: CallerCredentials, to agent: Agent) async throws -> Admission {
        guard agent.admits(origin: credentials.origin) else {
            throw Refusal(
                credentials.origin == nil
                    ? "This agent only talks to web pages: the request has no Origin header."
                    : "This page's host is not on the agent's allowlist.")
        }
        guard agent.requiresAuthentication else { return Admission(method: "public") }
        if let signature = credentials.signature {
            do {
                return Admission(
                    method: "signed_url", signature: try signedURLs.verify(signature, agentID: agent.id))
            } catch {
                throw Refusal(error.description)
            }
        }
        guard let key = credentials.apiKey else {
            throw Refusal("This agent is private: a signed URL or an API key is needed.")
        }
        guard try await keys.verify(key) != nil else { throw Refusal("The API key is not one of this server's.") }
        return Admission(method: "authorization_header")
    }
}

/// Why a caller is not let in.
struct Refusal: Error {
    /// One of the protocol's error types.
    var errorType = "value_error"
    /// For the client; at most 123 bytes are seen.
    var reason: String

    init(_ reason: String, errorType: String = "value_error") {
        self.reason = reason
        self.errorType = errorType
    }
}

/// What a request says about who sent it.
struct CallerCredentials: Sendable {
    var apiKey: String?
    var signature: String?
    var origin: String?
    /// Whether it was addressed to this machine by a program or page of this machine.
    var isLocal: Bool

    init(_ request: Request) {
        let headers = request.headers
        let query = request.query
        // OpenAI's clients send theirs as a bearer token.
        apiKey = headers[name: "xi-api-key"] ?? Self.bearer(headers[.authorization])
        signature = query["conversation_signature"] ?? query["token"]
        origin = headers[.origin]
        isLocal = Self.isLocal(
            host: request.head.authority, origin: origin,
            isForwarded: Self.forwardingHeaders.contains {
                headers[name: $0] != nil
            })
    }

    /// - Parameter key: What the client gave otherwise, such as in its first message.
    init(_ request: WebSocketRequest, key: String? = nil) {
        let headers = request.headers
        let query = request.query
        let bearer = request.bearerToken
        // Browsers cannot set headers, so what they have stands in the offered subprotocols.
        let bearerIsKey = bearer?.hasPrefix(KeyStore.keyPrefix) ?? false
        apiKey =
            headers.first(name: "xi-api-key") ?? (bearerIsKey ? bearer : nil) ?? key
            ?? Self.bearer(headers.first(name: "authorization"))
            ?? query["authorization"].map { Self.bearer($0) ?? $0 }
        signature = query["conversation_signature"] ?? query["token"] ?? (bearerIsKey ? nil : bearer)
        origin = headers.first(name: "origin")
        isLocal = Self.isLocal(
            host: headers.first(name: "host"), origin: origin,
            isForwarded: Self.forwardingHeaders.contains { headers.contains(name: $0) })
    }

    private static func bearer(_ header: String?) -> String? {
        guard let header, header.lowercased().hasPrefix("bearer ") else { return nil }
        return String(header.dropFirst("bearer ".count)).trimmingCharacters(in: .whitespaces)
    }

    private static let forwardingHeaders = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]

    private static func isLocal(host: String?, origin: String?, isForwarded: Bool) -> Bool {
        guard !isForwarded, let host, let name = URLComponents(string: "http://\(host)")?.host, isLoopbackHost(name)
        else { return false }
        guard let origin else { return true }
        return URLComponents(string: origin)?.host.map(isLoopbackHost) ?? false
    }
}
