import Credentials
import Foundation

/// Where a server is, and what goes with every request to it.
public struct MCPServer: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// How messages travel.
    public enum Transport: Sendable, Hashable {
        /// One endpoint; each request is a POST whose answer is JSON or a stream of events.
        case streamableHTTP
        /// The transport of 2024: one long stream of events from the server, and an endpoint for POSTs that it names.
        case events
    }

    /// The server's name for people.
    public var name: String
    /// The endpoint.
    public var url: String
    /// How messages travel.
    public var transport: Transport
    /// Headers of every request, credentials among them.
    public var headers: [String: String]
    /// How requests prove who they are from; nil where headers do, or nothing does.
    public var credential: Credential?
    /// Whether answers may be compressed.
    public var acceptsCompression: Bool

    /// Creates a description; nothing is connected.
    public init(
        name: String, url: String, transport: Transport = .streamableHTTP, headers: [String: String] = [:],
        credential: Credential? = nil, acceptsCompression: Bool = true
    ) {
        self.name = name
        self.url = url
        self.transport = transport
        self.headers = headers
        self.credential = credential
        self.acceptsCompression = acceptsCompression
    }

    /// The name and the host, without what may be secret.
    public var description: String { "\(name) (\(URL(string: url)?.host() ?? "no host"))" }

    /// As `description`: a debugger's output ends up in bug reports.
    public var debugDescription: String { description }
}
