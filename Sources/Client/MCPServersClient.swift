import AsyncHTTPClient
import Foundation
import JSON
import NIOHTTP1

/// A client for the MCP servers of a server's workspace, over its REST interface.
public struct MCPServersClient: Sendable {
    private let server: RESTClient

    /// - Parameters:
    ///   - url: the server's URL, as http(s) or ws(s), with or without a path prefix.
    ///   - apiKey: the key, sent as `xi-api-key`; nil for none.
    ///   - timeout: the time-out for one request, including its answer.
    /// - Throws: `ClientError.invalidURL`.
    public init(
        url: URL, apiKey: String? = nil, client: HTTPClient = .shared, timeout: Duration = .seconds(15)
    ) throws {
        server = try RESTClient(url: url, apiKey: apiKey, client: client, timeout: timeout)
    }

    /// Adds an MCP server and returns its id, which goes into `prompt.mcp_server_ids` of agents.
    ///
    /// - Parameter config: `url`, `name`, `transport`, `approval_policy` and so on.
    /// - Throws: `ClientError`.
    public func create(_ config: JSONValue) async throws -> String {
        let answer = try await server.request(.POST, "/v1/convai/mcp-servers", body: ["config": config])
        return try RESTClient.text("id", in: answer)
    }

    /// Deletes an MCP server.
    ///
    /// - Throws: `ClientError`.
    public func delete(_ id: String) async throws {
        _ = try await server.request(.DELETE, "/v1/convai/mcp-servers/\(ServerURL.escape(id))")
    }
}
