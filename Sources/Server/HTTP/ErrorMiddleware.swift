import Agents
import Engines
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Turns whatever a handler throws into an answer in the API's shape, and puts the trace id on every answer.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = ServerRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as ValidationError {
            response = error.response(to: request)
        } catch let error as APIError {
            response = try error.response(from: request, context: context)
        } catch let error as EngineError {
            response = try APIError(error).response(from: request, context: context)
        } catch StorageError.notFound(let kind, let id) {
            response = try APIError.notFound("\(kind)_not_found", "There is no \(kind) \(id) here.")
                .response(from: request, context: context)
        } catch let error as StorageError where error.isRefusal {
            // Not 409, which the official clients send again and again.
            response = try APIError(
                status: .badRequest, type: "validation_error", code: error.refusalCode, message: error.description
            ).response(from: request, context: context)
        } catch StorageError.invalidCursor {
            response = ValidationError.query("cursor", StorageError.invalidCursor.description, "value_error")
                .response(to: request)
        } catch let error as any HTTPResponseError {
            response = try Self.apiError(error, request).response(from: request, context: context)
        } catch let error where error is CancellationError || error is IOError || error is HTTPParserError {
            // The client has gone, or its request cannot be read any further.
            throw error
        } catch let error as RequestTooSlow {
            response = try APIError(
                status: .requestTimeout, type: "validation_error", code: "request_timeout",
                message: "The request body was sent too slowly: at least \(error.rate) bytes a second are required."
            ).response(from: request, context: context)
        } catch {
            context.logger.error(
                "A request failed.", metadata: ["trace_id": "\(context.traceID)", "error": "\(error)"])
            response = try APIError(
                status: .internalServerError, type: "internal_error", code: "internal_error",
                message: "The request failed because of an internal error; see the server's log."
            ).response(from: request, context: context)
        }
        if request.headers[.connection] == "close" { response.headers[.connection] = "close" }
        response.headers[name: "x-trace-id"] = context.traceID
        return response
    }

    private static func apiError(_ error: any HTTPResponseError, _ request: Request) -> APIError {
        switch error.status {
        case .notFound:
            .notFound("not_served", "There is no route \(request.method.rawValue) \(request.uri.path) on this server.")
        default:
            APIError(
                status: error.status, type: "validation_error", code: "bad_request",
                message: (error as? HTTPError)?.body ?? error.status.reasonPhrase)
        }
    }
}

extension StorageError {
    /// Whether the error says that what was asked for is not allowed.
    fileprivate var isRefusal: Bool { refusalCode != "" }

    fileprivate var refusalCode: String {
        switch self {
        case .alreadyExists(let kind, _): "\(kind)_already_exists"
        case .used(let kind, _): "\(kind)_in_use"
        default: ""
        }
    }
}
