import AsyncHTTPClient
import Foundation
import JSON
import NIOHTTP1

/// An agent in a list.
public struct AgentSummary: Sendable, Hashable {
    /// Such as `agent_…`.
    public var id: String
    /// As its owner called it.
    public var name: String

    /// Public so that tests can make one.
    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// The agents of a server over its REST interface.
public struct AgentsClient: Sendable {
    private let server: RESTClient

    /// - Parameters:
    ///   - url: the server, as http(s) or ws(s), with or without a path prefix.
    ///   - apiKey: sent as `xi-api-key`.
    ///   - timeout: for one request, answer included.
    /// - Throws: `ClientError.invalidURL`.
    public init(
        url: URL, apiKey: String? = nil, client: HTTPClient = .shared, timeout: Duration = .seconds(15)
    ) throws {
        server = try RESTClient(url: url, apiKey: apiKey, client: client, timeout: timeout)
    }

    /// Creates an agent and returns its id.
    ///
    /// - Parameter configuration: `name`, `conversation_config` and so on, as the REST interface takes it.
    /// - Throws: `ClientError`.
    public func create(_ configuration: JSONValue) async throws -> String {
        let answer = try await server.request(.POST, "/v1/convai/agents/create", body: configuration)
        return try RESTClient.text("agent_id", in: answer)
    }

    /// Every agent, in the server's order.
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

    /// A URL that lets its holder start one conversation within some minutes.
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
