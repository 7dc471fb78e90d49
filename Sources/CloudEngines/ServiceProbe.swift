import AsyncHTTPClient
import Engines
import NIOCore
import NIOHTTP1

/// Asks a service whether it is there and takes the key, at no cost: `GET /models`, which all of them have.
public struct ServiceProbe: Sendable {
    /// How the key is sent.
    public enum KeyHeader: Sendable, Hashable {
        /// `Authorization: Bearer …`
        case bearer
        /// Of that name, such as `xi-api-key`.
        case named(String)
    }

    private let server: RemoteServer
    private let keyHeader: KeyHeader

    /// Doctors do not wait long.
    private static let patience = Duration.seconds(5)

    /// - Parameter name: What errors call the service.
    public init(name: String, endpoint: ServiceEndpoint, keyHeader: KeyHeader = .bearer, httpClient: HTTPClient) {
        server = RemoteServer(engine: name, name: "the server", endpoint: endpoint, httpClient: httpClient)
        self.keyHeader = keyHeader
    }

    /// Returns when the service has answered anything but that it refuses the key.
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
            let response = try await server.get("/models", headers: headers)
            let refusal = try await server.refusal(response)
            guard response.status != .unauthorized, response.status != .forbidden else {
                throw server.errors.refusal(refusal)
            }
        }
    }
}
