import Agents
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
    private var takesAnything = false

    /// - Parameters:
    ///   - followed: What the route reads.
    ///   - inert: What clients of the hosted API may send all the same.
    init(_ followed: Set<String>, inert: [String: Inert] = [:]) {
        self.followed = followed
        self.inert = inert
    }

    /// No more than what the route reads.
    init(arrayLiteral followed: String...) { self.init(Set(followed)) }

    /// Whatever it is: what asks is a probe or a browser, and the answer promises nothing.
    static let anything: AcceptedQuery = {
        var query: AcceptedQuery = []
        query.takesAnything = true
        return query
    }()

    /// - Throws: `ValidationError` naming every parameter that is not followed.
    func check(_ query: QueryParameters) throws(ValidationError) {
        guard !takesAnything else { return }
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
