import Agents
import Conversation
import Foundation
import HTTPTypes
import Hummingbird
import Metrics
import NIOHTTP1

/// Decides who may use the server, and who may talk to which agent.
///
/// A server bound to loopback without a public URL asks no key of programs on its own machine and of its own pages. A
/// request with a `ForeignSign` needs one: otherwise any web page could read a developer's conversations, and a reverse
/// proxy would open the server to the world.
struct AccessControl: Sendable {
    let configuration: ServerConfiguration
    let keys: any KeyStore
    let signedURLs: SignedURLs
    private let instruments: ServerInstruments

    private var sessions: SessionTokens { signedURLs.sessions }

    init(configuration: ServerConfiguration, storage: any Storage, instruments: ServerInstruments) {
        self.configuration = configuration
        self.instruments = instruments
        keys = storage.keys
        signedURLs = storage.signedURLs
    }

    /// Lets the owner's requests through.
    ///
    /// - Throws: `APIError` 401.
    func requireOwner(_ credentials: CallerCredentials) async throws {
        guard needsKey(credentials) else { return }
        guard let key = credentials.apiKey else {
            if try await isSignedIn(credentials) { return }
            let sign = configuration.isPrivate ? credentials.foreignSign : nil
            let reason = sign.map { ", because the request \($0.rawValue)" } ?? ""
            throw APIError.unauthorized(
                "needs_authorization",
                "This needs an API key in the xi-api-key header\(reason); `parley keys create` makes one.")
        }
        guard try await verify(key) else {
            throw APIError.unauthorized("invalid_api_key", "The API key is not valid on this server.")
        }
    }

    /// Whether the owner has to show a key, or to be signed in, for a request like this.
    func needsKey(_ credentials: CallerCredentials) -> Bool {
        !configuration.isPrivate || credentials.foreignSign != nil
    }

    /// Whether a browser has signed in with a key that is still there.
    func isSignedIn(_ credentials: CallerCredentials) async throws -> Bool {
        guard credentials.browser.mayCarrySession(to: configuration) else { return false }
        for token in credentials.sessions {
            if let session = try await sessions.session(of: token) { return try await keys.has(session.keyID) }
        }
        return false
    }

    /// Ends the session of a browser.
    func signOut(_ credentials: CallerCredentials) async throws {
        guard credentials.browser.mayCarrySession(to: configuration) else { return }
        for token in credentials.sessions { try await sessions.end(token) }
    }

    /// A token for the browser that has shown `key`.
    ///
    /// - Throws: `APIError` 401 when the server does not know the key.
    func signIn(with key: String) async throws -> String {
        guard let known = try await keys.verify(key) else {
            instruments.keysRejected.increment()
            throw APIError.unauthorized("invalid_api_key", "The API key is not valid on this server.")
        }
        return sessions.make(forKey: known.id)
    }

    /// Lets in who holds a call with `agent` that is in progress, which knowing its id shows. Who may not call the agent is
    /// kept out, unless they have a key; of a private agent's callers the id is the proof.
    ///
    /// - Throws: `APIError` 403.
    func requireParticipant(_ credentials: CallerCredentials, of agent: Agent) async throws {
        if try await isOwner(credentials) { return }
        var mayCall = agent.admits(origin: credentials.origin)
        if mayCall, !agent.requiresAuthentication { mayCall = try await isOpen(to: credentials, agent) }
        guard !mayCall else { return }
        if let key = credentials.apiKey, try await keys.verify(key) != nil { return }
        throw APIError(
            status: .forbidden, type: "authorization_error", code: "origin_not_allowed",
            message: "This page may not call the agent.")
    }

    /// Whether the owner asks from the dashboard: signed in, or on a machine whose programs need no key.
    private func isOwner(_ credentials: CallerCredentials) async throws -> Bool {
        if try await isSignedIn(credentials) { return true }
        return credentials.browser.isOwnPage(of: configuration) && !needsKey(credentials)
    }

    private func verify(_ key: String) async throws -> Bool {
        let isValid = try await keys.verify(key) != nil
        if !isValid { instruments.keysRejected.increment() }
        return isValid
    }

    /// How a caller was let in.
    struct Admission: Sendable {
        /// The method as records name it: `public`, `signed_url` or `authorization_header`.
        var method: String
        /// The signature that let the caller in, to be used up when the call is accepted; nil when none was needed.
        var signature: SignedURLs.Verified?
    }

    /// Checks whether a caller may talk to `agent`. A signature is checked, but not used up.
    ///
    /// - Throws: `Refusal`, or the database's error.
    func admit(_ credentials: CallerCredentials, to agent: Agent) async throws -> Admission {
        let isOwner = try await isOwner(credentials)
        guard agent.admits(origin: credentials.origin) || isOwner else {
            throw Refusal(
                credentials.origin == nil
                    ? "This agent only talks to web pages: the request has no Origin header."
                    : "This page's host is not on the agent's allowlist.")
        }
        guard agent.requiresAuthentication else {
            guard try await isOpen(to: credentials, agent) else {
                throw Refusal(
                    """
                    This server has no API keys, so it accepts calls only from this machine; create one with \
                    `parley keys create`.
                    """)
            }
            return Admission(method: "public")
        }
        if let signature = credentials.signature {
            do {
                return Admission(
                    method: "signed_url", signature: try signedURLs.verify(signature, agentID: agent.id))
            } catch {
                throw Refusal(error.description)
            }
        }
        guard let key = credentials.apiKey else {
            if isOwner { return Admission(method: "authorization_header") }
            throw Refusal("This agent is private: a signed URL or an API key is needed.")
        }
        guard try await verify(key) else { throw Refusal("The API key is not valid on this server.") }
        return Admission(method: "authorization_header")
    }

    /// Whether a public agent is open to this caller. On a private server it is open to foreign callers only once the
    /// owner has made a key, apart from pages on the agent's allowlist and holders of signed URLs.
    private func isOpen(to credentials: CallerCredentials, _ agent: Agent) async throws -> Bool {
        guard configuration.isPrivate, credentials.foreignSign != nil else { return true }
        if credentials.origin != nil, agent.hasAllowlist { return true }
        if try await isSignedIn(credentials) { return true }
        if let signature = credentials.signature, (try? signedURLs.verify(signature, agentID: agent.id)) != nil {
            return true
        }
        return try await keys.hasAny
    }
}

/// Why a caller is not let in.
struct Refusal: Error {
    /// What it is counted as.
    var kind: CallRefusal
    /// One of the protocol's error types.
    var errorType = "value_error"
    /// The reason for the client, which sees at most 123 bytes of it.
    var reason: String

    init(_ reason: String, as kind: CallRefusal = .notAdmitted, errorType: String = "value_error") {
        self.kind = kind
        self.reason = reason
        self.errorType = errorType
    }
}

/// The credentials of a request, and where it came from.
struct CallerCredentials: Sendable {
    var apiKey: String?
    var signature: String?
    var origin: String?
    /// The tokens of a browser that has signed in. They count only where `browser` allows it.
    var sessions: [String]
    /// What a browser says about the page that sent the request.
    var browser: BrowserSign
    /// What shows that neither a program of this machine nor a page of this server sent it; nil when nothing does.
    var foreignSign: ForeignSign?

    init(_ request: Request) {
        let headers = request.headers
        let query = request.query
        // OpenAI's clients send the key as a bearer token.
        apiKey = headers[name: "xi-api-key"] ?? Self.bearer(headers[.authorization])
        signature = query["conversation_signature"] ?? query["token"]
        origin = headers[.origin]
        sessions = SessionCookie.tokens(in: headers[.cookie])
        browser = BrowserSign(
            origin: headers[.origin], host: request.head.authority, site: headers[name: "sec-fetch-site"],
            isSafe: request.method == .get || request.method == .head)
        let fields = headers.map { ($0.name.canonicalName, $0.value) }
        // NIO moved the first `Host` field to the request's authority.
        foreignSign = ForeignSign(in: fields + (request.head.authority.map { [("host", $0)] } ?? []))
    }

    /// - Parameter key: The key from elsewhere, such as the client's first message; nil for none.
    init(_ request: WebSocketRequest, key: String? = nil) {
        let headers = request.headers
        let query = request.query
        let bearer = request.bearerToken
        // Browsers cannot set headers, so they put the key into the offered subprotocols.
        let bearerIsKey = bearer?.hasPrefix(APIKey.beginning) ?? false
        apiKey =
            headers.first(name: "xi-api-key") ?? (bearerIsKey ? bearer : nil) ?? key
            ?? Self.bearer(headers.first(name: "authorization"))
            ?? query["authorization"].map { Self.bearer($0) ?? $0 }
        signature = query["conversation_signature"] ?? query["token"] ?? (bearerIsKey ? nil : bearer)
        origin = headers.first(name: "origin")
        sessions = SessionCookie.tokens(in: headers.first(name: "cookie"))
        browser = BrowserSign(
            origin: headers.first(name: "origin"), host: headers.first(name: "host"),
            site: headers.first(name: "sec-fetch-site"), isSafe: false)
        foreignSign = ForeignSign(in: headers.map { ($0.name.lowercased(), $0.value) })
    }

    private static func bearer(_ header: String?) -> String? {
        guard let header, header.lowercased().hasPrefix("bearer ") else { return nil }
        return String(header.dropFirst("bearer ".count)).trimmingCharacters(in: .whitespaces)
    }
}

/// What shows that a request was sent neither by a program of this machine nor by a page of this server.
enum ForeignSign: String, Sendable, Hashable {
    case proxy = "came through a proxy"
    case host = "is not addressed to a loopback name"
    case page = "was sent by a page of another site"

    /// Headers that proxies, content networks and tunnels add, besides those that begin with `x-forwarded`.
    private static let forwardingHeaders: Set = [
        "forwarded", "via", "x-real-ip", "x-client-ip", "client-ip", "x-cluster-client-ip", "x-original-host",
        "x-original-forwarded-for", "x-envoy-external-address", "true-client-ip", "cf-connecting-ip", "cf-ray",
        "cdn-loop", "fastly-client-ip", "fly-client-ip", "x-azure-clientip", "x-appengine-user-ip", "x-amzn-trace-id",
        "x-nf-client-connection-ip", "tailscale-user-login",
    ]

    /// - Parameter fields: The names, in lower case, and values of all headers, `host` included.
    init?(in fields: [(name: String, value: String)]) {
        func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
        let (hosts, origins) = (values("host"), values("origin"))
        let host = hosts.first ?? ""
        if fields.contains(where: { Self.forwardingHeaders.contains($0.name) || $0.name.hasPrefix("x-forwarded") }) {
            self = .proxy
        } else if hosts.count != 1 || !(URLComponents(string: "http://\(host)")?.host.map(isLoopbackHost) ?? false) {
            self = .host
        } else if !origins.allSatisfy({ Self.isOwn($0, host: host) }) {
            self = .page
        } else if origins.isEmpty,
            !values("sec-fetch-site").allSatisfy({ ["same-origin", "none"].contains($0.lowercased()) })
                || !values("referer").allSatisfy({ Self.isOwn($0, host: host) })
        {
            // Requests for images and the like have no `Origin`, but `Sec-Fetch-Site`, or in old browsers only
            // `Referer`.
            self = .page
        } else {
            return nil
        }
    }

    /// Whether the page at `address` belongs to the server whose name and port are `host`.
    static func isOwn(_ address: String, host: String) -> Bool {
        guard let page = URLComponents(string: address), let scheme = page.scheme?.lowercased(),
            let server = URLComponents(string: "\(scheme)://\(host)"), let name = page.host?.lowercased()
        else { return false }
        let standard = scheme == "https" ? 443 : 80
        return name == server.host?.lowercased() && (page.port ?? standard) == (server.port ?? standard)
    }
}
