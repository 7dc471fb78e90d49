import ConvAI
import Conversation
import Foundation
import JSON
import Server
import TestSupport
import Testing

/// Sends audio as fast as it is taken.
struct FloodingCalls: CallHandler {
    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        let chunk = Data(repeating: 0, count: 32_000)
        do {
            for id in 1... { try await send(.audio(AudioMessage(bytes: chunk, eventID: id))) }
            return CallEnding(code: 1000, reason: "Out of numbers.")
        } catch {
            return CallEnding(code: 1011, reason: "The client takes nothing.")
        }
    }
}

/// Goes on when the client has gone, until it is cancelled.
struct StubbornCalls: CallHandler {
    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        try? await send(.ping(eventID: 1, roundTrip: nil))
        try? await Task.sleep(for: .seconds(3600))
        return CallEnding(code: 1000, reason: "Cancelled at last.")
    }
}

/// Reads the client's messages, and tells what they ended with.
struct RecordingCalls: CallHandler {
    let error: AsyncStream<any Error>
    private let errors: AsyncStream<any Error>.Continuation

    init() { (error, errors) = AsyncStream.makeStream() }

    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        do {
            for try await _ in messages {}
        } catch {
            errors.yield(error)
        }
        errors.finish()
        return CallEnding(code: 1000, reason: "Read to the end.")
    }
}

extension TestWebSocket {
    /// The next text frame as JSON; nil when something else comes.
    func message() async throws -> JSONValue? {
        guard case .text(let text) = try await receive() else { return nil }
        return try JSONValue(parsing: text)
    }

    /// From the metadata, which comes first.
    func conversationID() async throws -> String? {
        try await message()?.value(at: "conversation_initiation_metadata_event", "conversation_id")?.stringValue
    }

    static func expectRefusal(
        _ port: Int, _ path: String, _ reason: String, host: String? = "127.0.0.1", headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await connect(to: port, path, host: host, headers: headers) { socket in
            #expect(socket.handshake.hasPrefix("HTTP/1.1 101 "), sourceLocation: sourceLocation)
            let error = try await socket.message()
            #expect(error?["type"] == "error", sourceLocation: sourceLocation)
            #expect(error?.value(at: "error_event", "code") == 1008, sourceLocation: sourceLocation)
            #expect(error?.value(at: "error_event", "message")?.stringValue == reason, sourceLocation: sourceLocation)
            #expect(try await socket.message()?["type"] == "client_error", sourceLocation: sourceLocation)
            #expect(
                try await socket.receive() == .close(code: 1008, reason: reason), sourceLocation: sourceLocation)
        }
    }
}

extension TestServer {
    /// Asks until as many calls are going on.
    func waitForCalls(_ count: Int) async throws {
        while try await send("GET", "/v1/convai/analytics/live-count").json["count"] != .integer(count) {
            try Task.checkCancellation()
        }
    }
}
