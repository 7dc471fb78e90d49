import AsyncHTTPClient
import Engines
import NIOCore
import NIOHTTP1

/// Checks that a service is reachable and accepts the key, at no cost: `GET /models`, which all of them have.
public struct ServiceProbe: Sendable {
    private let server: RemoteServer
    private let keyHeader: String?

    /// Time-out, short because `parley doctor` waits for it.
    private static let patience = Duration.seconds(5)

    /// - Parameters:
    ///   - name: The name of the service in errors.
    ///   - keyHeader: The header for the key, such as `xi-api-key`; nil for `Authorization: Bearer …`.
    public init(name: String, endpoint: ServiceEndpoint, keyHeader: String? = nil, httpClient: HTTPClient) {
        server = RemoteServer(engine: name, name: "the server", endpoint: endpoint, httpClient: httpClient)
        self.keyHeader = keyHeader
    }

    /// Returns when the service has given any answer other than a refusal of the key.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public func run() async throws {
        let watch = ProgressWatch(first: Self.patience, total: Self.patience, interval: Self.patience)
        try await server.run(watch) {
            let response = try await server.send(server.url("/models"), headers: server.credentials(in: keyHeader))
            let refusal = try await server.refusal(response)
            guard response.status != .unauthorized, response.status != .forbidden else {
                throw server.errors.refusal(refusal)
            }
        }
    }
}
