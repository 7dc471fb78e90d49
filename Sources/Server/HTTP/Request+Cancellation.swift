import HTTPTypes
import Hummingbird
import HummingbirdCore

extension Request {
    /// Runs `work` for a client that waits, and cancels it when the client has gone. The body must have been read.
    ///
    /// The connection ends with the answer, which must say so: see `HTTPFields.closing`.
    ///
    /// - Throws: `ConnectionEnding` with what `work` throws, or `CancellationError`.
    func whileWaiting<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await body.consumeWithCancellationOnInboundClose { _ in try await work() }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ConnectionEnding(cause: error)
        }
    }
}

/// A failure after whose answer the connection ends.
struct ConnectionEnding: Error {
    var cause: any Error
}

extension HTTPFields {
    /// The same of an answer after which the connection ends: without it, clients would send their next request to
    /// nobody.
    var closing: HTTPFields {
        var fields = self
        fields[.connection] = "close"
        return fields
    }
}
