import AsyncHTTPClient
import Foundation
import JSON
import NIOHTTP1

/// A client for the records of a server's conversations, over its REST interface.
public struct ConversationsClient: Sendable {
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

    /// The latest conversations, without their transcripts.
    ///
    /// - Parameters:
    ///   - agentID: lists only conversations with this agent; nil for all.
    ///   - limit: the most conversations.
    /// - Throws: `ClientError`.
    public func list(agentID: String? = nil, limit: Int = 30) async throws -> [JSONValue] {
        let query = [("page_size", String(min(max(limit, 1), 100)))] + (agentID.map { [("agent_id", $0)] } ?? [])
        return try await server.list("/v1/convai/conversations", "conversations", query: query, limit: limit)
    }

    /// The whole record of a conversation.
    ///
    /// - Throws: `ClientError`.
    public func get(_ id: String) async throws -> JSONValue {
        try await server.request(.GET, "/v1/convai/conversations/\(ServerURL.escape(id))")
    }

    /// The log of a conversation, from which it can be replayed: `lines` of `time` in samples at 16 kHz, `kind` and
    /// `detail`. Only Parley has such logs.
    ///
    /// - Throws: `ClientError`.
    public func log(of id: String) async throws -> JSONValue {
        try await server.request(.GET, "/v1/parley/conversations/\(ServerURL.escape(id))/log")
    }

    /// How each response of a conversation came about, step by step. Only Parley has such data.
    ///
    /// - Throws: `ClientError`.
    public func waterfalls(of id: String) async throws -> [JSONValue] {
        let answer = try await server.request(.GET, "/v1/parley/conversations/\(ServerURL.escape(id))/waterfalls")
        return answer["waterfalls"]?.arrayValue ?? []
    }
}
