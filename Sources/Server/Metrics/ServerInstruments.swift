import Metrics
import Telemetry

/// What the server counts and measures of its connections and requests.
public struct ServerInstruments: Sendable {
    let requests: RequestInstruments
    let connections: Meter
    let connectionsRefused: MetricFamily<ConnectionCounts.Refusal, Counter>
    let keysRejected: Counter

    init(_ factory: any MetricsFactory) {
        requests = RequestInstruments(factory)
        connections = Meter(.connections, in: factory)
        connectionsRefused = MetricFamily(.connectionsRefused, in: factory)
        keysRejected = Counter(.keysRejected, in: factory)
    }
}

/// Counts the WebSockets of each route.
struct WebSocketInstruments: Sendable {
    private struct Handles {
        let open: Meter
        let all: Counter
    }

    /// By the path of the route.
    private let handles: [String: Handles]

    init(_ factory: any MetricsFactory, routes: [WebSocketRoute]) {
        let handles = routes.map { route in
            let labels = [("route", route.path)]
            return (
                route.path,
                Handles(
                    open: Meter(label: MetricDescription.webSocketsOpen.name, dimensions: labels, factory: factory),
                    all: Counter(label: MetricDescription.webSockets.name, dimensions: labels, factory: factory))
            )
        }
        self.handles = Dictionary(handles) { first, _ in first }
    }

    func opened(_ route: WebSocketRoute) {
        handles[route.path]?.open.increment()
        handles[route.path]?.all.increment()
    }

    func closed(_ route: WebSocketRoute) { handles[route.path]?.open.decrement() }
}

extension ConnectionCounts.Refusal: MetricLabels {}

extension ServerInstruments {
    /// What the server counts and measures, for a backend that keeps what is described.
    public static let metrics: [MetricDescription] =
        [.webSocketsOpen, .webSockets, .connections, .connectionsRefused, .keysRejected]
        + RequestInstruments.metrics + ProcessInstruments.metrics
}

extension MetricDescription {
    fileprivate static let webSocketsOpen = MetricDescription(
        "parley_websockets_open", .gauge, labels: ["route"], help: "WebSockets that are open.")
    fileprivate static let webSockets = MetricDescription(
        "parley_websockets_total", .counter, labels: ["route"], help: "WebSockets that were opened.")
    fileprivate static let connections = MetricDescription(
        "parley_connections_open", .gauge, help: "Connections that are open, calls included.")
    fileprivate static let connectionsRefused = MetricDescription(
        "parley_connections_refused_total", .counter, labels: ["reason"],
        help:
            "Connections beyond a limit: of the server (full), of one address, or of those being refused (unanswered).")
    fileprivate static let keysRejected = MetricDescription(
        "parley_keys_rejected_total", .counter, help: "API keys that were sent and are not valid.")
}
