import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What travels with one HTTP request.
struct ServerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// In every answer's `x-trace-id`, in errors' `request_id` and in the log.
    let traceID: String
    let remoteAddress: String?
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        traceID = UUID().uuidString.replacing("-", with: "").lowercased()
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }

    /// From now on until its answer is written, the request's task is cancelled when the client has gone.
    func endWithClient() { channel.triggerUserOutboundEvent(HangUpHandler.Work.begins, promise: nil) }
}

extension Request {
    /// The decoded parameters of the URL's query.
    var query: QueryParameters { QueryParameters(uri.query ?? "") }
}

extension HTTPFields {
    /// The field called `name`, for names that the HTTP types have no constant for.
    subscript(name name: String) -> String? {
        get { HTTPField.Name(name).flatMap { self[$0] } }
        set {
            guard let name = HTTPField.Name(name) else { return }
            self[name] = newValue
        }
    }
}
