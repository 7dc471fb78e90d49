import HTTPTypes
import Hummingbird
import NIOCore
import Telemetry

/// `GET /metrics`, for Prometheus and whoever reads its format.
struct MetricsRoutes: Sendable {
    let registry: PrometheusRegistry
    let process: ProcessInstruments

    func register(_ routes: inout RouteTable) {
        routes.on(.get, "/metrics", query: .anything) { [registry, process] _, _ in
            process.measure()
            return Response(
                status: .ok, headers: [.contentType: PrometheusRegistry.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: registry.text)))
        }
    }
}
