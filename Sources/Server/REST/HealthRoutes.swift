import Hummingbird
import JSON

/// `/health/live` and `/health/ready`.
struct HealthRoutes: Sendable {
    let missing: @Sendable () async -> [String]

    func register(_ routes: inout RouteTable) {
        routes.on(.get, "/health/live", for: .anyone, query: .anything) { _, _ in .json(["status": "live"]) }
        routes.on(.get, "/health/ready", for: .anyone, query: .anything) { _, _ in
            let missing = await missing()
            return .json(
                [
                    "status": missing.isEmpty ? "ready" : "starting",
                    "missing": .array(missing.map(JSONValue.string)),
                ], status: missing.isEmpty ? .ok : .serviceUnavailable)
        }
    }
}
