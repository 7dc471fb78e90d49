import HTTPTypes
import Hummingbird
import JSON

/// Registers routes and remembers their methods, so that a known path with another method is answered with 405.
struct RouteTable {
    typealias Handler = @Sendable (Request, ServerRequestContext) async throws -> Response

    private let router: Router<ServerRequestContext>
    private let access: AccessControl
    private var methods: [String: [HTTPRequest.Method]] = [:]

    /// Who may use a route.
    enum Audience {
        /// Everybody: the route checks access itself, or has nothing to protect.
        case anyone
        /// Holders of an API key, or programs of this machine when no key is needed.
        case owner
    }

    init(router: Router<ServerRequestContext>, access: AccessControl) {
        self.router = router
        self.access = access
    }

    /// - Parameters:
    ///   - query: What the URL may ask for; any other parameter is refused with 422.
    ///   - endsWithClient: Whether the work is cancelled when the client leaves, because it is long and only that
    ///     client wants it. Short work, and work that changes what is stored, is completed in any case.
    mutating func on(
        _ method: HTTPRequest.Method, _ path: String, for audience: Audience = .owner, query: AcceptedQuery,
        endsWithClient: Bool = false, _ handler: @escaping Handler
    ) {
        methods[path, default: []].append(method)
        router.on(RouterPath(path), method: method) { [access] request, context in
            if audience == .owner { try await access.requireOwner(CallerCredentials(request)) }
            try query.check(request.query)
            if endsWithClient { context.endWithClient() }
            return try await handler(request, context)
        }
    }

    /// Registers `GET /v1/parley/routes`, which lists itself and all routes that were registered before.
    mutating func list() {
        let path = "/v1/parley/routes"
        var routes = methods.flatMap { path, methods in methods.map { (path, $0.rawValue) } }
        routes.append((path, HTTPRequest.Method.get.rawValue))
        let answer: JSONValue = [
            "routes": .array(routes.sorted { $0 < $1 }.map { ["path": .string($0.0), "method": .string($0.1)] })
        ]
        on(.get, path, query: []) { _, _ in .json(answer) }
    }

    /// Answers other methods of the known paths with 405; to be called once, after the last route.
    func refuseOtherMethods() {
        for (path, allowed) in methods {
            let list = allowed.map(\.rawValue).joined(separator: ", ")
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { request, _ -> Response in
                    throw APIError(
                        status: .methodNotAllowed, type: "validation_error", code: "method_not_allowed",
                        message: "\(request.uri.path) does not support \(request.method.rawValue), only \(list).",
                        headers: [.allow: list])
                }
            }
        }
    }
}

extension ServerRequestContext {
    /// The value of `{name}` in the route's path.
    func parameter(_ name: String) -> String { parameters.get(name) ?? "" }
}
