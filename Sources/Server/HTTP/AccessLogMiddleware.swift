import Hummingbird
import Logging

/// One line a request, without what must stay secret: queries hold signatures, so only the path is logged.
struct AccessLogMiddleware: RouterMiddleware {
    typealias Context = ServerRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let isFailure = response.status.code >= 500
        context.logger.log(
            level: request.uri.path.hasPrefix("/health/") ? .debug : isFailure ? .warning : .info,
            "\(request.method.rawValue) \(request.uri.path)",
            metadata: [
                "status": "\(response.status.code)", "trace_id": "\(context.traceID)",
                "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
            ])
        return response
    }
}
