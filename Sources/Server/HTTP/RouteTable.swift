import HTTPTypes
import Hummingbird

/// Registers routes and remembers their methods, so that a known path with another method is answered with 405.
struct RouteTable {
    typealias Handler = @Sendable (Request, ServerRequestContext) async throws -> Response

    private let router: Router<ServerRequestContext>
    private let access: AccessControl
    private var methods: [String: [HTTPRequest.Method]] = [:]

    /// Who may use a route.
    enum Audience {
        /// Everybody: the route decides by itself, or has nothing to protect.
        case anyone
        /// Who has an API key, or sits at this machine when no key is needed.
        case owner
    }

    init(router: Router<ServerRequestContext>, access: AccessControl) {
        self.router = router
        self.access = access
    }

    /// - Parameters:
    ///   - query: What the URL may ask for. A request that is no such route's owner's is not told what that is.
    ///   - endsWithClient: Whether the work is for the client that waits alone, and takes so long that it is cancelled
    ///     when that client has gone. What is short, or changes what is stored, is carried through.
    mutating func on(
        _ method: HTTPRequest.Method, _ path: String, for audience: Audience = .owner, query: AcceptedQuery,
        endsWithClient: Bool = false, _ handler: @escaping Handler
    ) {
        methods[path, default: []].append(method)
        router.on(RouterPath(path), method: method) { [access] request, context in
            if audience == .owner { try await access.requireOwner(request) }
            try query.check(request.query)
            if endsWithClient { context.endWithClient() }
            return try await handler(request, context)
        }
    }

    /// To be called once, after the last route.
    func refuseOtherMethods() {
        for (path, allowed) in methods {
            let list = allowed.map(\.rawValue).joined(separator: ", ")
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { request, _ -> Response in
                    throw APIError(
                        status: .methodNotAllowed, type: "validation_error", code: "method_not_allowed",
                        message: "\(request.uri.path) does not take \(request.method.rawValue), only \(list).",
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
