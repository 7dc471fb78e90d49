import AsyncHTTPClient
import Foundation
import JSON
import NIOHTTP1

/// An agent in a list.
public struct AgentSummary: Sendable, Hashable {
    /// The agent's id, such as `agent_…`.
    public var id: String
    /// The agent's name.
    public var name: String

    /// Creates a summary, such as for tests.
    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// A client for the agents of a server, over its REST interface.
public struct AgentsClient: Sendable {
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

    /// Creates an agent and returns its id.
    ///
    /// - Parameter configuration: the body of the request: `name`, `conversation_config` and so on.
    /// - Throws: `ClientError`.
    public func create(_ configuration: JSONValue) async throws -> String {
        let answer = try await server.request(.POST, "/v1/convai/agents/create", body: configuration)
        return try RESTClient.text("agent_id", in: answer)
    }

    /// All agents, in the server's order.
    ///
    /// - Throws: `ClientError`.
    public func list() async throws -> [AgentSummary] {
        try await server.list("/v1/convai/agents", "agents").map {
            AgentSummary(id: try RESTClient.text("agent_id", in: $0), name: $0["name"]?.stringValue ?? "")
        }
    }

    /// An agent's whole configuration.
    ///
    /// - Throws: `ClientError`.
    public func get(_ id: String) async throws -> JSONValue {
        try await server.request(.GET, "/v1/convai/agents/\(ServerURL.escape(id))")
    }

    /// Deletes an agent.
    ///
    /// - Throws: `ClientError`.
    public func delete(_ id: String) async throws {
        _ = try await server.request(.DELETE, "/v1/convai/agents/\(ServerURL.escape(id))")
    }

    /// A URL with which a conversation can be started once, within some minutes.
    ///
    /// - Throws: `ClientError`.
    public func signedURL(agentID: String) async throws -> URL {
        let answer = try await server.request(
            .GET, "/v1/convai/conversation/get-signed-url", query: [("agent_id", agentID)])
        guard let url = URL(string: try RESTClient.text("signed_url", in: answer)) else {
            throw ClientError.invalidAnswer("signed_url is not a URL")
        }
        return url
    }
}
