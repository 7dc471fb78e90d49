import AsyncHTTPClient
import Engines
import NIOCore
import NIOHTTP1

/// Checks that a service is reachable and accepts the key, at no cost: `GET /models`, which all of them have.
public struct ServiceProbe: Sendable {
    /// The header in which the key is sent.
    public enum KeyHeader: Sendable, Hashable {
        /// `Authorization: Bearer …`
        case bearer
        /// A header of that name, such as `xi-api-key`.
        case named(String)
    }

    private let server: RemoteServer
    private let keyHeader: KeyHeader

    /// Time-out, short because `parley doctor` waits for it.
    private static let patience = Duration.seconds(5)

    /// - Parameter name: The name of the service in errors.
    public init(name: String, endpoint: ServiceEndpoint, keyHeader: KeyHeader = .bearer, httpClient: HTTPClient) {
        server = RemoteServer(engine: name, name: "the server", endpoint: endpoint, httpClient: httpClient)
        self.keyHeader = keyHeader
    }

    /// Returns when the service has given any answer other than a refusal of the key.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public func run() async throws {
        let headers: [(name: String, value: String)] =
            switch keyHeader {
            case .bearer: server.bearer
            case .named(let name): server.key.map { [(name, $0)] } ?? []
            }
        let watch = ProgressWatch(first: Self.patience, total: Self.patience, interval: Self.patience)
        try await server.run(watch) {
            let response = try await server.send(server.url("/models"), headers: headers)
            let refusal = try await server.refusal(response)
            guard response.status != .unauthorized, response.status != .forbidden else {
                throw server.errors.refusal(refusal)
            }
        }
    }
}
