import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The state of one HTTP request.
struct ServerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The id in the answer's `x-trace-id`, in errors' `request_id` and in the log.
    let traceID: String
    let remoteAddress: String?
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        traceID = UUID().uuidString.replacing("-", with: "").lowercased()
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }

    /// From now until the answer is written, the request's task is cancelled when the client leaves.
    func endWithClient() { channel.triggerUserOutboundEvent(HangUpHandler.Work.begins, promise: nil) }
}

extension Request {
    /// The decoded parameters of the URL's query.
    var query: QueryParameters { QueryParameters(uri.query ?? "") }
}

extension HTTPFields {
    /// The header field called `name`, for names that the HTTP types have no constant for.
    subscript(name name: String) -> String? {
        get { HTTPField.Name(name).flatMap { self[$0] } }
        set {
            guard let name = HTTPField.Name(name) else { return }
            self[name] = newValue
        }
    }
}
