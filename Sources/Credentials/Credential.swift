import Egress
import Foundation
import JSON

/// How requests to a server prove who they are from, as an auth connection describes it. `Authorizer` makes of it what one
/// request carries.
///
/// It holds secrets, of which its description shows none.
public struct Credential: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    enum Kind: Sendable, Hashable {
        /// Headers that are always the same.
        case headers([String: String])
        /// A token that another server gives out.
        case token(TokenGrant)
        /// A token of one's own.
        case signature(TokenSigner)
        /// A certificate, which TLS shows to the server.
        case identity(ClientIdentity)
    }

    let kind: Kind

    /// Why a connection cannot be used.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// The member of the connection that is at fault.
        public var member: String
        /// What is wrong with it, as a sentence without a full stop and without any of its value.
        public var reason: String

        /// The member and what is wrong with it.
        public var description: String { "\(member): \(reason)" }
    }

    /// A connection that is described by the members of a request that creates one, complete.
    ///
    /// Keys and certificates are not read yet; see `check`.
    ///
    /// - Throws: `Problem` for a type that this server does not know.
    public init(_ connection: JSONValue) throws(Problem) {
        func text(_ name: String) -> String { connection[name]?.stringValue ?? "" }
        switch connection["auth_type"]?.stringValue {
        case "bearer_auth": kind = .headers(["Authorization": "Bearer \(text("token"))"])
        case "basic_auth":
            let pair = Data("\(text("username")):\(text("password"))".utf8).base64EncodedString()
            kind = .headers(["Authorization": "Basic \(pair)"])
        case "custom_header_auth":
            let own = EgressRequest.ownHeaders.union(["content-type", "idempotency-key"])
            guard !own.contains(text("header_name").lowercased()) else {
                throw Problem(member: "header_name", reason: "This header cannot be set; it follows from the request")
            }
            kind = .headers([text("header_name"): text("token")])
        case "oauth2_client_credentials", "oauth2_jwt": kind = .token(try TokenGrant(connection))
        case "private_key_jwt": kind = .signature(try TokenSigner(connection))
        case "mtls": kind = .identity(ClientIdentity(connection))
        default: throw Problem(member: "auth_type", reason: "Connections of this type are not known here")
        }
    }

    /// Reads keys and certificates.
    ///
    /// - Throws: `Problem` when they cannot be used.
    public func check() throws(Problem) {
        switch kind {
        case .headers: break
        case .token(let grant): try grant.check()
        case .signature(let signer): try signer.check()
        case .identity(let identity): _ = try identity.configuration()
        }
    }

    /// The headers of all requests; nil where they change, or where headers are not what proves it.
    public var fixedHeaders: [String: String]? { if case .headers(let headers) = kind { headers } else { nil } }

    /// What it is, without what it holds.
    public var description: String {
        switch kind {
        case .headers: "headers"
        case .token(let grant): "tokens of \(grant.host)"
        case .signature: "signed tokens"
        case .identity: "a client certificate"
        }
    }

    /// The same: a debugger's output ends up in bug reports.
    public var debugDescription: String { description }
}

extension String {
    /// A key or certificate in PEM as it was pasted: out of JSON files it comes with its line breaks written as `\n`.
    var asPEM: String {
        let text = contains("\n") ? self : replacing("\\n", with: "\n")
        return text.replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines) + "\n"
    }
}
