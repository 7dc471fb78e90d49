import AsyncHTTPClient

/// Finds the client that sends a request: one for all, or one that depends on where the request goes.
public struct HTTPClientSource: Sendable {
    private let find: @Sendable (String) async throws -> HTTPClient

    /// One client for all requests.
    public init(_ client: HTTPClient) { find = { _ in client } }

    /// - Parameter find: finds the client for a URL; throws `EngineError` when no request may go there.
    public init(_ find: @escaping @Sendable (String) async throws -> HTTPClient) { self.find = find }

    func client(for url: String) async throws -> HTTPClient { try await find(url) }
}
