import Audio
import Engines
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

extension Response {
    /// An answer of server-sent events in OpenAI's form, each a JSON object.
    ///
    /// - Parameter produce: Sends the events. A failure of an engine or decoder becomes the last event, `error`.
    static func events(
        headers: HTTPFields,
        _ produce: @escaping @Sendable (_ send: (JSONValue) async throws -> Void) async throws -> Void
    ) -> Response {
        var headers = headers
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-cache"
        let body = ResponseBody { writer in
            do {
                try await produce { try await writer.write(ByteBuffer(event: $0)) }
            } catch let error as EngineError {
                try await writer.write(ByteBuffer(event: failure("engine_error", "\(error)")))
            } catch let error as MediaError {
                try await writer.write(ByteBuffer(event: failure("invalid_audio", "\(error)")))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func failure(_ type: String, _ message: String) -> JSONValue {
        ["type": "error", "error": ["type": .string(type), "message": .string(message)]]
    }
}

extension ByteBuffer {
    fileprivate init(event: JSONValue) { self.init(string: "data: \(event.text)\n\n") }
}
