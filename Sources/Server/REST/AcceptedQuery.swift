import Agents
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
    private var takesAnything = false

    /// - Parameters:
    ///   - followed: Parameters that the route reads.
    ///   - inert: Parameters that clients of the hosted API may send, and that are ignored.
    init(_ followed: Set<String>, inert: [String: Inert] = [:]) {
        self.followed = followed
        self.inert = inert
    }

    /// Accepts only the parameters that the route reads.
    init(arrayLiteral followed: String...) { self.init(Set(followed)) }

    /// Accepts every parameter, for answers that depend on none, such as those to health probes.
    static let anything: AcceptedQuery = {
        var query: AcceptedQuery = []
        query.takesAnything = true
        return query
    }()

    /// - Throws: `ValidationError` naming every parameter that is not accepted.
    func check(_ query: QueryParameters) throws(ValidationError) {
        guard !takesAnything else { return }
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
                        loc: ["query", .string(name)], msg: "This server does not support the parameter \(name) here",
                        type: "extra_forbidden"))
            }
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
    }
}
