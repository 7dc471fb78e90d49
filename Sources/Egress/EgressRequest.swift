import Foundation
import NIOHTTP1
import NIOSSL

/// A request that a configuration causes.
public struct EgressRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// The complete URL; only `http` and `https` are sent.
    public var url: String
    /// All headers but those that follow from URL and body.
    public var headers: HTTPHeaders
    /// The body; nil for none.
    public var body: Data?
    /// The most time for all of it: finding the address, connecting, sending, and reading the answer.
    public var timeout: Duration
    /// The most bytes of an answer's body, after decompression.
    public var longestAnswer: Int
    /// The hosts to which one redirect may lead; nil follows none, and gives the redirect as the answer. The redirect is
    /// followed over TLS, with GET, and without body and headers: they are for the first host alone.
    public var redirectHosts: Set<String>?
    /// Whether it may be sent once more when the server closes a kept connection just then, so that it may have got it. By
    /// default only for methods that change nothing (RFC 9110 §9.2.1): of a second `DELETE` the answer is another one.
    public var isRepeatable: Bool
    /// The client's certificate for the server, and what else TLS needs; nil for the standard.
    public var tls: TLSConfiguration?
    /// Whether the answer may be compressed.
    public var acceptsCompression = true

    /// Headers that follow from the connection and the body, in lower case: a configuration cannot set them.
    public static let ownHeaders: Set = [
        "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "accept-encoding",
    ]

    /// Creates a request.
    public init(
        _ method: HTTPMethod = .GET, _ url: String, headers: HTTPHeaders = [:], body: Data? = nil,
        timeout: Duration = .seconds(20), longestAnswer: Int = 1 << 20, redirectHosts: Set<String>? = nil,
        tls: TLSConfiguration? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.longestAnswer = longestAnswer
        self.redirectHosts = redirectHosts
        isRepeatable = [.GET, .HEAD, .OPTIONS].contains(method)
        self.tls = tls
    }
}

/// The beginning of an answer.
public struct EgressHead: Sendable {
    /// The status.
    public var status: HTTPResponseStatus
    /// The headers.
    public var headers: HTTPHeaders

    /// Creates a beginning.
    public init(status: HTTPResponseStatus, headers: HTTPHeaders) {
        self.status = status
        self.headers = headers
    }

    /// The media type of the body in lower case, without parameters; empty when none is declared.
    public var mediaType: String {
        let declared = headers.first(name: "content-type") ?? ""
        return declared.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
    }
}

/// A complete answer, whatever its status.
public struct EgressAnswer: Sendable {
    /// Status and headers.
    public var head: EgressHead
    /// The body, decompressed.
    public var body: Data
    /// Whether it is that of another server, to which the first one led.
    public var isRedirected: Bool

    /// Creates an answer.
    public init(head: EgressHead, body: Data, isRedirected: Bool = false) {
        self.head = head
        self.body = body
        self.isRedirected = isRedirected
    }
}

/// Why there is no answer. The descriptions hold no more of a URL than its host.
public enum EgressError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The URL is none, or its scheme is neither `http` nor `https`.
    case invalidURL
    /// A header has characters that headers cannot have.
    case invalidHeader
    /// The host's address is not public, and the server's owner has not allowed the host.
    case forbidden(host: String)
    /// A redirect leads to a host that is not allowed, or away from TLS.
    case forbiddenRedirect(host: String)
    /// The host's name has no address.
    case unresolvable(host: String)
    /// No connection could be made; nothing was sent.
    case unreachable(host: String)
    /// TLS could not be established; nothing was sent.
    case insecure(host: String)
    /// There was no complete answer in time.
    case timedOut
    /// The connection broke before the answer was complete.
    case interrupted(host: String)
    /// The answer is longer than this many bytes.
    case tooLong(Int)
    /// The answer's compression is damaged.
    case undecodable(host: String)
    /// The answer is none by the rules of HTTP.
    case malformed(host: String)
    /// The server has answered with a redirect that is followed, and this happened there.
    indirect case redirected(EgressError)

    /// Whether the server may have got the request, and done what it asks for.
    public var mayHaveEffects: Bool {
        switch self {
        case .invalidURL, .invalidHeader, .forbidden, .unresolvable, .unreachable, .insecure: false
        case .forbiddenRedirect, .timedOut, .interrupted, .tooLong, .undecodable, .malformed, .redirected:
            true
        }
    }

    /// The reason, as the end of a sentence.
    public var description: String {
        switch self {
        case .invalidURL: "the URL is not a valid http or https URL"
        case .invalidHeader: "a header has characters that are not allowed"
        case .forbidden(let host):
            "\(host) is not on the public internet, and this server does not allow requests to it"
        case .forbiddenRedirect(let host): "it redirects to \(host), which is not allowed"
        case .unresolvable(let host): "\(host) has no address"
        case .unreachable(let host): "no connection to \(host) could be made"
        case .insecure(let host): "no secure connection to \(host) could be made"
        case .timedOut: "there was no answer in time"
        case .interrupted(let host): "\(host) closed the connection before its answer was complete"
        case .tooLong(let limit): "the answer is longer than \(limit) bytes"
        case .undecodable(let host): "the answer of \(host) is compressed wrongly"
        case .malformed(let host): "the answer of \(host) is not valid HTTP"
        case .redirected(let error): "it redirects, and then \(error)"
        }
    }
}
