import Agents
import Foundation
import HTTPTypes
import Hummingbird
import JSON

/// What a browser says about the page that sent a request.
struct BrowserSign: Sendable, Hashable {
    /// The page's origin, which browsers send with sockets and with all requests that may change something.
    var origin: String?
    /// Whom the request is addressed to.
    var host: String?
    /// `Sec-Fetch-Site`, which browsers send over https and to this machine.
    var site: String?
    /// Whether the method changes nothing.
    var isSafe: Bool

    /// Whether a page of this server certainly sent the request.
    func isOwnPage(of configuration: ServerConfiguration) -> Bool {
        if let origin { return isOwn(origin, configuration) }
        return site?.lowercased() == "same-origin"
    }

    /// Whether a session's cookie counts. Browsers send it from pages of this site alone (`SameSite=Strict`); pages of
    /// another port or subdomain are of the same site, and are told apart here.
    func mayCarrySession(to configuration: ServerConfiguration) -> Bool {
        if isOwnPage(of: configuration) { return true }
        guard isSafe, origin == nil else { return false }
        // Typed addresses have "none"; over plain http to another machine, browsers send neither header when they read.
        return site.map { $0.lowercased() == "none" } ?? true
    }

    private func isOwn(_ origin: String, _ configuration: ServerConfiguration) -> Bool {
        if let host, ForeignSign.isOwn(origin, host: host) { return true }
        // Behind a proxy that rewrites the name, the configured address tells.
        guard let url = configuration.publicURL, let name = url.host(), let page = URLComponents(string: origin) else {
            return false
        }
        return page.scheme?.lowercased() == url.scheme?.lowercased()
            && ForeignSign.isOwn(origin, host: url.port.map { "\(name):\($0)" } ?? name)
    }
}

/// The cookie that keeps a browser signed in. Scripts cannot read it, and other sites' pages do not send it.
enum SessionCookie {
    /// The tokens in a `Cookie` header: that of this server, and those of others on this host.
    static func tokens(in header: String?) -> [String] {
        (header ?? "").split(separator: ";").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return parts.count == 2 && parts[0].hasPrefix(SessionTokens.cookiePrefix) ? parts[1] : nil
        }
    }

    /// The `Set-Cookie` header that stores a token; nil for the one that removes it.
    static func header(_ name: String, _ token: String?, isSecure: Bool) -> String {
        var parts = ["\(name)=\(token ?? "")", "Path=/", "HttpOnly", "SameSite=Strict"]
        parts.append("Max-Age=\(token == nil ? 0 : SessionTokens.lifetime)")
        if isSecure { parts.append("Secure") }
        return parts.joined(separator: "; ")
    }
}

/// `/v1/parley/session`: signing in with an API key, for pages of this server.
struct SessionRoutes: Sendable {
    let access: AccessControl
    let configuration: ServerConfiguration
    let limits: ServerLimits

    func register(_ routes: inout RouteTable) {
        let path = "/v1/parley/session"
        routes.on(.get, path, for: .anyone, query: []) { request, _ in
            let credentials = CallerCredentials(request)
            let needsKey = access.needsKey(credentials)
            let isSignedIn = try await access.isSignedIn(credentials)
            return .json(["signed_in": .bool(isSignedIn || !needsKey), "needs_key": .bool(needsKey)])
        }
        routes.on(.post, path, for: .anyone, query: []) { request, context in
            let body = try await request.jsonBody(limit: limits.openBodySize)
            guard let key = body["api_key"]?.stringValue, !key.isEmpty else {
                throw ValidationError.body("api_key", "Field required", "missing")
            }
            let token = try await access.signIn(with: key)
            return answer(token, request, context)
        }
        routes.on(.delete, path, for: .anyone, query: []) { request, context in
            try await access.signOut(CallerCredentials(request))
            return answer(nil, request, context)
        }
    }

    private func answer(_ token: String?, _ request: Request, _ context: ServerRequestContext) -> Response {
        var response = Response.json(["signed_in": .bool(token != nil)])
        // As the browser sees it: a public address does not make a request over a local network secure.
        let address = request.headers[.origin] ?? configuration.address(for: request, context)
        response.headers[.setCookie] = SessionCookie.header(
            access.signedURLs.sessions.cookie, token, isSecure: address.hasPrefix("https"))
        return response
    }
}
