import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Server

@Suite("Requests on a connection that is kept")
struct RequestBodyHandlerTests {
    private let request = HTTPRequestPart.head(HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/"))
    private let answer = HTTPResponsePart.head(HTTPResponse(status: .ok))

    private func connected(_ limits: ServerLimits) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: RequestBodyHandler(limits: limits))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func connection(_ channel: EmbeddedChannel) throws -> String? {
        guard case .head(let head)? = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
        return head.headerFields[.connection]
    }

    @Test("a client that sends its next request before the end of the answer was written keeps its connection")
    func early() throws {
        let channel = try connected(ServerLimits())
        for part in [request, .end(nil)] { try channel.writeInbound(part) }
        // The client knows the body's length, and so that it has all of the answer.
        for part in [answer, .body(ByteBuffer(string: "done"))] { try channel.writeOutbound(part) }
        try channel.writeInbound(request)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(try connection(channel) == nil)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(channel.isActive)
        #expect(throws: Never.self) { try channel.finish(acceptAlreadyClosed: true) }
    }

    @Test("an answer that comes before the request was read says that it ends the connection, and does")
    func refused() throws {
        let limits = ServerLimits()
        let channel = try connected(limits)
        try channel.writeInbound(request)
        try channel.writeOutbound(answer)
        #expect(try connection(channel) == "close")
        // The rest of the request makes no other connection of it.
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: TimeAmount(limits.closeTimeout) + .seconds(1))
        #expect(!channel.isActive)
    }
}
