import HTTPTypes
import Hummingbird
import Metrics
import Synchronization
import Telemetry

/// Counts and times requests. A label is a route's pattern, never a path, and a method only where the route has it: what
/// a client makes up adds nothing.
final class RequestInstruments: Sendable {
    /// The labels of one answer.
    private struct Key: Hashable {
        var route: String
        var method: String
        var status: String
    }

    private struct Handles {
        var counters: [Key: Counter] = [:]
        var timers: [String: Timer] = [:]
    }

    private let handles = Mutex(Handles())
    private let factory: any MetricsFactory

    /// Stands for requests of no route, and for methods that a route does not have.
    private static let none = "none"

    init(_ factory: any MetricsFactory) { self.factory = factory }

    /// - Parameters:
    ///   - route: the pattern of the route; nil when there is none.
    ///   - time: from the request's head to the answer's.
    func answered(
        _ method: HTTPRequest.Method, _ route: String?, with status: HTTPResponse.Status, after time: Duration
    ) {
        let isKnown = route != nil && status != .methodNotAllowed
        let key = Key(
            route: route ?? Self.none, method: isKnown ? method.rawValue : Self.none,
            status: "\(min(max(status.code / 100, 1), 5))xx")
        let (counter, timer) = handles.withLock { handles in
            let counter =
                handles.counters[key]
                ?? Counter(
                    label: MetricDescription.requests.name,
                    dimensions: [("route", key.route), ("method", key.method), ("status", key.status)],
                    factory: factory)
            let timer =
                handles.timers[key.route]
                ?? Timer(
                    label: MetricDescription.requestDuration.name, dimensions: [("route", key.route)],
                    preferredDisplayUnit: .seconds, factory: factory)
            handles.counters[key] = counter
            handles.timers[key.route] = timer
            return (counter, timer)
        }
        counter.increment()
        timer.record(duration: time)
    }

    static let metrics: [MetricDescription] = [.requests, .requestDuration]
}

/// Counts the answers; the outermost middleware.
struct RequestInstrumentsMiddleware: RouterMiddleware {
    typealias Context = ServerRequestContext

    let instruments: RequestInstruments

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        // What the client takes to read the answer is not the server's time.
        instruments.answered(request.method, context.route, with: response.status, after: .now - start)
        return response
    }
}

extension ServerRequestContext {
    /// The pattern of the route that answers, such as `/v1/convai/agents/{agent_id}`; nil when there is none.
    var route: String? { endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil } }
}

extension MetricDescription {
    fileprivate static let requests = MetricDescription(
        "parley_http_requests_total", .counter, labels: ["route", "method", "status"],
        help:
            "HTTP requests answered, by the route's pattern, method and class of status; WebSockets are not among them."
    )
    fileprivate static let requestDuration = MetricDescription(
        "parley_http_request_duration_seconds", .work, labels: ["route"],
        help: "Time from the head of an HTTP request to the head of its answer.")
}
