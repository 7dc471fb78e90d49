import AsyncHTTPClient
import Foundation
import JSON
import NIOCore
import NIOFoundationCompat
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
    /// Largest answer read, in bytes.
    private static let largestAnswer = 8 << 20
    /// Pages of a list that are followed.
    private static let maximumPages = 100

    private let server: ServerURL
    private let apiKey: String?
    private let client: HTTPClient
    private let timeout: TimeAmount

    /// - Parameters:
    ///   - url: the server, as http(s) or ws(s), with or without a path prefix.
    ///   - apiKey: sent as `xi-api-key`.
    ///   - timeout: for one request, answer included.
    /// - Throws: `ClientError.invalidURL`.
    public init(
        url: URL, apiKey: String? = nil, client: HTTPClient = .shared, timeout: Duration = .seconds(15)
    ) throws {
        server = try ServerURL(url)
        self.apiKey = apiKey
        self.client = client
        self.timeout = TimeAmount(timeout)
    }

    /// Creates an agent and returns its id.
    ///
    /// - Parameter configuration: `name`, `conversation_config` and so on, as the REST interface takes it.
    /// - Throws: `ClientError`.
    public func create(_ configuration: JSONValue) async throws -> String {
        let answer = try await request(.POST, "/v1/convai/agents/create", body: configuration)
        return try text("agent_id", in: answer)
    }

    /// Every agent, in the server's order.
    ///
    /// - Throws: `ClientError`.
    public func list() async throws -> [AgentSummary] {
        var agents: [AgentSummary] = []
        var cursor: String?
        for _ in 0..<Self.maximumPages {
            let answer = try await request(.GET, "/v1/convai/agents", query: cursor.map { [("cursor", $0)] } ?? [])
            guard let page = answer["agents"]?.arrayValue else { throw ClientError.invalidAnswer("no list of agents") }
            agents += try page.map {
                AgentSummary(id: try text("agent_id", in: $0), name: $0["name"]?.stringValue ?? "")
            }
            cursor = answer["has_more"]?.boolValue == true ? answer["next_cursor"]?.stringValue : nil
            if cursor == nil { break }
        }
        return agents
    }

    /// An agent's whole configuration.
    ///
    /// - Throws: `ClientError`.
    public func get(_ id: String) async throws -> JSONValue {
        try await request(.GET, "/v1/convai/agents/\(ServerURL.escape(id))")
    }

    /// Deletes an agent.
    ///
    /// - Throws: `ClientError`.
    public func delete(_ id: String) async throws {
        _ = try await request(.DELETE, "/v1/convai/agents/\(ServerURL.escape(id))")
    }

    /// A URL that lets its holder start one conversation within some minutes.
    ///
    /// - Throws: `ClientError`.
    public func signedURL(agentID: String) async throws -> URL {
        let answer = try await request(
            .GET, "/v1/convai/conversation/get-signed-url", query: [("agent_id", agentID)])
        guard let url = URL(string: try text("signed_url", in: answer)) else {
            throw ClientError.invalidAnswer("signed_url is not a URL")
        }
        return url
    }

    private func text(_ key: String, in answer: JSONValue) throws(ClientError) -> String {
        guard let text = answer[key]?.stringValue else { throw .invalidAnswer("no \(key)") }
        return text
    }

    private func request(
        _ method: HTTPMethod, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil
    ) async throws -> JSONValue {
        var request = HTTPClientRequest(url: try server.url(path: path, query: query).absoluteString)
        request.method = method
        if let apiKey { request.headers.add(name: "xi-api-key", value: apiKey) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body.data))
        }
        let (status, bytes) = try await execute(request)
        guard (200..<300).contains(status) else { throw ClientError.http(status: status, body: bytes) }
        if bytes.isEmpty { return .null }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw ClientError.invalidAnswer("HTTP \(status) without JSON")
        }
    }

    private func execute(_ request: HTTPClientRequest) async throws -> (status: Int, body: Data) {
        func unreachable(_ reason: String) -> ClientError {
            .unreachable(host: server.host, port: server.port, reason: reason)
        }
        do {
            let response = try await client.execute(request, timeout: timeout)
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            return (Int(response.status.code), Data(buffer: body))
        } catch let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded {
            throw ClientError.timedOut("no answer from \(server.host):\(server.port)")
        } catch is NIOTooManyBytesError {
            throw ClientError.invalidAnswer("more than \(Self.largestAnswer) bytes")
        } catch let error as CancellationError {
            throw error
        } catch {
            // What a refused connection says differs by platform; its first words are enough.
            throw unreachable(
                "\(error)".contains("ECONNREFUSED") || "\(error)".contains("refused") ? "refused" : "\(error)")
        }
    }
}
