import Hummingbird
import Logging

/// Logs one line a request. Queries may hold signatures, so only the path is logged.
struct AccessLogMiddleware: RouterMiddleware {
    typealias Context = ServerRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        func log(_ level: Logger.Level, _ status: String) {
            context.logger.log(
                level: level, "\(request.method.rawValue) \(request.uri.path)",
                metadata: [
                    "status": "\(status)", "trace_id": "\(context.traceID)",
                    "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
                ])
        }
        do {
            let response = try await next(request, context)
            let isFailure = response.status.code >= 500
            log(
                request.uri.path.hasPrefix("/health/") || request.uri.path == "/metrics"
                    ? .debug : isFailure ? .warning : .info,
                "\(response.status.code)")
            return response
        } catch {
            log(.info, "none: the client disconnected")
            throw error
        }
    }
}
