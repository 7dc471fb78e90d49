import Egress
import Foundation
import JSON
import NIOHTTP1

/// What a token server is asked for a token (RFC 6749 §4.4, RFC 7523), and what its answer means.
struct TokenGrant: Sendable, Hashable {
    /// How the client proves to the token server who it is.
    private enum Proof: Sendable, Hashable {
        /// With a shared secret, in a header or in the body.
        case secret(id: String, String, isInHeader: Bool)
        /// With a signed token that stands for the permission itself.
        case grant(TokenSigner)
        /// With a signed token in place of the secret.
        case client(TokenSigner)
    }

    private let url: String
    private let scopes: [String]
    /// Further parameters of the request.
    private let parameters: [String: String]
    /// Further headers of the request.
    private let headers: [String: String]
    private let proof: Proof
    /// The member of the answer that has the token.
    private let member: String

    /// Most characters of a token server's own words that are passed on.
    private static let longestMessage = 200
    /// The longest token: more would not fit into the headers that common servers take.
    private static let longestToken = 16 << 10

    /// - Throws: `Credential.Problem`.
    init(_ connection: JSONValue) throws(Credential.Problem) {
        func text(_ name: String) -> String { connection[name]?.stringValue ?? "" }
        func texts(_ name: String) -> [String: String] {
            (connection[name]?.objectValue ?? [:]).compactMapValues(\.stringValue)
        }
        url = text("token_url")
        scopes = connection["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        if connection["auth_type"] == "oauth2_jwt" {
            let signer = try TokenSigner(connection)
            proof = connection["jwt_usage"] == "client_authentication" ? .client(signer) : .grant(signer)
            member = connection["token_response_field"]?.stringValue ?? "access_token"
            // They are claims of the signed token.
            parameters = [:]
            headers = [:]
        } else {
            proof = .secret(
                id: text("client_id"), text("client_secret"),
                isInHeader: connection["basic_auth_in_header"]?.boolValue ?? false)
            member = "access_token"
            parameters = texts("extra_params")
            headers = texts("custom_headers").filter { !EgressRequest.ownHeaders.contains($0.key.lowercased()) }
        }
    }

    /// The token server's host, for people.
    var host: String { URL(string: url)?.host() ?? "no host" }

    func check() throws(Credential.Problem) {
        switch proof {
        case .secret: break
        case .grant(let signer), .client(let signer): try signer.check()
        }
    }

    // MARK: The request

    /// - Throws: `Credential.Problem` when the key cannot be used.
    func request(at now: Date, timeout: Duration, longestAnswer: Int) throws(Credential.Problem) -> EgressRequest {
        var form = parameters
        let scope = scopes.joined(separator: " ")
        if !scope.isEmpty { form["scope"] = scope }
        var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
        switch proof {
        case .secret(let id, let secret, let isInHeader):
            form["grant_type"] = "client_credentials"
            if isInHeader {
                // Both are encoded as in a form first (RFC 6749 §2.3.1).
                let pair = Data("\(Self.encoded(id)):\(Self.encoded(secret))".utf8).base64EncodedString()
                fields.replaceOrAdd(name: "authorization", value: "Basic \(pair)")
            } else {
                form["client_id"] = id
                form["client_secret"] = secret
            }
        case .grant(let signer):
            form["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer"
            // Some servers read the scope from the request, and some from the signed token.
            form["assertion"] = try signer.token(at: now, adding: scope.isEmpty ? [:] : ["scope": .string(scope)])
        case .client(let signer):
            form["grant_type"] = "client_credentials"
            form["client_id"] = signer.subject
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            form["client_assertion"] = try signer.token(at: now)
        }
        fields.replaceOrAdd(name: "accept", value: "application/json")
        fields.replaceOrAdd(name: "user-agent", value: "Parley")
        fields.replaceOrAdd(name: "content-type", value: "application/x-www-form-urlencoded")
        let body = form.sorted { $0.key < $1.key }.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }
        return EgressRequest(
            .POST, url, headers: fields, body: Data(body.joined(separator: "&").utf8), timeout: timeout,
            longestAnswer: longestAnswer)
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    // MARK: The answer

    /// The token, and how long it holds; nil when the server does not say.
    ///
    /// - Throws: `AuthorizationError`.
    func token(in answer: EgressAnswer) throws(AuthorizationError) -> (text: String, lifetime: Duration?) {
        let status = answer.head.status.code
        let json = try? JSONValue(parsing: answer.body, limits: .client)
        // Some servers say of success too that there is no error.
        let hasError = ![.null, "", false].contains(json?["error"] ?? .null)
        guard (200..<300).contains(status), !hasError else {
            let words = [json?["error"]?.stringValue, json?["error_description"]?.stringValue].compactMap(\.self)
                .filter { !repeatsSecrets($0) }
            let message = words.isEmpty ? "" : ": " + words.joined(separator: ", ").prefix(Self.longestMessage)
            throw AuthorizationError(.refused, "the token server \(host) answered \(status)\(message)")
        }
        guard let json else {
            let type = answer.head.mediaType
            let what = type == "text/html" ? "a web page" : "something else"
            throw AuthorizationError(.failed, "the token server \(host) answered with \(what) instead of a token")
        }
        guard let token = json[member]?.stringValue, !token.isEmpty else {
            throw AuthorizationError(.failed, "the answer of the token server \(host) has no \(member)")
        }
        guard token.utf8.count <= Self.longestToken, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw AuthorizationError(.failed, "the token server \(host) gave a token that no header can hold")
        }
        let given = json["expires_in"]
        let seconds = given?.doubleValue ?? given?.stringValue.flatMap(Double.init)
        return (token, seconds.map { .seconds(max(0, min($0, 31_536_000))) })
    }

    /// Whether a server's words have a piece of what it was sent to prove who asks, plain or encoded: an error page may
    /// show the whole request.
    private func repeatsSecrets(_ text: String) -> Bool {
        var secrets = Array(headers.values) + Array(parameters.values)
        switch proof {
        case .secret(let id, let secret, _):
            secrets += [secret, Data("\(Self.encoded(id)):\(Self.encoded(secret))".utf8).base64EncodedString()]
        case .grant(let signer), .client(let signer): secrets.append(signer.key)
        }
        // The beginning of a signed token (RFC 7519 §3.1), which is another one each time.
        if text.contains("eyJ") { return true }
        let bytes = Array(text.utf8)
        return (secrets + secrets.map(Self.encoded)).contains { secret in
            let pieces = Array(secret.utf8)
            let length = min(pieces.count, Self.shortestPiece)
            guard length > 0, bytes.count >= length else { return false }
            let known = Set((0...pieces.count - length).map { pieces[$0..<$0 + length] })
            return (0...bytes.count - length).contains { known.contains(bytes[$0..<$0 + length]) }
        }
    }

    /// Bytes of a secret that are not alike by chance.
    private static let shortestPiece = 6
}
