import Agents
import HTTPTypes
import Hummingbird
import JSON

/// What a route takes in a URL's query. Anything else is refused: a filter that is not followed would be answered with
/// everything, as if everything had passed it.
struct AcceptedQuery: Sendable, ExpressibleByArrayLiteral {
    /// Values of a parameter that is not followed.
    enum Inert: Sendable {
        /// Whatever it says, the answer is the same here.
        case always
        /// These ask for what is done anyway.
        case when(Set<String>)
    }

    private var followed: Set<String>
    private var inert: [String: Inert] = [:]

    /// - Parameters:
    ///   - followed: What the route reads.
    ///   - inert: What clients of the hosted API may send all the same.
    init(_ followed: Set<String>, inert: [String: Inert] = [:]) {
        self.followed = followed
        self.inert = inert
    }

    /// No more than what the route reads.
    init(arrayLiteral followed: String...) { self.init(Set(followed)) }

    /// - Throws: `ValidationError` naming every parameter that is not followed.
    func check(_ query: QueryParameters) throws(ValidationError) {
        var issues: [ValidationError.Issue] = []
        // What is empty is absent.
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
    /// Registers a route that takes no more than `query` in its URL.
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
