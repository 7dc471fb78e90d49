import Agents
import HTTPTypes
import Hummingbird
import JSON

/// The query parameters that a route accepts. Any other is refused: an answer that ignored a filter would look as if
/// everything had passed it.
struct AcceptedQuery: Sendable, ExpressibleByArrayLiteral {
    /// Values of a parameter that the route ignores.
    enum Inert: Sendable {
        /// Any value: it makes no difference on this server.
        case always
        /// Only these values, which ask for what is done anyway.
        case when(Set<String>)
    }

    private var followed: Set<String>
    private var inert: [String: Inert] = [:]

    /// - Parameters:
    /// - followed: Parameters that the route reads.
    /// - inert: Parameters that clients of the hosted API may send, and that are ignored.
    init(_ followed: Set<String>, inert: [String: Inert] = [:]) {
        self.followed = followed
        self.inert = inert
    }

    /// Accepts only the parameters that the route reads.
    init(arrayLiteral followed: String...) { self.init(Set(followed)) }

    /// - Throws: `ValidationError` naming every parameter that is not accepted.
    func check(_ query: QueryParameters) throws(ValidationError) {
        var issues: [ValidationError.Issue] = []
        // An empty parameter counts as absent.
        for name in Set(query.names).subtracting(followed).sorted() where query[name] != nil {
            switch inert[name] {
            case .always: continue
            case .when(let values) where query.all(name).allSatisfy({ $0.isEmpty || values.contains($0.lowercased()) }):
                continue
            case .when, nil:
                issues.append(
                    .init(
                        loc: ["query", .string(name)], msg: "This server does not follow the parameter \(name) here",
                        type: "extra_forbidden"))
            }
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
    }
}

extension RouteTable {
    /// Registers a route that accepts only `query` in its URL.
    mutating func on(
        _ method: HTTPRequest.Method, _ path: String, for audience: Audience = .owner, query: AcceptedQuery,
        _ handler: @escaping Handler
    ) {
        on(method, path, for: audience) { request, context in
            try query.check(request.query)
            return try await handler(request, context)
        }
    }
}
