import Agents
import Foundation
import Hummingbird
import JSON

/// `/v1/parley/keys`: the server's API keys. Only their hashes are stored, so a key is shown once.
struct KeyRoutes: Sendable {
    let keys: any KeyStore
    let limits: ServerLimits

    /// Most characters of a key's name.
    private static let longestName = 100
    /// Most keys: they are listed whole, and compared at each sign of a session.
    private static let most = 1000

    func register(_ routes: inout RouteTable) {
        let path = "/v1/parley/keys"
        routes.on(.get, path, query: []) { _, _ in
            .json(["keys": .array(try await keys.list().map(\.json))])
        }
        routes.on(.post, path, query: []) { request, _ in
            let body = try await request.jsonBody(limit: limits.bodySize)
            guard let name = body["name"]?.stringValue?.trimmingCharacters(in: .whitespacesAndNewlines),
                !name.isEmpty, name.count <= Self.longestName
            else {
                throw ValidationError.body(
                    "name", "Input should be a string of 1 to \(Self.longestName) characters", "value_error")
            }
            guard try await keys.list().count < Self.most else {
                throw ValidationError.body(
                    "name", "There are \(Self.most) keys already: revoke some first", "value_error")
            }
            let (key, info) = try await keys.create(name: name)
            var answer = info.json
            answer["key"] = .string(key)
            return .json(answer)
        }
        routes.on(.delete, "\(path)/{key_id}", query: []) { _, context in
            try await keys.revoke(context.parameter("key_id"))
            return .json([:])
        }
    }
}
