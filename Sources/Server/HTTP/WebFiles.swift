import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The pages in the web root: `/`, `/talk-to` and `/assets/…`.
struct WebFiles {
    let root: URL
    /// The folder of the libraries that pages use, `/assets/vendor/…`; nil without any.
    let libraries: URL?
    let logger: Logger

    /// Allows scripts, worklets, styles and sockets from this server alone, and no frame around its pages.
    static let contentSecurityPolicy = [
        "default-src 'self'", "img-src 'self' data:", "media-src 'self' blob:", "worker-src 'self'",
        "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    func register(on router: Router<ServerRequestContext>) {
        let files = FileMiddleware<ServerRequestContext, LocalFileSystem>(
            root.path, searchForIndexHtml: true, logger: logger)
        let group = router.group().add(middleware: PageHeaders())
        if let libraries {
            // Where one is missing, the pages do without it.
            group.add(
                middleware: FileMiddleware<ServerRequestContext, LocalFileSystem>(
                    libraries.path, urlBasePath: "/assets/vendor", logger: logger))
        }
        group.add(middleware: files)
        for path in ["/", Self.talkPage, "/assets/**"] {
            // The file middleware comes first; this answers what it does not find.
            group.on(RouterPath(path), method: .get) { _, _ -> Response in throw HTTPError(.notFound) }
        }
    }

    /// The page that is shared to let others talk to one agent.
    private static let talkPage = "/talk-to"

    private struct PageHeaders: RouterMiddleware {
        typealias Context = ServerRequestContext

        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            guard Self.namesFile(request.uri.path) else {
                throw HTTPError(
                    .badRequest, message: "The path contains invalid escapes or characters.")
            }
            var request = request
            if request.uri.path == WebFiles.talkPage {
                var head = request.head
                head.path = "\(WebFiles.talkPage).html"
                request = Request(head: head, body: request.body)
            }
            var response = try await next(request, context)
            // Pages are revalidated by their entity tags, so that a page is never older than its server.
            response.headers[.cacheControl] = "no-cache"
            response.headers[name: "content-security-policy"] = WebFiles.contentSecurityPolicy
            response.headers[name: "permissions-policy"] = "microphone=(self)"
            response.headers[name: "x-content-type-options"] = "nosniff"
            response.headers[name: "referrer-policy"] = "no-referrer"
            return response
        }

        /// Whether a path decodes to text without control characters: for the system, U+0000 would end the name.
        private static func namesFile(_ path: String) -> Bool {
            guard let decoded = path.removingPercentEncoding else { return false }
            return decoded.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        }
    }
}
