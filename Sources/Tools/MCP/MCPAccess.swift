import Agents
import JSON
import MCP

/// The servers of MCP, as calls reach them.
public protocol MCPAccess: Sendable {
    /// What is known of a server now; never waits.
    func snapshot(_ server: MCPServer) -> MCPSnapshot

    /// A new list of a server's tools.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    func tools(of server: MCPServer) async throws -> MCPToolList

    /// Calls a tool.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    func call(
        _ tool: MCPTool, of server: MCPServer, _ arguments: JSONValue, meta: JSONValue, within limit: Duration
    ) async throws -> MCPToolResult

    /// Drops what is kept of a server that is not wanted any more; calls that use it go on.
    func forget(_ server: MCPServer)
}

extension MCPPool: MCPAccess {}

extension MCPServer {
    /// The server that an agent's settings describe.
    public init(_ settings: MCPServerSettings) {
        self.init(
            name: settings.name, url: settings.url, transport: settings.usesEvents ? .events : .streamableHTTP,
            headers: settings.headers, credential: settings.credential,
            acceptsCompression: settings.acceptsCompression)
    }
}

/// How a call stands with one of its servers, for the caller's end and for the record.
public struct MCPConnection: Sendable, Hashable {
    /// The server.
    public var server: MCPServerSettings
    /// How many tools the agent has from it.
    public var toolCount: Int
    /// Why it is not there; nil when it is.
    public var failure: MCPError?
}
